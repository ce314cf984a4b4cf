import Archive
import Foundation
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

/// Every kind of damage to every file of an archive: found, survived by a run, repaired.
///
/// `WINNOW_FAULTS=all` tries all of it, else an even sample.
@Suite struct DamageSweepTests {
    private static let isWhole =
        ProcessInfo.processInfo.environment["WINNOW_FAULTS"] == "all"
    private static let seed: UInt64 = 20_261_121

    private let scratch: ScratchFolder
    private let whole: [String: [UInt8]]
    private let names: [String]

    init() throws {
        scratch = try ScratchFolder()
        try scratch.makeStore()
        whole = try scratch.store()
        names = whole.keys.sorted()
    }

    /// Half of the flips anywhere in the store, half of them spread evenly over its files.
    private func flips(_ count: Int) -> [StoreDamage] {
        var random = SeededGenerator(seed: Self.seed)
        let total = whole.values.reduce(0) { $0 + $1.count }
        return (0..<count).map { number in
            var name = names[number / 2 % names.count]
            if number % 2 == 0 {
                var place = Int.random(in: 0..<total, using: &random)
                for candidate in names {
                    name = candidate
                    if place < whole[candidate]?.count ?? 0 { break }
                    place -= whole[candidate]?.count ?? 0
                }
            }
            let bits = 8 * (whole[name]?.count ?? 1)
            return .flip(name, bit: Int.random(in: 0..<bits, using: &random))
        }
    }

    private var removals: [StoreDamage] {
        names.flatMap { name -> [StoreDamage] in
            let count = whole[name]?.count ?? 0
            return [
                .deletion(name), .truncation(name, to: 0), .truncation(name, to: count / 2),
                .truncation(name, to: count - 1),
            ]
        }
    }

    private var swaps: [StoreDamage] {
        var swaps: [StoreDamage] = []
        for (index, name) in names.enumerated() {
            for other in names.dropFirst(index + 1) where whole[name] != whole[other] {
                swaps.append(.swap(name, other))
            }
        }
        return swaps
    }

    private func sample(_ damages: [StoreDamage], _ count: Int) -> [StoreDamage] {
        if Self.isWhole || damages.count <= count { return damages }
        return (0..<count).map { damages[$0 * damages.count / count] }
    }

    private func tell(_ what: String, _ damages: [StoreDamage]) {
        guard Self.isWhole else { return }
        let kinds = Dictionary(grouping: damages, by: \.kind).mapValues(\.count)
        let text = kinds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        FileHandle.standardError.write(
            Data("\(what): \(damages.count) (\(text.joined(separator: ", ")))\n".utf8))
    }

