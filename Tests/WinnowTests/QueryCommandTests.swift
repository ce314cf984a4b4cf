// winnow query through the executable: answers, statuses, refusals.

import Foundation
import TestFixtures
import Testing

@Suite struct QueryCommandTests {
    private let folder: ScratchFolder

    init() throws { folder = try .withArchive() }

    @Test func `a known text ends with 0 and names its keeper`() throws {
        try folder.write("q.txt", Articles.text(1))
        let words = try folder.winnow("query", "q.txt", "--output", "out")
        #expect(words.status == 0)
        #expect(words.lines.first == "q.txt: known, the same text as a.txt")
        let json = try folder.winnow("query", "q.txt", "--output", "out", "--json").object()
        #expect(json["known"] as? Bool == true)
        #expect(json["kind"] as? String == "exact")
        #expect(json["keeper"] as? String == "a.txt")
        let nearest = try #require(json["nearest"] as? [[String: Any]])
        #expect(nearest.first?["id"] as? String == "a.txt")
        #expect(nearest.first?["title"] as? String == "The harbour book, part 1")
        #expect(nearest.first?["source"] as? String == "in")
        #expect(nearest.first?["similarity"] as? Double == 1)
    }

    @Test func `residue is cleaned away before the text is compared`() throws {
        try folder.write("q.txt", Articles.text(2) + "\nSubscribe to our channel\n")
        let ending = try folder.winnow("query", "q.txt", "--output", "out")
        #expect(ending.lines.first == "q.txt: known, the same text as d.txt")
    }

    @Test func `an edited text is a near-duplicate with its similarity`() throws {
        let text = Articles.text(1).replacingOccurrences(of: "the pier, and keeper 9", with: "it")
        try folder.write("q.txt", text)
        let json = try folder.winnow("query", "q.txt", "--output", "out", "--json").object()
        #expect(json["kind"] as? String == "near")
        let similarity = try #require(json["similarity"] as? Double)
        #expect(similarity > 0.8 && similarity < 1)
        let words = try folder.winnow("query", "q.txt", "--output", "out")
        #expect(words.text.contains("known, a near-duplicate of a.txt (similarity 0."))
    }

    @Test func `an unknown text ends with 1`() throws {
        try folder.write("q.txt", "Nothing in this archive has words like these at all.")
        let ending = try folder.winnow("query", "q.txt", "--output", "out")
        #expect(ending.status == 1)
        #expect(ending.text == "q.txt: not known\n")
        #expect(ending.errors == "")
    }

