import ByteText
import Foundation
import SystemPackage
import TestFixtures
import Testing

@testable import IndexStore

/// docs/index-format.md and the bytes that are written say the same.
@Suite struct FormatPageTests {
    private static let page = "docs/index-format.md"
    private static let root = "bfea3fca74d22e02fa436aea115e2de1"

    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// The example of the page: three kept documents, a duplicate and a rejected record.
    private func writeExample() throws -> SegmentSummary {
        var content = MadeContent(
            parameters: SegmentParameters(fingerprint: 0x0123_4567_89AB_CDEF, bandCount: 2))
        content.first = RecordCounts(kept: 5, duplicates: 6, rejected: 7)
        let sets: [[UInt32]] = [[], [64, 192, 0xFFFF_FFC0], [0]]
        for (number, shingles) in sets.enumerated() {
            content.documents.append(
                MadeContent.Document(
                    text: Digest(high: 1, low: 0xAAAA_0000 + UInt64(number)),
                    id: Array("n\(number)".utf8), shingles: shingles))
        }
        func row(_ number: UInt64) -> RecordRow {
            RecordRow(identity: Digest(high: number, low: 0x100 + number), id: 0x200 + number)
        }
        content.rows = [[row(1), row(2), row(3)], [row(4)], [row(5)]]
        content.bands = [[9 << 32 | 1, 0xFFFF_FFFF << 32 | 2], []]
        return try content.write(to: folder.path.appending("example.seg"))
    }

    /// As `hexdump -C` without its right column: sixteen bytes a line, a star for repeated lines.
    private func dump(_ bytes: [UInt8]) -> [String] {
        func hexadecimal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: digits - text.utf8.count) + text
        }
        var lines: [String] = []
        var previous: ArraySlice<UInt8> = []
        for start in stride(from: 0, to: bytes.count, by: 16) {
            let row = bytes[start..<min(start + 16, bytes.count)]
            if row.elementsEqual(previous) {
                if lines.last != "*" { lines.append("*") }
                continue
            }
            previous = row
            let pairs = row.map { hexadecimal(Int($0), 2) }
            let halves = [pairs.prefix(8), pairs.dropFirst(8)].filter { !$0.isEmpty }
            lines.append(
                ([hexadecimal(start, 8)] + halves.map { $0.joined(separator: " ") })
                    .joined(separator: "  "))
        }
        return lines + [hexadecimal(bytes.count, 8)]
    }

    /// If this fails, the format or a hash has changed: archives that are there would be refused
    /// or, worse, misread. A changed format needs another version number.
    @Test func `the bytes of format 1 stay as they are`() throws {
        let summary = try writeExample()
        #expect(summary.bytes == 1_816)
        #expect(summary.root.hexadecimal == Self.root)
        #expect(SegmentHeader.version == 1)
    }

    @Test func `the dump on the page is that of a real segment`() throws {
        _ = try writeExample()
        let page = try String(
            contentsOf: Checkout.root.appendingPathComponent(Self.page), encoding: .utf8)
        let shown = page.split(separator: "\n").map(String.init).filter {
            $0 == "*" || $0.prefix(8).allSatisfy(\.isHexDigit) && $0.utf8.count >= 8
        }
        let dump = dump(try folder.bytes("example.seg"))
        #expect(shown == dump, "\(dump.joined(separator: "\n"))")
    }

    @Test func `a reader written from the page alone reads real segments`() throws {
        let script = Checkout.root.appendingPathComponent("Scripts/read_segment.py").path
        // Machines without Python have nothing to run it with.
        guard try folder.start("/bin/bash", ["-c", "command -v python3"]).end().status == 0 else {
            return
        }
        func read(_ name: String, root: String) throws -> ProgramEnding {
            try folder.start(
                "/usr/bin/env", ["python3", script, name, "--root", root]
            ).end()
        }
        _ = try writeExample()
        let example = try read("example.seg", root: Self.root)
        #expect(example.status == 0, "\(example.errors)")
        let object = try example.object()
        let documents = try #require(object["documents"] as? [[String: Any]])
        #expect(documents.map { $0["id"] as? String } == ["n0", "n1", "n2"])
        #expect(documents.map { $0["shingles"] as? [Int] } == [[], [1, 3, 0x3FF_FFFF], [0]])
        #expect(object["first"] as? [Int] == [5, 6, 7])
        let tables = try #require(object["tables"] as? [[[Int]]])
        #expect(tables[0] == [[9, 1], [0xFFFF_FFFF, 2]])

        let content = MadeContent(
            counts: RecordCounts(kept: 700, duplicates: 90, rejected: 40), hasContainment: true,
            seed: 21, keyLimit: 5_000)
        let root = try content.write(to: folder.path.appending("large.seg")).root.hexadecimal
        let large = try read("large.seg", root: root)
        #expect(large.status == 0, "\(large.errors)")
        let found = try #require(try large.object()["documents"] as? [[String: Any]])
        #expect(
            found.map { $0["shingles"] as? [Int] }
                == content.documents.map { $0.shingles.map { Int($0 >> 6) } })
        var bytes = try folder.bytes("large.seg")
        bytes[20_000] ^= 1
        try folder.write("large.seg", bytes)
        #expect(try read("large.seg", root: root).status == 1)
    }
}
