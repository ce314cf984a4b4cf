// The one owner of the index and the archive's members: decides on documents in input order.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates

/// Knows what is archived, decides what becomes of each record, and appends it to a member.
struct ArchiveDecider: ~Copyable {
    private var index: LayeredIndex
    private let isDeduplicating: Bool
    private let isKeepingVersions: Bool
    private let originPrefixes: [String]
    private(set) var assembler = ArchiveAssembler()
    private(set) var faults: [InputFault] = []
    private var damagedRecords = DamagedRecords()

    init(plan: RunPlan, index: consuming LayeredIndex) {
        self.index = index
        isDeduplicating = plan.configuration.deduplication != nil
        isKeepingVersions = plan.configuration.deduplication?.isKeepingVersions ?? false
        originPrefixes = plan.originPrefixes
    }

    /// What has happened so far, without what only the archive knows.
    var report: RunReport {
        var report = RunReport()
        report.counts = assembler.counts
        report.faults = faults
        report.damagedRecords = damagedRecords
        report.indexBytes = index.reservedBytes
        report.cappedCount = index.cappedCount
        return report
    }

    /// Decides on every record of a batch.
    mutating func decide(_ batch: borrowing WorkBatch) throws {
        faults += batch.documents.faults.map { $0.named(after: originPrefixes) }
        assembler.countRead(batch.documents.records.count)
        for position in 0..<batch.documents.records.count {
            try decide(position, batch)
        }
    }

    /// The members that are full, or all of them at the end.
    mutating func takeMembers(isLast: Bool) -> [Member] {
        isLast ? assembler.finish() : assembler.takeMembers()
    }

    /// The whole index after the run; see `LayeredIndex.finish`.
    mutating func finishIndex(after committed: [ArchivedSegment]) throws -> [ArchivedSegment] {
        try index.finish(after: committed)
    }

    private mutating func decide(_ position: Int, _ batch: borrowing WorkBatch) throws {
        let record = batch.documents.records[position]
        let sketch = batch.sketches.sketches[position]
        let answer = try index.complete(batch.answers, at: position, in: batch.sketches)
        if answer.isSeen {
            assembler.countSeen()
            return
        }
        if let reason = record.rejection {
            assembler.appendRejected(batch.rendered, at: position)
            damagedRecords.add(
                reason, detail: batch.documents.bytes(record.rejectionDetail),
                prefix: originPrefixes[record.input])
            try index.add(.rejected, identity: sketch.identity, id: sketch.idHash)
            return
        }
        let match =
            isDeduplicating ? index.match(sketch, in: batch.sketches, answer: answer) : nil
        let fate = try fate(of: record, sketch, answer, match, in: batch.documents)
        if let mark = fate.mark {
            assembler.appendDuplicate(batch.rendered, at: position, mark: mark, newID: fate.newID)
        } else {
            assembler.appendKept(
                batch.rendered, at: position, newID: fate.newID, predecessor: fate.predecessor)
            if let newID = fate.newID {
                index.insert(sketch, in: batch.sketches, id: newID.span, answer: answer)
            } else {
                let id = batch.documents.arena.span.extracting(record.id.bounds)
                index.insert(sketch, in: batch.sketches, id: id, answer: answer)
            }
        }
        try index.add(
            fate.mark == nil ? .kept : .duplicate, identity: sketch.identity,
            id: fate.newID.map { Digest(of: $0.span).low } ?? sketch.idHash)
    }

    private struct Fate {
        /// Nil for a kept document.
        var mark: DuplicateMark?
        /// The id that it gets because its own is taken.
        var newID: [UInt8]?
        /// The id of the version before.
        var predecessor: [UInt8]?
    }

    private mutating func fate(
        of record: DocumentRecord, _ sketch: DocumentSketch, _ answer: ArchivedAnswer,
        _ match: Match?, in documents: borrowing DocumentBatch
    ) throws -> Fate {
        var fate = Fate()
        let id = documents.arena.span.extracting(record.id.bounds)
        let isIDFree = index.claim(sketch.idHash, answer: answer)
        let keeper = try match.map { try index.id(of: $0.keeper) }
        // The keeper has the id that this record has to give up: a new version of it.
        let isUpdate =
            match?.kind == .near && !isIDFree
            && keeper.map { Self.isVersion($0, of: documents.bytes(record.id)) } ?? false
        if isUpdate, isKeepingVersions {
            fate.predecessor = keeper
            fate.newID = try index.claimNext(
                after: id, hash: sketch.idHash, mark: Self.versionMark)
            return fate
        }
        if !isIDFree {
            fate.newID = try index.claimNext(
                after: id, hash: sketch.idHash, mark: Self.repetitionMark)
        }
        if let match, let keeper {
            fate.mark = DuplicateMark(
                keeper: keeper, similarity: match.similarity,
                kind: isUpdate ? .update : match.kind)
        }
        return fate
    }

    /// Between the id and the number of another document with the same id.
    private static let repetitionMark = UInt8(ascii: "~")
    /// Between the id and the number of a new version of a document.
    private static let versionMark = UInt8(ascii: "@")

    /// True for the id itself and for `id@2`, `id@3` and so on.
    private static func isVersion(_ keeper: [UInt8], of id: ArraySlice<UInt8>) -> Bool {
        guard keeper.starts(with: id) else { return false }
        let rest = keeper.dropFirst(id.count)
        let isNumber = rest.count > 1 && rest.dropFirst().allSatisfy { (48...57).contains($0) }
        return rest.isEmpty || rest.first == versionMark && isNumber
    }
}
