// One bucket table a band.

/// The buckets of all bands. Two documents are candidates if they share a bucket in any band.
struct BandTables: ~Copyable {
    private let bandCount: Int
    private let bucketCap: Int
    private var tables: [Table] = []

    /// A table in a reference, so that an array can hold it; touched by the index's owner alone.
    private final class Table {
        var buckets = BucketTable()
    }

    init(parameters: NearDuplicateParameters) {
        bandCount = parameters.bandCount
        bucketCap = parameters.bucketCap
        tables = (0..<bandCount).map { _ in Table() }
    }

    var reservedBytes: Int { tables.reduce(0) { $0 + $1.buckets.reservedBytes } }

    /// Adds every document that shares a bucket.
    func collectCandidates(
        of sketch: DocumentSketch, in sketches: borrowing SketchBatch,
        into candidates: inout CandidateSet
    ) {
        let keys = sketches.bandKeys.span
        for band in 0..<bandCount {
            let key = keys[sketch.row * bandCount + band]
            let table = tables[band]
            _ = table.buckets.forEach(at: table.buckets.place(of: key)) { candidates.add($0) }
        }
    }

    /// Enters a document in its buckets; returns how many were full.
    ///
    /// - Parameter archivedCounts: by band, the documents that the bucket holds elsewhere; empty
    ///   for none.
    mutating func insert(
        _ document: Int, _ sketch: DocumentSketch, in sketches: borrowing SketchBatch,
        archivedCounts: [UInt16]
    ) -> Int {
        var fullCount = 0
        let keys = sketches.bandKeys.span
        for band in 0..<bandCount {
            let table = tables[band]
            let place = table.buckets.place(of: keys[sketch.row * bandCount + band])
            let archived = archivedCounts.isEmpty ? 0 : Int(archivedCounts[band])
            if archived + table.buckets.forEach(at: place, { _ in }) < bucketCap {
                table.buckets.insert(document, at: place)
            } else {
                fullCount += 1
            }
        }
        return fullCount
    }

    /// All entries of a band, `key << 32 | document`.
    func entries(ofBand band: Int) -> [UInt64] {
        var entries: [UInt64] = []
        tables[band].buckets.forEachEntry { entries.append(UInt64($0) &<< 32 | UInt64($1)) }
        return entries
    }
}
