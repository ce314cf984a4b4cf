import DocumentModel
import TestFixtures
import Testing

@testable import NearDuplicates

/// Random families of originals, copies, excerpts and collections.
struct Families {
    var archived: [[UInt32]] = []
    var rows: [[UInt32]] = []
    var order: [Int] = []

    init(seed: UInt64, count: Int) {
        var generator = SeededGenerator(seed: seed)
        var sets: [[UInt32]] = []
        for _ in 0..<count {
            let set = Self.made(from: sets, using: &generator)
            sets.append(set)
            if Int.random(in: 0..<8, using: &generator) == 0 {
                archived.append(set)
            } else {
                rows.append(set)
            }
        }
        rows.shuffle(using: &generator)
        order = rows.indices.shuffled(using: &generator)
    }

    private static func made(
        from sets: [[UInt32]], using generator: inout SeededGenerator
    ) -> [UInt32] {
        func fresh(_ count: Int) -> [UInt32] {
            (0..<count).map { _ in .random(in: 0..<(1 << 28), using: &generator) }
        }
        let kind = sets.isEmpty ? 0 : Int.random(in: 0..<10, using: &generator)
        if kind == 0 { return Set(fresh(.random(in: 20...120, using: &generator))).sorted() }
        var hashes = Set(sets[Int.random(in: 0..<sets.count, using: &generator)])
        switch kind {
        case 1...4:
            // A copy: some hashes go, others come.
            let most = max(1, hashes.count / 8)
            for hash in hashes.sorted().shuffled(using: &generator)
                .prefix(.random(in: 0...most, using: &generator))
            { hashes.remove(hash) }
            hashes.formUnion(fresh(.random(in: 0...most, using: &generator)))
        case 5...6:
            // An excerpt with a little of its own.
            let kept = Int.random(in: 10...max(10, hashes.count), using: &generator)
            hashes = Set(hashes.sorted().shuffled(using: &generator).prefix(kept))
            hashes.formUnion(fresh(.random(in: 0...(kept / 10), using: &generator)))
        default:
            // A collection of two.
            hashes.formUnion(sets[Int.random(in: 0..<sets.count, using: &generator)])
            hashes.formUnion(fresh(.random(in: 0...10, using: &generator)))
        }
        return hashes.sorted()
    }
}

