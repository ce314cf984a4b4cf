import ByteText
import IndexStore
import SystemPackage
import TestFixtures
import Testing

@testable import NearDuplicates

/// Segments of made-up articles, asked for the nearest ones.
@Suite struct NeighbourTests {
    private let parameters = NearDuplicateParameters()

    /// Texts with their sketches, archived as segments of the sizes given, whatever they resemble.
    private func segments(
        of texts: [String], sizes: [Int], in folder: ScratchFolder
    ) throws -> [Segment] {
        var batch = batch(of: texts)
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&batch, into: &sketches)
        var segments: [Segment] = []
        var number = 0
        for (part, size) in sizes.enumerated() {
            var index = RunIndex(
                parameters: parameters, first: segments.last?.extent.end ?? RecordCounts())
            for _ in 0..<size {
                let id = Array("\(number)".utf8)
                let sketch = sketches.sketches[number]
                index.insert(sketch, in: sketches, id: id.span, archived: ArchivedAnswer())
                index.add(.kept, identity: sketch.identity, id: Digest(of: id.span).low)
                number += 1
            }
            let path = folder.path.appending("\(part).seg")
            _ = try index.write(to: path, isSketched: true, isDurable: false)
            segments.append(try Segment(opening: path, root: nil))
        }
        return segments
    }

    /// The neighbours of each text, in all segments.
    private func neighbours(
        of texts: [String], in segments: [Segment], limit: Int, isThorough: Bool
    ) throws -> [[Neighbour]] {
        var batch = batch(of: texts)
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&batch, into: &sketches)
        var lookup = SegmentLookup(parameters: parameters)
        var all: [[Neighbour]] = []
        for sketch in sketches.sketches {
            var neighbours: [Neighbour] = []
            for segment in segments {
                try lookup.addNeighbours(
                    of: sketch, in: sketches, segment, limit: limit, isThorough: isThorough,
                    to: &neighbours)
            }
            all.append(neighbours)
        }
        return all
    }

    /// The definition: compare with every text, sort by similarity, then by age. For texts of at
    /// least one shingle.
    private func slowNeighbours(
        of text: String, among texts: [String], limit: Int
    ) -> [(document: Int, similarity: Double)] {
        func shingles(_ text: String) -> ShingleSet {
            ShingleSet(WordList(Array(text.utf8)), shingleWords: parameters.shingleWords)
        }
        let own = shingles(text)
        let all = texts.enumerated().map { number, other in
            let likeness = Similarity(own, shingles(other))
            return (
                document: number,
                similarity: likeness.containment < 0.02 ? 0 : likeness.jaccard
            )
        }
        return Array(
            all.filter { $0.similarity > 0 }
                .sorted { ($1.similarity, $0.document) < ($0.similarity, $1.document) }
                .prefix(limit))
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `a thorough search finds what comparing with everything finds`(seed: UInt64) throws {
        let folder = try ScratchFolder()
        let corpus = Corpus(count: 120, seed: seed)
        let archived = Array(corpus.texts[..<90])
        let asked = Array(corpus.texts[60...])
        let segments = try segments(of: archived, sizes: [50, 30, 10], in: folder)
        let found = try neighbours(of: asked, in: segments, limit: 4, isThorough: true)
        for (text, neighbours) in zip(asked, found) {
            if WordList(Array(text.utf8)).words.count < parameters.shingleWords { continue }
            let slow = slowNeighbours(of: text, among: archived, limit: 4)
            #expect(neighbours.map(\.similarity) == slow.map(\.similarity), "seed \(seed)")
            #expect(neighbours.map(\.document) == slow.map(\.document), "seed \(seed)")
        }
    }

    @Test func `how often the archive was written does not change the answer`() throws {
        let folders = try [ScratchFolder(), ScratchFolder()]
        let corpus = Corpus(count: 90, seed: 3)
        let one = try segments(of: corpus.texts, sizes: [90], in: folders[0])
        let many = try segments(of: corpus.texts, sizes: [40, 30, 20], in: folders[1])
        for isThorough in [false, true] {
            let fromOne = try neighbours(
                of: corpus.texts, in: one, limit: 200, isThorough: isThorough)
            let fromMany = try neighbours(
                of: corpus.texts, in: many, limit: 200, isThorough: isThorough)
            for (number, text) in corpus.texts.enumerated()
            where WordList(Array(text.utf8)).words.count >= parameters.shingleWords {
                #expect(fromOne[number] == fromMany[number])
            }
        }
    }

    @Test func `an equal text comes first, and every near-duplicate is among the buckets`() throws {
        let folder = try ScratchFolder()
        let corpus = Corpus(count: 150, seed: 4)
        let segments = try segments(of: corpus.texts, sizes: [100, 50], in: folder)
        let found = try neighbours(of: corpus.texts, in: segments, limit: 150, isThorough: false)
        let sure = try neighbours(of: corpus.texts, in: segments, limit: 150, isThorough: true)
        for (neighbours, all) in zip(found, sure) {
            #expect(neighbours.first?.similarity == 1)
            let near = { (list: [Neighbour]) in
                list.filter { $0.similarity >= 0.8 }.map(\.document)
            }
            #expect(near(neighbours) == near(all))
        }
    }

    @Test func `containment and coverage tell which text stands in which`() throws {
        let folder = try ScratchFolder()
        let words = (0..<100).map { "word\($0)" }
        let whole = words.joined(separator: " ")
        let part = words.prefix(54).joined(separator: " ")
        let segments = try segments(of: [whole], sizes: [1], in: folder)
        let found = try neighbours(of: [part], in: segments, limit: 1, isThorough: true)
        let neighbour = try #require(found[0].first)
        #expect(neighbour.containment == 1)
        #expect(neighbour.coverage == 50.0 / 96)
        #expect(neighbour.similarity == 50.0 / 96)
    }

    @Test func `no neighbours are wanted, none are looked for`() throws {
        let folder = try ScratchFolder()
        let segments = try segments(of: ["one two three four five six"], sizes: [1], in: folder)
        let found = try neighbours(
            of: ["one two three four five six"], in: segments, limit: 0, isThorough: true)
        #expect(found == [[]])
    }
}
