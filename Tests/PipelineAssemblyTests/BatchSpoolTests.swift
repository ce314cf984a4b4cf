import Archive
import ByteIO
import DocumentModel
import Foundation
import NearDuplicates
import SystemPackage
import TestFixtures
import Testing

@testable import PipelineAssembly

@Suite struct BatchSpoolTests {
    private let parameters = NearDuplicateParameters()

    /// Batches of made-up records: long and short texts, one rejected, one with a ledger line.
    private func batch(_ ordinal: Int) -> WorkBatch {
        var documents = DocumentBatch(ordinal: ordinal)
        for number in 0..<5 {
            let words = (0..<(number == 2 ? 3 : 40 + 10 * number)).map { "w\(ordinal)x\($0 * 7)" }
            let raw = documents.append(words.joined(separator: " "))
            var record = DocumentRecord(
                input: ordinal % 3, form: .textFile, path: documents.append("a\(number).txt"),
                number: 1, byteOffset: 0, raw: raw)
            record.delivered = raw
            record.text = raw
            record.id = documents.append("id-\(ordinal)-\(number)")
            if number == 3 {
                record.rejection = .cutOff
                record.rejectionDetail = documents.append("cut at byte \(ordinal)")
            }
            if number == 4 {
                record.text = documents.append(words.dropLast().joined(separator: " "))
                let start = documents.edits.count
                documents.edits.append(
                    Edit(
                        start: Int(record.text.count),
                        removedCount: Int(raw.count - record.text.count), inserted: .empty,
                        rule: 0, scoreHundredths: 0))
                record.edits = ItemRange(start: start, count: 1)
            }
            documents.records.append(record)
        }
        var batch = WorkBatch(documents)
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&batch.documents, into: &batch.sketches)
        let renderer = RecordRenderer(originPrefixes: ["", "in/", "other/"])
        renderer.render(
            batch.documents, rules: RuleTable(names: ["made/cut"], packs: ["made@1"]),
            into: &batch.rendered)
        batch.releaseTexts()
        return batch
    }

    /// The lines of all streams for everything kept under a new id.
    private func members(_ rendered: borrowing RenderedBatch, _ isRejected: [Bool]) -> [[UInt8]] {
        var assembler = ArchiveAssembler()
        for (index, isRejected) in isRejected.enumerated() {
            if isRejected {
                assembler.appendRejected(rendered, at: index)
            } else {
                assembler.appendKept(rendered, at: index, newID: Array("new\(index)".utf8))
            }
        }
        return assembler.finish().map(\.bytes)
    }

    @Test(arguments: [0, 2_000, 20_000, 1 << 30])
    func `batches come back as they were, wherever they waited`(memory: Int) throws {
        let scratch = try ScratchFolder()
        let folder = Folder(scratch.file("staging"))
        let spool = BatchSpool(folder: folder, memoryLimitBytes: memory, parameters: parameters)
        let count = 12
        for ordinal in 0..<count {
            try spool.append(batch(ordinal), ranks: [7, nil, 9, nil, UInt64(ordinal)])
        }
        #expect(spool.batchCount == count)
        #expect(spool.rowCount == 3 * count)
        #expect(spool.ranks == (0..<count).flatMap { [7, 9, UInt64($0)] })
        let isSpilled = spool.spilledBytes > 0
        #expect(isSpilled == (memory < 1 << 30))
        #expect(try folder.exists() == isSpilled)
        for ordinal in (0..<count).reversed() {
            let expected = batch(ordinal)
            let found = try spool.batch(ordinal)
            #expect(found.rows == [3 * ordinal, nil, 3 * ordinal + 1, nil, 3 * ordinal + 2])
            #expect(found.isSeen == [false, true, false, true, false])
            let isRejected = expected.documents.records.map { $0.rejection != nil }
            let lines = members(found.rendered, isRejected)
            let expectedLines = members(expected.rendered, isRejected)
            #expect(lines == expectedLines)
            for (position, record) in expected.documents.records.enumerated() {
                let back = found.documents.records[position]
                #expect(back.input == record.input)
                #expect(back.rejection == record.rejection)
                let ids = (found.documents.bytes(back.id), expected.documents.bytes(record.id))
                #expect(ids.0 == ids.1)
                let details = (
                    found.documents.bytes(back.rejectionDetail),
                    expected.documents.bytes(record.rejectionDetail)
                )
                #expect(details.0 == details.1)
                let sketch = expected.sketches.sketches[position]
                #expect(found.sketches[position].identity == sketch.identity)
                #expect(found.sketches[position].text == sketch.text)
                #expect(found.sketches[position].wordCount == sketch.wordCount)
            }
        }
        var one = SpooledRow()
        for row in [3 * count - 1, 0, 1, 17, 4] {
            let expected = batch(row / 3)
            let position = [0, 2, 4][row % 3]
            try spool.load(row, into: &one)
            let sketch = expected.sketches.sketches[position]
            let found = one.sketch
            #expect(found.identity == sketch.identity)
            #expect(found.text == sketch.text)
            #expect(found.wordCount == sketch.wordCount)
            let (number, id) = (one.number, one.id)
            #expect(number == row)
            #expect(id[...] == expected.documents.bytes(expected.documents.records[position].id))
            let keys = one.sketches.bandKeys
            let set = one.sketches.shingles
            let expectedSet = Array(
                expected.sketches.shingles[sketch.shingleStart...].prefix(sketch.shingleCount))
            #expect(set == expectedSet)
            let bands = parameters.bandCount
            let expectedKeys =
                sketch.isShort
                ? [] : Array(expected.sketches.bandKeys[(sketch.row * bands)...].prefix(bands))
            #expect(keys == expectedKeys)
            let size = spool.shingleCount(of: row)
            #expect(size == sketch.shingleCount)
            var shingles: [UInt32] = [1, 2, 3]
            try spool.loadShingles(of: row, into: &shingles)
            #expect(shingles == set)
        }
    }

    @Test func `files go with the spool`() throws {
        let scratch = try ScratchFolder()
        let folder = Folder(scratch.file("staging"))
        do {
            let spool = BatchSpool(folder: folder, memoryLimitBytes: 0, parameters: parameters)
            try spool.append(batch(0), ranks: [0, 0, 0, nil, 0])
            #expect(try folder.names() == ["lines.spool", "sketches.spool"])
            #expect(spool.rowCount == 4)
        }
        #expect(try folder.names() == [])
    }

    @Test(arguments: ["lines.spool", "sketches.spool"])
    func `a damaged or shortened file is refused and named`(name: String) throws {
        for isShortened in [false, true] {
            let scratch = try ScratchFolder()
            let folder = Folder(scratch.file("staging"))
            let spool = BatchSpool(folder: folder, memoryLimitBytes: 0, parameters: parameters)
            try spool.append(batch(0), ranks: [0, 0, 0, nil, 0])
            let handle = try FileHandle(
                forWritingTo: URL(fileURLWithPath: folder.path(name).string))
            if isShortened {
                try handle.truncate(atOffset: 60)
            } else {
                try handle.seek(toOffset: 70)
                try handle.write(contentsOf: Data([0xA5, 0x5A, 0xA5]))
            }
            try handle.close()
            do throws(FileError) {
                if name == "lines.spool" {
                    let found = try spool.batch(0)
                    #expect(found.rows.isEmpty, "damage went unnoticed")
                } else {
                    var set: [UInt32] = []
                    try spool.loadShingles(of: 0, into: &set)
                    #expect(set.isEmpty, "damage went unnoticed")
                }
                Issue.record("the damage of \(name) went unnoticed")
            } catch {
                #expect("\(error)".contains("cannot read \(folder.path(name)): "))
                #expect("\(error)".contains("check the disk and run again"))
            }
        }
    }
}
