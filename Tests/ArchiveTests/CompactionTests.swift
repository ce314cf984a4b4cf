import ByteIO
import Foundation
import SystemPackage
import TestFixtures
import Testing

@testable import Archive

@Suite struct CompactionTests {
    /// Small runs, one after the other.
    private func archive(runs: Int, records: Int = 20) throws -> ScratchFolder {
        let place = try ScratchFolder()
        for number in 0..<runs {
            try run(mixedRecords(records, from: number * records), into: Folder(place.path))
        }
        return place
    }

    private func compact(_ place: ScratchFolder, shardBytes: Int = 1_000_000) throws -> Commit {
        var archive = try WritableArchive(opening: place.path, startText: "test")
        return try archive.publish(try stageCompaction(archive, shardBytes: shardBytes))
    }

    /// All lines of a stream in archive order.
    private func content(_ place: ScratchFolder, _ stream: ArchiveStream) throws -> [String] {
        let store = try ArchiveStore(opening: place.path)
        return try (store.commit?.files(of: stream) ?? []).flatMap {
            try lines(of: $0.path, in: store.root)
        }
    }

    @Test func `the files of many runs become one of each stream, with the same lines`() throws {
        let place = try archive(runs: 5)
        let before = try ArchiveStream.allCases.map { try content(place, $0) }
        let members = try Folder(place.path).contents(of: "articles/000002-00000.jsonl.gz") ?? []
        let commit = try compact(place)
        #expect(
            commit.files.map(\.path)
                == ArchiveStream.allCases.map { "\($0.rawValue)/000006-00000.jsonl.gz" })
        #expect(commit.files.map(\.run) == [5, 5, 5, 5])
        #expect(
            commit.files[0].origins
                == [1, 2, 3, 4, 5].map { RunShare(run: $0, records: 14) })
        #expect(commit.files[3].origins == [])
        #expect(try ArchiveStream.allCases.map { try content(place, $0) } == before)
        let joined = try Folder(place.path).contents(of: commit.files[0].path) ?? []
        #expect(Data(joined).range(of: Data(members)) != nil, "members are copied as they are")
        #expect(commit.totals.read == 100)
        #expect(commit.runs.last == RunSummary(run: 6, act: .compact, counts: RunCounts()))
        #expect(commit.removed.count == 20)
        #expect(try ArchiveVerifier.findings(in: ArchiveStore(opening: place.path)) == [])
        for stream in ArchiveStream.allCases {
            let names = try Folder(place.path).folder(stream.rawValue).names()
            #expect(names == ["000006-00000.jsonl.gz"])
        }
    }

    @Test func `runs go on after it, and it goes on after them`() throws {
        let place = try archive(runs: 3)
        _ = try compact(place)
        try run(mixedRecords(20, from: 60), into: Folder(place.path))
        let between = try ArchiveStream.allCases.map { try content(place, $0) }
        let commit = try compact(place)
        #expect(commit.run == 6)
        #expect(commit.files.count == 4)
        #expect(commit.files.allSatisfy { $0.run == 5 })
        #expect(commit.files[0].origins.map(\.run) == [1, 2, 3, 5])
        #expect(try ArchiveStream.allCases.map { try content(place, $0) } == between)
        #expect(try ArchiveVerifier.findings(in: ArchiveStore(opening: place.path)) == [])
    }

    @Test(arguments: [1, 800, 1_500, 4_000, 9_000])
    func `no joined file outgrows a shard, and ledgers stay with their documents`(
        shardBytes: Int
    ) throws {
        let place = try archive(runs: 12)
        let before = try ArchiveStream.allCases.map { try content(place, $0) }
        let store = try ArchiveStore(opening: place.path)
        let compaction = try #require(ArchiveCompaction(store, shardBytes: shardBytes))
        if compaction.groups.isEmpty {
            let largest = store.commit?.files.map(\.bytes).max() ?? 0
            #expect(largest > shardBytes / 2)
            return
        }
        let commit = try compact(place, shardBytes: shardBytes)
        let joined = commit.files.filter { $0.writer == 13 }
        #expect(!joined.isEmpty)
        #expect(joined.allSatisfy { $0.bytes <= shardBytes })
        #expect(try ArchiveStream.allCases.map { try content(place, $0) } == before)
        var restored = 0
        try ArchiveReader(ArchiveStore(opening: place.path)).forEachRestored { id, bytes in
            restored += bytes.last == 0x0D ? 1 : 0
        }
        #expect(restored == 24, "texts whose ledger entry was found")
    }

    @Test func `a damaged file is refused, not copied`() throws {
        let place = try archive(runs: 2)
        let name = "articles/000001-00000.jsonl.gz"
        var bytes = try place.bytes(name)
        bytes[bytes.count / 2] ^= 4
        try place.write(name, bytes)
        var refusal: ArchiveError?
        do { _ = try compact(place) } catch let error as ArchiveError { refusal = error }
        #expect(refusal?.code == .damaged)
        #expect(refusal?.path.string.hasSuffix(name) == true)
        #expect(try ArchiveStore(opening: place.path).commit?.run == 2)
    }

    @Test func `a stop ends it without a commit`() throws {
        let place = try archive(runs: 2)
        let archive = try WritableArchive(opening: place.path, startText: "test")
        var staging = archive.makeReplacementStaging()
        let compaction = try #require(ArchiveCompaction(archive.store, shardBytes: 1_000_000))
        #expect(try compaction.execute(in: &staging, stop: { true }) == nil)
    }
}

/// Stages a compaction up to, but not including, the commit.
func stageCompaction(
    _ archive: borrowing WritableArchive, shardBytes: Int = 1_000_000
) throws -> ArchiveReplacement {
    let store = archive.store
    var staging = archive.makeReplacementStaging()
    let compaction = try #require(ArchiveCompaction(store, shardBytes: shardBytes))
    let files = try #require(try compaction.execute(in: &staging, stop: { false }))
    try staging.finish()
    return ArchiveReplacement(act: .compact, files: files, segments: [], known: [])
}
