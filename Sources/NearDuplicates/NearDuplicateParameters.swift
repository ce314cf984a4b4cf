// What decides which documents are near-duplicates.

internal import ByteText
internal import CHashKernels

/// Parameters of the near-duplicate pass. Indexes made with other parameters do not mix.
package struct NearDuplicateParameters: Sendable, Equatable {
    /// Jaccard similarity from which two texts are near-duplicates, in 0.3...1.
    package let threshold: Double
    /// Words a shingle, 1...64.
    package let shingleWords: Int
    /// Seed of the shingle and sketch hashes.
    package let seed: UInt64
    /// Slots of a signature.
    package let slotCount: Int
    /// Bands and rows a band; `bandCount * rowCount <= slotCount`.
    package let bandCount: Int
    package let rowCount: Int
    /// Kept documents a bucket holds at most; later ones are not entered and counted as capped.
    package let bucketCap: Int

    package static let defaultThreshold = 0.8
    package static let defaultShingleWords = 5
    package static let defaultBucketCap = 1_000
    package static let thresholds = 0.3...1.0
    package static let shingleWidths = 1...64

    /// A miss of a pair right at the threshold is at most this likely: recall 0.9995.
    private static let missLimit = 0.0005

    package init(
        threshold: Double = defaultThreshold, shingleWords: Int = defaultShingleWords,
        seed: UInt64 = 0x77_69_6E_6E_6F_77, slotCount: Int = 128,
        bucketCap: Int = defaultBucketCap
    ) {
        precondition(Self.thresholds.contains(threshold), "threshold \(threshold)")
        precondition(Self.shingleWidths.contains(shingleWords), "shingle of \(shingleWords) words")
        self.threshold = threshold
        self.shingleWords = shingleWords
        self.seed = seed
        self.slotCount = slotCount
        self.bucketCap = bucketCap
        (bandCount, rowCount) = Self.bands(threshold: threshold, slotCount: slotCount)
    }

    /// The fewest candidates at the recall wanted: as many rows a band as `missLimit` allows.
    ///
    /// A pair of similarity J meets in a band of r rows with probability J^r, so b bands miss it
    /// with (1 - J^r)^b (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4.2).
    private static func bands(threshold: Double, slotCount: Int) -> (bands: Int, rows: Int) {
        var best = (bands: slotCount, rows: 1)
        for rows in 1...slotCount {
            let bands = slotCount / rows
            var meeting = 1.0
            for _ in 0..<rows { meeting *= threshold }
            var missing = 1.0
            for _ in 0..<bands { missing *= 1 - meeting }
            if missing <= missLimit { best = (bands, rows) }
        }
        return best
    }

    /// A hash of everything that decides which segments can be asked together.
    package var fingerprint: UInt64 {
        let numbers = [
            threshold.bitPattern, UInt64(shingleWords), seed, UInt64(slotCount), UInt64(bandCount),
            UInt64(rowCount), UInt64(bucketCap), UInt64(WINNOW_SHINGLE_BITS),
        ]
        return Digest(ofWords: numbers.span).low
    }
}
