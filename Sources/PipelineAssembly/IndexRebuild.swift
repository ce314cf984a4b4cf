// Deriving the index from the archive again.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates
internal import Pipeline

/// Documents read back from the archive, sketched.
private struct ArchivedBatch: ~Copyable {
    /// Records with the input's id and source, the delivered and the cleaned text, or a rejected
    /// record's raw bytes.
    var documents = DocumentBatch(ordinal: 0)
    /// The id in the archive, by record.
    var ids: [ByteRange] = []
    /// By record.
    var kinds: [RecordKind] = []
    var sketches = SketchBatch()
}

/// Reads all runs back and makes the segments that their documents give. Texts are sketched as they
/// stand, not cleaned again. The caps count documents in archive order, as the runs did.
struct IndexRebuild {
    /// Documents sketched together.
    private static let batchRecords = 256

    let store: ArchiveStore
    let parameters: NearDuplicateParameters
    /// False where the archive was never deduplicated.
    let isSketched: Bool
    /// True if the segments get the table that containment asks.
    let hasContainment: Bool
    let memoryBytes: Int

    /// Makes the segments in a run's staging and lists them.
    func execute(
        in staging: SegmentStaging, progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws -> [ArchivedSegment] {
        var index = LayeredIndex(
            parameters: parameters, isSketched: isSketched, hasContainment: hasContainment,
            memoryBytes: memoryBytes, earlier: [], staging: staging)
        var sketcher = BatchSketcher(
            parameters: parameters, isIdentityOnly: !isSketched, isRejecting: false)
        // A duplicate's keeper stands for it: only its identity and id are entered.
        var identities = BatchSketcher(parameters: parameters, isIdentityOnly: true)
        var batch = ArchivedBatch()
        var count = 0
        var failure: (any Error)?
        func flush() -> Bool {
            do {
                if batch.kinds.first == .kept {
                    batch.sketch(with: &sketcher)
                } else {
                    batch.sketch(with: &identities)
                }
                try enter(batch, into: &index)
                count += batch.ids.count
                progress(RunProgress(phase: .indexing, documents: count, share: nil))
                batch.removeAll()
                if stop() { throw StopRequested() }
            } catch {
                failure = error
            }
            return failure == nil
        }
        func makeRoom(for kind: RecordKind) -> Bool {
            let isFull = batch.ids.count == Self.batchRecords
            return isFull || (batch.kinds.first ?? kind) != kind ? flush() : true
        }
        try ArchiveReader(store).forEachRecord(
            document: { document, stream, delivered in
                let kind = stream == .articles ? RecordKind.kept : .duplicate
                guard makeRoom(for: kind) else { return false }
                batch.append(document, kind, delivered: delivered)
                return true
            },
            rejection: { rejection in
                guard makeRoom(for: .rejected) else { return false }
                batch.append(rejection)
                return true
            })
        if failure == nil { _ = flush() }
        if let failure { throw failure }
        return try index.finish(after: [])
    }

    private func enter(
        _ batch: borrowing ArchivedBatch, into index: inout LayeredIndex
    ) throws {
        for position in batch.ids.indices {
            let sketch = batch.sketches.sketches[position]
            let id = batch.documents.arena.span.extracting(batch.ids[position].bounds)
            if batch.kinds[position] == .kept {
                try index.reinsert(sketch, in: batch.sketches, id: id)
            }
            try index.add(
                batch.kinds[position], identity: sketch.identity, id: Digest(of: id).low)
        }
    }
}

extension ArchivedBatch {
    mutating func sketch(with sketcher: inout BatchSketcher) {
        sketcher.sketch(&documents, into: &sketches)
    }

    mutating func removeAll() {
        documents.removeAll()
        ids.removeAll(keepingCapacity: true)
        kinds.removeAll(keepingCapacity: true)
    }

    mutating func append(
        _ document: borrowing ArchivedDocument, _ kind: RecordKind, delivered: [UInt8]
    ) {
        var record = DocumentRecord(
            input: 0, form: .json, path: .empty, number: 1, byteOffset: 0, raw: .empty)
        record.id = documents.append(document.originalID.span)
        record.source = documents.append(document.source.span)
        record.text = documents.append(document.text.span)
        record.delivered = documents.append(delivered.span)
        ids.append(documents.append(document.id.span))
        kinds.append(kind)
        documents.records.append(record)
    }

    mutating func append(_ rejection: ArchivedRejection) {
        var record = DocumentRecord(
            input: 0, form: .json, path: .empty, number: 1, byteOffset: 0,
            raw: documents.append(rejection.raw.span))
        record.id = documents.append(rejection.id.span)
        record.source = documents.append(rejection.source.span)
        record.rejection = rejection.reason
        ids.append(record.id)
        kinds.append(.rejected)
        documents.records.append(record)
    }
}
