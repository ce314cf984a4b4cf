// The archived documents that resemble a text most, near-duplicates or not.

package import IndexStore

/// A kept document that shares a bucket with a text, and how alike the two are.
package struct Neighbour: Equatable, Sendable {
    /// Number of the kept document, in archive order.
    package var document: Int
    /// Shingles of the text, of the document, and of both.
    package var ourCount: Int
    package var theirCount: Int
    package var sharedCount: Int

    /// Exact Jaccard similarity; 1 for two short texts with the same words.
    package var similarity: Double {
        let union = ourCount + theirCount - sharedCount
        return union == 0 ? 1 : Double(sharedCount) / Double(union)
    }

    /// The share of the text's shingles that stand in the document.
    package var containment: Double {
        ourCount == 0 ? 1 : Double(sharedCount) / Double(ourCount)
    }

    /// The share of the document's shingles that stand in the text.
    package var coverage: Double {
        theirCount == 0 ? 1 : Double(sharedCount) / Double(theirCount)
    }

    /// False for so few shared shingles that they may be hashes that meet by chance.
    static func isTelling(_ shared: Int, _ ours: Int, _ theirs: Int) -> Bool {
        // Two texts of 500 shingles of 26 bits share one by chance once in 270 pairs.
        shared > 0 && 50 * shared >= min(ours, theirs)
    }

    /// The higher similarity first, then the older document.
    fileprivate func precedes(_ other: Neighbour) -> Bool {
        similarity == other.similarity
            ? document < other.document : similarity > other.similarity
    }
}

extension SegmentLookup {
    /// Adds a segment's documents to the list of those that are most like a text.
    ///
    /// Candidates are those of `ask`: documents that share a bucket, or have an equal text. Bands
    /// are made for the threshold, so that documents far below it are found by chance only.
    /// - Parameters:
    ///   - limit: how many neighbours are wanted.
    ///   - isThorough: true compares with every document of the segment instead.
    ///   - neighbours: those of the segments before, the nearest first.
    package mutating func addNeighbours(
        of sketch: DocumentSketch, in sketches: borrowing SketchBatch, _ segment: Segment,
        limit: Int, isThorough: Bool = false, to neighbours: inout [Neighbour]
    ) throws(IndexError) {
        guard limit > 0, sketch.isComparable, segment.parameters.isSketched else { return }
        let first = segment.extent.first.kept
        let count = sketch.shingleCount
        let equal = try equalText(sketch, in: segment)?.keeper
        if let equal {
            Neighbour(document: equal, ourCount: count, theirCount: count, sharedCount: count)
                .enter(&neighbours, limit: limit)
        }
        if sketch.isShort { return }
        if !isThorough {
            var answer = ArchivedAnswer()
            try countBuckets(of: sketch, in: sketches, segment, into: &answer)
        }
        let set = sketches.shingles.span.extracting(sketch.shingles)
        let end = isThorough ? segment.extent.counts.kept : candidates.count
        var previous = -1
        for index in 0..<end {
            let candidate = isThorough ? index : candidates[index]
            if candidate == previous || first + candidate == equal { continue }
            previous = candidate
            let theirs = try segment.shingleCount(of: candidate)
            let worst = neighbours.count < limit ? 0 : neighbours.last?.similarity ?? 0
            guard let least = MatchSearch.leastShared(count, theirs, for: worst),
                let shared = try segment.sharedCount(of: candidate, with: set, least: least),
                Neighbour.isTelling(shared, count, theirs)
            else { continue }
            Neighbour(
                document: first + candidate, ourCount: count, theirCount: theirs,
                sharedCount: shared
            ).enter(&neighbours, limit: limit)
        }
    }
}

extension Neighbour {
    /// Enters it where it belongs in a list of at most `limit`.
    fileprivate func enter(_ neighbours: inout [Neighbour], limit: Int) {
        let place = neighbours.firstIndex(where: precedes) ?? neighbours.count
        guard place < limit else { return }
        neighbours.insert(self, at: place)
        if neighbours.count > limit { neighbours.removeLast() }
    }
}
