// Questions about an archive: verify, stats, get, restore, explain.

import Foundation
import TestFixtures
import Testing

@Suite struct ArchiveCommandTests {
    private let folder: ScratchFolder

    init() throws { folder = try .withArchive() }

    @Test func `a whole archive is found whole`() throws {
        for arguments in [[], ["--quick"], ["--subset", "1/2"], ["--subset", "2/2"]] {
            let ending = try Tool.start(
                Tool.path, ["verify", "--output", "out"] + arguments, in: folder
            ).end()
            #expect(ending.status == 0)
            #expect(ending.text == "out is whole: commit 1, 4 files, 2 articles\n")
        }
        let json = try folder.winnow("verify", "--output", "out", "--json").object()
        #expect(json["files"] as? Int == 4)
        #expect((json["findings"] as? [Any])?.isEmpty == true)
    }

    @Test(arguments: ["articles", "duplicates", "rejected", "ledger"])
    func `one flipped byte is found`(stream: String) throws {
        let name = "out/\(stream)/000001-00000.jsonl.gz"
        var bytes = try folder.bytes(name)
        bytes[bytes.count / 2] ^= 0x10
        try folder.write(name, bytes)
        let ending = try folder.winnow("verify", "--output", "out")
        #expect(ending.status == 1)
        #expect(ending.text.contains("\(stream)/000001-00000.jsonl.gz"))
        #expect(try folder.winnow("verify", "--quick", "--output", "out").status == 0)
        let parts = try ["1/2", "2/2"].map {
            try folder.winnow("verify", "--subset", $0, "--output", "out").status
        }
        #expect(parts.sorted() == [0, 1])
        let json = try folder.winnow("verify", "--output", "out", "--json")
        let findings = try #require(try json.object()["findings"] as? [[String: Any]])
        #expect(json.status == 1)
        #expect(findings.first?["path"] as? String == "\(stream)/000001-00000.jsonl.gz")
        #expect(findings.first?["remedy"] != nil)
    }

    @Test func `a record is not shown from a file whose checksum is wrong`() throws {
        let name = "out/articles/000001-00000.jsonl.gz"
        var bytes = try folder.bytes(name)
        // The member's CRC-32 stands before its length in the last 8 bytes.
        bytes[bytes.count - 6] ^= 0x01
        try folder.write(name, bytes)
        let ending = try folder.winnow("get", "a.txt", "--output", "out")
        #expect(ending.status == 74)
        #expect(ending.text == "")
        #expect(ending.errors.contains("articles/000001-00000.jsonl.gz"))
    }

    @Test func `a missing and a cut file are found quickly`() throws {
        _ = try folder.shell("rm out/rejected/*; truncate -s -1 out/articles/*")
        let ending = try folder.winnow("verify", "--quick", "--output", "out")
        #expect(ending.status == 1)
        #expect(ending.text.contains("rejected/") && ending.text.contains("articles/"))
    }

