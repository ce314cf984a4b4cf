// Fast path from text to word hashes.

internal import CHashKernels

/// Turns texts into word hashes; one scanner per worker, its buffers are reused.
///
/// A word is a maximal run of letters (L*), numbers (N*) or `_` after full Unicode lower-casing
/// (Unicode 3.13, default case conversion, with the final sigma); in scripts without spaces each
/// character is a word. `WordList` is the slow, obvious form of the same rule.
package struct WordScanner: ~Copyable {
    /// The hashes of the words of the last text, in order.
    package private(set) var hashes: [UInt64] = []
    private var folded: [UInt8] = []

    package init() {}

    /// Scans a text of valid UTF-8; the result stands in `hashes`. Cost: about 2 GB/s for ASCII.
    package mutating func scan(_ text: Span<UInt8>) {
        let capacity = winnow_fold_capacity(text.count)
        if folded.count < capacity {
            folded = [UInt8](repeating: 0, count: capacity + capacity / 2)
        }
        hashes.removeAll(keepingCapacity: true)
        // SAFETY: `folded` holds `winnow_fold_capacity(text.count)` bytes, which bounds what is
        // folded and its padding; half of the folded length plus one bounds the words. All
        // pointers stay inside the closures.
        unsafe text.withUnsafeBufferPointer { text in
            unsafe folded.withUnsafeMutableBufferPointer { folded in
                guard let from = text.baseAddress, let to = folded.baseAddress else { return }
                let foldedCount = unsafe winnow_fold_words(from, text.count, to)
                hashes.append(addingCapacity: foldedCount / 2 + 1) { words in
                    unsafe words.withUnsafeMutableBufferPointer { buffer, initialized in
                        guard let hashes = buffer.baseAddress else { return }
                        initialized = unsafe winnow_hash_words(to, foldedCount, hashes)
                    }
                }
            }
        }
    }
}
