import Archive
import Catalogue
import DocumentModel
import Foundation
import PipelineAssembly
import TestFixtures
import Testing

@Suite struct PruneTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        try scratch.run(
            "1.jsonl",
            ["a": LikeTexts.text(1), "a2": LikeTexts.text(1), "b": LikeTexts.text(2)])
        try scratch.run("2.jsonl", ["b2": LikeTexts.text(2) + "\n\nSubscribe to our newsletter"])
        try scratch.run(
            "3.jsonl", ["a3": LikeTexts.text(1, changedAt: 30), "c": LikeTexts.text(3)])
    }

    @Test func `duplicates of old runs go with their ledger, and stay known`() throws {
        #expect(try scratch.idsInOrder(of: .ledger) == ["b2"])
        let articles = try scratch.archive().filter { $0.key.hasPrefix("articles/") }
        let report = try scratch.prune(throughRun: 2)
        #expect(report.run == 4)
        #expect(report.counts.removed == 2)
        #expect(report.counts.duplicateCount == -2)
        #expect(report.counts.isBalanced)
        #expect(report.decisions.isEmpty)
        #expect(try scratch.pairs() == ["a3 -> a"])
        #expect(try scratch.idsInOrder(of: .ledger) == [])
        #expect(try scratch.archive().filter { $0.key.hasPrefix("articles/") } == articles)
        #expect(try scratch.findings() == [])
        for name in ["1.jsonl", "2.jsonl", "3.jsonl"] {
            let again = try scratch.run([name], isRereading: true)
            #expect(again.run == nil)
            #expect(again.counts.seen == again.counts.read)
        }
        // Only the record is known, not the text: under another id it is a duplicate again.
        #expect(try scratch.run("4.jsonl", ["a4": LikeTexts.text(1)]).counts[.exact] == 1)
    }

    @Test func `with nothing to do nothing is written`() throws {
        try scratch.prune(throughRun: 3)
        let before = try scratch.everything()
        let report = try scratch.prune(throughRun: 3)
        #expect(report.run == nil)
        #expect(report.counts == RunCounts())
        try scratch.prune(throughRun: 0)
        #expect(try scratch.everything() == before)
    }

    @Test func `a dry run tells the same and changes nothing`() throws {
        let before = try scratch.everything()
        let trial = try scratch.prune(throughRun: 2, isDryRun: true)
        #expect(try scratch.everything() == before)
        #expect(trial.counts == (try scratch.prune(throughRun: 2)).counts)
    }

    @Test func `in compacted files the runs are still told apart`() throws {
        try scratch.compact()
        try scratch.prune(throughRun: 2)
        #expect(try scratch.pairs() == ["a3 -> a"])
        try scratch.prune(throughRun: 4)
        #expect(try scratch.pairs() == [])
        #expect(try scratch.findings() == [])
        try scratch.compact()
        let commit = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        #expect(commit.known.map(\.records) == [3])
        #expect(try scratch.run(["2.jsonl"], isRereading: true).counts.seen == 1)
    }

    @Test func `the caller may choose the runs`() throws {
        _ = try PruneAct(scratch.actOptions()) { commit in
            #expect(commit.runs.map(\.run) == [1, 2, 3])
            return [2]
        }.execute(progress: { _ in }, stop: { false })
        #expect(try scratch.pairs() == ["a2 -> a", "a3 -> a"])
    }

    @Test func `runs are chosen by when they ended`() throws {
        let options = scratch.actOptions()
        let store = try ArchiveStore(opening: scratch.file("out"))
        let ended = try RunHistory(store).runs.compactMap(\.endedMilliseconds)
        #expect(ended.count == 3)
        func prune(before cutoff: Int) throws -> Int {
            try PruneAct(options, endedBefore: cutoff)
                .execute(progress: { _ in }, stop: { false }).counts.removed
        }
        #expect(try prune(before: ended[0]) == 0)
        #expect(try prune(before: ended[1]) == 1)
        #expect(try scratch.pairs() == ["b2 -> b", "a3 -> a"])
        #expect(try prune(before: ended[2] + 1) == 2)
        try scratch.run("5.jsonl", ["a5": LikeTexts.text(1)])
        // Without the catalogue nobody knows when it was: it stays.
        try FileManager.default.removeItem(
            at: scratch.url.appendingPathComponent("out/.winnow/catalogue.sqlite"))
        #expect(try prune(before: .max) == 0)
    }
}
