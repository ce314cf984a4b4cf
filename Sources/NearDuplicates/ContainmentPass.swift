// Dropping the documents of a run that are parts of other ones.

internal import DocumentModel

/// The second pass over a collected run, after the near-duplicates were decided
/// (docs/decisions/0009-containment-after-near-duplicates.md):
///
/// 1. The kept rows, the largest first: a row that a kept one contains is dropped into it. What is
///    decided about a row is final before anything smaller is looked at.
/// 2. Rows whose keeper went in step 1 are decided again, in the order of decisions: a duplicate of
///    a kept row, else a part of one, else kept.
/// 3. Rows that step 2 kept take their own parts, the largest first; then again step 2.
struct ContainmentPass: ~Copyable {
    private(set) var decision: CollectedDecision
    private let order: [Int]
    /// By row: its place in the order of decisions.
    private let places: [Int]
    private let parameters: ContainmentParameters
    private var search: ContainmentSearch
    private var postings: ContainmentPostings
    /// By row: whether it stands in the postings, which nothing leaves.
    private var isPosted: [Bool]
    private var ours: [UInt32] = []
    private var theirs: [UInt32] = []

    /// Times that step 3 is done. Step 2 needs a keeper that was contained in a document that its
    /// copy is not contained in; that this happens in a row of rounds has not been seen, but texts
    /// can be made for it. After the last round some parts of late kept rows are kept, too.
    static let roundLimit = 8

    init(decision: CollectedDecision, order: [Int], parameters: ContainmentParameters) {
        self.decision = decision
        self.order = order
        self.parameters = parameters
        var places = [Int](repeating: 0, count: order.count)
        for (place, row) in order.enumerated() { places[row] = place }
        self.places = places
        search = ContainmentSearch(parameters: parameters)
        postings = ContainmentPostings(parameters: parameters)
        isPosted = [Bool](repeating: false, count: order.count)
    }

    /// Does all steps; false if it was stopped.
    mutating func run<Run: CollectedRun & ~Copyable>(
        over run: inout Run, stop: () -> Bool
    ) throws -> Bool {
        let rows = largestFirst(order.filter { takesPart($0, run) }, run)
        let shingleCount = rows.reduce(0) { $0 + run.shingleCount(of: $1) }
        postings = ContainmentPostings(
            parameters: parameters, hashes: shingleCount >> ContainmentParameters.sampleShift)
        for row in rows {
            if stop() { return false }
            try run.loadShingles(of: row, into: &ours)
            if let container = try container(of: row, &run) {
                decision.drops[row] = container
                try run.withdraw(row)
            } else {
                post(row)
            }
        }
        while let orphans = orphans() {
            var revived: [Int] = []
            for row in orphans {
                if stop() { return false }
                if try decideAgain(row, &run) { revived.append(row) }
            }
            decision.roundCount += 1
            if decision.roundCount > Self.roundLimit { break }
            for row in largestFirst(revived, run) where takesPart(row, run) {
                try takeParts(of: row, &run)
            }
        }
        decision.cappedCount = postings.cappedCount
        for row in 0..<run.count where takesPart(row, run) {
            if stop() { return false }
            for part in try run.archivedParts(of: row) {
                decision.archivedParts.append(
                    CollectedDecision.ArchivedPart(
                        archived: part.document, row: row, containment: part.containment))
            }
        }
        return true
    }

    /// True if the row is kept and no short text.
    private func takesPart<Run: CollectedRun & ~Copyable>(
        _ row: Int, _ run: borrowing Run
    ) -> Bool {
        decision.drops[row] == nil && run.shingleCount(of: row) > 0
    }

    /// Rows by size, equal ones in the order of decisions.
    private func largestFirst<Run: CollectedRun & ~Copyable>(
        _ rows: [Int], _ run: borrowing Run
    ) -> [Int] {
        let keyed = rows.map { (row: $0, size: run.shingleCount(of: $0), place: places[$0]) }
        return keyed.sorted { $0.size == $1.size ? $0.place < $1.place : $0.size > $1.size }
            .map(\.row)
    }

