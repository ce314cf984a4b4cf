import ByteIO
import DocumentModel
import SystemPackage
import TestFixtures
import Testing

@testable import Archive

@Suite struct ArchiveReaderTests {
    /// Pieces that texts are made of: everything that JSON or UTF-8 treats specially.
    private static let pieces: [String] =
        (0..<32).map { String(Unicode.Scalar(UInt8($0))) } + [
            "\"", "\\", "/", "\u{7F}", "é", "e\u{301}", "😀", "👩‍👩‍👧", "\u{2028}", "\u{FEFF}",
            "\u{FFFD}",
            "word ", "{\"a\":1}", "\\u0041", "中文", String(repeating: "long ", count: 40),
        ]

    private func randomText(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            Self.pieces.randomElement(using: &generator) ?? ""
        }.joined()
    }

    /// A delivered text made from a cleaned one by random edits, some of them inside characters.
    private func withRandomEdits(
        _ record: inout SampleRecord, _ generator: inout SeededGenerator
    ) {
        let text = Array(record.text.utf8)
        record.delivered = []
        var position = 0
        while position <= text.count {
            let end = min(text.count, position + Int.random(in: 0...40, using: &generator))
            record.delivered += text[position..<end]
            let inserted = Array(
                text[end...].prefix(Int.random(in: 0...3, using: &generator)))
            let removed = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            record.edits.append(
                .init(
                    start: record.delivered.count, removedCount: removed.count,
                    inserted: inserted, rule: 1, score: 150))
            record.delivered += removed
            position = end + inserted.count
            if end == text.count { break }
        }
    }

    private func randomRecords(_ count: Int, seed: UInt64) -> [SampleRecord] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { number in
            var record = SampleRecord(
                id: "\(number)" + randomText(&generator), text: randomText(&generator),
                source: randomText(&generator), title: randomText(&generator),
                authors: [randomText(&generator), ""],
                path: (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) },
                number: number + 1)
            record.delivered = Array(record.text.utf8)
            switch number % 6 {
            case 1: record.fate = .duplicate(keeper: "0", similarity: 1, kind: .exact)
            case 2:
                withRandomEdits(&record, &generator)
                record.newID = "new \(number)"
            case 3: withRandomEdits(&record, &generator)
            case 4:
                record.rejection = .notText
                record.raw = (0..<9).map { _ in UInt8.random(in: 0...255, using: &generator) }
            case 5:
                record.original = [0xFF, 0xFE, UInt8(number % 256)]
                record.encoding = "utf-16le"
            default: break
            }
            return record
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every random record is restored to its bytes`(seed: UInt64) throws {
        let place = try ScratchFolder()
        let records = randomRecords(60, seed: seed)
        try run(Array(records[..<30]), into: Folder(place.path))
        try run(Array(records[30...]), into: Folder(place.path))
        let reader = ArchiveReader(try ArchiveStore(opening: place.path))
        for record in records {
            let expected =
                record.rejection != nil
                ? record.raw : record.original.isEmpty ? record.delivered : record.original
            let id = Array((record.newID ?? record.id).utf8)
            #expect(try reader.restore(id) == expected, "seed \(seed), id \(record.id)")
        }
        #expect(try reader.restore(Array("no such id".utf8)) == nil)
    }

    @Test func `documents come back in order with id, text, source and the input's id`() throws {
        let place = try ScratchFolder()
        let records = randomRecords(60, seed: 4)
        try run(Array(records[..<30]), into: Folder(place.path))
        try run(Array(records[30...]), into: Folder(place.path))
        let reader = ArchiveReader(try ArchiveStore(opening: place.path))
        for stream in [ArchiveStream.articles, .duplicates] {
            let expected = records.filter {
                guard $0.rejection == nil else { return false }
                if case .kept = $0.fate { return stream == .articles }
                return stream == .duplicates
            }
            var found: [[String]] = []
            try reader.forEachDocument(of: stream) { document in
                found.append(
                    [document.id, document.originalID, document.text, document.source].map {
                        String(decoding: $0, as: UTF8.self)
                    } + [document.kind?.rawValue ?? ""])
                return true
            }
            #expect(
                found
                    == expected.map {
                        [
                            $0.newID ?? $0.id, $0.id, $0.text, $0.source,
                            stream == .articles ? "" : "exact",
                        ]
                    })
        }
    }

    @Test func `reading stops when it is told to`() throws {
        let place = try ScratchFolder()
        try run(mixedRecords(100), into: Folder(place.path))
        let reader = ArchiveReader(try ArchiveStore(opening: place.path))
        var count = 0
        try reader.forEachLine(of: .articles) { _, _, address in
            #expect(address.stream == .articles)
            count += 1
            return count < 5
        }
        #expect(count == 5)
    }

    @Test func `a found line has its address`() throws {
        let place = try ScratchFolder()
        try run(mixedRecords(40), into: Folder(place.path))
        let reader = ArchiveReader(try ArchiveStore(opening: place.path))
        let line = try #require(try reader.find(Array("d3".utf8)))
        #expect(line.address.stream == .duplicates)
        #expect(line.address.path == "duplicates/000001-00000.jsonl.gz")
        #expect(line.address.record == 0)
        #expect(line.bytes.starts(with: Array("{\"id\":\"d3\",".utf8)))
        // An id that another begins with is another id.
        #expect(try reader.find(Array("d".utf8)) == nil)
    }

    @Test func `damage is an error with path, place and remedy`() throws {
        let place = try ScratchFolder()
        try run(
            [SampleRecord(text: String(repeating: "word ", count: 900))], into: Folder(place.path))
        let articles = Folder(place.path).folder("articles")
        var bytes = try #require(try articles.contents(of: "000001-00000.jsonl.gz"))
        bytes[bytes.count - 6] ^= 1
        try articles.replaceFile("000001-00000.jsonl.gz", with: bytes.span)
        let reader = ArchiveReader(try ArchiveStore(opening: place.path))
        let error = #expect(throws: ArchiveError.self) {
            try reader.forEachLine(of: .articles) { _, _, _ in true }
        }
        #expect(error?.code == .damaged)
        #expect(error?.path.string.hasSuffix("articles/000001-00000.jsonl.gz") == true)
        #expect(error?.description.contains("winnow verify") == true)
    }

    @Test func `a ledger line that does not fit its text is refused`() throws {
        let line = """
            {"id":"a","source":"","delivered":{"bytes":5,"crc32":0},"edits":[{"at":0,\
            "removed":"xy","removed_base64":"","inserted":"","inserted_base64":"","rule":"r",\
            "pack":"p","score":1.0}],"original":{"encoding":"","base64":""}}
            """
        let entry = try #require(LedgerEntry(line: Array(line.utf8)))
        #expect(throws: LedgerEntry.Mismatch.self) { try entry.restore(Array("abc".utf8)[...]) }
        #expect(LedgerEntry(line: Array("{}".utf8)) == nil)
    }
}
