// What decides which document counts as a part of another.

internal import CHashKernels

/// Parameters of the containment pass. Documents shorter than a shingle take no part in it.
package struct ContainmentParameters: Sendable, Equatable {
    /// Shared shingles over those of the smaller document from which it is a part of the larger
    /// one, in 0.5...1.
    package let threshold: Double
    /// Kept documents that one hash leads to at most; later ones are not entered under it.
    package let postingCap: Int

    package static let thresholds = 0.5...1.0
    package static let defaultPostingCap = 64

    /// A document's sample is one of so many halvings of the range of hashes: a sixteenth.
    package static let sampleShift: UInt32 = 4
    /// Hashes below this are a document's sample.
    package static let sampleLimit: UInt32 = 1 << (32 - sampleShift)
    /// A small document's sample has at least this many of its smallest hashes.
    package static let sampleFloor = 16

    package init(threshold: Double, postingCap: Int = defaultPostingCap) {
        precondition(Self.thresholds.contains(threshold), "containment \(threshold)")
        precondition(
            (1...Int(UInt8.max)).contains(postingCap), "\(postingCap) documents a hash")
        self.threshold = threshold
        self.postingCap = postingCap
    }

    /// How many of a sorted set's hashes are its sample. They are its first ones.
    package static func sampleCount(of set: Span<UInt32>) -> Int {
        max(countBelowLimit(set), min(sampleFloor, set.count))
    }

    /// What a segment's table finds a sampled hash by. Sampled hashes are small numbers, a table's
    /// keys are spread evenly: multiplying by an odd number is a bijection of 32 bits, and this
    /// one, from the golden ratio, spreads them (Knuth, The Art of Computer Programming 3, 6.4).
    package static func key(of hash: UInt32) -> UInt32 { hash &* 0x9E37_79B1 }

    /// How many hashes of a sorted set are in the sample of every document that has them.
    static func countBelowLimit(_ set: Span<UInt32>) -> Int {
        // SAFETY: the kernel reads the span's own memory, `count` values, inside the closure.
        unsafe set.withUnsafeBufferPointer { buffer in
            guard let hashes = buffer.baseAddress else { return 0 }
            return unsafe winnow_count_below(hashes, buffer.count, sampleLimit)
        }
    }

    /// The fewest shared shingles with which a document of so many is a part of a larger one.
    package func leastShared(ofSmaller count: Int) -> Int {
        var least = Int((threshold * Double(count)).rounded(.up))
        // The product is rounded; the quotient is what is promised.
        while least > 0, Double(least - 1) / Double(count) >= threshold { least -= 1 }
        while least < count, Double(least) / Double(count) < threshold { least += 1 }
        return least
    }

    /// Shared hashes of two sorted sets, or nil if fewer than `least`.
    package static func sharedCount(
        _ first: Span<UInt32>, _ second: Span<UInt32>, least: Int
    ) -> Int? {
        // SAFETY: the kernel reads the spans' own memory, their counts of it, inside the closures.
        unsafe first.withUnsafeBufferPointer { first in
            unsafe second.withUnsafeBufferPointer { second in
                guard let a = first.baseAddress, let b = second.baseAddress else {
                    return least == 0 ? 0 : nil
                }
                let shared = unsafe winnow_shared_at_least(
                    a, first.count, b, second.count, least)
                // SIZE_MAX, as an imported size is signed.
                return shared < 0 ? nil : shared
            }
        }
    }
}
