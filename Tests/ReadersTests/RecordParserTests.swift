import DocumentModel
import Readers
import TestFixtures
import Testing

@Suite struct RecordParserTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func record(_ json: String, _ fields: FieldMapping = FieldMapping()) throws
        -> ReadRecord
    {
        let file = try folder.write("dump.jsonl", json)
        let dump = try read([InputSpec(path: file, format: .jsonl, fields: fields)])
        return try #require(dump.records.first)
    }

    @Test func `the usual fields are found and the rest stays untouched in its order`() throws {
        let record = try record(
            #"{"z" : [1.50, {"a":null}],"id":"7","body":"Text\n\u00e9","link":"https://User@News.Example.org:8080/a?b","headline":"T","byline":"Ann Lee","date":"2024-05-06","lang":"en-GB","n":null,"text":null}"#
        )
        #expect(record.text == "Text\né")
        #expect(record.id == "7")
        #expect(record.url == "https://User@News.Example.org:8080/a?b")
        #expect(record.source == "news.example.org")
        #expect(record.title == "T")
        #expect(record.authors == ["Ann Lee"])
        #expect(record.created == "2024-05-06")
        #expect(record.language == "en-GB")
        #expect(record.metadata == #"{"z" : [1.50, {"a":null}],"n":null,"text":null}"#)
        #expect(record.original.isEmpty && record.encoding.isEmpty)
    }

    @Test func `what is not given is empty or has its default`() throws {
        let record = try record(#"{"text":"x"}"#)
        #expect(record.id == "dump.jsonl#1")
        #expect(record.source == "dump")
        #expect(record.metadata == "{}")
        #expect([record.url, record.title, record.created, record.language] == ["", "", "", ""])
        #expect(record.authors.isEmpty)
    }

    @Test func `a mapping beats the usual names, which then stay in the metadata`() throws {
        var fields = FieldMapping()
        fields.text = "payload"
        fields.id = "guid"
        fields.source = "feed"
        let record = try record(
            #"{"text":"no","payload":"yes","guid":12.50,"feed":"F","id":1}"#, fields)
        #expect(record.text == "yes")
        #expect(record.id == "12.50")
        #expect(record.source == "F")
        #expect(record.metadata == #"{"text":"no","id":1}"#)
        #expect(try self.record(#"{"text":"no"}"#, fields).rejection == .noTextField)
    }

    @Test func `the last of repeated keys counts, the others stay in the metadata`() throws {
        let record = try record(#"{"text":"a","text":"b"}"#)
        #expect(record.text == "b")
        #expect(record.metadata == #"{"text":"a"}"#)
    }

    @Test(arguments: [
        (#"["Ann","Bob"]"#, ["Ann", "Bob"], "{}"), ("[]", [], "{}"), (#""Ann""#, ["Ann"], "{}"),
        (#"[{"name":"Ann"}]"#, [], #"{"authors":[{"name":"Ann"}]}"#),
        ("7", [], #"{"authors":7}"#), (#"["\u0041"]"#, ["A"], "{}"),
    ])
    func `authors are a list of names or one name`(
        json: String, authors: [String], metadata: String
    ) throws {
        let record = try record(#"{"text":"x","authors":\#(json)}"#)
        #expect(record.authors == authors)
        #expect(record.metadata == metadata)
    }

    @Test(arguments: [
        ("2024-02-29", "2024-02-29"), ("2023-02-29", ""), ("20240506", "2024-05-06"),
        ("2024/05/06", "2024-05-06"), ("2024-05-06T07:08", "2024-05-06T07:08:00"),
        ("2024-05-06 07:08:09.25 +0200", "2024-05-06T07:08:09.25+02:00"),
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06t070809z", "2024-05-06T07:08:09Z"),
        ("Mon, 6 May 2024 07:08:09 GMT", "2024-05-06T07:08:09Z"),
        ("06 May 2024 07:08 EST", "2024-05-06T07:08:00-05:00"),
        ("Monday, 6 May 2024 07:08:09 +0000 (UTC)", "2024-05-06T07:08:09+00:00"),
        ("6 May 2024", "2024-05-06"), ("2024-13-01", ""), ("2024-05-06T25:00", ""), ("May", ""),
        ("yesterday", ""), ("", ""), ("2024", ""), ("2024-05-06x", ""), ("0000-01-01", ""),
        ("2024-05-06T07:08:09 nonsense", ""),
    ])
    func `dates become ISO 8601, and the given form is kept where it differs`(
        given: String, created: String
    ) throws {
        let record = try record(#"{"text":"x","pubDate":"\#(given)"}"#)
        #expect(record.created == created)
        #expect(
            record.metadata
                == (created == given && !given.isEmpty ? "{}" : #"{"pubDate":"\#(given)"}"#))
    }

    @Test(arguments: [
        ("http://A.example/x", "a.example"), ("//cdn.example/x", "cdn.example"),
        ("https://[2001:DB8::1]:80/", "[2001:db8::1]"), ("ftp://u:p@h.example", "h.example"),
        ("/relative/path", "dump"), ("mailto:a@b.example", "dump"), ("", "dump"),
        ("http://", "dump"),
    ])
    func `the source is the host of the address`(url: String, source: String) throws {
        #expect(try record(#"{"text":"x","url":"\#(url)"}"#).source == source)
    }

    @Test(arguments: [
        ("en", true), ("zh-Hant-TW", true), ("English", false), ("e", false), ("en_US", false),
        ("12", false),
    ])
    func `only the shape of a tag is taken for a language`(given: String, isTag: Bool) throws {
        let record = try record(#"{"text":"x","language":"\#(given)"}"#)
        #expect(record.language == (isTag ? given : ""))
        #expect(record.metadata == (isTag ? "{}" : #"{"language":"\#(given)"}"#))
    }

    @Test func `a line with malformed UTF-8 is repaired and kept as it was, too`() throws {
        let line = Array(#"{"text":"a"#.utf8) + [0xE2, 0x82, 0xFF] + Array(#"b","k":"v"}"#.utf8)
        let dump = try read(folder.write("a.jsonl", line + [0x0A] + lines(0..<1)))
        #expect(
            dump.kept.map(\.text) == ["a\u{FFFD}\u{FFFD}b", "text 0 text 0 text 0 text 0 "])
        #expect(dump.kept[0].original == line)
        #expect(dump.kept[0].encoding == "UTF-8 (malformed)")
        #expect(dump.kept[0].metadata == #"{"k":"v"}"#)
        #expect(dump.kept[1].original.isEmpty)
    }

    @Test(arguments: [" \\n", "\\u00a0\\u2003", "\\ufeff\\u200b", ""])
    func `blank texts are empty`(text: String) throws {
        #expect(try record(#"{"text":"\#(text)"}"#).rejection == .emptyText)
    }

    @Test func `numbers that nothing holds and nesting without end cost the record`() throws {
        #expect(try record(#"{"text":"x","n":1e999}"#).rejection == .numberOutOfRange)
        let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        #expect(try record(#"{"text":"x","n":\#(deep)}"#).rejection == .nestedTooDeep)
    }
}

@Suite struct TextFileTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }
    private let article = "Zoë — naïve café 日本語 😀 é\nSecond line with enough plain letters."

    private func record(_ bytes: [UInt8]) throws -> ReadRecord {
        let dump = try read(folder.write("a.txt", bytes), format: .text)
        return try #require(dump.records.first)
    }

    @Test func `UTF-8 is delivered as it lies in the file, mark and malformed places included`()
        throws
    {
        for bytes in [
            Array(article.utf8), [0xEF, 0xBB, 0xBF] + Array(article.utf8),
            Array(article.utf8) + [0xFF, 0x0A],
        ] {
            let record = try record(bytes)
            #expect(record.rejection == nil)
            #expect(record.delivered == bytes)
            #expect(record.original.isEmpty)
            #expect(record.id == "a.txt")
        }
    }

    @Test(arguments: [2, 4], [true, false])
    func `UTF-16 and UTF-32 are decoded, with and without a mark`(width: Int, isBig: Bool) throws {
        let units: [UInt32] =
            width == 2 ? article.utf16.map { UInt32($0) } : article.unicodeScalars.map(\.value)
        for mark in [[0xFEFF], []] as [[UInt32]] {
            let bytes = (mark + units).flatMap { unit in
                (0..<width).map { UInt8(unit >> (8 * UInt32(isBig ? width - 1 - $0 : $0)) & 0xFF) }
            }
            let record = try record(bytes)
            #expect(record.text == article)
            #expect(record.original == bytes)
            #expect(record.encoding == "UTF-\(width * 8)\(isBig ? "BE" : "LE")")
        }
    }

    @Test(arguments: [
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A] as [UInt8],
        (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 2_654_435 >> 7) },
        [UInt8](repeating: 0, count: 1000),
    ])
    func `what is no text is rejected`(bytes: [UInt8]) throws {
        #expect(try record(bytes).rejection == .notText)
    }

    @Test func `an encoding that cannot be told is rejected, a few bad places are not`() throws {
        let cyrillic = (0..<400).map { UInt8(0xC0 + $0 % 32) } + Array("\n".utf8)
        #expect(try record(cyrillic).rejection == .unknownEncoding)
        let latin = Array("Le caf".utf8) + [0xE9] + Array(" est ferm".utf8) + [0xE9]
        #expect(try record(latin).rejection == nil)
    }

    @Test(arguments: [[], [0x20, 0x0A], [0xEF, 0xBB, 0xBF, 0x0D, 0x0A]] as [[UInt8]])
    func `a blank file is an empty text, which is no damage`(bytes: [UInt8]) throws {
        let record = try record(bytes)
        #expect(record.rejection == .emptyText)
        #expect(record.rejection?.isDamage == false)
    }
}
