// One record of a dump on its way through the stages.

/// What the bytes of a record are.
package enum RecordForm: UInt8, Sendable {
    /// A whole text file is one article.
    case textFile
    /// A JSON object: one line of JSON lines, or one element of a JSON array.
    case json
}

/// One document: fixed size, every variable part a range into the batch's arena.
///
/// The reader fills `input` to `raw`; the parser fills the fields and `delivered`; the cleaner
/// fills `text` and `edits` and those of `title`, `authors`, `created`, `language` that are empty.
/// A record with a `rejection` passes through the later stages untouched.
package struct DocumentRecord: Sendable {
    /// Index of the input in the run's list of inputs.
    package var input: Int
    package var form: RecordForm
    /// The file's path relative to the input (the file's own name if the input is a file;
    /// "-" for standard input). Not necessarily valid UTF-8.
    package var path: ByteRange
    /// Record number in its file, from 1.
    package var number: Int
    /// Offset of the record's first byte in the decompressed file.
    package var byteOffset: Int
    /// The record's bytes as read.
    package var raw: ByteRange

    package var id = ByteRange.empty
    package var source = ByteRange.empty
    package var url = ByteRange.empty
    package var title = ByteRange.empty
    /// Ranges in `DocumentBatch.names`, one an author.
    package var authors = ItemRange.empty
    /// Publication date, ISO 8601.
    package var created = ByteRange.empty
    /// BCP 47 language tag.
    package var language = ByteRange.empty
    /// A JSON object of the original fields that are not used or whose value was changed.
    package var metadata = ByteRange.empty

    /// The text as the reader delivered it. For a UTF-8 text file that is `raw` itself, so it may
    /// hold a byte order mark, carriage returns and malformed UTF-8;
    /// in all other cases valid UTF-8.
    package var delivered = ByteRange.empty
    /// The original bytes where decoding lost something or could not be undone by re-encoding:
    /// the file in another encoding, the JSON line with malformed UTF-8.
    /// Empty if `delivered` is enough.
    package var original = ByteRange.empty
    /// Name of the encoding that `original` was decoded from; empty for UTF-8.
    package var encoding = ByteRange.empty

    /// The cleaned text, valid UTF-8 in NFC.
    package var text = ByteRange.empty
    /// Ranges in `DocumentBatch.edits`: the script that turns `delivered` into `text`.
    package var edits = ItemRange.empty

    package var rejection: RejectionReason?
    /// What exactly was wrong, for people: place and cause.
    package var rejectionDetail = ByteRange.empty

    package init(
        input: Int, form: RecordForm, path: ByteRange, number: Int, byteOffset: Int, raw: ByteRange
    ) {
        self.input = input
        self.form = form
        self.path = path
        self.number = number
        self.byteOffset = byteOffset
        self.raw = raw
    }
}

/// Names in `DocumentRecord.encoding` of JSON lines that had to be repaired to be read. The
/// repaired value is what the reader delivered; the line is kept beside it.
package enum RepairedLine {
    /// Malformed UTF-8 became U+FFFD.
    package static let malformed = "UTF-8 (malformed)"
    /// Escapes of lone surrogates became U+FFFD.
    package static let loneSurrogates = "UTF-8 (lone surrogate escapes)"
}

/// One step of an edit script: at a place of the delivered text some bytes gave way to others.
///
/// The edits of a document are sorted by `start`, do not overlap and never touch without need.
/// The cleaned text is the delivered one with every edit applied; restoring applies the inverse.
package struct Edit: Equatable, Sendable {
    /// Byte offset in the delivered text.
    package var start: Int
    /// How many delivered bytes went.
    package var removedCount: Int
    /// What came in their place, a range in the batch's arena; mostly empty.
    package var inserted: ByteRange
    /// Index into the run's `RuleTable`.
    package var rule: Int
    /// The verdict's score in hundredths; 0 for normalisation, which needs no evidence.
    package var scoreHundredths: Int

    package init(
        start: Int, removedCount: Int, inserted: ByteRange, rule: Int, scoreHundredths: Int
    ) {
        self.start = start
        self.removedCount = removedCount
        self.inserted = inserted
        self.rule = rule
        self.scoreHundredths = scoreHundredths
    }
}

/// Names of the rules that edits refer to by index: `pack/rule` and the pack's version.
package struct RuleTable: Sendable {
    /// For instance `en/subscribe-call`.
    package var names: [String]
    /// For instance `en@1`.
    package var packs: [String]

    package init(names: [String] = [], packs: [String] = []) {
        precondition(names.count == packs.count, "\(names.count) names, \(packs.count) packs")
        self.names = names
        self.packs = packs
    }
}
