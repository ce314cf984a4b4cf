// Documents on their way from the archive back to the index.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates

/// Documents read back from the archive, sketched.
struct ArchivedBatch: ~Copyable {
    /// Records with the input's id and source, the delivered and the cleaned text, or a rejected
    /// record's raw bytes.
    var documents = DocumentBatch(ordinal: 0)
    /// The id in the archive, by record.
    var ids: [ByteRange] = []
    /// By record.
    var kinds: [RecordKind] = []
    var sketches = SketchBatch()
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

    mutating func append(_ document: TakenDocument) {
        var record = DocumentRecord(
            input: 0, form: .json, path: .empty, number: 1, byteOffset: 0, raw: .empty)
        record.id = documents.append(document.originalID.span)
        record.source = documents.append(document.source.span)
        record.text = documents.append(document.text.span)
        record.delivered = documents.append(document.delivered.span)
        ids.append(documents.append(document.id.span))
        kinds.append(document.kind == nil ? .kept : .duplicate)
        documents.records.append(record)
    }
}
