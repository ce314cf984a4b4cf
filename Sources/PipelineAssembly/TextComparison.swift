// How alike two texts are and which words differ.

internal import ByteText
package import NearDuplicates

/// A place where two texts have different words.
package struct WordDifference: Sendable, Equatable {
    package var first: [String]
    package var second: [String]
}

/// Exact similarity of two texts with the words that differ.
package struct TextComparison: Sendable {
    package let similarity: Similarity
    package let differences: [WordDifference]

    package init(_ first: [UInt8], _ second: [UInt8], shingleWords: Int) {
        let firstWords = WordList(first)
        let secondWords = WordList(second)
        similarity = Similarity(
            ShingleSet(firstWords, shingleWords: shingleWords),
            ShingleSet(secondWords, shingleWords: shingleWords))
        differences = Self.differences(
            firstWords.words.map(\.lowered), secondWords.words.map(\.lowered))
    }

    /// The runs of words outside a longest common subsequence (Myers 1986, as `difference(from:)`
    /// of the standard library computes it).
    private static func differences(_ first: [String], _ second: [String]) -> [WordDifference] {
        var removed = [Bool](repeating: false, count: first.count)
        var inserted = [Bool](repeating: false, count: second.count)
        for change in second.difference(from: first) {
            switch change {
            case .remove(let offset, _, _): removed[offset] = true
            case .insert(let offset, _, _): inserted[offset] = true
            }
        }
        var found: [WordDifference] = []
        var i = 0
        var j = 0
        while i < first.count || j < second.count {
            var difference = WordDifference(first: [], second: [])
            while i < first.count, removed[i] {
                difference.first.append(first[i])
                i += 1
            }
            while j < second.count, inserted[j] {
                difference.second.append(second[j])
                j += 1
            }
            if difference.first.isEmpty, difference.second.isEmpty {
                i += 1
                j += 1
            } else {
                found.append(difference)
            }
        }
        return found
    }
}
