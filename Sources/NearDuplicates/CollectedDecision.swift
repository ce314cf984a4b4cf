// Which documents of a run are kept, when all of them are known.

/// The outcome for a collected run.
package struct CollectedDecision: Sendable {
    /// An archived document that turned out to be a part of a new one. It stays.
    package struct ArchivedPart: Equatable, Sendable {
        /// Number in the archive's index.
        package var archived: Int
        /// The kept row that contains it.
        package var row: Int
        package var containment: Double
    }

    /// By row; nil if it is kept. The keeper of every drop is archived or a kept row.
    package internal(set) var drops: [CollectedDrop?]
    /// In input order of the containing rows.
    package internal(set) var archivedParts: [ArchivedPart] = []
    /// How often a full list of the containment index turned a document away.
    package internal(set) var cappedCount = 0
    /// How often documents had to be decided again because their keeper went.
    package internal(set) var roundCount = 0

    /// Decides a whole run.
    ///
    /// - Parameters:
    ///   - order: all rows, in the order in which they are decided (`KeepRanker.order`).
    ///   - containment: nil if parts of other documents are kept.
    ///   - stop: asked now and then; true ends the decision with nil.
    package static func decide<Run: CollectedRun & ~Copyable>(
        _ run: inout Run, order: [Int], containment: ContainmentParameters? = nil,
        stop: () -> Bool = { false }
    ) throws -> CollectedDecision? {
        precondition(order.count == run.count, "\(order.count) of \(run.count) rows in the order")
        var decision = CollectedDecision(drops: [CollectedDrop?](repeating: nil, count: run.count))
        for row in order {
            if stop() { return nil }
            if let match = try run.match(row) {
                decision.drops[row] = match
            } else {
                try run.keep(row)
            }
        }
        guard let containment else { return decision }
        var pass = ContainmentPass(decision: decision, order: order, parameters: containment)
        return try pass.run(over: &run, stop: stop) ? pass.decision : nil
    }
}
