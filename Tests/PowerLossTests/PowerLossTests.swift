import TestFixtures
import Testing

/// With `WINNOW_FAULTS=all` in the environment 300 points at which the power goes, each with every
/// kind of damage; else an even sample of them.
@Suite struct PowerLossTests {
    private static let cutCount = 300
    private static let seed: UInt64 = 41

    /// Points at an even distance from each other, moved a little by the seed. Those of an act lie
    /// before each of its calls and after the last.
    private func cuts(_ history: ArchiveHistory) -> [(act: Int, cut: Int)] {
        var random = SeededGenerator(seed: Self.seed)
        let lengths = history.calls.map { $0.count + 1 }
        let all = lengths.reduce(0, +)
        return (0..<Self.cutCount).map { index in
            let range =
                (index * all / Self.cutCount)..<((index + 1) * all / Self.cutCount)
            var place = Int.random(in: range, using: &random)
            var act = 0
            while place >= lengths[act] {
                place -= lengths[act]
                act += 1
            }
            return (act, place)
        }
    }

    @Test(arguments: Damage.allCases)
    func `the last commit or the one before opens, and the next run ends as if nothing had been`(
        damage: Damage
    ) throws {
        let start = ContinuousClock.now
        let history = try ArchiveHistory.nights.get()
        let shapes = PowerLossTrial.Shape.allCases
        var (trials, survived, fallbacks, newCommits) = (0, 0, 0, 0)
        let cuts = cuts(history)
        // Each kind of damage of a sample has cuts of its own.
        let chosen = SweepRow.choose(of: cuts.count, sample: 3, from: damage.rawValue * 12)
        for index in chosen {
            let point = cuts[index]
            let trial = PowerLossTrial(
                history: history, act: point.act, cut: point.cut, damage: damage,
                shape: shapes[(index + damage.rawValue) % shapes.count],
                seed: UInt64(index * 8 + damage.rawValue))
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
        #expect(trials == chosen.count)
        #expect(survived == trials)
        SweepRow.add(
            "power loss, damage \(damage)", points: trials, survived: survived,
            "\(newCommits) with the new commit, \(fallbacks) fallbacks", since: start)
    }
}
