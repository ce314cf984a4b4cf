// The sketches of a batch of documents: what the detector needs to know of each text.

/// What is known of one document.
package struct DocumentSketch: Sendable {
    /// Of source, original id and cleaned text together: tells a record that was archived before.
    package var identity: Digest
    /// Of the cleaned text; of its words if there are fewer than a shingle holds.
    package var text: Digest
    package var wordCount: Int
    /// The document's sorted set of shingle hashes in `SketchBatch.shingles`;
    /// empty for short texts.
    package var shingleStart: Int
    package var shingleCount: Int
    /// Position of band keys and signature in the batch's tables, in documents.
    package var row: Int

    /// True if the text has fewer words than a shingle: it is matched by equality of its words.
    package var isShort: Bool { shingleCount == 0 }
}

extension DocumentSketch {
    /// A sketch whose tables are elsewhere.
    package init(identity: Digest, text: Digest, wordCount: Int, shingleCount: Int) {
        self.identity = identity
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
    /// `slotCount` bytes a document that has shingles.
    package internal(set) var signatures: [UInt8] = []

    package init() {}

    mutating func removeAll() {
        sketches.removeAll(keepingCapacity: true)
        shingles.removeAll(keepingCapacity: true)
        bandKeys.removeAll(keepingCapacity: true)
        signatures.removeAll(keepingCapacity: true)
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
        signatures.append(contentsOf: other.signatures)
    }
}
