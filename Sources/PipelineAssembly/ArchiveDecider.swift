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
    private let originPrefixes: [String]
    private(set) var assembler = ArchiveAssembler()
    private(set) var faults: [InputFault] = []
    private var damagedRecords = DamagedRecords()

    init(plan: RunPlan, index: consuming LayeredIndex) {
        self.index = index
        isDeduplicating = plan.configuration.deduplication != nil
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
        let ownID = batch.documents.arena.span.extracting(record.id.bounds)
        let newID = try index.claim(ownID, hash: sketch.idHash, answer: answer)
        let match =
            if let newID {
                decide(sketch, in: batch.sketches, id: newID.span, answer)
            } else {
                decide(sketch, in: batch.sketches, id: ownID, answer)
            }
        if let match {
            let keeper = try index.id(of: match.keeper)
            // The keeper has the id that this record had to give up: a new version of it.
            let isUpdate =
                match.kind == .near && newID != nil
                && keeper[...] == batch.documents.bytes(record.id)
            let mark = DuplicateMark(
                keeper: keeper, similarity: match.similarity,
                kind: isUpdate ? .update : match.kind)
            assembler.appendDuplicate(batch.rendered, at: position, mark: mark, newID: newID)
        } else {
            assembler.appendKept(batch.rendered, at: position, newID: newID)
        }
        try index.add(
            match == nil ? .kept : .duplicate, identity: sketch.identity,
            id: newID.map { Digest(of: $0.span).low } ?? sketch.idHash)
    }

    /// The kept document that this one duplicates; nil if this one is kept and entered.
    private mutating func decide(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>,
        _ answer: ArchivedAnswer
    ) -> Match? {
        if isDeduplicating {
            return index.decide(sketch, in: sketches, id: id, answer: answer)
        }
        index.insert(sketch, in: sketches, id: id)
        return nil
    }
}
