// Which kept document a text duplicates, and the search for the best of several.

package import DocumentModel

/// The kept document that a text is a duplicate of.
package struct Match: Equatable, Sendable {
    /// Number of the kept document, in archive order.
    package var keeper: Int
    /// Exact Jaccard similarity of the shingle sets; 1 for equal texts or word lists.
    package var similarity: Double
    package var kind: DuplicateKind

    /// True if the texts are equal, or their words where there are few.
    package var isOfEqualText: Bool { kind == .exact || kind == .short }

    package init(keeper: Int, similarity: Double, kind: DuplicateKind) {
        self.keeper = keeper
        self.similarity = similarity
        self.kind = kind
    }

    /// Of two answers to the same question the one that counts: equal texts before similar ones,
    /// then the higher similarity, then the older keeper.
    package func isBetter(than other: Match?) -> Bool {
        guard let other else { return true }
        if (kind == .near) != (other.kind == .near) { return kind != .near }
        if similarity != other.similarity { return similarity > other.similarity }
        return keeper < other.keeper
    }
}

/// The most similar candidate at or above the threshold, the oldest of equals.
struct MatchSearch {
    private let threshold: Double
    /// Shingles of the text that is looked for.
    private let ours: Int
    private(set) var best: Match?

    init(threshold: Double, ours: Int) {
        self.threshold = threshold
        self.ours = ours
    }

    /// How many shingles a document of so many must share to be of interest; nil if the sizes rule
    /// it out: the smaller set bounds the intersection, the larger one the union.
    func leastShared(with theirs: Int) -> Int? {
        Self.leastShared(ours, theirs, for: best?.similarity ?? threshold)
    }

    /// How many shingles sets of two sizes must share for a similarity; nil if they cannot have it.
    static func leastShared(_ ours: Int, _ theirs: Int, for similarity: Double) -> Int? {
        // A little less than what is wanted: 55 of 100 shingles are 0.55, but 0.55 * 100 is more
        // than 55. `consider` has the last word.
        let wanted = similarity * (1 - 1e-12)
        if Double(min(ours, theirs)) < wanted * Double(max(ours, theirs)) { return nil }
        // From s / (a + b - s) >= t.
        return Int((wanted * Double(ours + theirs) / (1 + wanted)).rounded(.down))
    }

    mutating func consider(_ candidate: Int, theirs: Int, shared: Int) {
        let similarity = Double(shared) / Double(ours + theirs - shared)
        guard similarity >= threshold else { return }
        let match = Match(keeper: candidate, similarity: similarity, kind: .near)
        if match.isBetter(than: best) { best = match }
    }
}
