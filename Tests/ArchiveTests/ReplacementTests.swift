import ByteIO
import ByteText
import Foundation
import SystemPackage
import TestFixtures
import Testing

@testable import Archive

/// Acts that replace files, killed at every step.
@Suite struct ReplacementTests {
    private enum Act: CaseIterable {
        case compaction, removal, repair

        func stage(in archive: borrowing WritableArchive) throws -> ArchiveReplacement {
            switch self {
            case .compaction: return try stageCompaction(archive)
            case .removal: return try stageRemoval(archive) { $0 == "d8" || $0 == "d13" }
            case .repair:
                var replacement = try stageRemoval(archive) { $0 == "d8" || $0 == "d13" }
                replacement.act = .repair
                return replacement
            }
        }
    }

    private static let runs = 2

    private func archive() throws -> ScratchFolder {
        let place = try ScratchFolder()
        for number in 0..<Self.runs {
            try run(mixedRecords(10, from: number * 10), into: Folder(place.path))
        }
        return place
    }

    private func publication(
        _ archive: borrowing WritableArchive, _ replacement: ArchiveReplacement
    ) throws -> Publication {
        let store = archive.store
        let base = try #require(store.commit)
        let commit = Commit.replacing((base, store.commitSHA256), with: replacement)
        return Publication(layout: store.layout, commit: commit, commitBytes: commit.encoded())
    }

    private static let cases: [(Act, Int)] = Act.allCases.flatMap { act in
        (-1..<Publication.Step.allCases.count).map { (act, $0) }
    }

    @Test(arguments: cases)
    private func `an act killed after any step is rolled forward to the same bytes`(
        act: Act, last: Int
    ) throws {
        let place = try archive()
        let calm = try archive()
        do {
            var archive = try WritableArchive(opening: calm.path, startText: "calm")
            try archive.publish(try act.stage(in: archive))
        }
        do {
            let archive = try WritableArchive(opening: place.path, startText: "killed")
            var publication = try publication(archive, try act.stage(in: archive))
            try publication.writeCommit()
            for step in Publication.Step.allCases.prefix(last + 1) {
                try publication.perform(step)
            }
        }
        let killed = try ArchiveStore(opening: place.path)
        #expect(killed.commit?.run == Self.runs + 1)
        #expect(try ArchiveVerifier.findings(in: killed) == [])
        let archive = try WritableArchive(opening: place.path, startText: "next")
        #expect(archive.notices.isEmpty || act == .repair)
        #expect(try tree(Folder(place.path)) == tree(Folder(calm.path)))
        let store = archive.store
        #expect(try ArchiveVerifier.findings(in: store) == [])
    }

    @Test(arguments: cases)
    private func `no commit is opened whose files are gone`(act: Act, last: Int) throws {
        let place = try archive()
        do {
            let archive = try WritableArchive(opening: place.path, startText: "killed")
            var publication = try publication(archive, try act.stage(in: archive))
            try publication.writeCommit()
            for step in Publication.Step.allCases.prefix(last + 1) {
                try publication.perform(step)
            }
        }
        // The newest commit is lost as well, and with it the manifest if that is a copy of it.
        let root = Folder(place.path)
        let state = root.folder(".winnow")
        let name = ArchiveLayout.commitName(Self.runs + 1)
        let bytes = try #require(try state.folder("commits").contents(of: name))
        try state.folder("commits").removeFile(name)
        if try root.contents(of: ArchiveLayout.manifest) == bytes {
            try root.removeFile(ArchiveLayout.manifest)
        }
        let store: ArchiveStore
        do throws(ArchiveError) {
            store = try ArchiveStore(opening: place.path)
        } catch {
            #expect(error.code == .noWholeCommit)
            return
        }
        #expect(store.commit?.run == Self.runs)
        for file in store.commit?.files ?? [] {
            #expect(try root.status(of: file.path)?.sizeBytes == file.bytes)
        }
    }

    @Test(arguments: Act.allCases)
    private func `an act killed before its commit leaves the archive as it was`(act: Act) throws {
        let place = try archive()
        let before = try tree(Folder(place.path))
        do {
            let archive = try WritableArchive(opening: place.path, startText: "killed")
            _ = try act.stage(in: archive)
        }
        #expect(try !Folder(place.path).folder(".winnow/staging").names().isEmpty)
        _ = try WritableArchive(opening: place.path, startText: "next")
        #expect(try tree(Folder(place.path)) == before)
    }

    @Test func `older commits go, and nobody misses them`() throws {
        let place = try archive()
        do {
            var archive = try WritableArchive(opening: place.path, startText: "test")
            try archive.publish(try Act.compaction.stage(in: archive))
        }
        let commits = Folder(place.path).folder(".winnow/commits")
        #expect(try commits.names() == ["000003.json"])
        try run(mixedRecords(10, from: 20), into: Folder(place.path))
        #expect(try commits.names() == ["000003.json", "000004.json"])
        #expect(try ArchiveVerifier.findings(in: ArchiveStore(opening: place.path)) == [])
    }

