import DocumentModel

@testable import NearDuplicates

/// A collected run over bare shingle sets, everything compared with everything.
struct TableRun: CollectedRun {
    var archived: [[UInt32]] = []
    var rows: [[UInt32]]
    var threshold = 0.8
    var containment = 0.9
    /// Kept rows, the one kept first in front.
    private(set) var kept: [Int] = []

    init(archived: [[UInt32]] = [], rows: [[UInt32]]) {
        self.archived = archived
        self.rows = rows
    }

    var count: Int { rows.count }

    func shingleCount(of row: Int) -> Int { rows[row].count }

    func loadShingles(of row: Int, into set: inout [UInt32]) { set = rows[row] }

    static func shared(_ first: [UInt32], _ second: [UInt32]) -> Double {
        Double(Set(first).intersection(second).count)
    }

    static func jaccard(_ first: [UInt32], _ second: [UInt32]) -> Double {
        shared(first, second) / Double(Set(first).union(second).count)
    }

    static func containment(_ first: [UInt32], _ second: [UInt32]) -> Double {
        shared(first, second) / Double(min(first.count, second.count))
    }

    func match(_ row: Int) -> CollectedDrop? {
        var best: CollectedDrop?
        func consider(_ keeper: Keeper, _ set: [UInt32]) {
            let similarity = Self.jaccard(rows[row], set)
            if similarity >= threshold, similarity > best?.similarity ?? 0 {
                best = CollectedDrop(keeper: keeper, similarity: similarity, kind: .near)
            }
        }
        for (number, set) in archived.enumerated() { consider(.archived(number), set) }
        for keeper in kept { consider(.collected(keeper), rows[keeper]) }
        return best
    }

    mutating func keep(_ row: Int) { kept.append(row) }

    mutating func withdraw(_ row: Int) { kept.removeAll { $0 == row } }

    func archivedContainer(of row: Int) -> ArchivedContainment? {
        var best: ArchivedContainment?
        for (number, set) in archived.enumerated() where set.count >= rows[row].count {
            let share = Self.containment(rows[row], set)
            if share >= containment, share > best?.containment ?? 0 {
                best = ArchivedContainment(document: number, containment: share)
            }
        }
        return best
    }

    func archivedParts(of row: Int) -> [ArchivedContainment] {
        archived.indices.compactMap { number in
            let share = Self.containment(rows[row], archived[number])
            return archived[number].count < rows[row].count && share >= containment
                ? ArchivedContainment(document: number, containment: share) : nil
        }
    }

    /// The decision; `order` is input order unless given.
    static func decision(
        archived: [[UInt32]] = [], _ rows: [[UInt32]], order: [Int]? = nil
    ) throws -> CollectedDecision {
        var run = TableRun(archived: archived, rows: rows)
        let decision = try CollectedDecision.decide(
            &run, order: order ?? Array(rows.indices),
            containment: ContainmentParameters(threshold: run.containment, postingCap: 255))
        guard let decision else { throw Stopped() }
        return decision
    }

    struct Stopped: Error {}
}