    /// Where the row is dropped into, if a kept document contains it. Its set is in `ours`.
    private mutating func container<Run: CollectedRun & ~Copyable>(
        of row: Int, _ run: inout Run
    ) throws -> CollectedDrop? {
        if !run.mayBePart(row) { return nil }
        var best = try run.archivedContainer(of: row).map {
            CollectedDrop(
                keeper: .archived($0.document), similarity: $0.containment, kind: .contained)
        }
        var bestPlace = -1
        let size = ours.count
        let least = parameters.leastShared(ofSmaller: size)
        // A local reference, as `search` and `ours` are one owner's.
        let set = ours
        search.collect(set.span, in: postings)
        for other in search.containers() where other != row && decision.drops[other] == nil {
            // Of two rows of one size, the one that is decided first is the container.
            let otherSize = run.shingleCount(of: other)
            let isLarger = otherSize == size ? places[other] < places[row] : otherSize > size
            guard isLarger else { continue }
            try run.loadShingles(of: other, into: &theirs)
            guard
                let shared = ContainmentParameters.sharedCount(
                    ours.span, theirs.span, least: least)
            else { continue }
            let containment = Double(shared) / Double(size)
            let isBetter =
                if let best {
                    containment > best.similarity
                        || containment == best.similarity && places[other] < bestPlace
                } else { true }
            if isBetter {
                best = CollectedDrop(
                    keeper: .collected(other), similarity: containment, kind: .contained)
                bestPlace = places[other]
            }
        }
        return best
    }

    /// Dropped rows whose keeper is not kept, in the order of decisions; nil if there are none.
    private func orphans() -> [Int]? {
        let orphans = order.filter {
            if case .collected(let keeper) = decision.drops[$0]?.keeper {
                decision.drops[keeper] != nil
            } else {
                false
            }
        }
        return orphans.isEmpty ? nil : orphans
    }

    /// Decides an orphan among what is kept now; true if it is kept itself.
    private mutating func decideAgain<Run: CollectedRun & ~Copyable>(
        _ row: Int, _ run: inout Run
    ) throws -> Bool {
        if let match = try run.match(row) {
            decision.drops[row] = match
            return false
        }
        let isShort = run.shingleCount(of: row) == 0
        if !isShort {
            try run.loadShingles(of: row, into: &ours)
            if let container = try container(of: row, &run) {
                decision.drops[row] = container
                return false
            }
        }
        decision.drops[row] = nil
        try run.keep(row)
        if !isShort { post(row) }
        return true
    }

    /// Lets the row whose set is in `ours` be found by its sample.
    private mutating func post(_ row: Int) {
        if isPosted[row] { return }
        let set = ours
        postings.insert(row, set.span)
        isPosted[row] = true
    }

    /// Drops the kept rows that a row contains into it.
    private mutating func takeParts<Run: CollectedRun & ~Copyable>(
        of row: Int, _ run: inout Run
    ) throws {
        try run.loadShingles(of: row, into: &ours)
        let size = ours.count
        // A local reference, as `search` and `ours` are one owner's.
        let set = ours
        search.collect(set.span, in: postings)
        let parts = search.parts { run.shingleCount(of: $0) }
        for part in parts
        where part != row && decision.drops[part] == nil && run.mayBePart(part) {
            let partSize = run.shingleCount(of: part)
            let isSmaller = partSize == size ? places[part] > places[row] : partSize < size
            if !isSmaller { continue }
            try run.loadShingles(of: part, into: &theirs)
            let least = parameters.leastShared(ofSmaller: partSize)
            if let shared = ContainmentParameters.sharedCount(
                ours.span, theirs.span, least: least)
            {
                decision.drops[part] = CollectedDrop(
                    keeper: .collected(row), similarity: Double(shared) / Double(partSize),
                    kind: .contained)
                try run.withdraw(part)
            }
        }
    }
}
