// What moves from stage to stage: a batch with what the stages made of it,
// and pieces of the archive.

internal import Archive
internal import DocumentModel
internal import NearDuplicates

/// A batch of documents and the stages' annotations. One owner at a time.
struct WorkBatch: ~Copyable {
    var documents: DocumentBatch
    var sketches = SketchBatch()
    var rendered = RenderedBatch()
    /// Share of the input that was read when this batch was; nil where the whole is not known.
    var share: Double?

    init(_ documents: consuming DocumentBatch) {
        self.documents = documents
    }
}

/// A gzip member before and after it is compressed.
enum ArchivePiece: ~Copyable {
    case full(Member)
    case packed(CompressedMember)
}