    @Test func `stats count runs and streams`() throws {
        let words = try folder.winnow("stats", "--output", "out")
        #expect(words.status == 0)
        #expect(words.lines.first == "out: 1 run, 5 records read")
        let json = try folder.winnow("stats", "--output", "out", "--json").object()
        let streams = try #require(json["streams"] as? [[String: Any]])
        let records = streams.map { $0["records"] as? Int }
        #expect(
            streams.map { $0["stream"] as? String }
                == ["articles", "duplicates", "rejected", "ledger"])
        #expect(records.prefix(3) == [2, 2, 1])
        #expect((json["totals"] as? [String: Any])?["kept"] as? Int == 2)
        #expect((json["runs"] as? [Any])?.count == 1)
    }

    @Test func `get gives records as they are archived`() throws {
        let records = try folder.winnow("get", "a.txt", "c.txt", "e.txt", "--output", "out")
        #expect(records.status == 0)
        let objects = try records.objects()
        #expect(objects.map { $0["id"] as? String } == ["a.txt", "c.txt", "e.txt"])
        #expect(objects[0]["text"] as? String == Articles.text(1))
        #expect(objects[1]["keeper"] as? String == "a.txt")
        #expect(objects[1]["kind"] as? String == "near")
        #expect(objects[2]["reason"] as? String == "empty-text")
    }

    @Test(arguments: ["get", "restore", "explain"])
    func `an unknown id ends with 1`(command: String) throws {
        let ending = try folder.winnow(command, "nobody", "--output", "out")
        #expect(ending.status == 1)
        #expect(ending.output == [])
        #expect(ending.errors.contains(#"no record has the id "nobody""#))
    }

    @Test func `restore gives every article of the sample dump back byte for byte`() throws {
        let sample = Checkout.seeds.path
        let run = try folder.winnow("run", "--input", sample, "--output", "archive")
        #expect(run.status == 3, "the sample dump holds a broken file on purpose")
        let names = try FileManager.default.contentsOfDirectory(atPath: sample)
            .filter { $0.hasSuffix(".txt") }.sorted()
        #expect(names.count > 20)
        for name in names {
            let ending = try folder.winnow("restore", name, "--output", "archive")
            let original = Array(try Data(contentsOf: Checkout.seeds.appendingPathComponent(name)))
            #expect(ending.output == original, "\(name)")
        }
        let all = try folder.winnow("restore", "--all", "--output", "archive")
        #expect(all.status == 0)
        var texts: [String: String] = [:]
        for object in try all.objects() {
            texts[object["id"] as? String ?? ""] = object["text"] as? String
        }
        #expect(texts.count == names.count + 3)
        for name in names {
            let original = try Data(contentsOf: Checkout.seeds.appendingPathComponent(name))
            #expect(texts[name].map { Array($0.utf8) } == Array(original), "\(name)")
        }
    }

    @Test func `restore of several ids gives JSON lines`() throws {
        let several = try folder.winnow("restore", "a.txt", "d.txt", "--output", "out").objects()
        #expect(several.map { $0["id"] as? String } == ["a.txt", "d.txt"])
        #expect(several[0]["text"] as? String == Articles.text(1) + "\nSubscribe to our channel\n")
        #expect(several[1]["text"] as? String == Articles.text(2))
    }

    @Test func `explain tells what was removed from a kept article`() throws {
        let words = try folder.winnow("explain", "a.txt", "--output", "out")
        #expect(words.status == 0)
        #expect(words.text.contains("fate      kept\n"))
        #expect(words.text.contains("origin    in/a.txt, record 1, byte 0\n"))
        #expect(words.text.contains("Subscribe to our channel"))
        let json = try folder.winnow("explain", "a.txt", "--output", "out", "--json").object()
        let edits = try #require(json["edits"] as? [[String: Any]])
        #expect(edits.count == 1)
        #expect((edits[0]["removed"] as? String)?.contains("Subscribe to our channel") == true)
        #expect((edits[0]["rule"] as? String)?.isEmpty == false)
    }

    @Test func `explain shows what a duplicate matched and how they differ`() throws {
        let words = try folder.winnow("explain", "c.txt", "--output", "out")
        #expect(words.text.contains("fate      duplicate (near) of a.txt, similarity 0."))
        #expect(words.text.contains("  - tide\n  + sea"), "\(words.text)")
        let json = try folder.winnow("explain", "c.txt", "--output", "out", "--json").object()
        #expect(json["stream"] as? String == "duplicates")
        #expect(json["keeper"] as? String == "a.txt")
        let jaccard = try #require(json["jaccard"] as? Double)
        #expect(json["similarity"] as? Double == (jaccard * 1e6).rounded() / 1e6)
        let exact = try folder.winnow("explain", "b.txt", "--output", "out")
        #expect(exact.text.contains("duplicate (exact) of a.txt, similarity 1.0000"))
        #expect(exact.text.contains("the words are the same"))
    }

    @Test func `explain gives the reason of a rejection`() throws {
        let words = try folder.winnow("explain", "e.txt", "--output", "out")
        #expect(words.status == 0)
        #expect(words.text.contains("fate      rejected: empty-text"))
        let json = try folder.winnow("explain", "e.txt", "--output", "out", "--json").object()
        #expect(json["reason"] as? String == "empty-text")
    }

    @Test func `where there is no archive, commands say so`() throws {
        for command in ["stats", "verify"] {
            let ending = try folder.winnow(command, "--output", "none")
            #expect(ending.status == 0)
            #expect(ending.text == "none holds no archive yet\n")
        }
        let get = try folder.winnow("get", "a", "--output", "none")
        #expect(get.status == 1)
        #expect(get.errors.contains("`winnow run` makes one"))
        #expect(try folder.winnow("stats", "--output", "in").status == 73)
        #expect(!folder.exists("none"))
    }
}
