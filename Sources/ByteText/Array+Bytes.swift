// Appending runs of bytes to byte arrays.

extension Array<UInt8> {
    /// Appends a copy of the span's bytes: one reservation and one copy, whatever the length.
    package mutating func append(copying bytes: Span<UInt8>) {
        // SAFETY: the buffer is the span's own memory, read inside the closure only.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe append(contentsOf: buffer)
        }
    }
}
