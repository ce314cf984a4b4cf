import CHashKernels
import DocumentModel
import TestFixtures
import Testing

@testable import NearDuplicates

@Suite struct ContainmentTests {
    private func random(
        _ count: Int, below limit: UInt32 = .max, using generator: inout SeededGenerator
    ) -> [UInt32] {
        Set((0..<count).map { _ in UInt32.random(in: 0..<limit, using: &generator) }).sorted()
    }

    @Test func `an intersection that stops early is right or below the least`() {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<400 {
            let a = random(.random(in: 0...200, using: &generator), below: 400, using: &generator)
            let b = random(.random(in: 0...200, using: &generator), below: 400, using: &generator)
            let shared = Set(a).intersection(b).count
            for least in [0, 1, shared, shared + 1, 500] {
                let found = ContainmentParameters.sharedCount(a.span, b.span, least: least)
                #expect(found == (shared >= least ? shared : nil), "round \(round), least \(least)")
            }
        }
    }

    @Test func `counting below a limit is counting below a limit`() {
        let set: [UInt32] = [0, 3, 7, 7_000, .max]
        for (limit, count) in [(0, 0), (1, 1), (7, 2), (8, 3), (UInt32.max, 4)] {
            #expect(unsafe winnow_count_below(set, set.count, UInt32(limit)) == count)
        }
        #expect(unsafe winnow_count_below(set, 0, 9) == 0)
    }

    @Test(arguments: [0.5, 0.8, 0.9, 0.95, 0.97, 1])
    func `the least shared number is the first whose share reaches the threshold`(
        threshold: Double
    ) {
        let parameters = ContainmentParameters(threshold: threshold)
        for count in 1...2_000 {
            let least = parameters.leastShared(ofSmaller: count)
            #expect(Double(least) / Double(count) >= threshold)
            #expect(Double(least - 1) / Double(count) < threshold)
        }
    }

    @Test func `a sample is what lies below the limit, or the smallest sixteen`() {
        func count(_ set: [UInt32]) -> Int { ContainmentParameters.sampleCount(of: set.span) }
        let limit = ContainmentParameters.sampleLimit
        #expect(count([]) == 0)
        #expect(count([1, 2, 3]) == 3)
        #expect(count((0..<40).map { limit + $0 }) == 16)
        #expect(count((0..<40).map { limit - 20 + $0 }) == 20)
    }

    @Test(arguments: [1, 2, 5, 64])
    func `the inverted index holds the first documents of each hash up to the cap`(cap: Int) {
        var generator = SeededGenerator(seed: UInt64(cap))
        var postings = ContainmentPostings(
            parameters: ContainmentParameters(threshold: 0.9, postingCap: cap))
        var expected: [UInt32: [Int]] = [:]
        var capped = 0
        for document in 0..<900 {
            let set = random(20, below: 3_000, using: &generator)
            postings.insert(document, set.span)
            for hash in set {
                if expected[hash, default: []].count < cap {
                    expected[hash, default: []].append(document)
                } else {
                    capped += 1
                }
            }
        }
        for hash in 0..<3_000 as Range<UInt32> {
            var found: [Int] = []
            let count = postings.forEachDocument(under: hash) { found.append($0) }
            #expect(found.sorted() == expected[hash, default: []], "hash \(hash)")
            #expect(count == found.count)
        }
        #expect(postings.cappedCount == capped)
    }

    /// By the model, a part is missed if none of its sampled hashes is shared.
    @Test(arguments: [(60, 0.9), (100, 0.99), (200, 0.999), (500, 1.0)])
    func `parts are found as often as their sample lets expect`(size: Int, least: Double) {
        var generator = SeededGenerator(seed: UInt64(size))
        let parameters = ContainmentParameters(threshold: 0.95)
        var postings = ContainmentPostings(parameters: parameters)
        var search = ContainmentSearch(parameters: parameters)
        let rounds = 1_000
        var parts: [[UInt32]] = []
        for document in 0..<rounds {
            let whole = random(size * 5, using: &generator)
            postings.insert(document, whole.span)
            let shared = parameters.leastShared(ofSmaller: size)
            let part = Set(whole.shuffled(using: &generator).prefix(shared))
            parts.append(
                part.union(random(size - shared, using: &generator)).sorted())
        }
        var found = 0
        var verified = 0
        for (document, part) in parts.enumerated() {
            search.collect(part.span, in: postings)
            found += search.containers().contains(document) ? 1 : 0
            verified += search.containers().count
        }
        #expect(Double(found) >= least * Double(rounds), "\(found) of \(rounds)")
        // Chance meetings are rare: hashes are 32 bits wide here.
        #expect(verified - found < rounds / 10)
    }

