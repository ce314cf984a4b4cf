import ByteText
import SystemPackage
import TestFixtures
import Testing

@testable import IndexStore

/// Segments whose checksums and root are right, but whose content no writer makes. They are refused
/// or answered from within their bounds; nothing traps.
@Suite struct HostileSegmentTests {
    private let folder: ScratchFolder
    private let whole: ForgedSegment

    init() throws {
        folder = try ScratchFolder()
        let content = MadeContent(
            counts: RecordCounts(kept: 90, duplicates: 30, rejected: 5), bandCount: 2,
            hasContainment: true, seed: 6, keyLimit: 40)
        try content.write(to: folder.path.appending("whole.seg"))
        whole = try ForgedSegment(folder.bytes("whole.seg"))
    }

    private var numbers: [UInt64] {
        let end = UInt64(whole.footer.coveredEnd)
        return [
            0, 1, 63, end - 64, end - 1, end, end + 1, UInt64(whole.bytes.count), 1 << 31, 1 << 32,
            (1 << 48) - 1, 1 << 58, UInt64(Int.max) - 8, UInt64(Int.max), 1 << 63, UInt64.max,
        ]
    }

    @Test func `as it was written it answers everything`() throws {
        var forged = whole
        forged.seal()
        #expect(forged.bytes == whole.bytes)
        #expect(try forged.askEverything(in: folder) == 0)
    }

    @Test func `a footer with any other number is refused`() throws {
        for field in 1...4 {
            let place = whole.footerStart + 8 * field
            let right = whole.bytes.span.littleEndian(at: place, bytes: 8)
            for number in numbers where number != right {
                var forged = whole
                forged.set(number, at: place)
                forged.sealRoot(from: field == 1 ? Int(clamping: number) : whole.footer.coveredEnd)
                #expect(try forged.askEverything(in: folder) == nil, "\(field): \(number)")
            }
        }
    }

    @Test func `a directory with any other number is refused or stays within bounds`() throws {
        var refused = 0
        for place in stride(from: whole.footer.directoryStart, to: whole.footerStart, by: 8) {
            for number in numbers {
                var forged = whole
                forged.set(number, at: place)
                forged.seal()
                if try forged.askEverything(in: folder) != 0 { refused += 1 }
            }
        }
        #expect(refused > 300)
    }

    @Test func `a header with any other number is refused or stays within bounds`() throws {
        for place in stride(from: 8, to: SegmentHeader.bytes, by: 4) {
            for number in numbers {
                var forged = whole
                forged.set(number, at: place, bytes: 4)
                forged.seal()
                _ = try forged.askEverything(in: folder)
                if place <= SegmentHeader.bytes - 8 {
                    forged = whole
                    forged.set(number, at: place)
                    forged.seal()
                    let answered = try forged.askEverything(in: folder)
                    // Counts that do not fit the sections, or that no archive reaches.
                    if place % 8 == 0, (32..<80).contains(place), number >= 1 << 48 {
                        #expect(answered == nil, "byte \(place): \(number)")
                    }
                }
            }
        }
    }

    @Test func `buckets and entries at random never lead outside`() throws {
        var generator = SeededGenerator(seed: 31)
        var refused = 0
        for table in whole.directory.tables {
            let sections = [
                table.buckets..<table.buckets + 4 * (1 << table.bucketBits + 1),
                table.entries..<table.entries + table.entryCount * 2,
            ]
            for section in sections {
                for _ in 0..<40 {
                    var forged = whole
                    for _ in 0..<Int.random(in: 1...6, using: &generator) {
                        let place = Int.random(in: section, using: &generator)
                        forged.bytes[place] = UInt8.random(in: 0...255, using: &generator)
                    }
                    forged.seal()
                    if try forged.askEverything(in: folder) != 0 { refused += 1 }
                }
            }
        }
        #expect(refused > 100)
    }

    @Test func `buckets that leave entries out do not pass a merge`() throws {
        let table = whole.directory.tables[whole.directory.tables.count - 2]
        let last = table.buckets + 4 << table.bucketBits
        var forged = whole
        forged.set(UInt64(table.entryCount - 1), at: last, bytes: 4)
        forged.seal()
        let path = try folder.write("short.seg", forged.bytes)
        let segment = try Segment(opening: path, root: nil)
        let error = #expect(throws: IndexError.self) {
            try SegmentMerge([segment]).write(to: folder.path.appending("m"), isDurable: false)
        }
        #expect(error?.reason == "the buckets do not hold the table's entries")
    }

    @Test func `rows of documents and sets at random never lead outside`() throws {
        var generator = SeededGenerator(seed: 32)
        for section in [whole.directory.documents, whole.directory.blobs] {
            for round in 0..<200 {
                var forged = whole
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place =
                        section.lowerBound + Int.random(
                            in: 0..<section.count / 8, using: &generator) * 8
                    forged.set(
                        round % 2 == 0
                            ? generator.next() : numbers.randomElement(using: &generator) ?? 0,
                        at: place)
                }
                forged.seal()
                _ = try forged.askEverything(in: folder)
            }
        }
        // Ones without end: the longest codes there are.
        var forged = whole
        for place in 128..<whole.footer.coveredEnd
        where !whole.directory.documents.contains(place) {
            forged.bytes[place] = 0xFF
        }
        forged.seal()
        let refused = try #require(try forged.askEverything(in: folder))
        #expect(refused > 90)
    }
}
