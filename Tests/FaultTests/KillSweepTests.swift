// kill -9 at every system call of a run that changes anything.

import Foundation
import TestFixtures
import Testing

@Suite(.enabled(if: Strace.isUsable, "strace cannot trace programs here"))
struct KillSweepTests {
    /// The ways in which a run goes through its input.
    static let settings = [
        ["threads=1"],
        ["threads=1", "clean.learn=false"],
        ["threads=1", "clean.learn=false", "checkpoint.documents=50"],
        ["threads=1", "dedup.keep=longest", "checkpoint.documents=50"],
        ["threads=2"],
    ]

    @Test(arguments: settings)
    func `a run that is killed at any call is finished by the next one`(
        settings: [String]
    ) throws {
        let bench = try FaultBench(settings: settings)
        let points = Self.last(try bench.record().filter { $0.isOwn && $0.isChange })
        let chosen = SweepTally.choose(points, sample: 5)
        var tally = SweepTally(
            "kill -9 at each call, " + settings.joined(separator: " "), count: chosen.count)
        for point in chosen {
            let ending = try bench.run(with: .kill, at: point)
            // A thread of another run may have got further than in the recording.
            let isKilled = ending.status == SIGKILL
            tally.add(
                "\(point)", isKilled ? "killed" : "not reached",
                try bench.complaints()
                    + (isKilled || settings == ["threads=2"] ? [] : ["it was not killed"]))
        }
        tally.finish()
    }

    /// One of the points of all threads that strace cannot tell apart.
    private static func last(_ points: [SystemCallPoint]) -> [SystemCallPoint] {
        var names: Set<String> = []
        return points.filter { names.insert("\($0.call) \($0.ordinal)").inserted }
    }
}
