// The one owner of the index and the archive's members: decides on documents in input order.

internal import Archive
internal import DocumentModel
internal import NearDuplicates

/// Knows what is archived, decides what becomes of each record, and appends it to a member.
struct ArchiveDecider: ~Copyable {
    private var known = KnownDocuments()
    private var detector: DuplicateDetector<MemoryIndex>
    private let isDeduplicating: Bool
    private let originPrefixes: [String]
    private(set) var assembler = ArchiveAssembler()
    private(set) var faults: [InputFault] = []
    private var damagedRecords = DamagedRecords()

    init(plan: RunPlan) {
        detector = DuplicateDetector(index: MemoryIndex(parameters: plan.parameters))
        isDeduplicating = plan.configuration.deduplication != nil
        originPrefixes = plan.originPrefixes
    }

    /// What has happened so far, without what only the archive knows.
    var report: RunReport {
        var report = RunReport()
        report.counts = assembler.counts
        report.faults = faults
        report.damagedRecords = damagedRecords
        report.indexBytes = detector.index.reservedBytes
        report.cappedCount = detector.index.cappedCount
        return report
    }

    /// Takes in documents that earlier runs archived.
    mutating func remember(_ batch: borrowing ArchivedBatch) {
        for position in 0..<batch.documents.records.count {
            let sketch = batch.sketches.sketches[position]
            known.addArchived(identity: sketch.identity)
            let stream = batch.streams[position]
            if stream == .rejected { continue }
            let id = batch.documents.arena.span.extracting(batch.ids[position].bounds)
            _ = known.claim(id: id)
            if stream == .articles, isDeduplicating {
                detector.addKept(sketch, in: batch.sketches, id: id)
            }
        }
    }

    /// Decides on every record of a batch.
    mutating func decide(_ batch: borrowing WorkBatch) {
        faults += batch.documents.faults.map { $0.named(after: originPrefixes) }
        assembler.countRead(batch.documents.records.count)
        for position in 0..<batch.documents.records.count {
            decide(position, batch)
        }
    }

    /// The members that are full, or all of them at the end.
    mutating func takeMembers(isLast: Bool) -> [Member] {
        isLast ? assembler.finish() : assembler.takeMembers()
    }

    private mutating func decide(_ position: Int, _ batch: borrowing WorkBatch) {
        let record = batch.documents.records[position]
        let sketch = batch.sketches.sketches[position]
        if known.isArchived(sketch.identity) {
            assembler.countSeen()
            return
        }
        if let reason = record.rejection {
            assembler.appendRejected(batch.rendered, at: position)
            damagedRecords.add(
                reason, detail: batch.documents.bytes(record.rejectionDetail),
                prefix: originPrefixes[record.input])
            return
        }
        let id = batch.documents.arena.span.extracting(record.id.bounds)
        let newID = known.claim(id: id)
        guard isDeduplicating else {
            assembler.appendKept(batch.rendered, at: position, newID: newID)
            return
        }
        let match =
            if let newID {
                detector.decide(sketch, in: batch.sketches, id: newID.span)
            } else {
                detector.decide(sketch, in: batch.sketches, id: id)
            }
        if let match {
            let keeper = detector.index.id(of: match.keeper)
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
    }
}
