import ByteText
import DocumentModel
import TestFixtures

@testable import NearDuplicates

/// Made-up articles, some of them edited copies of earlier ones.
struct Corpus {
    var texts: [String] = []

    init(count: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<count {
            if !texts.isEmpty, Int.random(in: 0..<10, using: &generator) < 6 {
                let original = texts[Int.random(in: 0..<texts.count, using: &generator)]
                texts.append(Self.edited(original, using: &generator))
            } else {
                texts.append(Self.article(using: &generator))
            }
        }
    }

    static func article(using generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 1...250, using: &generator)
        return (0..<count).map { _ in
            "w\(Int.random(in: 0..<4_000, using: &generator))"
        }.joined(separator: " ")
    }

    private static func edited(_ text: String, using generator: inout SeededGenerator) -> String {
        var words = text.split(separator: " ").map(String.init)
        for _ in 0..<Int.random(in: 0...5, using: &generator) where !words.isEmpty {
            let place = Int.random(in: 0..<words.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: words[place] = "x\(Int.random(in: 0..<4_000, using: &generator))"
            case 1: words.remove(at: place)
            default: words.insert("y\(Int.random(in: 0..<99, using: &generator))", at: place)
            }
        }
        return words.joined(separator: " ")
    }
}

/// One batch that holds the texts, with their numbers as ids.
func batch(of texts: [String]) -> DocumentBatch {
    var batch = DocumentBatch(ordinal: 0)
    for (number, text) in texts.enumerated() {
        let raw = batch.append(text)
        var record = DocumentRecord(
            input: 0, form: .textFile, path: .empty, number: number + 1, byteOffset: 0, raw: raw)
        record.delivered = raw
        record.text = raw
        record.id = batch.append("\(number)")
        batch.records.append(record)
    }
    return batch
}

/// What became of each text: nil if kept or rejected.
func decisions(
    on texts: [String], parameters: NearDuplicateParameters
) -> (matches: [Match?], keepers: [Int], rejected: [Int], capped: Int) {
    var batch = batch(of: texts)
    var sketches = SketchBatch()
    var sketcher = BatchSketcher(parameters: parameters)
    sketcher.sketch(&batch, into: &sketches)
    var index = MemoryIndex(parameters: parameters)
    var matches: [Match?] = []
    var keepers: [Int] = []
    var rejected: [Int] = []
    for number in texts.indices {
        if batch.records[number].rejection != nil {
            rejected.append(number)
            matches.append(nil)
            continue
        }
        let id = Array("\(number)".utf8)
        let match = index.decide(sketches.sketches[number], in: sketches, id: id.span)
        matches.append(match)
        if match == nil { keepers.append(number) }
    }
    return (matches, keepers, rejected, index.cappedCount)
}
