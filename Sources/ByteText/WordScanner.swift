// Fast path from text to word hashes.

internal import CHashKernels

/// Turns texts into word hashes; one scanner per worker, its buffers are reused.
///
/// A word is a maximal run of letters (L*), numbers (N*) or `_` after full Unicode lower-casing
/// (Unicode 3.13, default case conversion, with the final sigma); in scripts without spaces each
/// letter and number is a word. Marks (M*) only separate. `WordList` is the slow, obvious form of
/// the same rule.
package struct WordScanner: ~Copyable {
    /// The hashes of the words of the last text, in order.
    package private(set) var hashes: [UInt64] = []
    private var folded: [UInt8] = []

    package init() {}

    /// Buffers that a giant text made larger than this are given back after it.
    private static let keptCapacity = 1 << 22
    /// Readable bytes that the kernel wants behind the folded text.
    private static let paddingBytes = 16

    /// Scans a text of valid UTF-8; the result stands in `hashes`. Cost: about 2 GB/s for ASCII.
    package mutating func scan(_ text: Span<UInt8>) {
        hashes.removeAll(keepingCapacity: hashes.capacity <= Self.keptCapacity)
        folded.removeAll(keepingCapacity: folded.capacity <= Self.keptCapacity)
        fold(text)
        guard folded.count > Self.paddingBytes else { return }
        // SAFETY: `folded` ends in its padding; half of the folded length plus one bounds the
        // words. No pointer leaves the closures.
        unsafe folded.withUnsafeBufferPointer { folded in
            guard let from = folded.baseAddress else { return }
            let foldedCount = folded.count - Self.paddingBytes
            hashes.append(addingCapacity: foldedCount / 2 + 1) { words in
                unsafe words.withUnsafeMutableBufferPointer { buffer, initialized in
                    guard let hashes = buffer.baseAddress else { return }
                    initialized = unsafe winnow_hash_words(from, foldedCount, hashes)
                }
            }
        }
    }

    /// Leaves the folded text and its padding in `folded`; nothing for an empty text.
    private mutating func fold(_ text: Span<UInt8>) {
        // SAFETY: the output has `winnow_fold_capacity` bytes, which bounds the folded text and its
        // padding; both pointers stay inside the closures.
        unsafe text.withUnsafeBufferPointer { text in
            guard let from = text.baseAddress else { return }
            folded.append(addingCapacity: winnow_fold_capacity(text.count)) { output in
                unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                    guard let to = buffer.baseAddress else { return }
                    let count = unsafe winnow_fold_words(from, text.count, to)
                    initialized = count + Self.paddingBytes
                }
            }
        }
    }
}
