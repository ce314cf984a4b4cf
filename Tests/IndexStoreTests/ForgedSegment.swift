// Segments with changed bytes whose checksums and root are right again.

import ByteText
import Foundation
import SystemPackage
import TestFixtures

@testable import IndexStore

/// A test's own fault, or a wrong answer.
struct ForgeryError: Error {
    var reason: String
}

/// A segment's bytes, to be changed and sealed again.
struct ForgedSegment {
    var bytes: [UInt8]
    let footer: SegmentFooter
    let directory: SegmentDirectory

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        let tail = bytes.span.extracting((bytes.count - SegmentFooter.bytes)...)
        guard let footer = SegmentFooter(tail, fileBytes: bytes.count),
            let directory = SegmentDirectory(
                bytes.span.extracting(
                    footer.directoryStart..<bytes.count - SegmentFooter.bytes),
                end: footer.coveredEnd)
        else { throw ForgeryError(reason: "no segment") }
        self.footer = footer
        self.directory = directory
    }

    var footerStart: Int { bytes.count - SegmentFooter.bytes }

    mutating func set(_ number: UInt64, at offset: Int, bytes count: Int = 8) {
        for index in 0..<count {
            bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
        }
    }

    /// Makes all checksums and the root right for what the bytes are now.
    mutating func seal() {
        var checksums: [UInt8] = []
        var number = 0
        var start = 0
        while start < footer.coveredEnd {
            let end = min(start + SegmentWriter.blockBytes, footer.coveredEnd)
            checksums.append(
                littleEndian: SegmentWriter.checksum(
                    of: bytes.span.extracting(start..<end), number: number))
            start = end
            number += 1
        }
        bytes.replaceSubrange(
            footer.coveredEnd..<footer.coveredEnd + checksums.count, with: checksums)
        sealRoot(from: footer.coveredEnd)
    }

    /// Makes the root right alone, for a footer that says the blocks end elsewhere.
    mutating func sealRoot(from coveredEnd: Int) {
        let end = footerStart + SegmentFooter.coveredBytes
        guard (0...end).contains(coveredEnd) else { return }
        let root = Digest(of: bytes.span.extracting(coveredEnd..<end))
        set(root.high, at: end)
        set(root.low, at: end + 8)
    }

    /// Opens the segment and asks everything. Returns how many questions were refused, nil if
    /// opening was. What matters is that nothing crashes and no row is outside the segment.
    func askEverything(in folder: ScratchFolder) throws -> Int? {
        let path = try folder.write("forged.seg", bytes)
        let segment: Segment
        do throws(IndexError) {
            segment = try Segment(opening: path, root: nil)
        } catch {
            guard [.damaged, .newerFormat].contains(error.code) else { throw error }
            return nil
        }
        var refused = 0
        func ask(_ question: () throws(IndexError) -> Bool) throws {
            var isRight = true
            do throws(IndexError) {
                isRight = try question()
            } catch {
                guard error.code == .damaged else { throw error }
                refused += 1
            }
            if !isRight { throw ForgeryError(reason: "a wrong answer") }
        }
        var generator = SeededGenerator(seed: 1)
        for document in 0..<segment.extent.counts.kept {
            try ask { () throws(IndexError) in try segment.id(of: document).count >= 0 }
            try ask { () throws(IndexError) in
                try segment.shingles(of: document).count == segment.shingleCount(of: document)
            }
            let set: [UInt32] = [64, 1 << 20, 1 << 30]
            try ask { () throws(IndexError) in
                try segment.sharedCount(of: document, with: set.span, least: 0) ?? 0 <= 3
            }
        }
        for table in 0..<segment.parameters.tableCount {
            let limit = segment.rowLimit(ofTable: table)
            for number in 0..<60 {
                let key =
                    number < 40 ? UInt32(number) : UInt32.random(in: 0 ... .max, using: &generator)
                try ask { () throws(IndexError) in
                    try segment.rows(of: key, inTable: table).allSatisfy { $0 < limit }
                }
            }
        }
        try ask { () throws(IndexError) in
            let merged = folder.path.appending("merged-\(UUID().uuidString)")
            return try SegmentMerge([segment]).write(to: merged, isDurable: false).bytes > 0
        }
        return refused
    }
}
