import Foundation
import TestFixtures
import Testing

@Suite struct PowerLossTests {
    private static let isWhole = ProcessInfo.processInfo.environment["WINNOW_FAULTS"] == "all"
    /// Points at which the power goes.
    private static let cutCount = isWhole ? 300 : 5

    /// A cut lies at an even distance from the next, moved a little by the seed.
    private func cuts(
        _ history: ArchiveHistory, count: Int, _ random: inout SeededGenerator
    ) -> [(act: Int, cut: Int)] {
        // The points of an act lie before each of its calls and after the last.
        let lengths = history.calls.map { $0.count + 1 }
        let all = lengths.reduce(0, +)
        return (0..<count).map { index in
            let range = (index * all / count)..<((index + 1) * all / count)
            var place = Int.random(in: range, using: &random)
            for (act, length) in lengths.enumerated() {
                if place < length { return (act, place) }
                place -= length
            }
            return (0, 0)
        }
    }

    @Test
    func
        `after a power loss the last commit or the one before opens and the next run ends as if nothing had been`()
        throws
    {
        let start = ContinuousClock.now
        let history = try ArchiveHistory(
            acts: [
                .run(night: 1), .run(night: 2), .run(night: 3), .compact, .run(night: 4),
                .forget("2-3"), .rebuild(night: 4), .run(night: 5), .prune(throughRun: 3),
                .run(night: 6),
            ], nights: 6)
        var random = SeededGenerator(seed: 41)
        var (trials, survived, fallbacks, newCommits) = (0, 0, 0, 0)
        for (index, point) in cuts(history, count: Self.cutCount, &random).enumerated() {
            for damage in Damage.allCases {
                let shapes = PowerLossTrial.Shape.allCases
                let trial = PowerLossTrial(
                    history: history, act: point.act, cut: point.cut, damage: damage,
                    shape: shapes[(index + damage.rawValue) % shapes.count], seed: random.next())
                trials += 1
                do {
                    let outcome = try trial.execute()
                    fallbacks += outcome.fallbacks
                    newCommits += outcome.newCommits
                    survived += outcome.failures.isEmpty ? 1 : 0
                    if !outcome.failures.isEmpty {
                        Issue.record("\(trial): \(outcome.failures.prefix(5))")
                    }
                } catch {
                    Issue.record("\(trial): \(error)")
                }
            }
        }
        #expect(survived == trials)
        #expect(newCommits > 0 && newCommits < trials)
        if Self.isWhole {
            print(
                "power losses: \(history.calls.joined().count) calls, \(Self.cutCount) cuts, "
                    + "\(trials) trials, \(survived) survived, \(newCommits) with the new commit, "
                    + "\(fallbacks) fallbacks reported, \(ContinuousClock.now - start)")
        }
    }
}