    @Test func `a dump gets one answer a record, and standard input is read`() throws {
        let lines = try (1...3).map { number in
            let object = ["id": "r\(number)", "text": Articles.text(number)]
            return String(
                decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        }
        try folder.write("q.jsonl", lines.joined(separator: "\n") + "\n")
        let answers = try folder.winnow("query", "q.jsonl", "--output", "out", "--json")
        #expect(answers.status == 1, "r3 is not known")
        #expect(try answers.objects().map { $0["id"] as? String } == ["r1", "r2", "r3"])
        #expect(try answers.objects().map { $0["known"] as? Bool } == [true, true, false])
        let piped = try folder.shell(#""$WINNOW" query - --output out --json < q.jsonl"#)
        #expect(piped.status == 1)
        #expect(try piped.objects().map { $0["known"] as? Bool } == [true, true, false])
        let known = try folder.shell(#"head -2 q.jsonl | "$WINNOW" query - --output out"#)
        #expect(known.status == 0)
    }

    @Test func `records of the archive itself are seen`() throws {
        let ending = try folder.winnow("query", "in", "--output", "out", "--json", "--bare")
        #expect(ending.status == 0)
        #expect(try ending.objects().allSatisfy { $0["kind"] as? String == "seen" })
        let words = try folder.winnow("query", "in", "--output", "out")
        #expect(words.text.contains("c.txt: known, it is in duplicates/ as c.txt\n"))
        #expect(words.text.contains("e.txt: known, it is in rejected/ as e.txt\n"))
    }

    @Test func `the configuration beside the archive says how to read and compare`() throws {
        try folder.write(
            "pipeline.json",
            #"{"input":[{"path":"in","fields":{"text":"passage"}}],"output":{"path":"out"}}"#)
        let object = try JSONSerialization.data(withJSONObject: ["passage": Articles.text(2)])
        try folder.write("q.jsonl", Array(object))
        #expect(try folder.winnow("query", "q.jsonl").status == 0)
        #expect(try folder.winnow("query", "q.jsonl", "--output", "out").status == 3)
        try folder.write(
            "other.json",
            #"{"input":["in"],"output":{"path":"out"},"dedup":{"threshold":0.7}}"#)
        let refused = try folder.winnow("query", "q.jsonl", "--config", "other.json")
        #expect(refused.status == 78)
        #expect(refused.errors.contains("0.7") && refused.errors.contains("0.8"))
    }

    @Test func `an empty file and a binary one are no known texts`() throws {
        try folder.write("empty.txt", "")
        let empty = try folder.winnow("query", "empty.txt", "--output", "out")
        #expect(empty.status == 1)
        #expect(empty.text == "empty.txt: not known, a run would reject it (empty-text)\n")
        try folder.write("binary.txt", (0..<4_000).map { UInt8(($0 * 7) % 256) })
        let binary = try folder.winnow("query", "binary.txt", "--output", "out")
        #expect(binary.status == 3)
        #expect(binary.text.hasPrefix("binary.txt: not known, a run would reject it ("))
        let strict = try folder.winnow("query", "binary.txt", "--output", "out", "--strict")
        #expect(strict.status == 65)
        try folder.write("nothing.jsonl", "")
        let nothing = try folder.winnow("query", "nothing.jsonl", "--output", "out")
        #expect(nothing.status == 1)
        let input = try folder.shell(#""$WINNOW" query - --output out < /dev/null"#)
        #expect(input.status == 1)
    }

    @Test func `a format that is not read is named`() throws {
        try folder.write("book.docx", Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 9, count: 99))
        let ending = try folder.winnow("query", "book.docx", "--output", "out")
        #expect(ending.status == 3)
        #expect(ending.errors.contains("book.docx"))
    }

    @Test func `where nothing can be asked, the command says so and leaves nothing`() throws {
        try folder.write("q.txt", Articles.text(1))
        let none = try folder.winnow("query", "q.txt", "--output", "none")
        #expect(none.status == 1)
        #expect(none.errors.contains("none holds no archive yet"))
        #expect(!folder.exists("none"))
        #expect(try folder.winnow("query", "q.txt", "--output", "in").status == 73)
        #expect(try folder.winnow("query", "missing.txt", "--output", "out").status == 78)
        #expect(try folder.winnow("query", "--output", "out").status == 64)
        #expect(
            try folder.winnow("query", "q.txt", "--nearest", "-1", "--output", "out").status == 64)
    }

    @Test func `an index that is gone or damaged ends with 74 and its remedy`() throws {
        try folder.write("q.txt", Articles.text(1))
        _ = try folder.shell("truncate -s -7 out/.winnow/segments/*")
        let cut = try folder.winnow("query", "q.txt", "--output", "out")
        #expect(cut.status == 74)
        #expect(cut.output == [])
        #expect(cut.errors.contains("winnow repair"))
        _ = try folder.shell("rm out/.winnow/segments/*")
        #expect(try folder.winnow("query", "q.txt", "--output", "out").status == 74)
        let get = try folder.winnow("get", "a.txt", "--output", "out")
        #expect(get.status == 0)
        #expect(get.errors.contains("the archive is read instead"))
    }

    @Test func `a query runs beside a run`() throws {
        try folder.write("q.txt", Articles.text(1))
        let before = try folder.files(below: "out")
        let ending = try folder.shell(
            #"flock out/.winnow/lock "$WINNOW" query q.txt --output out"#)
        #expect(ending.status == 0)
        #expect(try folder.files(below: "out") == before)
    }

    @Test func `stats show shares, the index and full buckets`() throws {
        let json = try folder.winnow("stats", "--output", "out", "--json").object()
        let shares = try #require(json["shares"] as? [String: Double])
        #expect(shares["kept"] == 0.4)
        #expect(shares["duplicate_exact"] == 0.2 && shares["duplicate_near"] == 0.2)
        #expect(shares["rejected"] == 0.2)
        let index = try #require(json["index"] as? [String: Any])
        let segments = try #require(index["segments"] as? [[String: Any]])
        let size = try folder.files(below: "out/.winnow/segments").values.reduce(0) {
            $0 + $1.count
        }
        #expect(index["is_whole"] as? Bool == true)
        #expect(index["bytes"] as? Int == size)
        #expect(index["bytes_per_document"] as? Int == (size + 1) / 2)
        #expect(index["capped"] as? Int == 0)
        #expect(segments.map { $0["kept"] as? Int } == [2])
        #expect(segments.map { $0["duplicates"] as? Int } == [2])
        #expect((json["parameters"] as? [String: Any])?["threshold"] as? Double == 0.8)
        let words = try folder.winnow("stats", "--output", "out").text
        #expect(words.contains("  duplicate (near)                  1   20.00 %\n"))
        #expect(words.contains("full buckets turned documents away: 0 times\n"))
    }
}
