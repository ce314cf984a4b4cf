// Contents of segments that tests make up, and a slow oracle for all questions.

import ByteText
import CHashKernels
import SystemPackage
import TestFixtures

@testable import IndexStore

/// What a segment is to hold, in plain lists.
struct MadeContent: SegmentContent {
    struct Document {
        var text: Digest
        var id: [UInt8]
        var shingles: [UInt32]
    }

    var parameters: SegmentParameters
    var first = RecordCounts()
    var documents: [Document] = []
    /// By kind.
    var rows: [[RecordRow]] = [[], [], []]
    /// By band, then containment; entries `key << 32 | document`.
    var bands: [[UInt64]]

    init(parameters: SegmentParameters) {
        self.parameters = parameters
        bands = parameters.madeTables.map { _ in [] }
    }

    /// Random records: keys from a small range, so that many repeat.
    init(
        counts: RecordCounts, bandCount: Int = 3, hasContainment: Bool = false, seed: UInt64,
        keyLimit: UInt32 = .max
    ) {
        self.init(
            parameters: SegmentParameters(
                fingerprint: seed, bandCount: bandCount, hasContainment: hasContainment))
        var generator = SeededGenerator(seed: seed)
        for number in 0..<counts.kept {
            let size = Int.random(in: 0...40, using: &generator)
            let shingles = Set(
                (0..<size).map { _ in
                    UInt32.random(in: 0..<1 << UInt32(WINNOW_SHINGLE_BITS), using: &generator)
                        << UInt32(32 - WINNOW_SHINGLE_BITS)
                })
            documents.append(
                Document(
                    text: Self.digest(&generator, keyLimit), id: Array("doc-\(number)".utf8),
                    shingles: shingles.sorted()))
            for (place, _) in parameters.madeTables.enumerated()
            where Int.random(in: 0..<8, using: &generator) > 0 {
                let key = UInt32.random(in: 0..<keyLimit, using: &generator)
                bands[place].append(UInt64(key) << 32 | UInt64(number))
            }
        }
        for kind in RecordKind.allCases {
            rows[kind.rawValue] = (0..<counts[kind]).map { _ in
                RecordRow(
                    identity: Self.digest(&generator, keyLimit),
                    id: Self.digest(&generator, keyLimit).low)
            }
        }
    }

    private static func digest(_ generator: inout SeededGenerator, _ limit: UInt32) -> Digest {
        Digest(
            high: generator.next(),
            low: generator.next() << 32 | UInt64(UInt32.random(in: 0..<limit, using: &generator)))
    }

    var extent: SegmentExtent {
        SegmentExtent(
            first: first,
            counts: RecordCounts(
                kept: rows[0].count, duplicates: rows[1].count, rejected: rows[2].count))
    }

    func forEachDocument(
        _ body: (Digest, Span<UInt8>, Int, Span<UInt8>) throws(IndexError) -> Void
    ) throws(IndexError) {
        for document in documents {
            var coded = [UInt8](
                repeating: 0, count: winnow_encoded_capacity(document.shingles.count))
            // SAFETY: `coded` has the capacity that the kernel asks for.
            let count = unsafe winnow_encode_set(
                document.shingles, document.shingles.count, &coded)
            try body(
                document.text, document.id.span, document.shingles.count,
                coded.span.extracting(0..<count))
        }
    }

    func records(of kind: RecordKind) -> [RecordRow] { rows[kind.rawValue] }

    func entries(ofTable table: Int) -> [UInt64] {
        bands[table == parameters.containmentTable ? parameters.bandCount : table]
    }

    /// All entries of any table, sorted: the oracle.
    func oracle(ofTable table: Int) -> [UInt64] {
        let all = rows.joined()
        let entries: [UInt64] =
            switch table {
            case parameters.textTable:
                documents.enumerated().map { ($1.text.low << 32) | UInt64($0) }
            case parameters.identityTable:
                all.enumerated().map { ($1.identity.low << 32) | UInt64($0) }
            case parameters.idTable:
                all.prefix(rows[0].count + rows[1].count).enumerated()
                    .map { ($1.id << 32) | UInt64($0) }
            default: self.entries(ofTable: table)
            }
        return entries.sorted()
    }

    /// The part of the records in some ranges, by kind.
    func part(_ ranges: [Range<Int>]) -> MadeContent {
        var part = MadeContent(parameters: parameters)
        part.first = RecordCounts(
            kept: first.kept + ranges[0].lowerBound,
            duplicates: first.duplicates + ranges[1].lowerBound,
            rejected: first.rejected + ranges[2].lowerBound)
        part.documents = Array(documents[ranges[0]])
        part.rows = zip(rows, ranges).map { Array($0[$1]) }
        part.bands = bands.map { entries in
            entries.filter { ranges[0].contains(Int($0 & 0xFFFF_FFFF)) }
                .map { $0 - UInt64(ranges[0].lowerBound) }
        }
        return part
    }

    /// Splits the records at random into successive parts, empty ones among them.
    func parts(_ count: Int, using generator: inout SeededGenerator) -> [MadeContent] {
        let cuts = rows.map { rows in
            [0]
                + (1..<count).map { _ in Int.random(in: 0...rows.count, using: &generator) }
                .sorted()
                + [rows.count]
        }
        return (0..<count).map { number in
            part(cuts.map { $0[number]..<$0[number + 1] })
        }
    }

    @discardableResult
    func write(to path: FilePath) throws(IndexError) -> SegmentSummary {
        try Segment.write(
            self, to: path, parameters: parameters, extent: extent, isDurable: false)
    }
}

extension SegmentParameters {
    /// The tables that the content gives by itself.
    var madeTables: [Int] {
        Array(0..<bandCount) + (hasContainment ? [containmentTable] : [])
    }
}

extension Segment {
    /// The rows of a key.
    func rows(of key: UInt32, inTable table: Int) throws(IndexError) -> [Int] {
        var rows: [Int] = []
        guard try mayHold(key, inTable: table) else { return [] }
        try forEachRow(of: key, inTable: table) { (row) throws(IndexError) in
            rows.append(row)
            return true
        }
        return rows
    }
}
