// What was wrong with a compressed stream, where, and whether bytes were lost.

/// A fault of a compressed stream.
package struct CodecError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The stream does not begin as the format demands.
        case notGzip
        /// A header with a reserved flag, an unknown method or beyond every limit.
        case badHeader
        /// The header's own checksum is wrong; the data is read all the same.
        case badHeaderChecksum
        /// The deflate data is damaged.
        case corrupt
        /// CRC-32 or length in the trailer differ from the data.
        case checksumMismatch
        /// The stream ends within a member.
        case truncated
        /// Bytes behind the last member that are neither zeros nor a member.
        case trailingGarbage
        /// The data grows beyond the stated limits.
        case expansionLimit
        /// The compressor or decompressor found no memory.
        case outOfMemory
    }

    package var code: Code
    /// Offset in the compressed stream at which the fault was noticed.
    package var compressedOffset: Int
    /// Compressed bytes that gave no data because of the fault.
    package var skippedBytes: Int
    package var message: String

    package init(_ code: Code, at offset: Int, skippedBytes: Int = 0, _ message: String) {
        self.code = code
        compressedOffset = offset
        self.skippedBytes = skippedBytes
        self.message = message
    }

    /// True if decompressed bytes are missing where the fault was reported.
    package var isLossy: Bool {
        switch code {
        case .badHeaderChecksum, .checksumMismatch, .trailingGarbage: false
        default: true
        }
    }

    package var description: String { message }
}
