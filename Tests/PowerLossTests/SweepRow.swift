// What a sweep has tried, as a row of the table that `make faults` shows.

import Foundation

/// How many points are tried, and where the figures go.
enum SweepRow {
    private static let environment = ProcessInfo.processInfo.environment
    /// `all`, or how many points of each sweep are tried.
    private static let wish = environment["WINNOW_FAULTS"]

    /// All of so many points in a whole sweep, else some of them in even steps, not the same for
    /// each sweep.
    static func choose(of count: Int, sample: Int, from first: Int) -> [Int] {
        let sample = wish.flatMap { Int($0) } ?? sample
        if wish == "all" || count <= sample { return Array(0..<count) }
        return (0..<sample).map { ($0 * count / sample + first) % count }
    }

    /// Appends the row to `WINNOW_FAULTS_TABLE`; says it where the sweep is whole.
    static func add(
        _ name: String, points: Int, survived: Int, _ outcome: String,
        since start: ContinuousClock.Instant
    ) {
        let seconds = (ContinuousClock.now - start).components.seconds
        let row = "| \(name) | \(points) | \(survived) | \(outcome) | \(seconds) s |\n"
        if wish != nil { FileHandle.standardError.write(Data(row.utf8)) }
        guard let table = environment["WINNOW_FAULTS_TABLE"],
            let file = FileHandle(forWritingAtPath: table)
        else { return }
        file.seekToEndOfFile()
        file.write(Data(row.utf8))
        file.closeFile()
    }
}
