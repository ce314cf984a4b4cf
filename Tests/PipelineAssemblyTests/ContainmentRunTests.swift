import Archive
import DocumentModel
import NearDuplicates
import PipelineAssembly
import TestFixtures
import Testing

@Suite struct ContainmentRunTests {
    private let settings = ["dedup.containment=0.95"]
    private let whole = MadeText.line("whole", MadeText.words(0..<400))
    private let part = MadeText.line("part", MadeText.words(100..<220))

    @Test(arguments: [false, true])
    func `a part is dropped into its container, whichever comes first`(isPartFirst: Bool) throws {
        let scratch = try ScratchFolder()
        try scratch.write("in.jsonl", isPartFirst ? part + whole : whole + part)
        let report = try scratch.run(["in.jsonl"], settings: settings)
        #expect(report.counts.kept == 1)
        #expect(report.counts[.contained] == 1)
        #expect(report.archivedParts.count == 0)
        #expect(try scratch.ids(.articles) == ["whole"])
        #expect(try scratch.ids(.duplicates) == ["part"])
        #expect(try scratch.fields("keeper", of: .duplicates) == ["whole"])
        #expect(try scratch.fields("kind", of: .duplicates) == ["contained"])
        #expect(try scratch.findings() == [])
        let explanation = try scratch.questions().explain("part")
        #expect(explanation.comparison?.similarity.containment == 1)
        #expect(explanation.comparison?.similarity.sharedCount == 116)
    }

    @Test func `without being asked for, parts are kept`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("in.jsonl", part + whole)
        #expect(try scratch.run(["in.jsonl"], settings: ["dedup.keep=longest"]).counts.kept == 2)
    }

    @Test(arguments: [(3, 5, true), (0, 7, false)])
    func `a part of an archived document is dropped from the share on`(
        more: Int, foreign: Int, isPart: Bool
    ) throws {
        let scratch = try ScratchFolder()
        try scratch.write("0.jsonl", whole)
        try scratch.run(["0.jsonl"], settings: settings)
        // 119 of 124 shingles stand in the whole text, 0.9597; or 116 of 123, 0.9431.
        let text =
            MadeText.words(100..<220 + more) + " "
            + (0..<foreign).map { "foreign\($0)" }.joined(separator: " ")
        try scratch.write("1.jsonl", MadeText.line("part", text))
        let report = try scratch.run(["1.jsonl"], settings: settings)
        #expect(report.counts[.contained] == (isPart ? 1 : 0))
        #expect(report.counts.kept == (isPart ? 0 : 1))
        #expect(try scratch.fields("keeper", of: .duplicates) == (isPart ? ["whole"] : []))
        #expect(try scratch.findings() == [])
    }

    @Test func `archived parts of a new document stay and are reported`() throws {
        let scratch = try ScratchFolder()
        let parts = (0..<25).map {
            MadeText.line("part-\($0)", MadeText.words($0 * 100..<$0 * 100 + 90))
        }
        try scratch.write("0.jsonl", parts.joined())
        try scratch.write("1.jsonl", MadeText.line("whole", MadeText.words(0..<2_500)))
        try scratch.run(["0.jsonl"], settings: settings)
        let report = try scratch.run(["1.jsonl"], settings: settings)
        #expect(report.counts.kept == 1)
        #expect(report.archivedParts.count == 25)
        #expect(report.archivedParts.parts.count == 20)
        #expect(
            report.archivedParts.parts[3]
                == ArchivedParts.Part(id: "part-3", container: "whole", containment: 1))
        #expect(try scratch.ids(.articles).count == 26)
        #expect(try scratch.findings() == [])
    }

    @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]])
    func `parts of parts go to the outermost, and the copy of a part is decided again`(
        order: [Int]
    ) throws {
        let lines = [
            MadeText.line("inner", MadeText.words(100..<200)),
            MadeText.line("middle", MadeText.words(50..<400)),
            MadeText.line("outer", MadeText.words(0..<1_000)),
            // 96 of its 106 shingles are those of the inner text: its copy, but no part.
            MadeText.line("copy", MadeText.words(100..<200) + " y1 y2 y3 y4 y5 y6 y7 y8 y9 y10"),
        ]
        let scratch = try ScratchFolder()
        try scratch.write("in.jsonl", order.map { lines[$0] }.joined())
        let report = try scratch.run(["in.jsonl"], settings: settings)
        let isInnerFirst = try #require(order.firstIndex(of: 0)) < #require(order.firstIndex(of: 3))
        if isInnerFirst {
            #expect(try Set(scratch.ids(.articles)) == ["copy", "outer"])
            #expect(report.counts[.contained] == 2)
            #expect(try scratch.fields("keeper", of: .duplicates) == ["outer", "outer"])
        } else {
            // The inner text was a copy before it could be a part.
            #expect(try Set(scratch.ids(.articles)) == ["copy", "outer"])
            #expect(report.counts[.contained] == 1)
            #expect(report.counts[.near] == 1)
        }
        #expect(try scratch.findings() == [])
    }

    @Test func `a version is no part of the one before`() throws {
        let scratch = try ScratchFolder()
        try scratch.write(
            "in.jsonl",
            MadeText.line("a", MadeText.words(0..<200))
                + MadeText.line("a", MadeText.words(0..<190)))
        for (update, kept) in [("keep-old", ["a"]), ("version", ["a", "a@2"])] {
            try scratch.run(
                ["in.jsonl"], output: update, settings: settings + ["dedup.update=\(update)"])
            #expect(try scratch.ids(.articles, output: update) == kept)
        }
    }

    @Test func `where nothing is contained, containment changes nothing`() throws {
        let scratch = try ScratchFolder()
        for night in 0..<2 {
            let name = "\(night).jsonl"
            try scratch.write(name, MadeDump(count: 200, seed: UInt64(night) + 21).jsonLines)
            try scratch.run([name], output: "off")
            let report = try scratch.run([name], output: "on", settings: ["dedup.containment=1.0"])
            #expect(report.counts[.contained] == 0)
        }
        #expect(try scratch.data("off") == scratch.data("on"))
    }

    @Test func `containment that is turned on later finds what was archived before`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("0.jsonl", whole + MadeText.line("other", MadeText.words(5_000..<5_100)))
        try scratch.write("1.jsonl", part)
        try scratch.write("2.jsonl", MadeText.line("more", MadeText.words(300..<390)))
        try scratch.write("3.jsonl", MadeText.line("rest", MadeText.words(10..<99)))
        #expect(try scratch.run(["0.jsonl"]).notices == [])
        let report = try scratch.run(["1.jsonl"], settings: settings)
        #expect(report.run == 3)
        #expect(report.counts[.contained] == 1)
        #expect(
            report.notices
                == ["earlier runs looked for no parts: their index was derived again, once"])
        // A run without containment adds to the table, so the next one with it need not start over.
        #expect(try scratch.run(["2.jsonl"]).counts.kept == 1)
        let later = try scratch.run(["3.jsonl"], settings: settings)
        #expect(later.run == 5)
        #expect(later.notices == [])
        #expect(later.counts[.contained] == 1)
        #expect(try scratch.fields("keeper", of: .duplicates) == ["whole", "whole"])
        #expect(try scratch.findings() == [])
    }

    @Test func `the commit keeps how the run decided`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("in.jsonl", whole)
        try scratch.run(["in.jsonl"], settings: settings + ["dedup.keep=longest"])
        let commit = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        let parameters = String(decoding: commit.parameters, as: UTF8.self)
        #expect(parameters.contains(#""keep":"longest","containment":0.95,"update":"keep-old""#))
    }
}
