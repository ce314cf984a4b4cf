// The sketches of a batch of documents: what the detector needs to know of each text.

package import ByteText
internal import DocumentModel

/// What is known of one document.
package struct DocumentSketch: Sendable {
    /// Of source, original id and delivered text together: tells a record that was archived before.
    package var identity: Digest
    /// A hash of the id.
    package var idHash: UInt64
    /// Of the cleaned text; of its words if there are fewer than a shingle holds.
    package var text: Digest
    package var wordCount = 0
    /// The document's sorted set of shingle hashes in `SketchBatch.shingles`;
    /// empty for short texts.
    package var shingleStart = 0
    package var shingleCount = 0
    /// Position of the band keys in the batch's table, in documents.
    package var row = 0

    /// Where its set lies in `SketchBatch.shingles`.
    package var shingles: Range<Int> { shingleStart..<shingleStart + shingleCount }

    /// True if the text has fewer words than a shingle: it is matched by equality of its words.
    package var isShort: Bool { shingleCount == 0 }

    /// False for rejected records and where near-duplicates are not asked for.
    package var isComparable: Bool { wordCount > 0 }
}

extension DocumentSketch {
    /// A sketch whose tables are elsewhere.
    package init(
        identity: Digest, idHash: UInt64, text: Digest, wordCount: Int, shingleCount: Int
    ) {
        self.identity = identity
        self.idHash = idHash
        self.text = text
        self.wordCount = wordCount
        self.shingleCount = shingleCount
        shingleStart = 0
        row = 0
    }
}

/// Sketches of all records of a batch, in the batch's order. Reused from batch to batch.
package struct SketchBatch: ~Copyable {
    /// One a record; rejected records have one with an identity only.
    package internal(set) var sketches: [DocumentSketch] = []
    /// Shingle hashes of all documents, one sorted set after the other.
    package internal(set) var shingles: [UInt32] = []
    /// `bandCount` keys a document that has shingles.
    package internal(set) var bandKeys: [UInt32] = []

    package init() {}

    /// Makes room for the next batch.
    package mutating func removeAll() {
        sketches.removeAll(keepingCapacity: true)
        shingles.removeAll(keepingCapacity: true)
        bandKeys.removeAll(keepingCapacity: true)
    }
}

extension DocumentSketch {
    /// What a record is known by: source, id and text as it was delivered, so that other cleaning
    /// rules do not make strangers of archived records; for a rejected one its raw bytes.
    init(_ record: DocumentRecord, in arena: Span<UInt8>) {
        let source = Digest(of: arena.extracting(record.source.bounds))
        let id = Digest(of: arena.extracting(record.id.bounds))
        let content = record.rejection == nil ? record.delivered : record.raw
        identity = source.joined(id).joined(Digest(of: arena.extracting(content.bounds)))
        idHash = id.low
        text = Digest(of: arena.extracting(record.text.bounds))
    }
}

extension SketchBatch {
    /// Appends the sketches of another batch behind this one's.
    ///
    /// - Parameter bandCount: band keys a document.
    package mutating func append(_ other: borrowing SketchBatch, bandCount: Int) {
        let offset = shingles.count
        let rowOffset = bandKeys.count / bandCount
        for sketch in other.sketches {
            var moved = sketch
            moved.shingleStart += offset
            moved.row += rowOffset
            sketches.append(moved)
        }
        shingles.append(contentsOf: other.shingles)
        bandKeys.append(contentsOf: other.bandKeys)
    }
}