@Suite struct CollectedFamilyTests {
    @Test(arguments: 1...25 as ClosedRange<UInt64>)
    func `every drop has a kept keeper and nothing kept could be dropped`(seed: UInt64) throws {
        let families = Families(seed: seed, count: 70)
        let (rows, archived) = (families.rows, families.archived)
        let decision = try TableRun.decision(archived: archived, rows, order: families.order)
        let kept = rows.indices.filter { decision.drops[$0] == nil }
        for (row, drop) in decision.drops.enumerated() {
            guard let drop else { continue }
            let keeper: [UInt32]
            switch drop.keeper {
            case .archived(let number): keeper = archived[number]
            case .collected(let other):
                #expect(decision.drops[other] == nil, "seed \(seed): row \(row) into \(other)")
                #expect(other != row)
                keeper = rows[other]
            }
            if drop.kind == .contained {
                #expect(drop.similarity == TableRun.containment(rows[row], keeper))
                #expect(drop.similarity >= 0.9)
                #expect(rows[row].count <= keeper.count)
            } else {
                #expect(drop.similarity == TableRun.jaccard(rows[row], keeper))
                #expect(drop.similarity >= 0.8)
            }
        }
        for row in kept {
            for other in kept where other != row {
                #expect(
                    TableRun.jaccard(rows[row], rows[other]) < 0.8, "seed \(seed): \(row), \(other)"
                )
                #expect(
                    TableRun.containment(rows[row], rows[other]) < 0.9,
                    "seed \(seed): \(row) (\(rows[row].count)), \(other) (\(rows[other].count))")
            }
            for set in archived {
                #expect(TableRun.jaccard(rows[row], set) < 0.8, "seed \(seed): \(row)")
                if set.count >= rows[row].count {
                    #expect(TableRun.containment(rows[row], set) < 0.9, "seed \(seed): \(row)")
                }
            }
        }
        let parts = kept.flatMap { row in
            archived.indices.filter {
                archived[$0].count < rows[row].count
                    && TableRun.containment(rows[row], archived[$0]) >= 0.9
            }.map { [$0, row] }
        }
        #expect(decision.archivedParts.map { [$0.archived, $0.row] } == parts)
    }

    /// The documented steps over tables of all pairs.
    private func oracle(_ families: Families) -> [CollectedDrop?] {
        let rows = families.rows
        var drops = [CollectedDrop?](repeating: nil, count: rows.count)
        var kept: [Int] = []
        func nearest(_ row: Int) -> CollectedDrop? {
            var run = TableRun(archived: families.archived, rows: rows)
            for keeper in kept { run.keep(keeper) }
            return run.match(row)
        }
        func precedes(_ first: Int, _ second: Int) -> Bool {
            if rows[first].count != rows[second].count {
                return rows[first].count > rows[second].count
            }
            return families.order.firstIndex(of: first) ?? 0
                < families.order.firstIndex(of: second) ?? 0
        }
        func container(_ row: Int) -> CollectedDrop? {
            let run = TableRun(archived: families.archived, rows: rows)
            var best = run.archivedContainer(of: row).map {
                CollectedDrop(
                    keeper: .archived($0.document), similarity: $0.containment, kind: .contained)
            }
            for other in families.order where kept.contains(other) && precedes(other, row) {
                let share = TableRun.containment(rows[row], rows[other])
                if share >= 0.9, share > best?.similarity ?? 0 {
                    best = CollectedDrop(
                        keeper: .collected(other), similarity: share, kind: .contained)
                }
            }
            return best
        }
        for row in families.order {
            drops[row] = nearest(row)
            if drops[row] == nil { kept.append(row) }
        }
        for row in kept.sorted(by: precedes) {
            if let drop = container(row) {
                drops[row] = drop
                kept.removeAll { $0 == row }
            }
        }
        while true {
            let orphans = families.order.filter {
                if case .collected(let keeper) = drops[$0]?.keeper {
                    drops[keeper] != nil
                } else {
                    false
                }
            }
            if orphans.isEmpty { return drops }
            var revived: [Int] = []
            for row in orphans {
                drops[row] = nearest(row) ?? container(row)
                if drops[row] == nil {
                    kept.append(row)
                    revived.append(row)
                }
            }
            for row in revived.sorted(by: precedes) where drops[row] == nil {
                for part in kept where precedes(row, part) {
                    let share = TableRun.containment(rows[row], rows[part])
                    if share >= 0.9 {
                        drops[part] = CollectedDrop(
                            keeper: .collected(row), similarity: share, kind: .contained)
                        kept.removeAll { $0 == part }
                    }
                }
            }
        }
    }

    @Test(arguments: 100...108 as ClosedRange<UInt64>)
    func `the decision is that of comparing all pairs step by step`(seed: UInt64) throws {
        let families = Families(seed: seed, count: 60)
        let decision = try TableRun.decision(
            archived: families.archived, families.rows, order: families.order)
        #expect(decision.drops == oracle(families), "seed \(seed)")
    }

    @Test func `the families have copies, parts, orphans and late keepers`() throws {
        var kinds: [DuplicateKind: Int] = [:]
        var changed = 0
        for seed in 1...25 as ClosedRange<UInt64> {
            let families = Families(seed: seed, count: 70)
            var run = TableRun(archived: families.archived, rows: families.rows)
            let nearOnly = try CollectedDecision.decide(&run, order: families.order)
            let both = try TableRun.decision(
                archived: families.archived, families.rows, order: families.order)
            for drop in both.drops { if let drop { kinds[drop.kind, default: 0] += 1 } }
            changed += zip(nearOnly?.drops ?? [], both.drops).count { $0 != nil && $1 == nil }
        }
        #expect(kinds[.near, default: 0] > 100)
        #expect(kinds[.contained, default: 0] > 100)
        #expect(changed > 10)
    }
}
