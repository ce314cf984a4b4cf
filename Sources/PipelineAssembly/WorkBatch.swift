// What moves from stage to stage: a batch with what the stages made of it,
// and pieces of the archive.

internal import Archive
internal import DocumentModel
internal import NearDuplicates

/// A batch of documents and the stages' annotations. One owner at a time.
struct WorkBatch: ~Copyable {
    var documents: DocumentBatch
    var sketches = SketchBatch()
    /// What the segments of the index say of each record.
    var answers = ArchivedAnswers()
    var rendered = RenderedBatch()
    /// By record its rank under the keep policy; empty for runs that decide at once.
    var ranks: [UInt64] = []
    /// Share of the input that was read when this batch was; nil where the whole is not known.
    var share: Double?
    /// Where the reading was behind it.
    var mark: ReadingMark?

    init(_ documents: consuming DocumentBatch) {
        self.documents = documents
    }

    /// Gives the texts back once they are rendered; the decider asks for ids and rejections only.
    mutating func releaseTexts() {
        var kept: [UInt8] = []
        func move(_ range: inout ByteRange, from arena: [UInt8]) {
            let start = kept.count
            kept.append(contentsOf: arena[range.bounds])
            range = ByteRange(start: start, count: Int(range.count))
        }
        let arena = documents.arena
        for index in documents.records.indices {
            move(&documents.records[index].id, from: arena)
            move(&documents.records[index].rejectionDetail, from: arena)
        }
        documents.arena = kept
        documents.names = []
        documents.edits = []
    }
}

/// A gzip member before and after it is compressed, or a checkpoint behind all members before it.
enum ArchivePiece: ~Copyable {
    case full(Member)
    case packed(CompressedMember)
    case checkpoint(StagedState)
}

/// What a run knows at a checkpoint, as bytes, and what its index needs no more once it is durable.
struct StagedState: Sendable {
    var bytes: [UInt8]
    var outdatedDrafts: [String]
}
