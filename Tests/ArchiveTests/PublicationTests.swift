import ByteIO
import DocumentModel
import Foundation
import SystemPackage
import TestFixtures
import Testing

@testable import Archive

@Suite struct PublicationTests {
    @Test func `a run leaves data files, sums, card and manifest, and no staging`() throws {
        let place = try ScratchFolder()
        try run(mixedRecords(100), into: Folder(place.path), SampleShape(shardBytes: 600))
        let names = try Folder(place.path).names()
        #expect(
            names == [
                ".winnow", "README.md", "SHA256SUMS", "articles", "duplicates", "ledger",
                "manifest.json", "rejected",
            ])
        #expect(try Folder(place.path).folder(".winnow/staging").names() == [])
        #expect(try Folder(place.path).folder(".winnow/commits").names() == ["000001.json"])
        let commit = try #require(try ArchiveStore(opening: place.path).commit)
        #expect(commit.run == 1)
        #expect(commit.previous == "")
        #expect(commit.totals.read == 100)
        #expect(commit.totals.kept == 70)
        #expect(commit.totals[.near] == 10)
        #expect(commit.totals[.noTextField] == 10)
        #expect(commit.totals.seen == 10)
        #expect(commit.files(of: .articles).count > 3)
        #expect(commit.files(of: .articles).reduce(0) { $0 + $1.records } == 70)
        #expect(commit.files.allSatisfy { $0.bytes <= 600 })
        #expect(commit.parameters == Array("{\"n\":5}".utf8))
    }

    @Test func `a small archive has exactly these lines`() throws {
        let place = try ScratchFolder()
        var kept = SampleRecord(id: "a", text: "x\ny", source: "s", title: "T")
        kept.delivered = Array("x\r\ny".utf8)
        kept.edits = [.init(start: 1, removedCount: 1)]
        var copy = SampleRecord(id: "a", text: "x\ny", source: "s", number: 2, offset: 30)
        copy.fate = .duplicate(keeper: "a", similarity: 1, kind: .exact)
        copy.newID = "a~2"
        var bad = SampleRecord(id: "", number: 3, offset: 60, raw: [0x7B, 0x80])
        bad.rejection = .malformedJSON
        bad.detail = "malformed UTF-8 at byte 1"
        try run([kept, copy, bad], into: Folder(place.path))
        let name = "000001-00000.jsonl.gz"
        let head = #""text":"x\ny","source":"s","url":"","title":"#
        let rest = #""authors":[],"created":"","language":"","metadata":"#
        let origin = #""origin":{"file":"in/f.jsonl","record":"#
        let article =
            #"{"id":"a","# + head + #""T","# + rest + #""{}","# + origin + #"1,"offset":0}}"#
        #expect(try lines(of: "articles/\(name)", in: Folder(place.path)) == [article])
        let duplicate =
            #"{"id":"a~2","# + head + #""","# + rest + #""{\"winnow_original_id\":\"a\"}","#
            + origin + #"2,"offset":30},"keeper":"a","similarity":1.0,"kind":"exact"}"#
        #expect(try lines(of: "duplicates/\(name)", in: Folder(place.path)) == [duplicate])
        let rejected =
            #"{"id":"f.jsonl#3","reason":"malformed-json","detail":"malformed UTF-8 at byte 1","#
            + #""source":"","# + origin + #"3,"offset":60},"raw":"e4A=","encoding":"base64"}"#
        #expect(try lines(of: "rejected/\(name)", in: Folder(place.path)) == [rejected])
        let ledger =
            #"{"id":"a","source":"s","delivered":{"bytes":4,"crc32":1411507502},"edits":["#
            + #"{"at":1,"removed":"\r","removed_base64":"","inserted":"","inserted_base64":"","#
            + #""rule":"text/normal","pack":"text@1","score":0.00}],"#
            + #""original":{"encoding":"","base64":""}}"#
        #expect(try lines(of: "ledger/\(name)", in: Folder(place.path)) == [ledger])
        let sums = String(
            decoding: try Folder(place.path).contents(of: "SHA256SUMS") ?? [], as: UTF8.self)
        #expect(
            sums.split(separator: "\n").map { $0.dropFirst(64) } == [
                "  articles/\(name)", "  duplicates/\(name)", "  rejected/\(name)",
                "  ledger/\(name)",
            ])
        let card = String(
            decoding: try Folder(place.path).contents(of: "README.md") ?? [], as: UTF8.self)
        #expect(card.hasPrefix("---\nconfigs:\n- config_name: articles\n"))
        let counts = "Records read: 3. Kept: 1. Duplicates: 1 (1 exact, 0 near). Rejected: 1."
        #expect(card.contains(counts))
    }

    @Test func `a umask of 077 is fine`() throws {
        let place = try ScratchFolder()
        let usual = umask(0o077)
        defer { _ = umask(usual) }
        try run(mixedRecords(20), into: Folder(place.path))
        try run(mixedRecords(20, from: 20), into: Folder(place.path))
        let store = try ArchiveStore(opening: place.path)
        #expect(store.commit?.run == 2)
        #expect(try ArchiveVerifier.findings(in: store) == [])
    }

    @Test func `streams without records have no files`() throws {
        let place = try ScratchFolder()
        try run([SampleRecord(text: "x")], into: Folder(place.path))
        let commit = try #require(try ArchiveStore(opening: place.path).commit)
        #expect(commit.files.map(\.path) == ["articles/000001-00000.jsonl.gz"])
        #expect(try !Folder(place.path).names().contains("duplicates"))
    }

    @Test(arguments: [1, 2, 13, 1000])
    func `members and shards do not depend on how records were batched`(batch: Int) throws {
        let first = try ScratchFolder()
        let second = try ScratchFolder()
        let shape = SampleShape(batchRecords: batch, shardBytes: 1500)
        try run(mixedRecords(200), into: Folder(first.path), SampleShape(shardBytes: 1500))
        try run(mixedRecords(200), into: Folder(second.path), shape)
        #expect(try tree(Folder(first.path)) == tree(Folder(second.path)))
    }

    @Test func `a second run adds files, chains its commit and touches nothing`() throws {
        let place = try ScratchFolder()
        try run(mixedRecords(60), into: Folder(place.path))
        let before = try tree(Folder(place.path))
        try run(mixedRecords(60, from: 60), into: Folder(place.path))
        let after = try tree(Folder(place.path))
        for (path, content) in before where path.hasSuffix(".gz") || path.contains("commits") {
            #expect(after[path] == content)
        }
        let commit = try #require(try ArchiveStore(opening: place.path).commit)
        #expect(commit.run == 2)
        #expect(commit.runs.map(\.run) == [1, 2])
        #expect(commit.totals.read == 120)
        let first = try #require(before[".winnow/commits/000001.json"])
        #expect(commit.previous == ContentHash.hexadecimal(of: first.span))
        #expect(after["manifest.json"] == after[".winnow/commits/000002.json"])
    }

    @Test func `the last three commits stay`() throws {
        let place = try ScratchFolder()
        for number in 0..<5 { try run(mixedRecords(5, from: number * 5), into: Folder(place.path)) }
        #expect(
            try Folder(place.path).folder(".winnow/commits").names() == [
                "000003.json", "000004.json", "000005.json",
            ])
    }

    @Test func `a run that was killed before its commit leaves nothing, and its number is reused`()
        throws
    {
        let place = try ScratchFolder()
        let calm = try ScratchFolder()
        try run(mixedRecords(30), into: Folder(place.path))
        try run(mixedRecords(30), into: Folder(calm.path))
        do {
            let archive = try WritableArchive(opening: place.path, startText: "killed")
            _ = try stage(mixedRecords(50, from: 1000), in: archive)
        }
        #expect(try !Folder(place.path).folder(".winnow/staging").names().isEmpty)
        try run(mixedRecords(30, from: 30), into: Folder(place.path))
        try run(mixedRecords(30, from: 30), into: Folder(calm.path))
        #expect(try tree(Folder(place.path)) == tree(Folder(calm.path)))
    }

    /// -1 is the commit point alone; after it the steps up to that index.
    @Test(arguments: -1..<Publication.Step.allCases.count)
    func `a publication killed after any step is rolled forward to the same bytes`(last: Int)
        throws
    {
        let place = try ScratchFolder()
        let calm = try ScratchFolder()
        try run(mixedRecords(10), into: Folder(calm.path))
        try run(mixedRecords(10, from: 10), into: Folder(calm.path))
        try run(mixedRecords(10), into: Folder(place.path))
        do {
            let archive = try WritableArchive(opening: place.path, startText: "killed")
            let (files, counts) = try stage(mixedRecords(10, from: 10), in: archive)
            let store = archive.store
            let base = try #require(store.commit)
            let commit = Commit.following(
                (base, store.commitSHA256), adding: files, segments: [], act: .run, counts: counts,
                faults: [],
                parameters: Array("{\"n\":5}".utf8))
            var publication = Publication(
                layout: store.layout, commit: commit, commitBytes: commit.encoded())
            try publication.writeCommit()
            for step in Publication.Step.allCases.prefix(last + 1) {
                try publication.perform(step)
            }
        }
        // A reader that comes between sees the new commit, and verify nothing wrong.
        let store = try ArchiveStore(opening: place.path)
        #expect(store.commit?.run == 2)
        let isOver = last == Publication.Step.allCases.count - 1
        for scope in [VerificationScope.full, .quick, .subset(1, of: 2)] {
            let check = try ArchiveVerifier.check(store, scope: scope)
            #expect(check.findings == [])
            #expect(check.notices.count == (isOver ? 0 : 1))
        }
        let archive = try WritableArchive(opening: place.path, startText: "next")
        #expect(archive.notices == [])
        #expect(archive.nextRun == 3)
        #expect(try tree(Folder(place.path)) == tree(Folder(calm.path)))
    }

    @Test func `a publication killed between two renames is rolled forward`() throws {
        let place = try ScratchFolder()
        let calm = try ScratchFolder()
        try run(mixedRecords(20), into: Folder(calm.path))
        do {
            let archive = try WritableArchive(opening: place.path, startText: "killed")
            let (files, counts) = try stage(mixedRecords(20), in: archive)
            let commit = Commit.following(
                nil, adding: files, segments: [], act: .run, counts: counts, faults: [],
                parameters: Array("{\"n\":5}".utf8))
            let layout = archive.store.layout
            var publication = Publication(
                layout: layout, commit: commit, commitBytes: commit.encoded())
            try publication.writeCommit()
            let visible = Folder(place.path).folder("articles")
            try visible.create()
            try layout.staging(run: 1).folder("articles").move(
                "000001-00000.jsonl.gz", to: visible, "000001-00000.jsonl.gz")
        }
        let archive = try WritableArchive(opening: place.path, startText: "next")
        #expect(archive.notices == [])
        #expect(try tree(Folder(place.path)) == tree(Folder(calm.path)))
    }

    @Test func `what stands at a data file's name is moved aside, not overwritten`() throws {
        let place = try ScratchFolder()
        var archive = try WritableArchive(opening: place.path, startText: "test")
        let victim = Folder(place.path).folder("outside")
        try victim.create()
        try victim.replaceFile("keep", with: [1].span)
        try Folder(place.path).folder("articles").create()
        try FileManager.default.createSymbolicLink(
            atPath: Folder(place.path).path("articles/000001-00000.jsonl.gz").string,
            withDestinationPath: victim.path("keep").string)
        let (files, counts) = try stage(mixedRecords(3), in: archive)
        try archive.publish(
            files, segments: [], counts: counts, faults: [], parameters: Array("{}".utf8))
        #expect(archive.notices.count == 1)
        #expect(archive.notices.allSatisfy { $0.contains(".winnow/set-aside/000001-00000") })
        #expect(try victim.contents(of: "keep") == [1])
        #expect(
            try Folder(place.path).folder("articles").status(of: "000001-00000.jsonl.gz")?.kind
                == .regular)
    }

    @Test func `nothing carries a clock time or depends on when it was written`() throws {
        let first = try ScratchFolder()
        let second = try ScratchFolder()
        for number in 0..<3 {
            try run(mixedRecords(20, from: number * 20), into: Folder(first.path))
            try run(mixedRecords(20, from: number * 20), into: Folder(second.path))
        }
        #expect(try tree(Folder(first.path)) == tree(Folder(second.path)))
    }
}
