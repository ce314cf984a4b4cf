// Asking segments which archived documents contain a text or are a part of it; part of the parallel
// work.

package import IndexStore

/// The containment tables of segments that follow one another.
///
/// A hash leads to the documents that were archived first, to as many as the cap says, whatever
/// segments they lie in; so the answer does not depend on how segments were merged.
private struct SegmentPostings: ShinglePostings {
    let segments: [Segment]
    let cap: Int

    func forEachDocument(
        under hash: UInt32, _ body: (Int) -> Void
    ) throws(IndexError) -> Int {
        let key = ContainmentParameters.key(of: hash)
        var count = 0
        for segment in segments {
            let table = segment.parameters.containmentTable
            guard try segment.mayHold(key, inTable: table) else { continue }
            let first = segment.extent.first.kept
            try segment.forEachRow(of: key, inTable: table) { (row) throws(IndexError) in
                guard row < segment.extent.counts.kept else { return false }
                body(first + row)
                count += 1
                return count < cap
            }
            if count == cap { break }
        }
        return count
    }

    func prepare(for hashes: Span<UInt32>) {}
}

/// Asks segments for containment; one per worker, its buffers are reused.
package struct ContainmentLookup {
    private let parameters: ContainmentParameters
    private var search: ContainmentSearch

    package init(parameters: ContainmentParameters) {
        self.parameters = parameters
        search = ContainmentSearch(parameters: parameters)
    }

    /// Adds container and parts among the archived documents to an answer.
    ///
    /// A document that was seen or has an archived match is not asked about: it is dropped into
    /// that match, or is a new version of it.
    /// - Parameter segments: in archive order; those without a containment table are passed over.
    package mutating func ask(
        _ segments: [Segment], about sketch: DocumentSketch, in sketches: borrowing SketchBatch,
        into answer: inout ArchivedAnswer
    ) throws(IndexError) {
        guard sketch.isComparable, !sketch.isShort, !answer.isSeen, answer.match == nil else {
            return
        }
        let segments = segments.filter(\.parameters.hasContainment)
        let set = sketches.shingles.span.extracting(sketch.shingles)
        try search.collect(
            set, in: SegmentPostings(segments: segments, cap: parameters.postingCap))
        func place(of document: Int) -> (segment: Segment, row: Int) {
            guard let segment = segments.last(where: { $0.extent.first.kept <= document }) else {
                preconditionFailure("no segment holds document \(document)")
            }
            return (segment, document - segment.extent.first.kept)
        }
        let least = parameters.leastShared(ofSmaller: set.count)
        for document in search.containers() {
            let (segment, row) = place(of: document)
            guard try segment.shingleCount(of: row) >= set.count,
                let shared = try segment.sharedCount(of: row, with: set, least: least)
            else { continue }
            let containment = Double(shared) / Double(set.count)
            if containment > answer.container?.containment ?? 0 {
                answer.container = ArchivedContainment(
                    document: document, containment: containment)
            }
        }
        let parts = try search.parts { (document) throws(IndexError) in
            let (segment, row) = place(of: document)
            return try segment.shingleCount(of: row)
        }
        for document in parts {
            let (segment, row) = place(of: document)
            let size = try segment.shingleCount(of: row)
            guard size < set.count,
                let shared = try segment.sharedCount(
                    of: row, with: set, least: parameters.leastShared(ofSmaller: size))
            else { continue }
            answer.parts.append(
                ArchivedContainment(
                    document: document, containment: Double(shared) / Double(size)))
        }
    }
}
