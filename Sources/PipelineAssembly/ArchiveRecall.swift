// Rebuilding what a run must know of earlier runs from the archive itself.

internal import Archive
internal import DocumentModel
internal import NearDuplicates
internal import Pipeline

/// Documents read back from the archive, sketched.
struct ArchivedBatch: ~Copyable {
    /// Records with the input's id, source and cleaned text, or a rejected record's raw bytes.
    var documents = DocumentBatch(ordinal: 0)
    /// The id in the archive, by record.
    var ids: [ByteRange] = []
    /// The stream that the record stands in, by record.
    var streams: [ArchiveStream] = []
    var sketches = SketchBatch()
}

/// Reads all earlier runs back into a decider. Texts are signed as they stand, not cleaned again.
///
/// This is the index until segments on disk hold it; its cost grows with the archive.
struct ArchiveRecall {
    /// Documents sketched together.
    private static let batchRecords = 256

    let store: ArchiveStore
    let plan: RunPlan

    func replay(
        into decider: inout ArchiveDecider, progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws {
        let reader = ArchiveReader(store)
        var sketcher = BatchSketcher(
            parameters: plan.parameters,
            isIdentityOnly: plan.configuration.deduplication == nil)
        var identities = BatchSketcher(parameters: plan.parameters, isIdentityOnly: true)
        var batch = ArchivedBatch()
        var count = 0
        var isStopped = false
        func flush(_ sketcher: inout BatchSketcher) {
            batch.sketch(with: &sketcher)
            decider.remember(batch)
            count += batch.ids.count
            progress(RunProgress(phase: .indexing, documents: count, share: nil))
            batch.removeAll()
            isStopped = stop()
        }
        // A duplicate's text is asked for its identity only; its keeper stands for it in the index.
        for stream in [ArchiveStream.articles, .duplicates] {
            try reader.forEachDocument(of: stream) { document in
                batch.append(document, stream)
                if batch.ids.count == Self.batchRecords {
                    if stream == .articles { flush(&sketcher) } else { flush(&identities) }
                }
                return !isStopped
            }
            if stream == .articles { flush(&sketcher) } else { flush(&identities) }
            if isStopped { throw StopRequested() }
        }
        try reader.forEachRejection { rejection in
            batch.append(rejection)
            if batch.ids.count == Self.batchRecords { flush(&identities) }
            return !isStopped
        }
        flush(&identities)
        if isStopped { throw StopRequested() }
    }
}

extension ArchivedBatch {
    mutating func sketch(with sketcher: inout BatchSketcher) {
        sketcher.sketch(&documents, into: &sketches)
    }

    mutating func removeAll() {
        documents.removeAll()
        ids.removeAll(keepingCapacity: true)
        streams.removeAll(keepingCapacity: true)
    }

    mutating func append(_ document: borrowing ArchivedDocument, _ stream: ArchiveStream) {
        var record = DocumentRecord(
            input: 0, form: .json, path: .empty, number: 1, byteOffset: 0, raw: .empty)
        record.id = documents.append(document.originalID.span)
        record.source = documents.append(document.source.span)
        record.text = documents.append(document.text.span)
        ids.append(documents.append(document.id.span))
        streams.append(stream)
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
        streams.append(.rejected)
        documents.records.append(record)
    }
}
