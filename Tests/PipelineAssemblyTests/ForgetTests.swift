import Archive
import DocumentModel
import Foundation
import JSONBytes
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

@Suite struct ForgetTests {
    private let scratch: ScratchFolder

    /// a and its kin in three runs: b and c resemble a but not each other; d resembles a, and
    /// less so e, which resembles neither a nor b.
    init() throws {
        scratch = try ScratchFolder()
        try scratch.run("1.jsonl", ["a": LikeTexts.text(1), "other": LikeTexts.text(2)])
        try scratch.run(
            "2.jsonl",
            [
                "e": LikeTexts.text(1, changedAt: 40, 50, 80),
                "b": LikeTexts.text(1, changedAt: 10),
                "empty": "",
            ])
        try scratch.run(
            "3.jsonl",
            [
                "c": LikeTexts.text(1, changedAt: 60),
                "copy-of-c": LikeTexts.text(1, changedAt: 60),
                "d": LikeTexts.text(1, changedAt: 40),
                "copy-of-b": LikeTexts.text(1, changedAt: 10),
            ])
    }

    @Test func `a forgotten document is gone, and its duplicates are decided on again`() throws {
        #expect(try scratch.idsInOrder(of: .articles) == ["a", "other", "e"])
        let before = ["b -> a", "c -> a", "copy-of-c -> a", "d -> a", "copy-of-b -> a"]
        #expect(try scratch.pairs() == before)

        let report = try scratch.forget(.ids(["a"]))
        #expect(report.run == 4)
        #expect(report.gone == ["a"])
        #expect(report.counts.removed == 1)
        #expect(report.counts.kept == 2)
        #expect(report.counts.isBalanced)
        let decisions = report.decisions.map { "\($0.id) \($0.run) \($0.keeper ?? "kept")" }
        #expect(
            decisions == ["b 2 kept", "c 3 kept", "copy-of-c 3 c", "d 3 kept", "copy-of-b 3 b"])
        #expect(try scratch.idsInOrder(of: .articles) == ["other", "e", "b", "c", "d"])
        #expect(try scratch.pairs() == ["copy-of-c -> c", "copy-of-b -> b"])
        #expect(
            try scratch.records(.duplicates).compactMap { $0["kind"]?.string } == [
                "exact", "exact",
            ])
        #expect(try scratch.findings() == [])
        let commit = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        #expect(commit.isIndexed)
        #expect(commit.runs.map(\.act) == [.run, .run, .run, .forget])
        let moved = commit.files(of: .articles).last?.origins
        #expect(moved == [RunShare(run: 2, records: 1), RunShare(run: 3, records: 2)])
    }

    @Test func `no file holds a word of it any more`() throws {
        let text = "A secret: the heron sleeps under the third arch of the bridge at night."
        try scratch.run("4.jsonl", ["secret": text, "public": LikeTexts.text(4)])
        try scratch.forget(.ids(["secret"]))
        for (name, bytes) in try scratch.everything() {
            var content = bytes
            if name.hasSuffix(".gz") {
                content = try scratch.run("zcat 'out/\(name)'")
            }
            #expect(Data(content).range(of: Data("heron".utf8)) == nil, "\(name)")
            #expect(Data(content).range(of: Data("secret".utf8)) == nil, "\(name)")
        }
    }

    @Test func `what was forgotten is not taken in again, under its name or another`() throws {
        try scratch.forget(.ids(["a", "c", "empty"]))
        for name in ["1.jsonl", "2.jsonl", "3.jsonl"] {
            let again = try scratch.run([name], isRereading: true)
            #expect(again.run == nil)
            #expect(again.counts.seen == again.counts.read)
        }
        let renamed = try scratch.run("5.jsonl", ["a-by-another-name": LikeTexts.text(1)])
        #expect(renamed.run == nil)
        #expect(renamed.counts.seen == 1)
        // The text of copy-of-c is still there: a copy of it is a duplicate.
        let copy = try scratch.run("6.jsonl", ["c-once-more": LikeTexts.text(1, changedAt: 60)])
        #expect(copy.counts[.exact] == 1)
        // The id is free for another text.
        let reused = try scratch.run("7.jsonl", ["a": LikeTexts.text(7)])
        #expect(reused.counts.kept == 1)
        #expect(reused.counts.renamed == 0)
        #expect(try scratch.findings() == [])
    }

    @Test func `it stays known when the index is derived again`() throws {
        try scratch.forget(.ids(["a", "b"]))
        try scratch.prune(throughRun: 3)
        var overrides = ConfigurationOverrides()
        overrides.inputs = ["1.jsonl", "2.jsonl", "3.jsonl"].map { scratch.file($0).string }
        overrides.output = scratch.file("out").string
        let configuration = try PipelineConfiguration(file: nil, overrides: overrides)
        let report = try ArchiveRun(
            configuration: configuration, isRebuilding: true, isRereading: true
        )
        .execute(startText: "test", progress: { _ in }, stop: { false })
        #expect(report.counts.seen == 9)
        #expect(report.counts.isEmpty)
        #expect(try scratch.run("8.jsonl", ["z": LikeTexts.text(1)]).counts.seen == 1)
    }

    @Test func `a whole run is forgotten`() throws {
        let report = try scratch.forget(.run(1))
        #expect(report.gone == ["a", "other"])
        #expect(try scratch.idsInOrder(of: .articles) == ["e", "b", "c", "d"])
        #expect(try scratch.run(["1.jsonl"], isRereading: true).counts.seen == 2)
        let rest = try scratch.forget(.run(3))
        #expect(rest.gone.sorted() == ["c", "copy-of-b", "copy-of-c", "d"])
        #expect(rest.decisions.isEmpty)
        #expect(try scratch.idsInOrder(of: .articles) == ["e", "b"])
        #expect(try scratch.idsInOrder(of: .rejected) == ["empty"])
        #expect(throws: QuestionError.self) { try scratch.forget(.run(3)) }
        #expect(throws: QuestionError.self) { try scratch.forget(.run(77)) }
        try scratch.forget(.run(2))
        let commit = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        #expect(commit.files.isEmpty)
        #expect(commit.totals.removed == 9)
        #expect(try scratch.findings() == [])
        #expect(try scratch.run(["3.jsonl"], isRereading: true).run == nil)
    }

    @Test func `a run is found in files that were compacted`() throws {
        try scratch.compact()
        let report = try scratch.forget(.run(2))
        #expect(report.gone == ["e", "b", "empty"])
        #expect(try scratch.idsInOrder(of: .articles) == ["a", "other"])
        #expect(try scratch.pairs() == ["c -> a", "copy-of-c -> a", "d -> a", "copy-of-b -> a"])
        #expect(try scratch.findings() == [])
    }

    @Test func `all ids or none`() throws {
        let before = try scratch.everything()
        let refusal = #expect(throws: QuestionError.self) {
            try scratch.forget(.ids(["b", "nobody", "empty"]))
        }
        #expect(refusal?.description == "no record has the id \"nobody\"; nothing was forgotten")
        #expect(try scratch.everything() == before)
        #expect(throws: QuestionError.self) { try scratch.forget(.ids(["b"]), "nowhere") }
        #expect(!scratch.exists("nowhere"))
    }

    @Test func `a dry run tells the same and changes nothing`() throws {
        let before = try scratch.everything()
        let trial = try scratch.forget(.ids(["a", "d"]), isDryRun: true)
        #expect(try scratch.everything() == before)
        let report = try scratch.forget(.ids(["a", "d"]))
        #expect(trial.run == nil)
        #expect(trial.gone == report.gone)
        #expect(trial.decisions == report.decisions)
        #expect(trial.counts == report.counts)
        #expect(report.decisions.count == 4)
    }

    @Test func `a stop leaves the archive as it was`() throws {
        let before = try scratch.everything()
        #expect(throws: (any Error).self) {
            try ForgetAct(scratch.actOptions(), .ids(["a"]))
                .execute(progress: { _ in }, stop: { true })
        }
        #expect(try scratch.everything() == before)
    }

    @Test func `an archive that another command writes to is left alone`() throws {
        let held = try WritableArchive(opening: scratch.file("out"), startText: "test")
        let refusal = #expect(throws: ArchiveError.self) { try scratch.forget(.ids(["a"])) }
        #expect(refusal?.code == .locked)
        #expect(throws: ArchiveError.self) { try scratch.compact() }
        #expect(throws: ArchiveError.self) { try scratch.prune(throughRun: 1) }
        #expect(held.nextRun == 4)
    }
}
