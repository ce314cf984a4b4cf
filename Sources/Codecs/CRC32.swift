// The checksum of gzip, PNG and Ethernet.

internal import CDeflate

package enum CRC32 {
    /// CRC-32 (ISO 3309, RFC 1952 section 8) of the bytes; pass an earlier result to go on from it.
    package static func checksum(_ bytes: Span<UInt8>, continuing crc: UInt32 = 0) -> UInt32 {
        // SAFETY: the buffer is the span's own memory, read inside the closure only.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe buffer.isEmpty
                ? crc : libdeflate_crc32(crc, buffer.baseAddress, buffer.count)
        }
    }
}
