import ByteIO
import DocumentModel
import Foundation
import SystemPackage
import Testing

@testable import Archive

@Suite struct ArchiveStoreTests {
    private let records = [SampleRecord(id: "a", text: "x"), SampleRecord(id: "b", text: "y")]

    private func threeRuns(_ folder: Folder) throws {
        for _ in 0..<3 { try run(records, into: folder) }
    }

    @Test func `a missing and an empty folder are archives without commits`() throws {
        let place = try TemporaryFolder()
        #expect(try ArchiveStore(opening: place.folder.path).commit == nil)
        #expect(try ArchiveStore(opening: place.folder.path("none")).commit == nil)
        try place.folder.replaceFile(".gitkeep", with: [UInt8]().span)
        try run(records, into: place.folder)
        try run(records, into: place.folder.folder("a/b"))
        #expect(try ArchiveStore(opening: place.folder.path("a/b")).commit?.run == 1)
    }

    @Test func `a folder with other things in it is refused and stays as it is`() throws {
        let place = try TemporaryFolder()
        try place.folder.replaceFile("thesis.txt", with: [1].span)
        let before = try tree(place.folder)
        let error = #expect(throws: ArchiveError.self) {
            _ = try WritableArchive(opening: place.folder.path, startText: "test")
        }
        #expect(error?.code == .notAnArchive)
        #expect(error?.description.contains("thesis.txt") == true)
        #expect(error?.description.contains("choose an empty folder") == true)
        #expect(try tree(place.folder) == before)
        let file = #expect(throws: ArchiveError.self) {
            _ = try ArchiveStore(opening: place.folder.path("thesis.txt"))
        }
        #expect(file?.code == .notAnArchive)
    }

    @Test(arguments: ["articles", "ledger", ".winnow/staging", ".winnow"])
    func `a symbolic link in place of an archive's folder is refused`(name: String) throws {
        let place = try TemporaryFolder()
        let elsewhere = try TemporaryFolder()
        try run(records, into: place.folder)
        try place.folder.removeTree(name)
        try FileManager.default.createSymbolicLink(
            atPath: place.folder.path(name).string,
            withDestinationPath: elsewhere.folder.path.string)
        let error = #expect(throws: ArchiveError.self) {
            _ = try WritableArchive(opening: place.folder.path, startText: "test")
        }
        #expect(error?.code == .inTheWay)
        #expect(try elsewhere.folder.names() == [])
    }

    @Test func `an archive in use is locked, and may be read`() throws {
        let place = try TemporaryFolder()
        try run(records, into: place.folder)
        let held = try WritableArchive(opening: place.folder.path, startText: "noon")
        let error = #expect(throws: ArchiveError.self) {
            _ = try WritableArchive(opening: place.folder.path, startText: "later")
        }
        #expect(error?.code == .locked)
        #expect(error?.description.contains("started noon") == true)
        #expect(try ArchiveStore(opening: place.folder.path).commit?.run == 1)
        #expect(held.nextRun == 2)
    }

    @Test func `a newer format is refused with a remedy`() throws {
        let place = try TemporaryFolder()
        try run(records, into: place.folder)
        let body = "{\"format\":99,\n\"future\":true"
        let digest = ContentHash.hexadecimal(of: Array(body.utf8).span)
        let newer = Array("\(body),\n\"checksum\":\"\(digest)\"}\n".utf8)
        try place.folder.folder(".winnow/commits").replaceFile("000002.json", with: newer.span)
        let error = #expect(throws: ArchiveError.self) {
            _ = try ArchiveStore(opening: place.folder.path)
        }
        #expect(error?.code == .newerFormat)
        #expect(error?.description.hasSuffix("install a newer Winnow") == true)
    }

    @Test func `a damaged commit is taken from the manifest and written again`() throws {
        let place = try TemporaryFolder()
        try threeRuns(place.folder)
        let before = try tree(place.folder)
        let commits = place.folder.folder(".winnow/commits")
        try commits.replaceFile("000003.json", with: [1, 2, 3].span)
        let store = try ArchiveStore(opening: place.folder.path)
        #expect(store.commit?.run == 3)
        #expect(store.notices.count == 2)
        _ = try WritableArchive(opening: place.folder.path, startText: "test")
        try place.folder.removeTree(".winnow/set-aside")
        #expect(try tree(place.folder) == before)
    }

    @Test func `with commit and manifest damaged the commit before counts and is reported`() throws
    {
        let place = try TemporaryFolder()
        try threeRuns(place.folder)
        try place.folder.folder(".winnow/commits").replaceFile("000003.json", with: [1].span)
        try place.folder.replaceFile("manifest.json", with: [1].span)
        let store = try ArchiveStore(opening: place.folder.path)
        #expect(store.commit?.run == 2)
        #expect(store.notices.contains { $0.contains("000003.json is damaged") })
        #expect(store.notices.contains { $0.contains("opened at commit 2") })
        // The next run takes number 3 again and sets the old one's files aside.
        try run(records, into: place.folder)
        let aside = try place.folder.folder(".winnow/set-aside").names()
        #expect(aside == ["000003-00000.jsonl.gz", "000003.json"])
        #expect(try ArchiveStore(opening: place.folder.path).commit?.run == 3)
    }

    @Test func `archived files without any whole commit are never taken for an empty archive`()
        throws
    {
        let place = try TemporaryFolder()
        try run(records, into: place.folder)
        try place.folder.removeTree(".winnow/commits")
        try place.folder.removeFile("manifest.json")
        let error = #expect(throws: ArchiveError.self) {
            _ = try ArchiveStore(opening: place.folder.path)
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
            ], counts: counts,
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
