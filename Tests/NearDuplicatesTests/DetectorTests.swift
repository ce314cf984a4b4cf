import ByteText
import DocumentModel
import Testing

@testable import NearDuplicates

@Suite struct DetectorTests {
    @Test(arguments: [
        (0.8, 25, 5), (0.7, 32, 4), (0.9, 16, 8), (0.5, 64, 2), (1.0, 1, 128),
    ])
    func `bands follow from the threshold`(threshold: Double, bands: Int, rows: Int) {
        let parameters = NearDuplicateParameters(threshold: threshold)
        #expect(parameters.bandCount == bands)
        #expect(parameters.rowCount == rows)
    }

    @Test(arguments: [0.7, 0.8, 0.9], [1, 2, 3] as [UInt64])
    func `decisions equal those of comparing all pairs`(threshold: Double, seed: UInt64) {
        let texts = Corpus(count: 300, seed: seed).texts
        let parameters = NearDuplicateParameters(threshold: threshold)
        let found = decisions(on: texts, parameters: parameters)
        for (number, expected) in slowDecisions(on: texts, threshold: threshold).enumerated() {
            let match = found.matches[number]
            #expect(match.map { found.keepers[$0.keeper] } == expected?.keeper, "text \(number)")
            #expect(match?.similarity == expected?.similarity, "text \(number)")
        }
    }

    @Test func `a chain of small edits does not collapse into one`() {
        var words = (0..<200).map { "w\($0)" }
        var texts: [String] = []
        for step in 0..<60 {
            texts.append(words.joined(separator: " "))
            for place in 0..<2 { words[(step * 7 + place * 90) % 200] = "step\(step)x\(place)" }
        }
        let found = decisions(on: texts, parameters: NearDuplicateParameters())
        let sets = texts.map { ShingleSet(WordList(Array($0.utf8)), shingleWords: 5) }
        #expect(found.keepers.count > 1)
        for (number, match) in found.matches.enumerated() {
            guard let match else { continue }
            let exact = Similarity(sets[number], sets[found.keepers[match.keeper]])
            #expect(exact.jaccard == match.similarity)
            #expect(match.similarity >= 0.8)
        }
    }

    @Test func `short texts match by equal words only`() {
        let found = decisions(
            on: ["One two three", "one, two THREE!", "one two four", "three two one"],
            parameters: NearDuplicateParameters())
        #expect(found.keepers == [0, 2, 3])
        #expect(found.matches[1] == Match(keeper: 0, similarity: 1, kind: .short))
    }

    @Test func `texts without a word are rejected and not clustered`() {
        let found = decisions(
            on: ["...", "...", "?!", "a word"], parameters: NearDuplicateParameters())
        #expect(found.rejected == [0, 1, 2])
        #expect(found.keepers == [3])
    }

    @Test func `an equal text is exact and other marks between the words make it near`() {
        let text = "the quick brown fox jumps over the lazy dog"
        let found = decisions(
            on: [text, text, "The quick brown fox jumps over the lazy dog!"],
            parameters: NearDuplicateParameters())
        #expect(found.matches[1] == Match(keeper: 0, similarity: 1, kind: .exact))
        #expect(found.matches[2] == Match(keeper: 0, similarity: 1, kind: .near))
    }

    @Test func `full buckets turn documents away and are counted`() {
        // All share one long block and differ in the rest: J about 0.6, a crowd in many buckets.
        let block = (0..<120).map { "b\($0)" }.joined(separator: " ")
        let texts = (0..<60).map { number in
            block + " " + (0..<30).map { "own\(number)x\($0)" }.joined(separator: " ")
        }
        let small = NearDuplicateParameters(bucketCap: 3)
        let found = decisions(on: texts + texts, parameters: small)
        #expect(found.capped > 0)
        #expect(found.keepers == Array(0..<60))
        #expect(decisions(on: texts, parameters: NearDuplicateParameters()).capped == 0)
    }
}
