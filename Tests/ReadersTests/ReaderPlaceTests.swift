import ByteText
import DocumentModel
import Readers
import SystemPackage
import TestFixtures
import Testing

/// Readings that begin again where an earlier one was, at every place where a batch ends.
@Suite struct ReaderPlaceTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func reader(_ place: ReaderPlace? = nil) throws -> DumpReader {
        try DumpReader(inputs: [InputSpec(path: folder.path.appending("in"))], from: place)
    }

    /// Lines of some size, so that batches end within files, and at their ends.
    private func lines(_ count: Int, bytes: Int, _ name: String) -> String {
        (0..<count).map {
            #"{"id":"\#(name)-\#($0)","text":"\#(String(repeating: "x", count: bytes))"}"# + "\n"
        }.joined()
    }

    private func makeInput() throws {
        try folder.write(
            "in/a.jsonl", lines(700, bytes: 9_000, "a") + "{broken\n" + lines(9, bytes: 5, "b"))
        for number in 0..<300 { try folder.write("in/b/\(number).txt", "article \(number)") }
        let parts = (0..<5).map { Array(lines(200, bytes: 3_000, "c\($0)").utf8) }
        var zipped = gzip(parts)
        zipped[zipped.count / 2] ^= 4
        try folder.write("in/c.jsonl.gz", zipped)
        try folder.write(
            "in/d.json",
            "[" + lines(300, bytes: 9, "d").split(separator: "\n").joined(separator: ",") + "]")
        try folder.write("in/e.jsonl.gz", [0x1F, 0x8B, 8])
        try folder.write("in/f.txt", "the last one")
        try folder.run("ln -s f.txt in/g")
    }

    /// What a reading gives from a place on: records by path, number, place and bytes; faults.
    private func rest(_ place: ReaderPlace?) throws -> (records: [String], faults: [InputFault]) {
        var reader = try reader(place)
        var batch = DocumentBatch(ordinal: 0)
        var records: [String] = []
        var faults: [InputFault] = []
        while try reader.next(into: &batch) {
            for record in batch.records {
                let path = String(decoding: batch.bytes(record.path), as: UTF8.self)
                let hash = Digest(of: batch.arena.span.extracting(record.raw.bounds))
                records.append("\(path) \(record.number) \(record.byteOffset) \(hash)")
            }
            faults += batch.faults
            batch = DocumentBatch(ordinal: 0)
        }
        return (records, faults)
    }

    @Test func `from the end of any batch the rest comes, once`() throws {
        try makeInput()
        let whole = try rest(nil)
        #expect(whole.faults.count == 3)
        var reader = try reader()
        var batch = DocumentBatch(ordinal: 0)
        var records = 0
        var faults = 0
        var places = 0
        while try reader.next(into: &batch) {
            records += batch.records.count
            faults += batch.faults.count
            let found = reader.place
            let place = try #require(found)
            places += 1
            var fields = FieldWriter()
            place.encode(to: &fields)
            var coded = FieldReader(fields.bytes)
            #expect(try ReaderPlace(decoding: &coded) == place)
            let rest = try rest(place)
            #expect(rest.records == Array(whole.records[records...]), "place \(places)")
            #expect(rest.faults == Array(whole.faults[faults...]), "place \(places)")
            batch = DocumentBatch(ordinal: 0)
        }
        #expect(places > 10)
    }

    @Test(arguments: [
        "touch -d '2001-01-01' in/a.jsonl", "rm in/b/1.txt", "mv in/b/1.txt in/b/1a.txt",
        "echo >> in/a.jsonl", "echo more > in/0.txt", "cp in/b/1.txt in/b/00.txt",
    ])
    func `a change before the place is refused`(change: String) throws {
        try makeInput()
        var reader = try reader()
        var batch = DocumentBatch(ordinal: 0)
        // Into the small texts.
        while try reader.next(into: &batch) {
            if batch.records.contains(where: { $0.form == .textFile }) { break }
            batch = DocumentBatch(ordinal: 0)
        }
        let found = reader.place
        let place = try #require(found)
        _ = try folder.run(change)
        #expect {
            _ = try rest(place)
        } throws: {
            ($0 as? ReaderError)?.code == .changed
        }
    }

    @Test func `the file at hand with fewer records than it had is refused`() throws {
        try folder.write("in/a.jsonl", lines(400, bytes: 9, "a"))
        var reader = try reader()
        var batch = DocumentBatch(ordinal: 0)
        #expect(try reader.next(into: &batch))
        let found = reader.place
        let place = try #require(found)
        // The same size and the same time, but one line.
        let size = try folder.bytes("in/a.jsonl").count
        _ = try folder.run("touch -r in/a.jsonl stamp")
        _ = try folder.run(
            "printf '%0\(size)d' 0 > other; cat other > in/a.jsonl; touch -r stamp in/a.jsonl")
        #expect {
            _ = try rest(place)
        } throws: {
            ($0 as? ReaderError)?.code == .changed
        }
    }
}
