// What the detector asks of an index, wherever it lies.

package import DocumentModel

/// The archived document that a text is a duplicate of.
package struct Match: Equatable, Sendable {
    /// Number of the kept document, in the order in which they were inserted.
    package var keeper: Int
    /// Exact Jaccard similarity of the shingle sets; 1 for equal texts or word lists.
    package var similarity: Double
    package var kind: DuplicateKind
}

/// Kept documents that can be asked which of them a text duplicates.
///
/// The memory index holds all of them; segments on disk answer the same question.
package protocol DocumentIndex: ~Copyable {
    /// The kept document that the text duplicates: one with the same text,
    /// else the most similar one at or above the threshold, the earliest of equals;
    /// nil if there is none.
    mutating func match(_ sketch: DocumentSketch, in sketches: borrowing SketchBatch) -> Match?

    /// Enters a kept document under the next number. Must follow the `match` of the same sketch.
    mutating func insert(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>)

    /// The id of a kept document.
    func id(of keeper: Int) -> [UInt8]
}
