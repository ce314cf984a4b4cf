// How many points a sweep has tried, what came of them, and which of them are to be tried.

import Foundation
import Testing

/// Counts the points of one sweep; failures become issues of the test, with their point.
struct SweepTally {
    /// Failing points that are told one by one.
    private static let namedFailures = 100
    private static let pointsPerProgressLine = 200

    let name: String
    let count: Int
    private let start = ContinuousClock.now
    private var tried = 0
    private var failed = 0
    private var outcomes: [String: Int] = [:]

    init(_ name: String, count: Int) {
        self.name = name
        self.count = count
    }

    /// `all`, or how many points of each sweep are tried.
    private static let wish = ProcessInfo.processInfo.environment["WINNOW_FAULTS"]
    static let isWhole = wish == "all"

    /// All points in a whole sweep, else so many of them in even steps.
    static func choose<Point>(_ points: [Point], sample: Int) -> [Point] {
        // For looking into one failure: only the points that are named so.
        if let wanted = ProcessInfo.processInfo.environment["WINNOW_FAULT_POINT"] {
            return points.filter { "\($0)".contains(wanted) }
        }
        let sample = wish.flatMap { Int($0) } ?? sample
        if isWhole || points.count <= sample { return points }
        return (0..<sample).map { points[$0 * points.count / sample] }
    }

    /// Counts a point.
    ///
    /// - Parameters:
    ///   - outcome: in a word or two, for the table.
    ///   - complaints: what did not hold; empty if all is well.
    mutating func add(_ point: String, _ outcome: String, _ complaints: [String]) {
        tried += 1
        outcomes[outcome, default: 0] += 1
        if !complaints.isEmpty {
            failed += 1
            if failed <= Self.namedFailures {
                // In one line, so that a log can be searched for it.
                Issue.record(
                    "\(name): \(point): \(complaints.joined(separator: "; "))"
                )
            }
        }
        if tried % Self.pointsPerProgressLine == 0 {
            Self.say("faults: \(name): \(tried) of \(count), \(failed) failed")
        }
    }

    /// Says the figures as a row of a table and appends it to `WINNOW_FAULTS_TABLE`.
    func finish() {
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        let kinds = outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
        let row = "| \(name) | \(tried) | \(tried - failed) | \(kinds) | \(seconds) s |"
        Self.say(row)
        if failed > Self.namedFailures { Issue.record("\(name): \(failed) points failed") }
        guard let table = ProcessInfo.processInfo.environment["WINNOW_FAULTS_TABLE"] else { return }
        if let file = FileHandle(forWritingAtPath: table) {
            file.seekToEndOfFile()
            file.write(Data((row + "\n").utf8))
            file.closeFile()
        }
    }

    private static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