    @Test func `documents that share little are not compared`() {
        var generator = SeededGenerator(seed: 4)
        let parameters = ContainmentParameters(threshold: 0.95)
        var postings = ContainmentPostings(parameters: parameters)
        var search = ContainmentSearch(parameters: parameters)
        let common = random(150, using: &generator)
        for document in 0..<50 {
            let own = random(850, using: &generator)
            postings.insert(document, Set(common + own).sorted().span)
        }
        let query = Set(common + random(850, using: &generator)).sorted()
        search.collect(query.span, in: postings)
        // A seventh of the query stands in each of them, where 0.95 are asked for.
        #expect(search.containers().isEmpty)
        #expect(search.parts { _ in 1_000 }.isEmpty)
    }

    @Test func `a run of texts drops excerpts and names where they stand`() throws {
        let words = (0..<400).map { "word\($0)" }
        let texts = [
            words[50..<350].joined(separator: " "),
            words.joined(separator: " "),
            words[50..<349].joined(separator: " ") + " other",
            "word1 word2",
        ]
        var documents = batch(of: texts)
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: NearDuplicateParameters())
        sketcher.sketch(&documents, into: &sketches)
        let containment = ContainmentParameters(threshold: 0.95)
        var run = MemoryCollection(
            sketches, documents: Array(texts.indices), parameters: NearDuplicateParameters(),
            containment: containment)
        let decision = try CollectedDecision.decide(
            &run, order: Array(texts.indices), containment: containment)
        let drops = decision?.drops
        #expect(
            drops == [
                CollectedDrop(keeper: .collected(1), similarity: 1, kind: .contained), nil,
                CollectedDrop(
                    keeper: .collected(1), similarity: 295.0 / 296.0, kind: .contained),
                nil,
            ])
    }

    @Test func `a later run drops an excerpt into the archive and reports archived parts`() throws {
        let words = (0..<400).map { "word\($0)" }
        let texts = [
            words[..<200].joined(separator: " "),
            (0..<300).map { "other\($0)" }.joined(separator: " "),
            words.joined(separator: " "),
            (20..<180).map { "other\($0)" }.joined(separator: " "),
        ]
        var documents = batch(of: texts)
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: NearDuplicateParameters())
        sketcher.sketch(&documents, into: &sketches)
        let containment = ContainmentParameters(threshold: 0.95)
        var run = MemoryCollection(
            sketches, documents: Array(texts.indices), archivedCount: 2,
            parameters: NearDuplicateParameters(), containment: containment)
        let decision = try CollectedDecision.decide(
            &run, order: [0, 1], containment: containment)
        let drops = decision?.drops
        let parts = decision?.archivedParts
        #expect(
            drops == [
                nil, CollectedDrop(keeper: .archived(1), similarity: 1, kind: .contained),
            ])
        #expect(parts == [.init(archived: 0, row: 0, containment: 1)])
    }

    /// The order in which near-duplicates are decided is the whole of `first`.
    @Test func `collected in input order, near-duplicates are those of one pass`() throws {
        let texts = Corpus(count: 300, seed: 8).texts
        let parameters = NearDuplicateParameters()
        let once = decisions(on: texts, parameters: parameters)
        var documents = batch(of: texts)
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&documents, into: &sketches)
        var run = MemoryCollection(
            sketches, documents: Array(texts.indices), parameters: parameters)
        let decision = try CollectedDecision.decide(&run, order: Array(texts.indices))
        for (row, match) in once.matches.enumerated() {
            let expected = match.map {
                CollectedDrop(
                    keeper: .collected(once.keepers[$0.keeper]), similarity: $0.similarity,
                    kind: $0.kind)
            }
            let drop = decision?.drops[row]
            #expect(drop == expected, "text \(row)")
        }
    }
}
