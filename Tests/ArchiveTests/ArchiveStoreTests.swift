import ByteIO
import DocumentModel
import Foundation
import SystemPackage
import TestFixtures
import Testing

@testable import Archive

@Suite struct ArchiveStoreTests {
    private let records = [SampleRecord(id: "a", text: "x"), SampleRecord(id: "b", text: "y")]

    private func threeRuns(_ folder: Folder) throws {
        for _ in 0..<3 { try run(records, into: folder) }
    }

    @Test func `a missing and an empty folder are archives without commits`() throws {
        let place = try ScratchFolder()
        #expect(try ArchiveStore(opening: place.path).commit == nil)
        #expect(try ArchiveStore(opening: Folder(place.path).path("none")).commit == nil)
        try Folder(place.path).replaceFile(".gitkeep", with: [UInt8]().span)
        try run(records, into: Folder(place.path))
        try run(records, into: Folder(place.path).folder("a/b"))
        #expect(try ArchiveStore(opening: Folder(place.path).path("a/b")).commit?.run == 1)
    }

    @Test func `a folder with other things in it is refused and stays as it is`() throws {
        let place = try ScratchFolder()
        try Folder(place.path).replaceFile("thesis.txt", with: [1].span)
        let before = try tree(Folder(place.path))
        let error = #expect(throws: ArchiveError.self) {
            _ = try WritableArchive(opening: place.path, startText: "test")
        }
        #expect(error?.code == .notAnArchive)
        #expect(error?.description.contains("thesis.txt") == true)
        #expect(error?.description.contains("choose an empty folder") == true)
        #expect(try tree(Folder(place.path)) == before)
        let file = #expect(throws: ArchiveError.self) {
            _ = try ArchiveStore(opening: Folder(place.path).path("thesis.txt"))
        }
        #expect(file?.code == .notAnArchive)
    }

    @Test(arguments: ["articles", "ledger", ".winnow/staging", ".winnow"])
    func `a symbolic link in place of an archive's folder is refused`(name: String) throws {
        let place = try ScratchFolder()
        let elsewhere = try ScratchFolder()
        try run(records, into: Folder(place.path))
        try Folder(place.path).removeTree(name)
        try FileManager.default.createSymbolicLink(
            atPath: Folder(place.path).path(name).string,
            withDestinationPath: elsewhere.path.string)
        let error = #expect(throws: ArchiveError.self) {
            _ = try WritableArchive(opening: place.path, startText: "test")
        }
        #expect(error?.code == .inTheWay)
        #expect(try Folder(elsewhere.path).names() == [])
    }

    @Test func `an archive in use is locked, and may be read`() throws {
        let place = try ScratchFolder()
        try run(records, into: Folder(place.path))
        let held = try WritableArchive(opening: place.path, startText: "noon")
        let error = #expect(throws: ArchiveError.self) {
            _ = try WritableArchive(opening: place.path, startText: "later")
        }
        #expect(error?.code == .locked)
        #expect(error?.description.contains("started noon") == true)
        #expect(try ArchiveStore(opening: place.path).commit?.run == 1)
        #expect(held.nextRun == 2)
    }

    @Test func `a newer format is refused with a remedy`() throws {
        let place = try ScratchFolder()
        try run(records, into: Folder(place.path))
        let body = "{\"format\":99,\n\"future\":true"
        let digest = ContentHash.hexadecimal(of: Array(body.utf8).span)
        let newer = Array("\(body),\n\"checksum\":\"\(digest)\"}\n".utf8)
        try Folder(place.path).folder(".winnow/commits").replaceFile(
            "000002.json", with: newer.span)
        let error = #expect(throws: ArchiveError.self) {
            _ = try ArchiveStore(opening: place.path)
        }
        #expect(error?.code == .newerFormat)
        #expect(error?.description.hasSuffix("install a newer Winnow") == true)
    }

    @Test func `a damaged commit is taken from the manifest and written again`() throws {
        let place = try ScratchFolder()
        try threeRuns(Folder(place.path))
        let before = try tree(Folder(place.path))
        let commits = Folder(place.path).folder(".winnow/commits")
        try commits.replaceFile("000003.json", with: [1, 2, 3].span)
        let store = try ArchiveStore(opening: place.path)
        #expect(store.commit?.run == 3)
        #expect(store.notices.count == 2)
        _ = try WritableArchive(opening: place.path, startText: "test")
        try Folder(place.path).removeTree(".winnow/set-aside")
        #expect(try tree(Folder(place.path)) == before)
    }

    @Test func `with commit and manifest damaged the commit before counts and is reported`() throws
    {
        let place = try ScratchFolder()
        try threeRuns(Folder(place.path))
        try Folder(place.path).folder(".winnow/commits").replaceFile("000003.json", with: [1].span)
        try Folder(place.path).replaceFile("manifest.json", with: [1].span)
        let store = try ArchiveStore(opening: place.path)
        #expect(store.commit?.run == 2)
        #expect(store.notices.contains { $0.contains("000003.json is damaged") })
        #expect(store.notices.contains { $0.contains("opened at commit 2") })
        // The next run takes number 3 again and sets the old one's files aside.
        try run(records, into: Folder(place.path))
        let aside = try Folder(place.path).folder(".winnow/set-aside").names()
        #expect(aside == ["000003-00000.jsonl.gz", "000003.json"])
        #expect(try ArchiveStore(opening: place.path).commit?.run == 3)
    }

    @Test func `archived files without any whole commit are never taken for an empty archive`()
        throws
    {
        let place = try ScratchFolder()
        try run(records, into: Folder(place.path))
        try Folder(place.path).removeTree(".winnow/commits")
        try Folder(place.path).removeFile("manifest.json")
        let error = #expect(throws: ArchiveError.self) {
            _ = try ArchiveStore(opening: place.path)
        }
        #expect(error?.code == .noWholeCommit)
    }

    @Test func `a flipped bit in any byte and every truncation of a commit is noticed`() throws {
        var counts = RunCounts()
        counts.read = 1
        counts.kept = 1
        let commit = Commit.following(
            nil,
            adding: [
                ArchivedFile(
                    path: "articles/000001-00000.jsonl.gz", stream: .articles, run: 1, bytes: 10,
                    uncompressedBytes: 20, records: 1, sha256: String(repeating: "a", count: 64))
            ], segments: [], act: .run, counts: counts,
            faults: [InputFault(input: 0, path: "p", byteOffset: 5, message: "cut \"off\"")],
            parameters: Array("{\"a\":{\"b\":1}}".utf8))
        let bytes = commit.encoded()
        guard case .commit(let decoded) = Commit.decode(bytes) else {
            Issue.record("a fresh commit is not read")
            return
        }
        #expect(decoded == commit)
        var unnoticed: [Int] = []
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << (index % 8)
            if case .damaged = Commit.decode(damaged) { continue }
            unnoticed.append(index)
        }
        for count in bytes.indices {
            if case .damaged = Commit.decode(Array(bytes.prefix(count))) { continue }
            unnoticed.append(-count)
        }
        #expect(unnoticed == [])
    }
}
