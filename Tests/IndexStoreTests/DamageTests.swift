import ByteText
import SystemPackage
import TestFixtures
import Testing

@testable import IndexStore

@Suite struct DamageTests {
    private let folder: ScratchFolder
    private let content: MadeContent
    private let whole: [UInt8]
    private let root: Digest

    /// A segment of several blocks.
    init() throws {
        folder = try ScratchFolder()
        content = MadeContent(
            counts: RecordCounts(kept: 500, duplicates: 200, rejected: 20), seed: 3)
        root = try content.write(to: folder.path.appending("whole.seg")).root
        whole = try folder.bytes("whole.seg")
        precondition(whole.count > 4 * SegmentWriter.blockBytes, "\(whole.count) bytes")
    }

    /// How opening ends; nil if it succeeds.
    private func refusal(_ bytes: [UInt8], root: Digest?) throws -> IndexError.Code? {
        let path = try folder.write("damaged.seg", bytes)
        do throws(IndexError) {
            _ = try Segment(opening: path, root: root)
            return nil
        } catch {
            #expect(error.path == path)
            return error.code
        }
    }

    /// Questions all over the segment: nil where one throws, false where an answer is wrong.
    private func answers(of segment: Segment, from start: Int) -> [Bool?] {
        func ask(_ question: () throws(IndexError) -> Bool) -> Bool? {
            do throws(IndexError) { return try question() } catch {
                return error.code == .damaged ? nil : false
            }
        }
        var answers: [Bool?] = []
        for number in stride(from: start % 7, to: content.documents.count, by: 41) {
            let document = content.documents[number]
            answers += [
                ask { () throws(IndexError) in try segment.id(of: number) == document.id },
                ask { () throws(IndexError) in
                    try segment.shingles(of: number) == document.shingles
                },
                ask { () throws(IndexError) in try segment.text(of: number) == document.text },
                ask { () throws(IndexError) in
                    try segment.record(at: number) == content.rows[0][number]
                },
                ask { () throws(IndexError) in
                    try segment.rows(
                        of: UInt32(document.text.low & 0xFFFF_FFFF),
                        inTable: content.parameters.textTable) == [number]
                },
            ]
        }
        return answers
    }

    @Test func `a flipped bit is found, and until then no answer is wrong`() throws {
        var generator = SeededGenerator(seed: 8)
        let tail = try ForgedSegment(whole).footer.directoryStart
        let places =
            Array(0..<SegmentHeader.bytes) + Array(stride(from: 128, to: tail, by: 61))
            + Array(tail..<whole.count)
        for place in places {
            var bytes = whole
            bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            let path = try folder.write("damaged.seg", bytes)
            let segment: Segment
            do throws(IndexError) {
                segment = try Segment(opening: path, root: root)
            } catch {
                #expect(error.code == .damaged || error.code == .foreign, "byte \(place)")
                continue
            }
            let wrong = answers(of: segment, from: place).filter { $0 == false }
            #expect(wrong.isEmpty, "byte \(place)")
            let error = #expect(throws: IndexError.self, "byte \(place)") { try segment.verify() }
            #expect(error?.code == .damaged)
            #expect(error?.offset == place / SegmentWriter.blockBytes * SegmentWriter.blockBytes)
        }
    }

    @Test func `a flip in header, checksums, directory or footer is found by opening`() throws {
        let end = try ForgedSegment(whole).footer.coveredEnd
        for place in Array(0..<SegmentHeader.bytes) + Array(end..<whole.count) {
            for bit in [0, 4, 7] {
                var bytes = whole
                bytes[place] ^= 1 << UInt8(bit)
                #expect(try refusal(bytes, root: root) != nil, "byte \(place), bit \(bit)")
                #expect(try refusal(bytes, root: nil) == .damaged, "byte \(place), bit \(bit)")
            }
        }
    }

    @Test func `every other length is found by opening`() throws {
        let lengths =
            Array(0...300) + Array(stride(from: 301, to: whole.count, by: 97))
            + Array(whole.count - 300..<whole.count)
        for length in lengths {
            #expect(
                try refusal(Array(whole.prefix(length)), root: root) == .damaged, "\(length) bytes")
        }
        for extra in [1, 7, 8, 64, 16_384] {
            #expect(
                try refusal(whole + [UInt8](repeating: 0, count: extra), root: root) == .damaged)
            #expect(try refusal(whole + whole.suffix(extra), root: nil) == .damaged || extra == 0)
        }
    }

    @Test func `a missing segment, a foreign one and a folder are told apart`() throws {
        let missing = folder.path.appending("none.seg")
        let error = #expect(throws: IndexError.self) {
            try Segment(opening: missing, root: root)
        }
        #expect(error?.code == .missing)
        #expect(
            error?.description
                == "\(missing): the index segment is missing; "
                + "`winnow repair` makes the index again from the archive")
        let other = MadeContent(counts: content.extent.counts, seed: 4)
        try other.write(to: folder.path.appending("other.seg"))
        #expect(try refusal(folder.bytes("other.seg"), root: root) == .foreign)
        #expect(try refusal(folder.bytes("other.seg"), root: nil) == nil)
        try folder.write("folder/file", "")
        let noFile = #expect(throws: IndexError.self) {
            try Segment(opening: folder.path.appending("folder"), root: root)
        }
        #expect(noFile?.code == .damaged)
    }

    @Test func `a newer format is named, and damage is not taken for one`() throws {
        var forged = try ForgedSegment(whole)
        forged.set(2, at: 8, bytes: 4)
        #expect(try refusal(forged.bytes, root: nil) == .damaged)
        forged.seal()
        let path = try folder.write("newer.seg", forged.bytes)
        let error = #expect(throws: IndexError.self) { try Segment(opening: path, root: nil) }
        #expect(error?.code == .newerFormat)
        #expect(error?.description.hasSuffix("; install a newer Winnow") == true)
    }
}
