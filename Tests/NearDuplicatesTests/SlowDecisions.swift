// The detector's oracle.

import ByteText
import NearDuplicates

/// The slow form: each text against all kept ones, over sets of word lists.
func slowDecisions(on texts: [String], threshold: Double) -> [(
    keeper: Int, similarity: Double
)?] {
    let lists = texts.map { WordList(Array($0.utf8)) }
    let sets = lists.map { ShingleSet($0, shingleWords: 5) }
    var kept: [Int] = []
    return texts.indices.map { number in
        if let equal = kept.first(where: { texts[$0] == texts[number] }) { return (equal, 1) }
        var best: (keeper: Int, similarity: Double)?
        for keeper in kept {
            let areShort = lists[number].words.count < 5 || lists[keeper].words.count < 5
            let jaccard = Similarity(sets[number], sets[keeper]).jaccard
            if areShort ? jaccard == 1 : jaccard >= threshold, jaccard > best?.similarity ?? 0 {
                best = (keeper, jaccard)
            }
        }
        if best == nil { kept.append(number) }
        return best
    }
}