    @Test func `the store holds every kind of file`() throws {
        let kinds = Set(names.map { StoreDamage.deletion($0).kind })
        #expect(
            kinds == [
                "articles", "duplicates", "rejected", "ledger", "manifest.json", "SHA256SUMS",
                "README.md", "commits", "segments", "known", "catalogue.sqlite", "catalogue.sum",
            ])
        #expect(names.count { $0.contains("commits/") } == 3)
        #expect(names.count { $0.contains("segments/") } >= 2)
        for scope in [VerificationScope.full, .quick] {
            let check = try scratch.check("out", scope)
            #expect(check.findings == [] && check.notices == [])
        }
    }

    @Test func `verify finds every flipped bit, truncation, deletion and swap`() throws {
        for damages in [
            sample(flips(2_000), 80), sample(removals, 30), sample(swaps, 30),
        ] {
            for damage in damages {
                try scratch.apply(damage, to: whole)
                let store = try ArchiveStore(opening: scratch.file("out"))
                let findings = try StoreVerification.check(store).findings
                #expect(
                    !findings.isEmpty
                        && damage.names.contains { findings.map(\.path).contains($0) },
                    "seed \(Self.seed), \(damage): \(findings)")
                for name in damage.names { try scratch.write("out/\(name)", whole[name] ?? []) }
            }
            tell("verify", damages)
        }
        #expect(try scratch.check().findings == [])
    }

    /// Sizes, footers, the chain of commits.
    @Test func `a quick check finds what changes a size, and every swap that does`() throws {
        for damage in sample(removals, 60) + sample(swaps, 30) {
            try scratch.apply(damage, to: whole)
            let sizes = damage.names.map { whole[$0]?.count ?? 0 }
            let isSameSize = sizes.count == 2 && sizes[0] == sizes[1]
            let store = try ArchiveStore(opening: scratch.file("out"))
            let findings = try StoreVerification.check(store, scope: .quick).findings
            // Lists of known records are small and read whole all the same.
            #expect(!findings.isEmpty || isSameSize, "\(damage): \(findings)")
            for name in damage.names { try scratch.write("out/\(name)", whole[name] ?? []) }
        }
    }

    @Test func `a run refuses what is damaged, puts it right, or is not concerned`() throws {
        let damages = sample(flips(300), 12) + sample(removals, 12) + sample(swaps, 12)
        try scratch.write("new.jsonl", ScratchFolder.jsonLines([("new", LikeTexts.text(900))]))
        for damage in damages {
            try scratch.apply(damage, to: whole)
            let before = try findingPaths()
            do {
                let report = try scratch.run(["new.jsonl"])
                #expect(report.counts.kept == 1, "\(damage)")
            } catch {
                let text = "\(error)"
                #expect(
                    damage.names.contains { text.contains($0) }, "\(damage): refused with \(text)")
                #expect(try !ArchiveStore(opening: scratch.file("out")).commit.isRun(5))
            }
            let after = try findingPaths()
            #expect(after.isSubset(of: before), "\(damage): \(after) after \(before)")
            try scratch.restore(whole)
        }
        tell("run", damages)
    }

    private func findingPaths() throws -> Set<String> {
        Set(try scratch.check().findings.map(\.path))
    }

    @Test func `repair leaves a whole archive and loses no more than the damaged members`() throws {
        let damages = sample(flips(300), 10) + sample(removals, 12) + sample(swaps, 12)
        let texts = try scratch.texts()
        let rejected = try scratch.idsInOrder(of: .rejected)
        var lostCount = 0
        for damage in damages {
            try scratch.apply(damage, to: whole)
            let trial = try scratch.repair(isDryRun: true)
            let report = try scratch.repair()
            #expect(trial.losses == report.losses && trial.lostIDs == report.lostIDs, "\(damage)")
            let check = try scratch.check()
            #expect(check.findings == [] && check.notices == [], "\(damage)")
            #expect(check.store.notices == [], "\(damage)")
            let isOfRecords = damage.names.contains { name in
                ["articles", "duplicates", "rejected", "ledger", ".winnow/known"].contains {
                    name.hasPrefix($0)
                }
            }
            #expect(isOfRecords || !report.hasLosses, "\(damage): \(report.losses)")
            let left = try scratch.texts()
            for (id, text) in left { #expect(texts[id] == text, "\(damage): \(id)") }
            let gone = texts.count - left.count
            let goneRejected = try rejected.count - scratch.idsInOrder(of: .rejected).count
            #expect(report.counts.removed == gone + goneRejected, "\(damage)")
            #expect(report.hasLosses || gone + goneRejected == 0, "\(damage)")
            let articles = Set(try scratch.idsInOrder(of: .articles))
            #expect(Set(report.lostIDs).isDisjoint(with: left.keys), "\(damage)")
            let lost = Set(texts.keys).subtracting(left.keys)
            if damage.names.contains(where: { $0.hasPrefix("articles") }) {
                #expect(lost.isSubset(of: report.lostIDs), "\(damage): \(report.lostIDs)")
            }
            #expect(
                articles.isSuperset(of: Set(report.decisions.filter { $0.keeper == nil }.map(\.id)))
            )
            // What was lost comes in again, and nothing else.
            let again = try scratch.run(["1.jsonl", "3.jsonl", "4.jsonl"])
            let missing = texts.keys.filter { id in left[id] == nil }
            #expect(Set(try scratch.texts().keys).isSuperset(of: missing), "\(damage)")
            #expect(again.counts.kept + again.counts.duplicateCount >= missing.count, "\(damage)")
            #expect(try scratch.check().findings == [], "\(damage)")
            lostCount += report.hasLosses ? 1 : 0
            try scratch.restore(whole)
        }
        tell("repair (\(lostCount) with losses)", damages)
    }
}

extension Commit? {
    fileprivate func isRun(_ number: Int) -> Bool { self?.run == number }
}
