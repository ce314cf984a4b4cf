// The one owner of the index: decides on each document in input order.

/// Decides which documents are kept, in input order: the first one wins, and a document is compared
/// with kept documents only, so clusters are stars around a kept document.
package struct DuplicateDetector<Index: DocumentIndex & ~Copyable>: ~Copyable {
    package private(set) var index: Index

    package init(index: consuming Index) {
        self.index = index
    }

    /// The kept document that this one duplicates; nil if this one is kept, and then it is entered
    /// under `id`.
    package mutating func decide(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>
    ) -> Match? {
        if let match = index.match(sketch, in: sketches) { return match }
        index.insert(sketch, in: sketches, id: id)
        return nil
    }

    /// Enters a document that an earlier run kept, whatever it resembles.
    package mutating func addKept(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>
    ) {
        index.insert(sketch, in: sketches, id: id)
    }
}
