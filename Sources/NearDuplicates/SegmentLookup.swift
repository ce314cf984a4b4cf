// Asking segments about the documents of a batch; part of the parallel work.

internal import DocumentModel
package import IndexStore

/// Asks segments; one per worker, its buffers are reused. The answer depends on the document and
/// the segments alone.
package struct SegmentLookup: ~Copyable {
    private let parameters: NearDuplicateParameters
    private var keys: [UInt32] = []
    private var passed: [UInt32] = []
    /// Documents that share a bucket, sorted, as often as they do.
    private(set) var candidates: [Int] = []

    package init(parameters: NearDuplicateParameters) {
        self.parameters = parameters
    }

    /// Adds what a segment knows of a record to the answer of older segments.
    ///
    /// - Parameters:
    ///   - isOfEarlierRun: false for segments of the run that is going on; a record that comes
    ///     twice in one run is a duplicate, not `seen`.
    ///   - knowsTexts: true if the archive knows texts that were forgotten.
    package mutating func ask(
        _ segment: Segment, about sketch: DocumentSketch, in sketches: borrowing SketchBatch,
        isOfEarlierRun: Bool, knowsTexts: Bool = false, into answer: inout ArchivedAnswer
    ) throws(IndexError) {
        let tables = segment.parameters
        if answer.isSeen { return }
        if isOfEarlierRun {
            answer.isSeen = try segment.row(ofIdentity: sketch.identity) != nil
            if knowsTexts, !answer.isForgotten {
                answer.isForgotten = try segment.row(ofIdentity: sketch.textIdentity) != nil
            }
        }
        if !answer.isIDTaken { answer.isIDTaken = try segment.holds(id: sketch.idHash) }
        guard sketch.isComparable, tables.isSketched else { return }
        // An equal text in an older segment cannot be beaten.
        if let match = answer.match, match.kind != .near { return }
        if let match = try equalText(sketch, in: segment) {
            if match.isBetter(than: answer.match) { answer.match = match }
            // The others cannot win, and a document with a match enters no bucket.
            return
        }
        if sketch.isShort { return }
        try countBuckets(of: sketch, in: sketches, segment, into: &answer)
        try verify(sketch, in: sketches, segment, &answer)
    }

    func equalText(
        _ sketch: DocumentSketch, in segment: Segment
    ) throws(IndexError) -> Match? {
        let key = UInt32(truncatingIfNeeded: sketch.text.key)
        let table = segment.parameters.textTable
        guard try segment.mayHold(key, inTable: table) else { return nil }
        var found: Match?
        try segment.forEachRow(of: key, inTable: table) { (document) throws(IndexError) in
            guard try segment.text(of: document) == sketch.text,
                try segment.shingleCount(of: document) == sketch.shingleCount
            else { return true }
            found = Match(
                keeper: segment.extent.first.kept + document, similarity: 1,
                kind: sketch.isShort ? .short : .exact)
            return false
        }
        return found
    }

    /// Counts the documents that share a bucket with a text and leaves them in `candidates`.
    package mutating func countBuckets(
        of sketch: DocumentSketch, in sketches: borrowing SketchBatch, _ segment: Segment,
        into answer: inout ArchivedAnswer
    ) throws(IndexError) {
        candidates.removeAll(keepingCapacity: true)
        let bandCount = parameters.bandCount
        let bandKeys = sketches.bandKeys.span
            .extracting(sketch.row * bandCount..<(sketch.row + 1) * bandCount)
        try segment.filter(bandKeys, into: &passed)
        for band in passed {
            let band = Int(band)
            let before = candidates.count
            try segment.forEachRow(of: bandKeys[band], inTable: band) { (row) throws(IndexError) in
                candidates.append(row)
                return true
            }
            let count = candidates.count - before
            if count == 0 { continue }
            if answer.bucketCounts.isEmpty {
                answer.bucketCounts = [UInt16](repeating: 0, count: bandCount)
            }
            answer.bucketCounts[band] = UInt16(
                clamping: Int(answer.bucketCounts[band]) + count)
        }
        candidates.sort()
    }

    private func verify(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, _ segment: Segment,
        _ answer: inout ArchivedAnswer
    ) throws(IndexError) {
        var search = MatchSearch(threshold: parameters.threshold, ours: sketch.shingleCount)
        let set = sketches.shingles.span.extracting(sketch.shingles)
        var previous = -1
        for candidate in candidates where candidate != previous {
            previous = candidate
            let theirs = try segment.shingleCount(of: candidate)
            guard let least = search.leastShared(with: theirs),
                let shared = try segment.sharedCount(of: candidate, with: set, least: least)
            else { continue }
            search.consider(
                segment.extent.first.kept + candidate, theirs: theirs, shared: shared)
        }
        if let match = search.best, match.isBetter(than: answer.match) { answer.match = match }
    }
}
