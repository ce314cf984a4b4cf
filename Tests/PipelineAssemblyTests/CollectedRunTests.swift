import Archive
import DocumentModel
import Pipeline
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

@Suite struct CollectedRunTests {
    @Test(
        arguments: [
            (["dedup.keep=longest"], "long"), (["dedup.keep=earliest"], "early"),
            (["dedup.keep=source", #"dedup.sources=["paper","wire"]"#], "early"),
            (["dedup.keep=source", #"dedup.sources=["wire"]"#], "short"),
        ], [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]])
    func `the policy's document is kept wherever it stands`(
        policy: (settings: [String], kept: String), order: [Int]
    ) throws {
        let base = MadeText.words(0..<200)
        let lines = [
            MadeText.line("short", base, source: "wire", created: "2020-03-01"),
            MadeText.line(
                "early", base + " " + MadeText.words(900..<903), source: "paper",
                created: "2019-12-31T23:00:00Z"),
            MadeText.line(
                "long", base + " " + MadeText.words(900..<910), source: "blog",
                created: "2020-01-01"),
        ]
        let scratch = try ScratchFolder()
        try scratch.write("in.jsonl", order.map { lines[$0] }.joined())
        let report = try scratch.run(["in.jsonl"], settings: policy.settings)
        #expect(report.counts.kept == 1)
        #expect(report.counts[.near] == 2)
        #expect(try scratch.ids(.articles) == [policy.kept])
        let dropped = order.map { ["short", "early", "long"][$0] }.filter { $0 != policy.kept }
        #expect(try scratch.ids(.duplicates) == dropped)
        #expect(
            try scratch.fields("keeper", of: .duplicates) == [policy.kept, policy.kept])
        #expect(try scratch.findings() == [])
    }

    @Test func `an archived document stays, whatever the policy`() throws {
        let scratch = try ScratchFolder()
        let base = MadeText.words(0..<200)
        try scratch.write("0.jsonl", MadeText.line("old", base))
        try scratch.write(
            "1.jsonl",
            MadeText.line("new", base + " and more")
                + MadeText.line("newest", base + " and more of it"))
        for night in 0..<2 {
            try scratch.run(["\(night).jsonl"], settings: ["dedup.keep=longest"])
        }
        #expect(try scratch.ids(.articles) == ["old"])
        #expect(try scratch.fields("keeper", of: .duplicates) == ["old", "old"])
        let again = try scratch.run(
            ["0.jsonl", "1.jsonl"], settings: ["dedup.keep=longest"], isRereading: true)
        #expect(again.run == nil)
        #expect(again.counts.seen == 3)
        #expect(try scratch.findings() == [])
    }

    @Test func `of two records with one id the one that is decided first has it`() throws {
        let base = MadeText.words(0..<200)
        let lines =
            MadeText.line("a", base) + MadeText.line("a", base + " " + MadeText.words(900..<905))
        for (update, articles, duplicates) in [
            ("keep-old", ["a"], ["a~2"]), ("version", ["a@2", "a"], []),
        ] {
            let scratch = try ScratchFolder()
            try scratch.write("in.jsonl", lines)
            let report = try scratch.run(
                ["in.jsonl"], settings: ["dedup.keep=longest", "dedup.update=\(update)"])
            #expect(try scratch.ids(.articles) == articles)
            #expect(try scratch.ids(.duplicates) == duplicates)
            #expect(report.counts[.update] == duplicates.count)
            #expect(report.counts.renamed == 1)
            if update == "version" {
                #expect(
                    try scratch.fields("metadata", of: .articles)[0].contains(
                        #""winnow_predecessor":"a""#))
            }
            #expect(try scratch.findings() == [])
        }
    }

    /// Records of all kinds, with ids that come twice and lines that are damaged.
    private func nights() -> [String] {
        (0..<2).map { night in
            let dump = MadeDump(count: 150, seed: UInt64(night) / 2 + 5)
            return dump.jsonLines + "{\"id\":\"cut\",\"text\":\"broken \(night)\n"
                + #"{"id":"empty","text":""}"# + "\n"
                + MadeText.line("doc-\(night + 3)", MadeText.words(0..<60) + " night \(night)")
        }
    }

    /// Without dates the order of `earliest` is that of the input.
    @Test func `a run that is decided as a whole in input order is the run decided at once`()
        throws
    {
        for settings in [[], ["dedup.update=version"]] {
            let scratch = try ScratchFolder()
            for (night, lines) in nights().enumerated() {
                try scratch.write("\(night).jsonl", lines)
                for (output, keep) in [("once", "first"), ("whole", "earliest")] {
                    let report = try scratch.run(
                        ["\(night).jsonl"], output: output,
                        settings: settings + ["dedup.keep=\(keep)"])
                    #expect(report.counts.rejectedCount == 2)
                    #expect(report.hasDamage)
                    #expect(report.counts.seen == (night == 0 ? 0 : 150))
                }
            }
            let (once, whole) = (try scratch.data("once"), try scratch.data("whole"))
            #expect(once.keys.sorted() == whole.keys.sorted())
            #expect(once == whole)
            #expect(try scratch.roots("once") == scratch.roots("whole"))
        }
    }

    @Test func `threads and memory change nothing`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("in.jsonl", MadeDump(count: 400, seed: 11).jsonLines)
        let settings = ["dedup.keep=longest", "dedup.containment=0.9"]
        try scratch.run(["in.jsonl"], output: "out1", settings: settings, threads: 1)
        for threads in [2, 3, 8] {
            try scratch.run(
                ["in.jsonl"], output: "out\(threads)", settings: settings, threads: threads)
            #expect(try scratch.data("out1") == scratch.data("out\(threads)"))
            #expect(try scratch.roots("out1") == scratch.roots("out\(threads)"))
        }
    }

    @Test func `the index of a collected run is what the archive gives`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("in.jsonl", MadeDump(count: 300, seed: 3).jsonLines)
        try scratch.write("none.jsonl", "")
        let settings = ["dedup.keep=longest", "dedup.containment=0.8"]
        try scratch.run(["in.jsonl"], settings: settings)
        let before = try scratch.roots("out")
        #expect(before.count == 1)
        var overrides = ConfigurationOverrides()
        overrides.inputs = [scratch.file("none.jsonl").string]
        overrides.output = scratch.file("out").string
        overrides.settings = settings
        _ = try ArchiveRun(
            configuration: PipelineConfiguration(file: nil, overrides: overrides),
            isRebuilding: true
        ).execute(startText: "test", progress: { _ in }, stop: { false })
        let commit = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        #expect(commit.run == 2)
        #expect(try scratch.roots("out") == before)
    }

    @Test func `a stop between the passes commits nothing, and is gone on from`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("0.jsonl", MadeText.line("a", MadeText.words(0..<100)))
        try scratch.write("1.jsonl", MadeDump(count: 60, seed: 2).jsonLines)
        try scratch.run(["0.jsonl"], settings: ["dedup.keep=longest"])
        let before = try scratch.archive()
        let asked = AskCounter()
        try scratch.run(
            ["1.jsonl"], output: "other", settings: ["dedup.keep=longest"], threads: 1,
            stop: {
                asked.count()
                return false
            })
        for limit in 0..<asked.value {
            let counter = AskCounter()
            _ = try scratch.run("rm -rf out/.winnow/staging/000002")
            #expect("asked \(limit) times") {
                try scratch.run(
                    ["1.jsonl"], settings: ["dedup.keep=longest"], threads: 1,
                    stop: { counter.count() > limit })
            } throws: {
                // Before the first batch there is nothing to go on from.
                scratch.exists("out/.winnow/staging/000002/checkpoint")
                    ? $0 is StoppedAtCheckpoint : $0 is StopRequested && limit < 3
            }
            #expect(try scratch.archive() == before)
        }
        let report = try scratch.run(["1.jsonl"], settings: ["dedup.keep=longest"])
        #expect(report.run == 2 && report.resumedDocuments == 60)
        for night in 0..<2 {
            try scratch.run(
                ["\(night).jsonl"], output: "whole", settings: ["dedup.keep=longest"])
        }
        #expect(try scratch.everything() == scratch.everything("whole"))
    }

    @Test func `damage under --strict commits nothing`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("in.jsonl", nights()[0])
        #expect(throws: StrictRefusal.self) {
            try scratch.run(["in.jsonl"], settings: ["dedup.keep=longest"], isStrict: true)
        }
        #expect(try ArchiveStore(opening: scratch.file("out")).commit == nil)
    }
}
