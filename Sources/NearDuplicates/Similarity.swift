// How alike two texts are, exactly, for people.

package import ByteText

/// Exact similarity of two texts over their sets of shingles, compared as words, not as hashes.
package struct Similarity: Sendable, Equatable {
    /// Distinct shingles of the first text, of the second, and in both.
    package var firstCount: Int
    package var secondCount: Int
    package var sharedCount: Int

    /// Shared shingles over all shingles.
    package var jaccard: Double {
        let union = firstCount + secondCount - sharedCount
        return union == 0 ? 0 : Double(sharedCount) / Double(union)
    }

    /// Shared shingles over those of the smaller text.
    package var containment: Double {
        let smaller = min(firstCount, secondCount)
        return smaller == 0 ? 0 : Double(sharedCount) / Double(smaller)
    }

    package init(_ first: ShingleSet, _ second: ShingleSet) {
        firstCount = first.shingles.count
        secondCount = second.shingles.count
        sharedCount = first.shingles.intersection(second.shingles).count
    }
}

/// The shingles of a text as word lists: the definition, against which the hashes are tested.
package struct ShingleSet: Sendable {
    package let shingles: Set<[String]>

    /// A text shorter than a shingle has one shingle, of all its words.
    package init(_ list: WordList, shingleWords: Int) {
        let words = list.words.map(\.lowered)
        shingles =
            if words.isEmpty {
                []
            } else if words.count < shingleWords {
                [words]
            } else {
                Set(
                    (0...(words.count - shingleWords)).map {
                        Array(words[$0..<($0 + shingleWords)])
                    })
            }
    }
}
