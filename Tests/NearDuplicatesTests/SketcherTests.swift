import ByteText
import DocumentModel
import TestFixtures
import Testing

@testable import NearDuplicates

@Suite struct SketcherTests {
    @Test func `a document made of a text's shingles gets the text's set and bands`() {
        let parameters = NearDuplicateParameters()
        var sketcher = BatchSketcher(parameters: parameters)
        var generator = SeededGenerator(seed: 5)
        let texts = (0..<20).map { _ in
            (0..<Int.random(in: 5...400, using: &generator)).map { _ in
                "w\(Int.random(in: 0..<300, using: &generator))"
            }.joined(separator: " ")
        }
        var documents = batch(of: texts)
        var sketches = SketchBatch()
        var made = SketchBatch()
        sketcher.sketch(&documents, into: &sketches)
        for sketch in sketches.sketches {
            // In any order, some of them twice.
            let set = Array(sketches.shingles[sketch.shingles])
            let shingles = (set + set.prefix(9)).shuffled(using: &generator)
            sketcher.append(
                DocumentSketch(
                    identity: sketch.identity, idHash: sketch.idHash, text: sketch.text,
                    wordCount: 0, shingleCount: 0),
                shingles: shingles.span, to: &made)
        }
        let sets = (sketches.shingles, made.shingles)
        #expect(sets.0 == sets.1)
        let keys = (sketches.bandKeys, made.bandKeys)
        #expect(keys.0 == keys.1)
        #expect(keys.0.count == texts.count * parameters.bandCount)
        let rows = (sketches.sketches.map(\.row), made.sketches.map(\.row))
        #expect(rows.0 == rows.1)
    }
}
