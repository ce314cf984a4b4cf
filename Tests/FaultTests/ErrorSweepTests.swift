// Every system call of a run failing in every way, once and for good.

import Foundation
import TestFixtures
import Testing

@Suite(.enabled(if: Strace.isUsable, "strace cannot trace programs here"))
struct ErrorSweepTests {
    /// A fault at a call.
    struct Trial: CustomStringConvertible {
        var point: SystemCallPoint
        var fault: Fault

        var description: String { "\(fault) at \(point)" }
    }

    @Test(arguments: [
        ["threads=1"], ["threads=1", "clean.learn=false", "checkpoint.documents=50"],
    ])
    func `a run survives a failing call or says what failed, and nothing is lost`(
        settings: [String]
    ) throws {
        let bench = try FaultBench(settings: settings)
        let points = try bench.record().filter { $0.isOwn && $0.thread == 0 && !$0.path.isEmpty }
        let trials = points.flatMap { point in
            Fault.errors.map { Trial(point: point, fault: $0) }.filter { Self.isFair($0) }
        }
        let chosen = SweepTally.choose(trials, sample: 12)
        var tally = SweepTally(
            "each call fails, once and for good, " + settings.joined(separator: " "),
            count: chosen.count)
        for trial in chosen {
            do {
                let ending = try bench.run(with: trial.fault, at: trial.point)
                let complaints = Self.complaints(of: ending, trial)
                tally.add(
                    "\(trial)", Self.outcome(ending),
                    try complaints
                        + bench.complaints(
                            isMissingInput: ending.status == 3 && trial.point.isOnInput,
                            isForgetful: FaultBench.isForgetful(ending) || Self.isSilenced(trial)))
            } catch {
                tally.add("\(trial)", "hang", ["\(error)"])
            }
        }
        tally.finish()
    }

    /// Where no mapping succeeds any more there is no memory either, nor a stack for a thread.
    private static func isFair(_ trial: Trial) -> Bool {
        guard case .error(_, let isLasting) = trial.fault else { return true }
        return trial.point.call != "mmap" || !isLasting
    }

    /// A run that reads on without its catalogue says so at its end, which this one may not reach.
    private static func isSilenced(_ trial: Trial) -> Bool {
        guard case .error(_, let isLasting) = trial.fault else { return false }
        return isLasting && trial.point.isOnCatalogue
    }

    private static func outcome(_ ending: ProgramEnding) -> String {
        [0: "survived", 3: "survived"][ending.status] ?? "exit \(ending.status)"
    }

    /// What is wrong with the way in which the run ended.
    private static func complaints(of ending: ProgramEnding, _ trial: Trial) -> [String] {
        switch ending.status {
        case 0, 3: return []
        case 73, 74, 75: break
        default: return ["it ended with \(ending.status): \(ending.errors)"]
        }
        guard case .error(let name, let isLasting) = trial.fault else { return [] }
        // Nor can it say so if nothing can be written any more.
        if isLasting && trial.point.call == "write" { return [] }
        var complaints: [String] = []
        // With more than one call failing another file may be the first that cannot do without.
        // The folder around the archive goes by a dot.
        let file = trial.point.path.split(separator: "/").last ?? ""
        let isAround = file == "." || file.hasPrefix("winnow-test-")
        let files = isLasting ? ["out", "in/", " .:"] : [isAround ? " .:" : file]
        if !files.contains(where: ending.errors.contains) {
            complaints.append("the message does not name the path")
        }
        if !ending.errors.contains(Fault.causes[name] ?? "") {
            complaints.append("the message does not name the cause")
        }
        return complaints.map { "\($0): \(ending.errors)" }
    }
}
