// Runs that may not have the memory, the files or the file size that they want.

import Foundation
import TestFixtures
import Testing

@Suite(.serialized) struct LimitTests {
    /// A limit of `ulimit` with the values to try.
    struct Limit: CustomStringConvertible, Sendable {
        var name: String
        var option: String
        var values: [Int]
        /// What a message says when the limit was met.
        var cause: String
        /// True if the program may crash, or not start at all.
        var isDeadly: Bool

        var description: String { name }
    }

    static let limits = [
        Limit(
            name: "RLIMIT_AS, KiB", option: "-v",
            values: (0..<32).map { 20_000 + $0 * 10_000 },
            cause: "Cannot allocate memory", isDeadly: true),
        Limit(
            name: "RLIMIT_NOFILE", option: "-n", values: Array(4...24),
            cause: "Too many open files", isDeadly: false),
        Limit(
            name: "RLIMIT_FSIZE, KiB", option: "-f",
            values: [0, 1, 2, 4, 8, 12, 16, 24, 32, 48, 64]
                + (5...20).map { $0 * 16 },
            cause: "File too large", isDeadly: false),
    ]

    @Test(arguments: limits)
    func `a run within limits leaves the archive whole`(limit: Limit) throws {
        let bench = try FaultBench()
        let values = SweepTally.choose(limit.values, sample: 4)
        var tally = SweepTally(limit.name, count: values.count)
        for value in values {
            try bench.restore()
            // Pipes, so that the words do not count as files.
            let ending = try bench.run(
                under: """
                    set -o pipefail
                    { { (ulimit \(limit.option) \(value); exec "$@") 2>&3 | cat; } 3>&1 >&4 \\
                        | cat >&2; } 4>&1
                    """
            ).end(withinSeconds: FaultBench.patienceSeconds)
            let isForgetful = FaultBench.isForgetful(ending)
            tally.add(
                "\(limit) \(value)", Self.outcome(ending),
                try Self.complaints(of: ending, limit)
                    + bench.complaints(
                        isMissingInput: ending.status == 3 && ending.errors.contains(limit.cause),
                        isForgetful: isForgetful))
        }
        tally.finish()
    }

    private static func outcome(_ ending: ProgramEnding) -> String {
        switch ending.status {
        case 0, 3: "survived"
        case 127: "did not load"
        case 128...: "crashed"
        default: "exit \(ending.status)"
        }
    }

    /// A program that cannot be loaded or that gets no memory may end as it likes.
    private static func complaints(of ending: ProgramEnding, _ limit: Limit) -> [String] {
        switch ending.status {
        case 0, 3, 127: []
        case 73, 74, 75:
            ending.errors.contains(limit.cause) || limit.isDeadly
                ? [] : ["the message does not say \(limit.cause): \(ending.errors)"]
        case _ where limit.isDeadly: []
        default: ["it ended with \(ending.status): \(ending.errors)"]
        }
    }
}
