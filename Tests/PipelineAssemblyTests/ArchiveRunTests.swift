import Archive
import ByteText
import Codecs
import DocumentModel
import Foundation
import JSONBytes
import NearDuplicates
import Pipeline
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

@Suite struct ArchiveRunTests {
    @Test func `the sample dump gives what its files were written for`() throws {
        let scratch = try ScratchFolder()
        let report = try scratch.run([Checkout.seeds.path])
        #expect(report.run == 1)
        #expect(report.counts.isBalanced)
        #expect(report.counts[.exact] == 1)
        #expect(report.counts[.near] == 3)
        #expect(report.counts[.malformedJSON] + report.counts[.cutOff] == 1)
        #expect(report.faults.count == 1)
        #expect(report.hasDamage)
        #expect(try scratch.findings() == [])
    }

    @Test func `the bytes are the same for any number of threads`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("dump.jsonl", MadeDump(count: 1_500, seed: 5).jsonLines)
        var archives: [[String: [UInt8]]] = []
        for threads in [1, 2, 3, 8] {
            try scratch.run(["dump.jsonl"], output: "out\(threads)", threads: threads)
            archives.append(try scratch.archive("out\(threads)"))
        }
        for other in archives.dropFirst() {
            #expect(other.keys.sorted() == archives[0].keys.sorted())
            #expect(other == archives[0])
        }
    }

    @Test func `every text can be restored and every record is accounted for`() throws {
        let scratch = try ScratchFolder()
        let dump = MadeDump(count: 400, seed: 77)
        try scratch.write("dump.jsonl", dump.jsonLines)
        let report = try scratch.run(["dump.jsonl"])
        #expect(report.counts.read == 400)
        #expect(report.counts.isBalanced)
        #expect(report.counts.duplicateCount > 50)
        var restored: [String: [UInt8]] = [:]
        try scratch.questions().restoreAll { restored[$0] = $1 }
        #expect(restored.count == 400)
        for record in dump.texts {
            #expect(restored[record.id] == Array(record.text.utf8), "\(record.id)")
        }
    }

    @Test func `every dropped document has a kept partner at the threshold`() throws {
        let scratch = try ScratchFolder()
        let dump = MadeDump(count: 300, seed: 9)
        try scratch.write("dump.jsonl", dump.jsonLines)
        try scratch.run(["dump.jsonl"], settings: ["clean=false"])
        let reader = ArchiveReader(try ArchiveStore(opening: scratch.file("out")))
        var kept: [String: ShingleSet] = [:]
        try reader.forEachDocument(of: .articles) { document in
            kept[String(decoding: document.id, as: UTF8.self)] = ShingleSet(
                WordList(Array(document.text)), shingleWords: 5)
            return true
        }
        var droppedCount = 0
        try reader.forEachLine(of: .duplicates) { bytes, line, _ in
            let tree = try? JSONTree(parsing: bytes.extracting(line))
            let keeper = tree?["keeper"]?.string.flatMap { kept[$0] }
            let own = ShingleSet(
                WordList(Array((tree?["text"]?.string ?? "").utf8)), shingleWords: 5)
            let exact = keeper.map { Similarity($0, own).jaccard } ?? 0
            #expect(exact >= 0.8)
            #expect(abs(exact - (tree?["similarity"]?.double ?? 0)) < 1e-6)
            droppedCount += 1
            return true
        }
        #expect(droppedCount > 50)
    }

    @Test func `a second run over the same input finds everything seen and writes nothing`() throws
    {
        let scratch = try ScratchFolder()
        try scratch.run([Checkout.seeds.path])
        let before = try scratch.archive()
        let report = try scratch.run([Checkout.seeds.path], isRereading: true)
        #expect(report.run == nil)
        #expect(report.counts.read > 20)
        #expect(report.counts.seen == report.counts.read)
        #expect(try scratch.archive() == before)
    }

    @Test func `a dump in nightly parts keeps what one batch keeps`() throws {
        let scratch = try ScratchFolder()
        let lines = MadeDump(count: 600, seed: 21).jsonLines.split(separator: "\n")
        try scratch.write("all.jsonl", lines.joined(separator: "\n"))
        try scratch.run(["all.jsonl"], output: "once")
        for night in 0..<7 {
            let part = lines[(night * 600 / 7)..<((night + 1) * 600 / 7)]
            try scratch.write("night\(night).jsonl", part.joined(separator: "\n"))
            try scratch.run(["night\(night).jsonl"], output: "nightly")
        }
        let once = try partners(scratch, "once")
        #expect(try partners(scratch, "nightly") == once)
        #expect(try scratch.findings("nightly") == [])
    }

    /// Keeper by id; a kept document is its own.
    private func partners(_ scratch: ScratchFolder, _ output: String) throws -> [String: String] {
        let reader = ArchiveReader(try ArchiveStore(opening: scratch.file(output)))
        var found: [String: String] = [:]
        for stream in [ArchiveStream.articles, .duplicates] {
            try reader.forEachLine(of: stream) { bytes, line, _ in
                let tree = try? JSONTree(parsing: bytes.extracting(line))
                let id = tree?["id"]?.string ?? ""
                found[id] = tree?["keeper"]?.string ?? id
                return true
            }
        }
        return found
    }

    @Test func `a repeated id is made unique and its record can be found`() throws {
        let scratch = try ScratchFolder()
        try scratch.write(
            "dump.jsonl",
            """
            {"id":"a","text":"The first of two quite different texts with one id."}
            {"id":"a","text":"Something else entirely, about boats and the price of rope."}
            """)
        let report = try scratch.run(["dump.jsonl"])
        #expect(report.counts.kept == 2)
        #expect(report.counts.renamed == 1)
        let text = try scratch.questions().restore("a~2")
        #expect(String(decoding: text, as: UTF8.self).hasPrefix("Something else"))
        // The second export holds both again: both are known by the ids that the input gave.
        #expect(try scratch.run(["dump.jsonl"], isRereading: true).counts.seen == 2)
    }

    @Test func `a near-duplicate with its keeper's id is an update`() throws {
        let scratch = try ScratchFolder()
        let words = (0..<60).map { "word\($0)" }.joined(separator: " ")
        try scratch.write("first.jsonl", #"{"id":"a","text":"\#(words) end"}"#)
        try scratch.write("second.jsonl", #"{"id":"a","text":"\#(words) last"}"#)
        try scratch.run(["first.jsonl"])
        let report = try scratch.run(["second.jsonl"])
        #expect(report.counts[.update] == 1)
        let tree = try JSONTree(parsing: try scratch.questions().line(of: "a~2").bytes.span)
        #expect(tree["keeper"]?.string == "a")
    }

    @Test func `a line with malformed UTF-8 gives back its value, and is kept in the ledger`()
        throws
    {
        let scratch = try ScratchFolder()
        try scratch.write(
            "dump.jsonl",
            Array(#"{"id":"m","text":"plain words here","x":""#.utf8) + [0xFF] + Array(#""}"#.utf8))
        try scratch.run(["dump.jsonl"])
        let questions = try scratch.questions()
        #expect(try questions.restore("m") == Array("plain words here".utf8))
        #expect(try questions.explain("m").ledger?.original.contains(0xFF) == true)
    }

    @Test func `damaged records are named with file, record and reason`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("dump.jsonl", "{\"text\":\"one good record\"}\n{broken\n")
        let report = try scratch.run(["dump.jsonl"])
        #expect(report.damagedRecords.count == 1)
        let line = report.damagedRecords.lines.first ?? ""
        #expect(line.hasPrefix(scratch.file("dump.jsonl").string + ", record 2"))
        #expect(line.hasSuffix("(malformed-json)"))
    }

    @Test(arguments: [
        "<!DOCTYPE html><p>words", "\n<?xml version='1.0'?><a>words</a>", "WARC/1.0\r\nx",
    ])
    func `files of formats that are not read are set aside, not archived`(content: String) throws {
        let scratch = try ScratchFolder()
        try scratch.write("in/page.txt", content)
        let report = try scratch.run(["in"])
        #expect(report.counts[.notText] == 1)
        #expect(report.counts.kept == 0)
    }

    @Test(arguments: [1, 2])
    func `a run that is stopped commits nothing and leaves the archive as it was`(threads: Int)
        throws
    {
        let scratch = try ScratchFolder()
        try scratch.write("dump.jsonl", MadeDump(count: 3_000, seed: 4).jsonLines)
        #expect(throws: StopRequested.self) {
            try scratch.run(["dump.jsonl"], threads: threads, stop: { true })
        }
        #expect(try ArchiveStore(opening: scratch.file("out")).commit == nil)
        #expect(try scratch.run(["dump.jsonl"], threads: threads).run == 1)
        #expect(try scratch.findings() == [])
    }

    @Test func `strict refuses damaged input and commits nothing`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("dump.jsonl", "{\"text\":\"one good record\"}\n{broken\n")
        #expect(throws: StrictRefusal.self) { try scratch.run(["dump.jsonl"], isStrict: true) }
        #expect(try ArchiveStore(opening: scratch.file("out")).commit == nil)
    }

    @Test func `other near-duplicate parameters than the archive's are refused with both values`()
        throws
    {
        let scratch = try ScratchFolder()
        try scratch.write("dump.jsonl", "{\"text\":\"one good record\"}\n")
        try scratch.run(["dump.jsonl"])
        let error = #expect(throws: ConfigurationError.self) {
            try scratch.run(["dump.jsonl"], settings: ["dedup.threshold=0.9"])
        }
        #expect(error?.description.contains("0.9") == true)
        #expect(error?.description.contains("0.8") == true)
        // A run without near-duplicates does not make the archive forget its threshold.
        try scratch.write("more.jsonl", "{\"text\":\"another good record\"}\n")
        try scratch.run(["more.jsonl"], settings: ["dedup=false"])
        #expect(throws: ConfigurationError.self) {
            try scratch.run(["dump.jsonl"], settings: ["dedup.threshold=0.9"])
        }
    }

    @Test func `stages that are off change and drop nothing`() throws {
        let scratch = try ScratchFolder()
        let text = "EN|FR|RU\\r\\nA heading\\n\\nSubscribe to our channel"
        try scratch.write(
            "dump.jsonl",
            "{\"id\":\"a\",\"text\":\"\(text)\"}\n{\"id\":\"b\",\"text\":\"\(text)\"}\n")
        let report = try scratch.run(["dump.jsonl"], settings: ["clean=false", "dedup=false"])
        #expect(report.counts.kept == 2)
        let line = try scratch.questions().line(of: "b")
        let tree = try JSONTree(parsing: line.bytes.span)
        #expect(tree["text"]?.string == "EN|FR|RU\r\nA heading\n\nSubscribe to our channel")
    }

    @Test func `fields that are not used survive in the metadata, untouched`() throws {
        let scratch = try ScratchFolder()
        try scratch.write(
            "dump.jsonl",
            #"{"guid":7,"body":"Some words of text here.","n":1.50,"deep":{"a":[1, 2]},"date":"2021-08-05"}"#
        )
        var overrides = ConfigurationOverrides()
        overrides.threads = 1
        let json = """
            {"input":[{"path":"\(scratch.file("dump.jsonl"))","fields":{"text":"body","id":"guid"}}],
             "output":{"path":"\(scratch.file("out"))"}}
            """
        let configuration = try PipelineConfiguration(
            file: ("pipeline.json", Array(json.utf8)), overrides: overrides)
        _ = try ArchiveRun(configuration: configuration)
            .execute(startText: "test", progress: { _ in }, stop: { false })
        let line = try scratch.questions().line(of: "7")
        let record = try JSONTree(parsing: line.bytes.span)
        #expect(record["text"]?.string == "Some words of text here.")
        #expect(record["created"]?.string == "2021-08-05")
        let metadata = record["metadata"]?.string ?? ""
        #expect(metadata.contains(#""n":1.50"#))
        #expect(metadata.contains(#""deep":{"a":[1, 2]}"#))
        #expect(!metadata.contains("body"))
    }
}
