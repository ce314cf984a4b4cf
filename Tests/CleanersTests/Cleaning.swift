// Running the cleaner over texts, for the tests of this target.

import DocumentModel
import Testing

@testable import Cleaners

/// What came of one text.
struct CleanedText {
    var delivered: [UInt8]
    var bytes: [UInt8]
    var edits: [Edit]
    var arena: [UInt8]
    var title: String
    var authors: [String]
    var created: String
    var rejection: RejectionReason?
    var isSameRange: Bool
    var rules: [String]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The delivered bytes, made again from the text and the edits' removed bytes.
    func restored() throws -> [UInt8] {
        let removed = edits.flatMap { delivered[$0.start..<($0.start + $0.removedCount)] }
        var restored: [UInt8] = []
        try EditScript.restore(
            bytes[...], undoing: edits[...], removed: removed[...], into: &restored)
        return restored
    }

    /// The text, made again from the delivered bytes.
    func applied() throws -> [UInt8] {
        var applied: [UInt8] = []
        try EditScript.apply(edits[...], to: delivered[...], inserted: arena, into: &applied)
        return applied
    }
}

/// The built-in rules, compiled once for all tests.
private let builtInRules = Result { try CleaningRules() }

/// Cleans texts as one batch.
func clean(
    _ texts: [[UInt8]], options: CleaningOptions = CleaningOptions(), rules: CleaningRules? = nil,
    prepare: (inout DocumentRecord, inout DocumentBatch) -> Void = { _, _ in }
) throws -> [CleanedText] {
    var cleaner = BatchCleaner(rules: try rules ?? builtInRules.get(), options: options)
    var batch = DocumentBatch(ordinal: 0)
    for text in texts {
        let range = batch.append(text.span)
        var record = DocumentRecord(
            input: 0, form: .textFile, path: .empty, number: 1, byteOffset: 0, raw: range)
        record.delivered = range
        prepare(&record, &batch)
        batch.records.append(record)
    }
    cleaner.clean(&batch)
    var cleaned: [CleanedText] = []
    for record in batch.records {
        let edits = Array(batch.edits[record.edits.bounds])
        cleaned.append(
            CleanedText(
                delivered: Array(batch.bytes(record.delivered)),
                bytes: Array(batch.bytes(record.text)), edits: edits, arena: batch.arena,
                title: String(decoding: batch.bytes(record.title), as: UTF8.self),
                authors: batch.names[record.authors.bounds].map {
                    String(decoding: batch.bytes($0), as: UTF8.self)
                },
                created: String(decoding: batch.bytes(record.created), as: UTF8.self),
                rejection: record.rejection, isSameRange: record.text == record.delivered,
                rules: edits.map { cleaner.table.names[$0.rule] }))
    }
    return cleaned
}

func clean(_ text: String, options: CleaningOptions = CleaningOptions()) throws -> CleanedText {
    try clean([Array(text.utf8)], options: options)[0]
}
