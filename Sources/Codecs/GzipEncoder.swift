// Writing whole gzip members.

internal import CDeflate

/// A compressor that is reused from member to member. Same bytes in, same bytes out.
@safe package struct GzipEncoder: ~Copyable, @unchecked Sendable {
    // @unchecked: the handle has this value as its only owner and is never shared.
    // SAFETY: of the whole type: `init` makes the handle, `deinit` alone frees it, and no pointer
    // into it is handed out; buffers are bounded where they are passed.

    private let handle: OpaquePointer
    package let level: Int

    /// Levels go from 1 (fast) to 12 (small); 6 has zlib-6's ratio.
    package init(level: Int = 6) {
        precondition((1...12).contains(level), "gzip level \(level) is not in 1...12")
        self.level = level
        guard let handle = unsafe libdeflate_alloc_compressor(Int32(level)) else {
            preconditionFailure("no memory for a compressor")
        }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe libdeflate_free_compressor(handle) }

    /// Appends one gzip member (RFC 1952) with the bytes; time stamp 0, no name.
    /// Returns its length.
    @discardableResult
    package mutating func appendMember(of bytes: Span<UInt8>, to output: inout [UInt8]) -> Int {
        let bound = unsafe libdeflate_gzip_compress_bound(handle, bytes.count)
        let before = output.count
        output.append(addingCapacity: bound) { target in
            // SAFETY: source and target are alive and distinct for the length of the closures, and
            // the library writes at most the capacity it is told.
            unsafe target.withUnsafeMutableBufferPointer { buffer, count in
                let free = unsafe buffer.baseAddress?.advanced(by: count)
                let written = unsafe bytes.withUnsafeBufferPointer { source in
                    unsafe libdeflate_gzip_compress(
                        handle, source.baseAddress, source.count, free, buffer.count - count)
                }
                count += written
            }
        }
        let length = output.count - before
        precondition(length > 0, "a member of \(bytes.count) bytes did not fit its bound \(bound)")
        return length
    }
}
