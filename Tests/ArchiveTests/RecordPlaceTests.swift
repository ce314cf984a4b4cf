import ByteIO
import SystemPackage
import TestFixtures
import Testing

@testable import Archive

/// Reading records by their numbers.
@Suite struct RecordPlaceTests {
    private func archive(in place: ScratchFolder, runs: Int = 3) throws -> ArchiveReader {
        for part in 0..<runs {
            let records = (0..<40).map { number in
                SampleRecord(
                    id: "\(part)-\(number)",
                    text: String(repeating: "text \(number) of run \(part) ", count: 10))
            }
            try run(
                records, into: Folder(place.path), SampleShape(memberBytes: 500, shardBytes: 400))
        }
        return ArchiveReader(try ArchiveStore(opening: place.path))
    }

    @Test func `every record is found by its number over all runs and shards`() throws {
        let place = try ScratchFolder()
        let reader = try archive(in: place)
        let files = reader.store.commit?.files(of: .articles) ?? []
        #expect(files.count > 3, "\(files.count) files")
        for number in 0..<120 {
            let line = try reader.line(numbered: number, of: .articles)
            #expect(line?.hasID(Array("\(number / 40)-\(number % 40)".utf8)) == true)
            #expect(line?.hasID(Array("\(number / 40)-\(number % 40 + 1)".utf8)) == false)
        }
        #expect(try reader.line(numbered: 120, of: .articles) == nil)
        #expect(try reader.line(numbered: 0, of: .rejected) == nil)
    }

    @Test func `many numbers are read in one pass and in order`() throws {
        let place = try ScratchFolder()
        let reader = try archive(in: place)
        let wanted = [0, 1, 39, 40, 77, 119, 500]
        var found: [Int] = []
        try reader.forEachLine(numbered: wanted, of: .articles) { number, line in
            found.append(number)
            #expect(line.hasID(Array("\(number / 40)-\(number % 40)".utf8)))
        }
        #expect(found == [0, 1, 39, 40, 77, 119])
    }

    @Test func `a record whose member is damaged is never handed out`() throws {
        let place = try ScratchFolder()
        let reader = try archive(in: place)
        let file = try #require(reader.store.commit?.files(of: .articles).last)
        var bytes = try place.bytes(file.path)
        // The CRC-32 of the last member.
        bytes[bytes.count - 6] ^= 1
        try place.write(file.path, bytes)
        #expect(throws: ArchiveError.self) {
            try reader.line(numbered: 119, of: .articles)
        }
        let first = try reader.line(numbered: 0, of: .articles)
        #expect(first?.hasID(Array("0-0".utf8)) == true, "its own member is whole")
    }

    @Test func `files behind the record are not opened`() throws {
        let place = try ScratchFolder()
        let reader = try archive(in: place)
        let last = try #require(reader.store.commit?.files(of: .articles).last)
        try place.run("rm \(last.path)")
        #expect(try reader.line(numbered: 3, of: .articles) != nil)
        #expect(throws: ArchiveError.self) { try reader.line(numbered: 119, of: .articles) }
    }

    @Test func `a commit tells how often buckets were full, run by run`() throws {
        let place = try ScratchFolder()
        for capped in [7, 0] {
            var archive = try WritableArchive(opening: place.path, startText: "test")
            let (files, counts) = try stage(
                [SampleRecord(id: "\(capped)", text: "text \(capped)")], in: archive)
            try archive.publish(
                files, segments: [], counts: counts, capped: capped, faults: [],
                parameters: Array("{}".utf8))
        }
        let store = try ArchiveStore(opening: place.path)
        #expect(store.commit?.runs.map(\.capped) == [7, 0])
    }
}
