// What the decision over a collected run asks of those who hold its documents and the archive.

package import ByteText
package import DocumentModel

/// A kept document, of an earlier run or of this one.
package enum Keeper: Hashable, Sendable {
    /// Number in the archive's index.
    case archived(Int)
    /// Row of the collected run.
    case collected(Int)
}

/// Why a collected document is not kept.
package struct CollectedDrop: Equatable, Sendable {
    package var keeper: Keeper
    /// Exact: Jaccard's, or the containment for the kind `contained`.
    package var similarity: Double
    package var kind: DuplicateKind

    package init(keeper: Keeper, similarity: Double, kind: DuplicateKind) {
        self.keeper = keeper
        self.similarity = similarity
        self.kind = kind
    }
}

/// An archived document and the exact containment of one document in the other.
package struct ArchivedContainment: Equatable, Sendable {
    /// Number in the archive's index.
    package var document: Int
    package var containment: Double

    package init(document: Int, containment: Double) {
        self.document = document
        self.containment = containment
    }

    package func encode(to fields: inout FieldWriter) {
        fields.number(document)
        fields.word(containment.bitPattern)
    }

    package init(decoding fields: inout FieldReader) throws(FieldFault) {
        document = try fields.number()
        containment = Double(bitPattern: try fields.word())
    }
}

/// The documents of a run, by row in input order, and the kept ones they are compared with.
///
/// Rejected records and records seen before are no rows. Rows are asked for in any order.
package protocol CollectedRun: ~Copyable {
    /// Number of rows.
    var count: Int { get }

    /// Distinct shingles of a row; 0 for a text shorter than a shingle.
    func shingleCount(of row: Int) -> Int

    /// Replaces the content of `set` by the row's sorted shingle set.
    mutating func loadShingles(of row: Int, into set: inout [UInt32]) throws

    /// What the row is a duplicate of, by the rules for equal texts, short texts and
    /// near-duplicates, among the archived documents and the rows that are kept: the most similar
    /// one, an archived one before a row, the one kept earlier before a later one.
    mutating func match(_ row: Int) throws -> CollectedDrop?

    /// Makes a row one of those that `match` finds.
    mutating func keep(_ row: Int) throws

    /// Makes a kept row one that `match` does not find any more. It may be asked to be kept again.
    mutating func withdraw(_ row: Int) throws

    /// False for a row that is kept whatever contains it.
    func mayBePart(_ row: Int) -> Bool

    /// The archived document, at least as large as the row, that contains it best at or above the
    /// containment threshold, the earliest of equals; nil if there is none. The row is not short.
    mutating func archivedContainer(of row: Int) throws -> ArchivedContainment?

    /// The archived documents smaller than the row that it contains, by their number.
    mutating func archivedParts(of row: Int) throws -> [ArchivedContainment]
}

extension CollectedRun where Self: ~Copyable {
    package func mayBePart(_ row: Int) -> Bool { true }
}
