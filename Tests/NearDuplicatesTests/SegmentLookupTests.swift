import ByteText
import DocumentModel
import IndexStore
import SystemPackage
import TestFixtures
import Testing

@testable import NearDuplicates

@Suite struct SegmentLookupTests {
    /// Articles, edited copies, equal copies, short texts and wordless ones.
    private func texts(count: Int, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed &+ 1_000)
        var texts = Corpus(count: count, seed: seed).texts
        for place in texts.indices where place > 0 {
            switch Int.random(in: 0..<12, using: &generator) {
            case 0: texts[place] = texts[Int.random(in: 0..<place, using: &generator)]
            case 1: texts[place] = "only three w\(Int.random(in: 0..<9, using: &generator))"
            case 2: texts[place] = place % 2 == 0 ? "..." : ""
            default: break
            }
        }
        return texts
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `where the documents lie changes no decision`(seed: UInt64) throws {
        let texts = texts(count: 900, seed: seed)
        let parameters = NearDuplicateParameters(
            threshold: [0.8, 0.5, 0.9][Int(seed % 3)], bucketCap: seed > 4 ? 3 : 1_000)
        let whole = decisions(on: texts, parameters: parameters)
        #expect(whole.matches.compactMap { $0 }.count > 200)
        if seed > 4 { #expect(whole.capped > 0) }
        for step in [1, 7, 100, 451] {
            let split = try layeredDecisions(on: texts, parameters: parameters) { number, index in
                if number > 0, number % step == 0, number / step < 40 { try index.spill() }
            }
            #expect(split.matches == whole.matches, "seed \(seed), every \(step)")
            #expect(split.capped == whole.capped, "seed \(seed), every \(step)")
        }
        var generator = SeededGenerator(seed: seed)
        let merged = try layeredDecisions(on: texts, parameters: parameters) { number, index in
            guard number > 0, Int.random(in: 0..<30, using: &generator) == 0 else { return }
            try index.spill()
            if Bool.random(using: &generator) {
                try index.merge(from: Int.random(in: 0..<index.segments.count, using: &generator))
            }
        }
        #expect(merged.matches == whole.matches, "seed \(seed)")
        #expect(merged.capped == whole.capped, "seed \(seed)")
    }

    @Test func `a segment knows its records by identity and its ids by hash`() throws {
        let texts = (0..<50).map { "text number \($0) of quite a few that are all different \($0)" }
        let parameters = NearDuplicateParameters()
        var batch = batch(of: texts)
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&batch, into: &sketches)
        var index = try LayeredDecisions(parameters: parameters)
        for number in 0..<30 {
            _ = try index.decide(
                sketches.sketches[number], in: sketches, id: Array("\(number)".utf8))
            if number == 9 { try index.spill() }
        }
        try index.spill()
        for number in texts.indices {
            let answer = try index.answer(sketches.sketches[number], in: sketches)
            #expect(answer.isSeen == (number < 30))
            var other = sketches.sketches[number]
            other.identity.high ^= 1
            let changed = try index.answer(other, in: sketches)
            #expect(!changed.isSeen)
            #expect(changed.isIDTaken == (number < 30))
            #expect((changed.match != nil) == (number < 30))
        }
        // A record that comes twice within one run is a duplicate, not seen.
        var lookup = SegmentLookup(parameters: parameters)
        var answer = ArchivedAnswer()
        for segment in index.segments {
            try lookup.ask(
                segment, about: sketches.sketches[3], in: sketches, isOfEarlierRun: false,
                into: &answer)
        }
        #expect(!answer.isSeen)
        #expect(answer.match == Match(keeper: 3, similarity: 1, kind: .exact))
    }

    @Test func `a rejected record is known again but takes no id`() throws {
        let folder = try ScratchFolder()
        let parameters = NearDuplicateParameters()
        var index = RunIndex(parameters: parameters, first: RecordCounts())
        let identity = Digest(high: 4, low: 5)
        index.add(.rejected, identity: identity, id: 6)
        let path = folder.path.appending("a.seg")
        let summary = try index.write(to: path, isSketched: true, isDurable: false)
        let segment = try Segment(opening: path, root: summary.root)
        #expect(try !segment.holds(id: 6))
        var batch = batch(of: ["any text at all that has words enough"])
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&batch, into: &sketches)
        var sketch = sketches.sketches[0]
        sketch.identity = identity
        var lookup = SegmentLookup(parameters: parameters)
        var answer = ArchivedAnswer()
        try lookup.ask(segment, about: sketch, in: sketches, isOfEarlierRun: true, into: &answer)
        #expect(answer.isSeen)
    }

    /// Counts by comparing every key with every earlier one.
    @Test(arguments: [2, 5, 1_000])
    func `buckets hold what the definition says and no more than the cap`(cap: Int) {
        let parameters = NearDuplicateParameters(bucketCap: cap)
        var batch = batch(of: Corpus(count: 300, seed: 17).texts)
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&batch, into: &sketches)
        var tables = BandTables(parameters: parameters)
        var slow: [[UInt32: [Int]]] = (0..<parameters.bandCount).map { _ in [:] }
        for (number, sketch) in sketches.sketches.enumerated() where !sketch.isShort {
            var full = 0
            for band in 0..<parameters.bandCount {
                let key = sketches.bandKeys[sketch.row * parameters.bandCount + band]
                if slow[band][key, default: []].count < cap {
                    slow[band][key, default: []].append(number)
                } else {
                    full += 1
                }
            }
            let counted = tables.insert(number, sketch, in: sketches, archivedCounts: [])
            #expect(counted == full, "document \(number)")
        }
        for band in 0..<parameters.bandCount {
            let expected = slow[band].flatMap { key, documents in
                documents.map { UInt64(key) << 32 | UInt64($0) }
            }.sorted()
            #expect(tables.entries(ofBand: band).sorted() == expected, "band \(band)")
        }
    }

    @Test func `archived counts fill buckets as documents in memory do`() {
        let parameters = NearDuplicateParameters(bucketCap: 4)
        var batch = batch(of: ["one text that has words enough for some shingles of its own"])
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&batch, into: &sketches)
        var tables = BandTables(parameters: parameters)
        var counts = [UInt16](repeating: 3, count: parameters.bandCount)
        counts[0] = 4
        counts[1] = UInt16.max
        let full = tables.insert(
            0, sketches.sketches[0], in: sketches, archivedCounts: counts)
        #expect(full == 2)
        let second = tables.insert(
            1, sketches.sketches[0], in: sketches, archivedCounts: counts)
        #expect(second == parameters.bandCount)
    }

    /// 0.55 * 100 is more than 55 in binary fractions, and 5 / 37 * 37 is another number than 5.
    @Test func `sizes alone never rule out a pair at the threshold`() {
        for larger in 1...400 {
            for smaller in 1...larger {
                let similarity = Double(smaller) / Double(larger)
                var search = MatchSearch(threshold: similarity, ours: larger)
                let least = search.leastShared(with: smaller)
                #expect(least.map { $0 <= smaller } == true, "\(smaller) of \(larger)")
                // An older document that is just as similar as the best so far still wins.
                search.consider(9, theirs: smaller, shared: smaller)
                #expect(search.leastShared(with: smaller) != nil, "\(smaller) of \(larger)")
                search.consider(2, theirs: smaller, shared: smaller)
                #expect(search.best?.keeper == 2)
            }
        }
    }
}
