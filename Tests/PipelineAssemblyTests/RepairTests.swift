import Archive
import DocumentModel
import Foundation
import JSONBytes
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

@Suite struct RepairTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private static let articles = "out/articles/000001-00000.jsonl.gz"

    /// Texts of 100 KB of random words each: a member of the archive holds ten of them.
    private func makeLargeArchive(_ count: Int = 35) throws {
        var random = SeededGenerator(seed: 4)
        let texts = (0..<count).map { number -> (id: String, text: String) in
            let words = (0..<16_000).map { _ in
                String(UInt32.random(in: 0...UInt32.max, using: &random) % 1_000_000)
            }
            return ("d\(number)", words.joined(separator: " ") + ".")
        }
        try scratch.write("large.jsonl", ScratchFolder.jsonLines(texts))
        try scratch.run(["large.jsonl"])
    }

    private func flip(_ name: String, at place: (Int) -> Int) throws {
        var bytes = try scratch.bytes(name)
        bytes[place(bytes.count)] ^= 4
        try scratch.write(name, bytes)
    }

    @Test func `a damaged member takes its own records along and no others`() throws {
        try makeLargeArchive()
        let before = try scratch.idsInOrder(of: .articles)
        let texts = try scratch.texts()
        let old = try scratch.bytes(Self.articles)
        try flip(Self.articles) { $0 / 2 }
        let damaged = try scratch.bytes(Self.articles)
        let report = try scratch.repair()
        let loss = try #require(report.losses.first)
        #expect(report.losses.count == 1)
        #expect(loss.path == "articles/000001-00000.jsonl.gz")
        let lost = try #require(loss.records)
        #expect(lost > 5 && lost < 15 && loss.saved == 35 - lost)
        #expect(report.lostIDs.count == lost)
        let after = try scratch.idsInOrder(of: .articles)
        #expect(after == before.filter { !report.lostIDs.contains($0) })
        #expect(report.counts.kept == -lost && report.counts.removed == lost)
        #expect(report.commit?.totals.isBalanced == true)
        #expect(try scratch.check().findings == [])
        #expect(
            try scratch.bytes("out/.winnow/set-aside/000001-00000.jsonl.gz") == damaged)
        #expect(report.notices.contains { $0.contains("set-aside/000001-00000.jsonl.gz") })
        #expect(try scratch.repair().isWhole)
        let again = try scratch.run(["large.jsonl"])
        #expect(again.counts.kept == lost && again.counts.seen == 35 - lost)
        #expect(try scratch.texts() == texts)
        #expect(old.count == damaged.count)
    }

    @Test func `two damaged members and a cut end leave what is between`() throws {
        try makeLargeArchive()
        var bytes = try scratch.bytes(Self.articles)
        bytes[1_000] ^= 1
        bytes.removeLast(10)
        try scratch.write(Self.articles, bytes)
        let report = try scratch.repair()
        let after = try scratch.idsInOrder(of: .articles)
        #expect(after.count > 10 && after.count + report.lostIDs.count == 35)
        #expect(!after.contains("d0") && !after.contains("d34") && after.contains("d17"))
        #expect(try scratch.check().findings == [])
    }

    @Test(arguments: [0, 1, 2, 3, 4, 9])
    func `a damaged header of a member costs nothing`(offset: Int) throws {
        try scratch.makeStore()
        let texts = try scratch.texts()
        try flip(Self.articles(of: scratch)) { _ in offset }
        let report = try scratch.repair()
        #expect(report.losses == [] && report.run == 5)
        #expect(try scratch.texts() == texts)
        #expect(try scratch.check().findings == [])
    }

    private static func articles(of scratch: ScratchFolder) throws -> String {
        let commit = try ArchiveStore(opening: scratch.file("out")).commit
        return "out/" + (commit?.files(of: .articles).first?.path ?? "")
    }

    @Test func `no text vanishes because its keeper did`() throws {
        try scratch.run("a.jsonl", ["a1": LikeTexts.text(1), "a2": LikeTexts.text(2)])
        try scratch.run(
            "b.jsonl",
            [
                "b1": LikeTexts.text(1, changedAt: 0), "b2": LikeTexts.text(1, changedAt: 0),
                "b3": LikeTexts.text(3),
            ])
        #expect(try scratch.pairs() == ["b1 -> a1", "b2 -> a1"])
        try FileManager.default.removeItem(atPath: scratch.file(Self.articles).string)
        let report = try scratch.repair()
        #expect(report.lostIDs == ["a1", "a2"])
        #expect(report.decisions.map(\.id) == ["b1", "b2"])
        #expect(report.decisions.map(\.keeper) == [nil, "b1"])
        #expect(try scratch.idsInOrder(of: .articles) == ["b3", "b1"])
        #expect(try scratch.pairs() == ["b2 -> b1"])
        #expect(try scratch.check().findings == [])
        let again = try scratch.run(["a.jsonl", "b.jsonl"])
        #expect(again.counts.duplicateCount == 1 && again.counts.kept == 1)
        #expect(again.counts.seen == 3)
    }

    @Test func `documents that cannot be restored any more are named`() throws {
        let changed = "\n\nSubscribe to our newsletter"
        try scratch.run(
            "a.jsonl",
            [
                "a1": LikeTexts.text(1) + changed, "a2": LikeTexts.text(2),
                "a3": LikeTexts.text(3) + changed,
            ])
        #expect(try scratch.idsInOrder(of: .ledger) == ["a1", "a3"])
        try scratch.write("out/ledger/000001-00000.jsonl.gz", "")
        let report = try scratch.repair()
        #expect(report.losses.map(\.records) == [2])
        #expect(report.lostIDs == [])
        #expect(report.unrestorableIDs == ["a1", "a3"])
        #expect(try scratch.check().findings == [])
        #expect(try scratch.idsInOrder(of: .articles) == ["a1", "a2", "a3"])
    }

    @Test(arguments: [false, true])
    func `an archive of which no commit is whole is made again`(hasCatalogue: Bool) throws {
        try scratch.makeStore()
        let whole = try scratch.store()
        let texts = try scratch.texts()
        let ledger = try scratch.idsInOrder(of: .ledger)
        let before = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        for name in whole.keys where name == "manifest.json" || name.contains("commits/") {
            try flip("out/\(name)") { $0 / 2 }
        }
        if !hasCatalogue {
            for name in ["catalogue.sqlite", "catalogue.sum"] {
                try FileManager.default.removeItem(
                    atPath: scratch.file("out/.winnow/\(name)").string)
            }
        }
        #expect(throws: ArchiveError.self) { try scratch.run(["1.jsonl"]) }
        let trial = try scratch.repair(isDryRun: true)
        #expect(trial.findings.count == 1)
        #expect(throws: ArchiveError.self) { try ArchiveStore(opening: scratch.file("out")) }
        let report = try scratch.repair()
        #expect(report.losses == [] && report.lostIDs == [])
        #expect(report.run == 5)
        let check = try scratch.check()
        #expect(check.findings == [] && check.store.notices == [])
        let after = try #require(report.commit)
        #expect(after.totals.kept == before.totals.kept)
        #expect(after.totals.duplicateCount == before.totals.duplicateCount)
        #expect(after.totals.rejectedCount == before.totals.rejectedCount)
        #expect(after.runs.last?.act == .repair)
        #expect(try scratch.texts() == texts)
        #expect(try Set(scratch.idsInOrder(of: .ledger)) == Set(ledger))
        for id in ledger { #expect(try !scratch.questions().restore(id).isEmpty) }
        // Nothing comes twice, and what was forgotten stays out.
        let again = try scratch.run(["1.jsonl", "3.jsonl", "4.jsonl"], isRereading: true)
        #expect(again.run == nil && again.counts.seen == again.counts.read)
        #expect(try scratch.texts()["d2"] == nil)
    }

    @Test func `records of a lost commit come back in`() throws {
        try scratch.makeStore()
        let texts = try scratch.texts()
        try flip("out/manifest.json") { $0 / 2 }
        try flip("out/.winnow/commits/000004.json") { $0 / 3 }
        #expect(try ArchiveStore(opening: scratch.file("out")).commit?.run == 3)
        #expect(try !scratch.check().findings.isEmpty)
        let report = try scratch.repair()
        #expect(report.foundCount > 0 && report.losses == [])
        #expect(report.run == 5)
        #expect(report.commit?.runs.map(\.run) == [1, 2, 3, 4, 5])
        #expect(try scratch.texts() == texts)
        let check = try scratch.check()
        #expect(check.findings == [] && check.store.notices == [])
        let again = try scratch.run(["1.jsonl", "3.jsonl", "4.jsonl"], isRereading: true)
        #expect(again.run == nil && again.counts.seen == again.counts.read)
    }

    @Test func `a run after a lost commit moves its files aside and reads its inputs again`()
        throws
    {
        try scratch.makeStore()
        let texts = try scratch.texts()
        try flip("out/manifest.json") { $0 / 2 }
        try flip("out/.winnow/commits/000004.json") { $0 / 3 }
        let report = try scratch.run(["1.jsonl", "3.jsonl", "4.jsonl"])
        #expect(report.run == 4)
        #expect(report.notices.contains { $0.contains("set-aside/000004-00000.jsonl.gz") })
        #expect(try scratch.texts() == texts)
        let check = try scratch.check()
        #expect(check.findings == [] && check.store.notices == [])
    }

    @Test(arguments: ["delete", "cut"])
    func `a list of known records is made again from the index`(how: String) throws {
        try scratch.makeStore()
        let name = "out/.winnow/known/000002.known"
        if how == "delete" {
            try FileManager.default.removeItem(atPath: scratch.file(name).string)
        } else {
            try scratch.write(name, Array(try scratch.bytes(name).prefix(30)))
        }
        let report = try scratch.repair()
        #expect(report.losses == [])
        #expect(try scratch.check().findings == [])
        let again = try scratch.run(["1.jsonl"], isRereading: true)
        #expect(again.run == nil)
        // Under another id the text is still known as forgotten.
        let other = try scratch.run("o.jsonl", ["other": LikeTexts.text(2)])
        #expect(other.counts.seen == 1)
    }

    @Test func `a list of known records is found where another file should be`() throws {
        try scratch.makeStore()
        let whole = try scratch.store()
        let rejected = "rejected/000001-00000.jsonl.gz"
        let swap = StoreDamage.swap(".winnow/known/000002.known", rejected)
        try scratch.apply(swap, to: whole)
        let report = try scratch.repair()
        #expect(report.losses == [])
        let check = try scratch.check()
        #expect(check.findings == [])
        #expect(check.store.commit?.known.map(\.count) == [2])
        #expect(try scratch.run(["1.jsonl"], isRereading: true).run == nil)
        // Where a file of rejected records is damaged as well, nothing is guessed.
        try scratch.restore(whole)
        var bytes = whole[rejected] ?? []
        bytes[0] ^= 1
        try scratch.write("out/\(rejected)", bytes)
        try scratch.write("out/.winnow/known/000002.known", [])
        let both = try scratch.repair()
        #expect(both.losses.map(\.path) == [".winnow/known/000002.known"])
        #expect(try scratch.check().findings == [])
    }

    @Test func `the table that containment asks is kept`() throws {
        let text = LikeTexts.text(1)
        try scratch.write("a.jsonl", ScratchFolder.jsonLines([("a", text)]))
        try scratch.run(["a.jsonl"], settings: ["dedup.containment=0.95"])
        try scratch.run("b.jsonl", ["b": LikeTexts.text(2)])
        let commit = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        #expect(commit.segments.count > 1 || commit.segments[0].run == 2)
        let segment = "out/.winnow/segments/\(commit.segments[0].name)"
        if commit.segments.count > 1 { try flip(segment) { $0 / 2 } }
        let article = "out/" + commit.files(of: .articles)[0].path
        try FileManager.default.removeItem(atPath: scratch.file(article).string)
        _ = try scratch.repair()
        let report = try scratch.run(
            ["a.jsonl"], settings: ["dedup.containment=0.95"], isRereading: true)
        #expect(!report.notices.contains { $0.contains("derived again") })
        #expect(report.counts.kept == 1)
    }

    @Test func `strangers in the archive's folders are moved aside, those beside it stay`() throws {
        try scratch.makeStore()
        try scratch.write("out/articles/notes.txt", "mine")
        try scratch.write("out/duplicates/000001-00007.jsonl.gz", "mine as well")
        try scratch.write("out/.winnow/commits/notes", "mine, too")
        try scratch.write("out/notes.txt", "beside")
        let found = try scratch.check()
        #expect(
            Set(found.findings.map(\.path)) == [
                "articles/notes.txt", "duplicates/000001-00007.jsonl.gz", ".winnow/commits/notes",
            ])
        #expect(found.notices == ["notes.txt is not the archive's"])
        let report = try scratch.repair()
        #expect(report.losses == [])
        #expect(try scratch.check().findings == [])
        #expect(try scratch.text("out/.winnow/set-aside/notes.txt") == "mine")
        #expect(try scratch.text("out/notes.txt") == "beside")
    }
}
