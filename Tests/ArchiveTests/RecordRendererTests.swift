import DocumentModel
import JSONBytes
import Testing

@testable import Archive

@Suite struct RecordRendererTests {
    private func lines(_ record: SampleRecord, _ stream: ArchiveStream) -> [String] {
        assemble([record]).members.filter { $0.stream == stream }
            .flatMap { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n") }
            .map(String.init)
    }

    private var sample: SampleRecord {
        SampleRecord(
            id: "x\"1", text: "Line\n\"two\" 😀\u{1}", source: "s", url: "https://e.org/",
            title: "T",
            authors: ["A. B", "Ç"], created: "2026-01-02", language: "en",
            metadata: "{\"k\":[1,\"v\"]}", number: 3, offset: 99)
    }

    private let sampleBody =
        #""text":"Line\n\"two\" 😀\u0001","source":"s","url":"https://e.org/","title":"T","#
        + #""authors":["A. B","Ç"],"created":"2026-01-02","language":"en","metadata":"#

    @Test func `a kept document has all fields in their order`() {
        let origin = #""origin":{"file":"in/f.jsonl","record":3,"offset":99}"#
        let expected =
            #"{"id":"x\"1","# + sampleBody + #""{\"k\":[1,\"v\"]}","# + origin + "}"
        #expect(lines(sample, .articles) == [expected])
    }

    @Test func `fields that are not known are empty, never absent`() {
        let expected =
            #"{"id":"a","text":"","source":"","url":"","title":"","authors":[],"created":"","#
            + #""language":"","metadata":"{}","origin":{"file":"in/f.jsonl","record":1,"offset":0}}"#
        #expect(lines(SampleRecord(), .articles) == [expected])
    }

    @Test(arguments: [
        (0.0, "0.0"), (1.0, "1.0"), (0.8, "0.8"), (2.0 / 3, "0.666667"), (0.9999999, "1.0"),
        (0.000001, "0.000001"), (0.25, "0.25"),
    ])
    func `a duplicate names keeper, similarity and kind`(similarity: Double, digits: String) {
        var record = sample
        record.fate = .duplicate(keeper: "k\n", similarity: similarity, kind: .near)
        let tail = #","offset":99},"keeper":"k\n","similarity":\#(digits),"kind":"near"}"#
        #expect(lines(record, .articles) == [])
        let line = lines(record, .duplicates)
        #expect(line.count == 1)
        #expect(line.allSatisfy { $0.hasSuffix(tail) && $0.hasPrefix(#"{"id":"x\"1","text""#) })
    }

    @Test(arguments: [
        ("", #"{"winnow_original_id":"x\"1"}"#), ("{}", #"{"winnow_original_id":"x\"1"}"#),
        ("{ }", #"{"winnow_original_id":"x\"1" }"#),
        (#"{"k":"\\é"}"#, #"{"winnow_original_id":"x\"1","k":"\\é"}"#),
    ])
    func `a repeated id is replaced and kept in the metadata`(given: String, now: String) throws {
        var record = sample
        record.metadata = given
        record.newID = "x\"1~2"
        record.fate = .duplicate(keeper: "k", similarity: 1, kind: .exact)
        let line = try #require(lines(record, .duplicates).first)
        let tree = try JSONTree(parsing: Array(line.utf8).span)
        #expect(tree["id"]?.string == "x\"1~2")
        #expect(tree["metadata"]?.string == now)
        #expect(tree["kind"]?.string == "exact")
        #expect(tree.fields?.count == 13)
        _ = try JSONTree(parsing: Array(now.utf8).span)
    }

    @Test func `a changed text has a ledger line with the changed id`() throws {
        var record = sample
        record.delivered = Array("\u{FEFF}Subscribe!\nBody\r\n".utf8) + [0xFF]
        record.edits = [
            .init(start: 0, removedCount: 3),
            .init(start: 3, removedCount: 11, rule: 1, score: 125),
            .init(start: 18, removedCount: 2, inserted: [0x0A], score: -5),
            .init(start: 20, removedCount: 1, inserted: [0xC3], score: 1000),
        ]
        record.newID = "n"
        let edits = [
            ##"{"at":0,"removed":"﻿","removed_base64":"","inserted":"","inserted_base64":"","##
                + ##""rule":"text/normal","pack":"text@1","score":0.00}"##,
            ##"{"at":3,"removed":"Subscribe!\n","removed_base64":"","inserted":"","##
                + ##""inserted_base64":"","rule":"en/subscribe","pack":"en@1","score":1.25}"##,
            ##"{"at":18,"removed":"\r\n","removed_base64":"","inserted":"\n","##
                + ##""inserted_base64":"","rule":"text/normal","pack":"text@1","score":-0.05}"##,
            ##"{"at":20,"removed":"","removed_base64":"/w==","inserted":"","##
                + ##""inserted_base64":"ww==","rule":"text/normal","pack":"text@1","score":10.00}"##,
        ]
        let expected =
            #"{"id":"n","source":"s","delivered":{"bytes":21,"crc32":2136832848},"edits":["#
            + edits.joined(separator: ",") + #"],"original":{"encoding":"","base64":""}}"#
        #expect(lines(record, .ledger) == [expected])
    }

    @Test func `original bytes alone make a ledger line, an untouched text makes none`() {
        #expect(lines(sample, .ledger) == [])
        var record = sample
        record.original = [0xE9]
        record.encoding = "windows-1252"
        let tail = #""edits":[],"original":{"encoding":"windows-1252","base64":"6Q=="}}"#
        #expect(lines(record, .ledger).allSatisfy { $0.hasSuffix(tail) })
        #expect(lines(record, .ledger).count == 1)
    }

    @Test func `a rejected record keeps its bytes as text or as base64`() {
        var record = SampleRecord(
            id: "", source: "s", number: 2, raw: Array("{\u{1}".utf8), rejection: .malformedJSON,
            detail: "at byte 1")
        let head =
            #"{"id":"f.jsonl#2","reason":"malformed-json","detail":"at byte 1","source":"s","#
            + #""origin":{"file":"in/f.jsonl","record":2,"offset":0},"#
        #expect(lines(record, .rejected) == [head + #""raw":"{\u0001","encoding":"text"}"#])
        // Bytes with a NUL are no text, and would grow sixfold as one.
        record.raw = [0x7B, 0x00]
        #expect(lines(record, .rejected) == [head + #""raw":"ewA=","encoding":"base64"}"#])
        record.raw = [0x00, 0xFF, 0xD8]
        #expect(lines(record, .rejected) == [head + #""raw":"AP/Y","encoding":"base64"}"#])
    }

    @Test func `paths that are no UTF-8 are repaired, and a text file's path is its id`() {
        let record = SampleRecord(id: "", path: [0x61, 0xFF, 0x2F, 0x62], form: .textFile)
        let line = lines(record, .articles).first ?? ""
        #expect(line.hasPrefix("{\"id\":\"a\u{FFFD}/b\",\"text\""))
        #expect(line.contains("\"file\":\"in/a\u{FFFD}/b\""))
    }
}

@Suite struct Base64Tests {
    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of the standard come out and go back`(text: String, digits: String) {
        var output: [UInt8] = []
        Base64.encode(Array(text.utf8).span, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == digits)
        #expect(Base64.decode(output.span) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "Zm9v====", "Zm 9", "====", "Zg=a"])
    func `digits that no encoder writes are refused`(digits: String) {
        #expect(Base64.decode(Array(digits.utf8).span) == nil)
    }
}
