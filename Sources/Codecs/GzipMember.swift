// Reading single gzip members with zlib, the implementation that every other tool uses.

internal import CZlib

package enum GzipMember {
    /// Decompresses the member that starts at `start`, appends its data, and returns where it ends.
    ///
    /// For checking what was written: slower than `GzipDecoder`, and strict. `limit` bounds the
    /// bytes that are appended.
    package static func decompress(
        _ bytes: Span<UInt8>, from start: Int = 0, limit: Int = 1 << 32,
        into output: inout [UInt8]
    ) throws(CodecError) -> Int {
        precondition(start >= 0 && start <= bytes.count, "start \(start) of \(bytes.count)")
        let gzipOnly: Int32 = 15 + 16
        let pieceBytes = 1 << 18
        // SAFETY: the stream is this call's own and closed on every way out; zlib is told its size,
        // and the pointers in it are set anew, with their bounds, for each step.
        var stream = unsafe z_stream()
        let opened = unsafe inflateInit2_(
            &stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard opened == Z_OK else {
            throw CodecError(.outOfMemory, at: start, "no memory to decompress")
        }
        defer { unsafe inflateEnd(&stream) }
        var position = start
        let first = output.count
        while true {
            let available = min(bytes.count - position, 1 << 30)
            let room = min(pieceBytes, limit - (output.count - first))
            guard room > 0 else {
                throw CodecError(
                    .expansionLimit, at: position, "the member holds more than \(limit) bytes")
            }
            var result = Z_OK
            var produced = 0
            output.append(addingCapacity: room) { target in
                // SAFETY: source and target live for the closures; zlib is told their bounds.
                unsafe target.withUnsafeMutableBufferPointer { buffer, count in
                    unsafe bytes.withUnsafeBufferPointer { source in
                        unsafe stream.next_in = UnsafeMutablePointer(
                            mutating: source.baseAddress?.advanced(by: position))
                        unsafe stream.avail_in = UInt32(available)
                        unsafe stream.next_out = buffer.baseAddress?.advanced(by: count)
                        unsafe stream.avail_out = UInt32(room)
                        result = unsafe inflate(&stream, Z_NO_FLUSH)
                        produced = unsafe room - Int(stream.avail_out)
                        count += produced
                    }
                }
            }
            let consumed = unsafe available - Int(stream.avail_in)
            position += consumed
            switch result {
            case Z_STREAM_END: return position
            case Z_OK where produced > 0 || consumed > 0: continue
            case Z_OK, Z_BUF_ERROR:
                throw CodecError(.truncated, at: position, "the gzip member is cut off")
            case Z_MEM_ERROR:
                throw CodecError(.outOfMemory, at: position, "no memory to decompress")
            default:
                let reason = unsafe stream.msg.map { unsafe String(cString: $0) } ?? "damaged"
                throw CodecError(.corrupt, at: position, "the gzip member is damaged: \(reason)")
            }
        }
    }
}
