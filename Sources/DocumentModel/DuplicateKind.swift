// How a dropped document resembles the kept one.

/// Why a document counts as a copy of its keeper. `rawValue` is the name in the archive.
package enum DuplicateKind: String, CaseIterable, Sendable {
    /// The cleaned texts are equal.
    case exact
    /// The Jaccard similarity of the texts reaches the threshold.
    case near
    /// Fewer words than a shingle, and the words are equal.
    case short
    /// Most of the text stands in the keeper.
    case contained
    /// A new version of the document with the same id.
    case update
}
