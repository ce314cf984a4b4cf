// The last bytes of a segment: how to find the rest and trust it.

internal import ByteText
internal import CHashKernels

/// The last bytes of a segment.
struct SegmentFooter: Equatable {
    static let magic = Array("WINNOWFT".utf8)
    static let bytes = 64
    /// Bytes of the footer that the root covers.
    static let coveredBytes = 40

    /// Where the blocks with checksums end and the list of checksums begins.
    var coveredEnd: Int
    var directoryStart: Int
    var blockCount: Int
    var fileBytes: Int
    /// Digest of everything from `coveredEnd` to the footer's covered part: by way of the blocks'
    /// checksums it stands for the whole file.
    var root = Digest(high: 0, low: 0)

    var encoded: [UInt8] {
        var output = Self.magic
        for number in [coveredEnd, directoryStart, blockCount, fileBytes] {
            output.append(littleEndian: UInt64(number))
        }
        output.append(littleEndian: root.high)
        output.append(littleEndian: root.low)
        output.append(littleEndian: 0 as UInt64)
        return output
    }

    /// Nil if the bytes are no footer of a file of that size.
    init?(_ bytes: Span<UInt8>, fileBytes: Int) {
        for index in Self.magic.indices where bytes[index] != Self.magic[index] { return nil }
        let numbers = (1...4).map { bytes.littleEndian(at: 8 * $0, bytes: 8) }
        guard numbers.allSatisfy({ $0 <= UInt64(fileBytes) }), numbers[3] == UInt64(fileBytes)
        else {
            return nil
        }
        coveredEnd = Int(numbers[0])
        directoryStart = Int(numbers[1])
        blockCount = Int(numbers[2])
        self.fileBytes = fileBytes
        root = Digest(
            high: bytes.littleEndian(at: Self.coveredBytes, bytes: 8),
            low: bytes.littleEndian(at: Self.coveredBytes + 8, bytes: 8))
        let blocks = (coveredEnd + Int(WINNOW_SEGMENT_BLOCK) - 1) / Int(WINNOW_SEGMENT_BLOCK)
        // The root covers neither itself nor what stands behind it.
        guard bytes.littleEndian(at: Self.bytes - 8, bytes: 8) == 0,
            coveredEnd >= SegmentHeader.bytes, blockCount == blocks,
            directoryStart == coveredEnd + 8 * blockCount,
            directoryStart <= fileBytes - Self.bytes
        else { return nil }
    }

    init(coveredEnd: Int, directoryStart: Int, blockCount: Int, fileBytes: Int) {
        self.coveredEnd = coveredEnd
        self.directoryStart = directoryStart
        self.blockCount = blockCount
        self.fileBytes = fileBytes
    }
}
