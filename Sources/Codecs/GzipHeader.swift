// Recognising and passing the header of a gzip member.

/// The header of a gzip member, RFC 1952 section 2.3.
package enum GzipHeader {
    /// Name, comment and extra field together must stay below this;
    /// real ones take some dozen bytes.
    package static let maximumBytes = 1 << 20

    enum Outcome: Equatable {
        /// The header ends after this many bytes; its own checksum may be wrong.
        case complete(bytes: Int, isChecksumRight: Bool)
        case needsMore
        /// Not a member at all.
        case noMagic
        /// A member that cannot be read.
        case refused(String)
    }

    private static let hasChecksum: UInt8 = 2
    private static let hasExtra: UInt8 = 4
    private static let hasName: UInt8 = 8
    private static let hasComment: UInt8 = 16
    private static let reserved: UInt8 = 0xE0
    private static let fixedBytes = 10

    /// True if the bytes begin with gzip's magic number.
    package static func isMagic(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    static func parse(_ bytes: Span<UInt8>) -> Outcome {
        let magic: (UInt8, UInt8) = (0x1F, 0x8B)
        if bytes.count > 0, bytes[0] != magic.0 { return .noMagic }
        if bytes.count > 1, bytes[1] != magic.1 { return .noMagic }
        if bytes.count > 2, bytes[2] != 8 {
            return .refused("unknown compression method \(bytes[2])")
        }
        if bytes.count > 3, bytes[3] & reserved != 0 { return .refused("reserved flags are set") }
        guard bytes.count >= fixedBytes else { return .needsMore }
        let flags = bytes[3]
        var position = fixedBytes
        if flags & hasExtra != 0 {
            guard bytes.count >= position + 2 else { return .needsMore }
            position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
        }
        for flag in [hasName, hasComment] where flags & flag != 0 {
            while true {
                guard position < bytes.count else { return tooLong(bytes) ?? .needsMore }
                position += 1
                if bytes[position - 1] == 0 { break }
            }
        }
        guard flags & hasChecksum != 0 else {
            return bytes.count >= position
                ? .complete(bytes: position, isChecksumRight: true) : .needsMore
        }
        guard bytes.count >= position + 2 else { return .needsMore }
        let stored = UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8
        let actual = CRC32.checksum(bytes.extracting(0..<position)) & 0xFFFF
        return .complete(bytes: position + 2, isChecksumRight: stored == actual)
    }

    private static func tooLong(_ bytes: Span<UInt8>) -> Outcome? {
        bytes.count > maximumBytes ? .refused("a header of more than \(maximumBytes) bytes") : nil
    }
}
