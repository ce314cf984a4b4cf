// What a file's content is known by: 128 bits, computed while the bytes go by.

internal import CHashKernels

/// A streaming digest of a byte string: how it is cut into pieces makes no difference.
///
/// Two of a thousand million contents share a value with probability 1.5e-21. It is made to tell
/// files apart, not to withstand people who forge them. Cost: about 15 GB/s in cache.
package struct ContentDigest: Sendable {
    /// The 128 bits.
    package struct Value: Hashable, Sendable {
        package var high: UInt64
        package var low: UInt64

        package init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }
    }

    private static let blockBytes = Int(winnow_digest_block_bytes)

    private var lanes = [UInt64](repeating: 0, count: Int(winnow_digest_lanes))
    /// Bytes behind the last whole block.
    private var tail: [UInt8] = []
    /// Bytes taken in so far.
    package private(set) var count = 0

    /// The digest of no bytes.
    package init() {
        tail.reserveCapacity(Self.blockBytes)
        reset()
    }

    /// Begins again with no bytes.
    package mutating func reset() {
        // SAFETY: the array has as many elements as the kernel has lanes; the pointer stays inside.
        unsafe lanes.withUnsafeMutableBufferPointer { lanes in
            guard let lanes = lanes.baseAddress else { return }
            unsafe winnow_digest_start(lanes)
        }
        tail.removeAll(keepingCapacity: true)
        count = 0
    }

    /// Takes in the bytes that follow.
    package mutating func update(_ bytes: Span<UInt8>) {
        count += bytes.count
        var start = 0
        if !tail.isEmpty {
            start = min(Self.blockBytes - tail.count, bytes.count)
            tail.append(copying: bytes.extracting(0..<start))
            guard tail.count == Self.blockBytes else { return }
            let block = tail
            take(block.span, from: 0, blocks: 1)
            tail.removeAll(keepingCapacity: true)
        }
        let blocks = (bytes.count - start) / Self.blockBytes
        take(bytes, from: start, blocks: blocks)
        tail.append(copying: bytes.extracting((start + blocks * Self.blockBytes)...))
    }

    private mutating func take(_ bytes: Span<UInt8>, from start: Int, blocks: Int) {
        guard blocks > 0 else { return }
        precondition(start + blocks * Self.blockBytes <= bytes.count, "blocks behind the bytes")
        // SAFETY: `start` and the blocks lie inside the span, as checked; the array has as many
        // elements as the kernel has lanes; no pointer leaves the closures.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe lanes.withUnsafeMutableBufferPointer { lanes in
                guard let lanes = lanes.baseAddress else { return }
                unsafe winnow_digest_blocks(lanes, base + start, blocks)
            }
        }
    }

    /// The digest of the bytes so far.
    package var value: Value {
        var words: [UInt64] = [0, 0]
        // SAFETY: the kernel reads `lanes` and `tail.count` bytes and writes two words; no pointer
        // leaves the closures. An empty tail may have no address, and is not read then.
        unsafe words.withUnsafeMutableBufferPointer { words in
            guard let words = words.baseAddress else { return }
            unsafe lanes.withUnsafeBufferPointer { lanes in
                guard let lanes = lanes.baseAddress else { return }
                unsafe tail.withUnsafeBufferPointer { tail in
                    unsafe winnow_digest_end(
                        lanes, tail.baseAddress, tail.count, UInt64(count), words)
                }
            }
        }
        return Value(high: words[0], low: words[1])
    }
}
