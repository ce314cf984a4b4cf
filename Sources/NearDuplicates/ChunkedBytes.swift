// An append-only store of byte runs that never moves what it holds.

/// Byte runs in chunks: growing copies nothing, so memory never doubles for a moment.
struct ChunkedBytes: ~Copyable {
    /// Where a run lies.
    struct Handle: Sendable {
        fileprivate var chunk: UInt32
        fileprivate var offset: UInt32
    }

    private static let chunkBytes = 1 << 20
    private var chunks: [[UInt8]] = []
    /// All bytes reserved, for figures.
    private(set) var reservedBytes = 0

    /// Appends the first `count` bytes of `bytes`.
    mutating func append(_ bytes: Span<UInt8>) -> Handle {
        let needsChunk =
            if let last = chunks.last { last.capacity - last.count < bytes.count } else { true }
        if needsChunk {
            var chunk: [UInt8] = []
            chunk.reserveCapacity(max(Self.chunkBytes, bytes.count))
            reservedBytes += chunk.capacity
            chunks.append(chunk)
        }
        let index = chunks.count - 1
        let handle = Handle(chunk: UInt32(index), offset: UInt32(chunks[index].count))
        chunks[index].append(addingCapacity: bytes.count) { output in
            for position in bytes.indices { output.append(bytes[position]) }
        }
        return handle
    }

    /// Calls `body` with everything from the run's first byte to the end of its chunk.
    func withBytes<Result, Failure: Error>(
        at handle: Handle, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let chunk = chunks[Int(handle.chunk)]
        return try body(chunk.span.extracting(Int(handle.offset)...))
    }
}
