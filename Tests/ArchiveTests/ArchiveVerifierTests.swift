import ByteIO
import Codecs
import DocumentModel
import SystemPackage
import TestFixtures
import Testing

@testable import Archive

@Suite struct ArchiveVerifierTests {
    private func archive(_ folder: Folder) throws {
        try run(mixedRecords(60), into: folder, SampleShape(shardBytes: 1000))
        try run(mixedRecords(20, from: 60), into: folder)
    }

    private func findings(
        _ folder: Folder, _ scope: VerificationScope = .full
    ) throws -> [ArchiveFinding] {
        try ArchiveVerifier.findings(in: ArchiveStore(opening: folder.path), scope: scope)
    }

    private func write(_ bytes: [UInt8], to path: String, in root: Folder) throws {
        let parts = path.split(separator: "/").map(String.init)
        let folder = parts.dropLast().reduce(root) { $0.folder($1) }
        try folder.replaceFile(parts.last ?? "", with: bytes.span)
    }

    @Test(arguments: [VerificationScope.full, .quick, .subset(2, of: 3)])
    func `an archive as it was written has no findings`(scope: VerificationScope) throws {
        let place = try ScratchFolder()
        #expect(try findings(Folder(place.path), scope) == [])
        try archive(Folder(place.path))
        #expect(try findings(Folder(place.path), scope) == [])
    }

    @Test func `a flip, a truncation and a removal of any file are found and name it`() throws {
        let place = try ScratchFolder()
        try archive(Folder(place.path))
        let whole = try tree(Folder(place.path))
        #expect(whole.count > 10)
        for (path, bytes) in whole {
            var flipped = bytes
            flipped[bytes.count / 2] ^= 0x10
            for damaged in [flipped, Array(bytes.dropLast()), []] {
                try write(damaged, to: path, in: Folder(place.path))
                #expect(try findings(Folder(place.path)).contains { $0.path == path }, "\(path)")
            }
            try Folder(place.path).removeFile(path)
            #expect(try findings(Folder(place.path)).contains { $0.path == path }, "\(path)")
            try write(bytes, to: path, in: Folder(place.path))
        }
        #expect(try findings(Folder(place.path)) == [])
    }

    @Test func `swapped files are found`() throws {
        let place = try ScratchFolder()
        try archive(Folder(place.path))
        let whole = try tree(Folder(place.path))
        let paths = whole.keys.sorted()
        for (path, other) in zip(paths, paths.dropFirst()) where whole[path] != whole[other] {
            try write(whole[other] ?? [], to: path, in: Folder(place.path))
            try write(whole[path] ?? [], to: other, in: Folder(place.path))
            #expect(try !findings(Folder(place.path)).isEmpty, "\(path) and \(other)")
            try write(whole[path] ?? [], to: path, in: Folder(place.path))
            try write(whole[other] ?? [], to: other, in: Folder(place.path))
        }
        #expect(try findings(Folder(place.path)) == [])
    }

    @Test func `a file that no commit lists is found`() throws {
        let place = try ScratchFolder()
        try archive(Folder(place.path))
        try write([1], to: "articles/notes.txt", in: Folder(place.path))
        #expect(
            try findings(Folder(place.path), .quick).map(\.description)
                == ["articles/notes.txt: no commit lists it; move it out of the archive"])
    }

    @Test func `quick finds sizes, subsets find bytes of their files`() throws {
        let place = try ScratchFolder()
        try archive(Folder(place.path))
        let files = try #require(try ArchiveStore(opening: place.path).commit).files
        let path = files[4].path
        var bytes = try #require(try Folder(place.path).contents(of: path))
        bytes[bytes.count / 2] ^= 1
        try write(bytes, to: path, in: Folder(place.path))
        #expect(try findings(Folder(place.path), .quick) == [])
        #expect(try findings(Folder(place.path), .subset(4, of: 5)) == [])
        #expect(try findings(Folder(place.path), .subset(5, of: 5)).contains { $0.path == path })
    }

    /// Lines that a faulty writer would have committed: hash and size are right.
    @Test(arguments: [
        ("not json", "not JSON"), ("[1]", "no object"),
        ("{\"id\":\"a\"}", "1 fields instead of 10"),
    ])
    func `a line that breaks the schema is found`(line: String, reason: String) throws {
        let place = try ScratchFolder()
        try commit([.articles: [line]], kept: 1, duplicates: 0, into: Folder(place.path))
        #expect(try findings(Folder(place.path)).contains { $0.reason.contains(reason) })
    }

    @Test func `repeated ids, strange keepers and orphans in the ledger are found`() throws {
        let place = try ScratchFolder()
        let kept = assemble([SampleRecord(id: "a", text: "x")]).members
        var copy = SampleRecord(id: "b", text: "x")
        copy.fate = .duplicate(keeper: "nobody", similarity: 1, kind: .exact)
        var changed = SampleRecord(id: "gone", text: "x")
        changed.original = [1]
        let ledger = assemble([changed]).members.filter { $0.stream == .ledger }
        func text(_ members: [Member]) -> [String] {
            members.map { String(decoding: $0.bytes.dropLast(), as: UTF8.self) }
        }
        try commit(
            [
                .articles: text(kept) + text(kept), .duplicates: text(assemble([copy]).members),
                .ledger: text(ledger),
            ], kept: 2, duplicates: 1, into: Folder(place.path))
        #expect(
            try findings(Folder(place.path)).map(\.reason) == [
                "line 2: its id is not unique", "line 1: its keeper is not among the articles",
                "line 1: no document has its id",
            ])
    }

    private func commit(
        _ lines: [ArchiveStream: [String]], kept: Int, duplicates: Int, into folder: Folder
    ) throws {
        var archive = try WritableArchive(opening: folder.path, startText: "test")
        var staging = archive.makeStaging()
        var encoder = GzipEncoder()
        var ordinal = 0
        for stream in ArchiveStream.allCases {
            guard let lines = lines[stream] else { continue }
            let member = Member(
                stream: stream, ordinal: ordinal, recordCount: lines.count,
                bytes: Array(lines.map { $0 + "\n" }.joined().utf8))
            try staging.append(member.compressed(using: &encoder))
            ordinal += 1
        }
        var counts = RunCounts()
        counts.read = kept + duplicates
        counts.kept = kept
        counts[.exact] = duplicates
        let files = try staging.finish()
        try archive.publish(
            files, segments: [], counts: counts, faults: [], parameters: Array("{}".utf8))
    }
}