    @Test func `what goes is gone from the disk, and the counts say so`() throws {
        let place = try archive()
        do {
            var archive = try WritableArchive(opening: place.path, startText: "test")
            try archive.publish(try Act.removal.stage(in: archive))
        }
        let store = try ArchiveStore(opening: place.path)
        let commit = try #require(store.commit)
        #expect(commit.totals.kept == 13)
        #expect(commit.totals.duplicateCount == 1)
        #expect(commit.totals.removed == 2)
        #expect(commit.totals.read == 20)
        #expect(commit.totals.isBalanced)
        #expect(
            commit.removed == [
                "articles/000001-00000.jsonl.gz", "duplicates/000002-00000.jsonl.gz",
                "ledger/000001-00000.jsonl.gz",
            ])
        #expect(try ArchiveReader(store).find(Array("d8".utf8)) == nil)
        #expect(try ArchiveReader(store).find(Array("d8".utf8), in: .ledger) == nil)
        #expect(try ArchiveReader(store).find(Array("d9".utf8)) != nil)
        let digests = try store.knownRecords()
        #expect(digests.records == [Digest(high: 1, low: 2), Digest(high: 3, low: 4)])
        #expect(digests.texts == [Digest(high: 5, low: 6)])
        for path in commit.removed { #expect(!place.exists(path)) }
    }

    @Test func `a file that should have gone is found by verify and taken by the next run`() throws
    {
        let place = try archive()
        let name = "articles/000001-00000.jsonl.gz"
        let old = try place.bytes(name)
        do {
            var archive = try WritableArchive(opening: place.path, startText: "test")
            try archive.publish(try Act.removal.stage(in: archive))
        }
        try place.write(name, old)
        let findings = try ArchiveVerifier.findings(in: ArchiveStore(opening: place.path))
        #expect(findings.map(\.path) == [name])
        #expect(findings.map(\.reason) == ["it was taken away but is still there"])
        _ = try WritableArchive(opening: place.path, startText: "next")
        #expect(!place.exists(name))
    }

    @Test func `a damaged or missing list of known records is found`() throws {
        let place = try archive()
        do {
            var archive = try WritableArchive(opening: place.path, startText: "test")
            try archive.publish(try Act.removal.stage(in: archive))
        }
        let name = ".winnow/known/000003.known"
        var bytes = try place.bytes(name)
        bytes[20] ^= 1
        try place.write(name, bytes)
        let damaged = try ArchiveVerifier.findings(in: ArchiveStore(opening: place.path))
        #expect(damaged.map(\.path) == [name])
        try Folder(place.path).folder(".winnow/known").removeFile("000003.known")
        let missing = try ArchiveVerifier.findings(in: ArchiveStore(opening: place.path))
        #expect(missing.map(\.reason) == ["the list of known records is missing"])
    }

    @Test func `a commit with all of it is read back as it was written`() throws {
        let place = try archive()
        do {
            var archive = try WritableArchive(opening: place.path, startText: "test")
            try archive.publish(try Act.compaction.stage(in: archive))
        }
        do {
            var archive = try WritableArchive(opening: place.path, startText: "test")
            try archive.publish(try Act.removal.stage(in: archive))
        }
        let commit = try #require(try ArchiveStore(opening: place.path).commit)
        #expect(!commit.known.isEmpty && !commit.removed.isEmpty)
        #expect(commit.files.contains { !$0.origins.isEmpty })
        guard case .commit(let again) = Commit.decode(commit.encoded()) else {
            Issue.record("the commit cannot be read back")
            return
        }
        #expect(again == commit)
    }

    @Test(arguments: ["../outside", "articles/../../outside", ".winnow/commits/000001.json", "x"])
    func `a commit that would remove anything else is no commit`(path: String) throws {
        let place = try archive()
        var commit = try #require(try ArchiveStore(opening: place.path).commit)
        commit.removed = [path]
        guard case .damaged = Commit.decode(commit.encoded()) else {
            Issue.record("\(path) was taken")
            return
        }
    }
}

/// Stages the removal of documents up to, but not including, the commit; made-up digests.
private func stageRemoval(
    _ archive: borrowing WritableArchive, _ goes: @escaping (String) -> Bool
) throws -> ArchiveReplacement {
    let store = archive.store
    var counts = RunCounts()
    var staging: ReplacementStaging? = archive.makeReplacementStaging()
    let files = try ArchiveRewrite(
        store, isConcerned: { _ in true },
        document: { document, _ in goes(String(decoding: document.id, as: UTF8.self)) },
        rejection: { _, _ in false }
    ).execute(in: &staging) { record in
        guard case .document(let document) = record else { return }
        if let kind = document.kind { counts[kind] -= 1 } else { counts.kept -= 1 }
        counts.removed += 1
    }
    var written = try #require(staging)
    var known = KnownRecords()
    known.records = [Digest(high: 1, low: 2), Digest(high: 3, low: 4)]
    known.texts = [Digest(high: 5, low: 6)]
    let list = try written.write(known)
    try written.finish()
    return ArchiveReplacement(
        act: .forget, files: files, segments: [], known: [list], counts: counts)
}
