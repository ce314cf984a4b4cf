// A collected run whose documents wait in a spool, and the archive that they are compared with.

internal import Archive
internal import ByteText
internal import IndexStore
internal import NearDuplicates
internal import Pipeline

/// Answers the questions of a collected decision, and gives ids away in the order of decisions, so
/// that of two records with one id the one that is decided first has it.
///
/// Holds the kept documents of the run in memory as `MemoryIndex` does, and about 100 bytes for
/// each other row.
struct SpooledRun: CollectedRun, ~Copyable {
    private let spool: BatchSpool
    private let recorder: RunRecorder
    private let isKeepingVersions: Bool
    private var kept: MemoryIndex
    /// By place in `kept`: its row.
    private var rows: [Int] = []
    /// By row: its last place in `kept`, or -1.
    private var places: [Int]
    /// By row: whether it has its id.
    private var isNamed: [Bool]
    /// By row: the id that it got because its own was taken.
    private var newIDs: [Int: [UInt8]] = [:]
    /// By row: the document of which it is a new version.
    private var predecessors: [Int: Keeper] = [:]
    /// Versions and their predecessors, which are kept whatever contains them.
    private var versions: Set<Int> = []
    private var loaded = SpooledRow()

    init(plan: RunPlan, spool: BatchSpool, recorder: RunRecorder) {
        self.spool = spool
        self.recorder = recorder
        isKeepingVersions = plan.configuration.deduplication?.isKeepingVersions ?? false
        kept = MemoryIndex(
            parameters: plan.parameters, base: recorder.index.list.value.end.kept)
        places = [Int](repeating: -1, count: spool.rowCount)
        isNamed = [Bool](repeating: false, count: spool.rowCount)
    }

    var count: Int { spool.rowCount }

    func shingleCount(of row: Int) -> Int { spool.shingleCount(of: row) }

    mutating func loadShingles(of row: Int, into set: inout [UInt32]) throws {
        try spool.loadShingles(of: row, into: &set)
    }

    /// Finds what the row duplicates and gives it its id; nil also for a new version of a document.
    mutating func match(_ row: Int) throws -> CollectedDrop? {
        try load(row)
        let sketch = loaded.sketch
        let match = kept.match(sketch, in: loaded.sketches, archived: loaded.answer)
        let isIDFree =
            isNamed[row]
            ? newIDs[row] == nil
            : recorder.index.claim(sketch.idHash, answer: loaded.answer)
        isNamed[row] = true
        let id = loaded.id
        let fate = try recorder.index.fate(
            of: id.span, hash: sketch.idHash, isIDFree: isIDFree,
            keeper: try match.map { ($0, try self.id(of: $0.keeper)) },
            isKeepingVersions: isKeepingVersions, renamed: newIDs[row])
        newIDs[row] = fate.newID
        guard let match else { return nil }
        let keeper = keeper(match.keeper)
        if let mark = fate.mark {
            return CollectedDrop(keeper: keeper, similarity: mark.similarity, kind: mark.kind)
        }
        predecessors[row] = keeper
        versions.insert(row)
        if case .collected(let predecessor) = keeper { versions.insert(predecessor) }
        return nil
    }

    mutating func keep(_ row: Int) throws {
        try load(row)
        places[row] = kept.count
        rows.append(row)
        let id = newIDs[row] ?? loaded.id
        kept.insert(loaded.sketch, in: loaded.sketches, id: id.span, archived: loaded.answer)
    }

    mutating func withdraw(_ row: Int) { kept.withdraw(kept.base + places[row]) }

    func mayBePart(_ row: Int) -> Bool { !versions.contains(row) }

    func archivedContainer(of row: Int) -> ArchivedContainment? { spool.containers[row] }

    func archivedParts(of row: Int) -> [ArchivedContainment] { spool.parts[row] ?? [] }

    /// The fate of every row.
    func outcome(of decision: CollectedDecision) throws -> CollectedOutcome {
        var outcome = CollectedOutcome(newIDs: newIDs)
        // Many rows share a keeper, and then the bytes of its id.
        var ids: [Keeper: [UInt8]] = [:]
        func id(of keeper: Keeper) throws -> [UInt8] {
            if let id = ids[keeper] { return id }
            let id: [UInt8]
            switch keeper {
            case .archived(let document): id = try recorder.index.id(of: document)
            case .collected(let row): id = kept.id(of: kept.base + places[row])
            }
            ids[keeper] = id
            return id
        }
        for drop in decision.drops {
            outcome.marks.append(
                try drop.map {
                    DuplicateMark(
                        keeper: try id(of: $0.keeper), similarity: $0.similarity, kind: $0.kind)
                })
        }
        for (row, predecessor) in predecessors where decision.drops[row] == nil {
            outcome.predecessors[row] = try id(of: predecessor)
        }
        outcome.archivedParts.count = decision.archivedParts.count
        for part in decision.archivedParts.prefix(ArchivedParts.named) {
            outcome.archivedParts.parts.append(
                ArchivedParts.Part(
                    id: String(decoding: try id(of: .archived(part.archived)), as: UTF8.self),
                    container: String(decoding: try id(of: .collected(part.row)), as: UTF8.self),
                    containment: part.containment))
        }
        outcome.indexBytes = kept.reservedBytes
        outcome.cappedCount = kept.cappedCount
        return outcome
    }

    private mutating func load(_ row: Int) throws {
        if loaded.number != row { try spool.load(row, into: &loaded) }
    }

    private func keeper(_ document: Int) -> Keeper {
        document < kept.base ? .archived(document) : .collected(rows[document - kept.base])
    }

    private func id(of document: Int) throws -> [UInt8] {
        document < kept.base ? try recorder.index.id(of: document) : kept.id(of: document)
    }
}

/// What the decision over a collected run says of each of its rows.
struct CollectedOutcome {
    /// By row; nil for those that are kept.
    var marks: [DuplicateMark?] = []
    var newIDs: [Int: [UInt8]]
    var predecessors: [Int: [UInt8]] = [:]
    var archivedParts = ArchivedParts()
    /// Bytes of memory that the decision took.
    var indexBytes = 0
    /// How often a full bucket turned a document away.
    var cappedCount = 0

    init(newIDs: [Int: [UInt8]]) { self.newIDs = newIDs }

    func fate(of row: Int) -> RecordFate {
        RecordFate(mark: marks[row], newID: newIDs[row], predecessor: predecessors[row])
    }
}
