// The commands that keep no state: clean, dedup, compare.

import Foundation
import TestFixtures
import Testing

@Suite struct FilterTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try Articles.writeFive(to: folder)
    }

    @Test func `clean writes cleaned records as JSON lines`() throws {
        let ending = try folder.winnow("clean", "in", "--json")
        #expect(ending.status == 0)
        let records = try ending.objects()
        #expect(records.map { $0["id"] as? String } == ["a.txt", "b.txt", "c.txt", "d.txt"])
        #expect(records[0]["text"] as? String == Articles.text(1))
        let summary = try #require(
            JSONSerialization.jsonObject(with: Data(ending.errors.utf8)) as? [String: Int])
        #expect(summary == ["read": 5, "kept": 4, "duplicates": 0, "rejected": 1])
    }

    @Test func `clean reads standard input, plain and gzip`() throws {
        for filter in ["cat", "gzip -c"] {
            let ending = try folder.shell(#"\#(filter) in/d.txt | "$WINNOW" clean -"#)
            #expect(ending.status == 0)
            #expect(try ending.object()["text"] as? String == Articles.text(2))
        }
    }

    @Test func `dedup names the kept and pairs the dropped`() throws {
        let ending = try folder.winnow("dedup", "in", "--pairs", "pairs.tsv")
        #expect(ending.status == 0)
        #expect(ending.text == "a.txt\nd.txt\n")
        #expect(ending.errors == "winnow: 1 of 5 records rejected\n")
        let pairs = try folder.text("pairs.tsv").split(separator: "\n").map {
            $0.split(separator: "\t").map(String.init)
        }
        #expect(
            pairs.map { [$0[0], $0[1], $0[3]] }
                == [["b.txt", "a.txt", "exact"], ["c.txt", "a.txt", "near"]])
        #expect(Double(pairs[0][2]) == 1)
        let similarity = try #require(Double(pairs[1][2]))
        let compared = try folder.winnow("compare", "in/a.txt", "in/c.txt", "--json").object()
        // The pairs have six decimals.
        #expect(abs(similarity - (compared["jaccard"] as? Double ?? 0)) <= 5e-7)
    }

    @Test func `ids with tabs and line ends stay on their line and in their column`() throws {
        try folder.write(
            "odd.jsonl",
            """
            {"id": "a\\tb\\nc", "text": "one two three four five six"}
            {"id": "d\\re", "text": "one two three four five six"}

            """)
        let ending = try folder.winnow("dedup", "odd.jsonl", "--pairs", "odd.tsv")
        #expect(ending.text == "a\\tb\\nc\n")
        #expect(try folder.text("odd.tsv") == "d\\re\ta\\tb\\nc\t1.0\texact\n")
    }

    @Test func `dedup keeps all at a threshold that nothing reaches`() throws {
        let ending = try folder.winnow("dedup", "in/a.txt", "in/c.txt", "--threshold", "1")
        #expect(ending.text == "a.txt\nc.txt\n")
        let wrong = try folder.winnow("dedup", "in", "--threshold", "7")
        #expect(wrong.status == 78)
        #expect(wrong.errors.contains("dedup.threshold"))
    }

    @Test func `compare gives exact numbers`() throws {
        // Shingles of five words: abcde bcdef against abcde bcdeg cdegh.
        try folder.write("one", "A b, c d; e f.")
        try folder.write("two", "a B c d e g h")
        let json = try folder.winnow("compare", "one", "two", "--json").object()
        #expect(json["jaccard"] as? Double == 0.25)
        #expect(json["containment"] as? Double == 0.5)
        #expect(json["shingles_first"] as? Int == 2)
        #expect(json["shingles_second"] as? Int == 3)
        #expect(json["shingles_shared"] as? Int == 1)
        let words = try folder.winnow("compare", "one", "two", "--shingle", "1")
        // Words: abcdef against abcdegh.
        #expect(words.lines[0] == "Jaccard      0.625000")
        #expect(words.lines[2] == "shingles     6 and 7, 5 shared (1 words each)")
        #expect(words.lines.suffix(3) == ["differing words:", "  - f", "  + g h"])
        let missing = try folder.winnow("compare", "one", "nowhere")
        #expect(missing.status == 74)
        #expect(missing.errors.contains("cannot open nowhere"))
    }
}
