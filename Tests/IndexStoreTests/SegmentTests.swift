import ByteText
import SystemPackage
import TestFixtures
import Testing

@testable import IndexStore

@Suite struct SegmentTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func written(_ content: MadeContent, _ name: String = "a.seg") throws -> Segment {
        let path = folder.path.appending(name)
        let summary = try content.write(to: path)
        let segment = try Segment(opening: path, root: summary.root)
        #expect(segment.bytes == summary.bytes)
        #expect(segment.extent == summary.extent)
        return segment
    }

    /// Every document, record, key and some absent keys.
    private func compare(_ segment: Segment, _ content: MadeContent, seed: UInt64) throws {
        #expect(segment.extent == content.extent)
        #expect(segment.parameters == content.parameters)
        for (number, document) in content.documents.enumerated() {
            #expect(try segment.text(of: number) == document.text)
            #expect(try segment.id(of: number) == document.id)
            #expect(try segment.shingleCount(of: number) == document.shingles.count)
            #expect(try segment.shingles(of: number) == document.shingles)
        }
        for (number, row) in content.rows.joined().enumerated() {
            #expect(try segment.record(at: number) == row)
        }
        var generator = SeededGenerator(seed: seed)
        for table in 0..<content.parameters.tableCount {
            var expected: [UInt32: [Int]] = [:]
            for entry in content.oracle(ofTable: table) {
                expected[UInt32(entry >> 32), default: []].append(Int(entry & 0xFFFF_FFFF))
            }
            for (key, rows) in expected {
                #expect(try segment.rows(of: key, inTable: table) == rows, "table \(table)")
            }
            var passed = 0
            for _ in 0..<2_000 {
                let key = UInt32.random(in: 0...UInt32.max, using: &generator)
                guard expected[key] == nil else { continue }
                #expect(try segment.rows(of: key, inTable: table) == [])
                passed += try segment.mayHold(key, inTable: table) ? 1 : 0
            }
            // Ten bits a key and six probes in blocks: about one in eighty.
            #expect(passed < 100, "table \(table), seed \(seed)")
        }
        try segment.verify()
    }

    @Test(arguments: [
        RecordCounts(kept: 1), RecordCounts(duplicates: 1), RecordCounts(rejected: 1),
        RecordCounts(kept: 40), RecordCounts(duplicates: 30, rejected: 30),
        RecordCounts(kept: 31, duplicates: 1), RecordCounts(kept: 32, rejected: 1),
        RecordCounts(kept: 2_000, duplicates: 700, rejected: 90), RecordCounts(),
    ])
    func `what is written is read back`(counts: RecordCounts) throws {
        for hasContainment in [false, true] {
            let content = MadeContent(
                counts: counts, hasContainment: hasContainment, seed: UInt64(counts.sum))
            try compare(
                try written(content, "\(hasContainment).seg"), content, seed: UInt64(counts.sum))
        }
    }

    @Test func `keys may repeat a thousand times`() throws {
        var content = MadeContent(counts: RecordCounts(kept: 3_000), seed: 4, keyLimit: 3)
        content.bands[1] = (0..<1_000).map { 77 << 32 | $0 * 2 }
        try compare(try written(content), content, seed: 4)
    }

    @Test func `a table of more than two to the sixteenth entries is searched`() throws {
        let content = MadeContent(
            counts: RecordCounts(kept: 70_000, duplicates: 3_000), bandCount: 1, seed: 12)
        let segment = try written(content)
        for table in 0..<content.parameters.tableCount {
            for entry in content.oracle(ofTable: table) {
                let (key, row) = (UInt32(entry >> 32), Int(entry & 0xFFFF_FFFF))
                guard try segment.rows(of: key, inTable: table).contains(row) else {
                    Issue.record("table \(table) has lost row \(row)")
                    return
                }
            }
        }
    }

    @Test func `asking stops when it has seen enough`() throws {
        var content = MadeContent(counts: RecordCounts(kept: 9), seed: 1)
        content.bands[0] = (0..<9).map { 5 << 32 | $0 }
        let segment = try written(content)
        var rows: [Int] = []
        try segment.forEachRow(of: 5, inTable: 0) { (row) throws(IndexError) in
            rows.append(row)
            return rows.count < 4
        }
        #expect(rows == [0, 1, 2, 3])
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `a merge of parts is the segment written at once, byte for byte`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let counts = RecordCounts(
            kept: Int.random(in: 0...900, using: &generator),
            duplicates: Int.random(in: 0...400, using: &generator),
            rejected: Int.random(in: 1...60, using: &generator))
        var content = MadeContent(
            counts: counts, hasContainment: seed % 2 == 0, seed: seed,
            keyLimit: seed % 3 == 0 ? 50 : .max)
        content.first = RecordCounts(kept: 7, duplicates: 1_000, rejected: 3)
        let whole = try written(content, "whole.seg")
        let parts = content.parts(Int.random(in: 1...9, using: &generator), using: &generator)
        let segments = try parts.enumerated().map { try written($1, "\($0).seg") }
        let summary = try SegmentMerge(segments).write(
            to: folder.path.appending("merged.seg"), isDurable: false)
        #expect(summary.root == whole.root, "seed \(seed)")
        #expect(try folder.bytes("merged.seg") == folder.bytes("whole.seg"), "seed \(seed)")
    }

    @Test func `a merge of many entries goes in steps and gives the same bytes`() throws {
        var generator = SeededGenerator(seed: 99)
        let content = MadeContent(
            counts: RecordCounts(kept: 150_000, duplicates: 20_000), bandCount: 1, seed: 99)
        let whole = try written(content, "whole.seg")
        let segments = try content.parts(4, using: &generator).enumerated()
            .map { try written($1, "\($0).seg") }
        let summary = try SegmentMerge(segments).write(
            to: folder.path.appending("merged.seg"), isDurable: false)
        #expect(summary.root == whole.root)
    }

    @Test func `merging in two steps gives what merging at once gives`() throws {
        var generator = SeededGenerator(seed: 5)
        let content = MadeContent(
            counts: RecordCounts(kept: 500, duplicates: 90, rejected: 9), seed: 5)
        let segments = try content.parts(5, using: &generator).enumerated()
            .map { try written($1, "\($0).seg") }
        let first = folder.path.appending("first.seg")
        let root = try SegmentMerge(Array(segments[..<3])).write(to: first, isDurable: false).root
        let joined = [try Segment(opening: first, root: root)] + segments[3...]
        let twice = try SegmentMerge(joined).write(
            to: folder.path.appending("twice.seg"), isDurable: false)
        #expect(twice.root == (try written(content, "whole.seg")).root)
    }
}
