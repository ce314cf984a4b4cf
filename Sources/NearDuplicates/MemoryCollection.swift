// A collected run whose sketches are all in memory.

/// Documents of the archive and of one run as sketches in memory. For runs that fit, and for tests.
package struct MemoryCollection: CollectedRun, ~Copyable {
    private let sketches: SketchBatch
    /// Positions in `sketches`: first the archived documents, then the rows.
    private let documents: [Int]
    private let archivedCount: Int
    private var index: MemoryIndex
    /// By number in the index: the position in `documents`.
    private var numbered: [Int] = []
    /// By row: its number in the index while it is kept.
    private var numbers: [Int?]
    private let containment: ContainmentParameters?
    private var postings: ContainmentPostings
    private var search: ContainmentSearch

    /// - Parameters:
    ///   - sketches: of all documents.
    ///   - documents: positions of those that take part: archived ones first, in archive order,
    ///     then the rows in input order.
    ///   - archivedCount: how many of them are archived.
    package init(
        _ sketches: consuming SketchBatch, documents: [Int], archivedCount: Int = 0,
        parameters: NearDuplicateParameters, containment: ContainmentParameters? = nil
    ) {
        self.sketches = sketches
        self.documents = documents
        self.archivedCount = archivedCount
        self.containment = containment
        index = MemoryIndex(parameters: parameters)
        numbers = [Int?](repeating: nil, count: documents.count - archivedCount)
        let containment = containment ?? ContainmentParameters(threshold: 1)
        postings = ContainmentPostings(parameters: containment)
        search = ContainmentSearch(parameters: containment)
        let shingles = self.sketches.shingles
        for number in 0..<archivedCount {
            enter(number)
            if self.containment != nil {
                postings.insert(
                    number, shingles.span.extracting(bounds(of: number)))
            }
        }
    }

    package var count: Int { documents.count - archivedCount }

    package func shingleCount(of row: Int) -> Int {
        sketches.sketches[documents[archivedCount + row]].shingleCount
    }

    package func loadShingles(of row: Int, into set: inout [UInt32]) {
        set.removeAll(keepingCapacity: true)
        set.append(contentsOf: sketches.shingles[bounds(of: archivedCount + row)])
    }

    package mutating func match(_ row: Int) -> CollectedDrop? {
        let sketch = sketches.sketches[documents[archivedCount + row]]
        return index.match(sketch, in: sketches).map {
            let document = numbered[$0.keeper]
            return CollectedDrop(
                keeper: document < archivedCount
                    ? .archived(document) : .collected(document - archivedCount),
                similarity: $0.similarity, kind: $0.kind)
        }
    }

    package mutating func keep(_ row: Int) {
        numbers[row] = numbered.count
        enter(archivedCount + row)
    }

    package mutating func withdraw(_ row: Int) {
        guard let number = numbers[row] else { preconditionFailure("row \(row) is not kept") }
        index.withdraw(number)
        numbers[row] = nil
    }

    package mutating func archivedContainer(of row: Int) -> ArchivedContainment? {
        guard let containment, archivedCount > 0 else { return nil }
        let shingles = sketches.shingles
        let set = shingles.span.extracting(bounds(of: archivedCount + row))
        search.collect(set, in: postings)
        let least = containment.leastShared(ofSmaller: set.count)
        var best: ArchivedContainment?
        for archived in search.containers() {
            let other = shingles.span.extracting(bounds(of: archived))
            guard other.count >= set.count,
                let shared = ContainmentParameters.sharedCount(set, other, least: least)
            else { continue }
            let share = Double(shared) / Double(set.count)
            if share > best?.containment ?? 0 {
                best = ArchivedContainment(document: archived, containment: share)
            }
        }
        return best
    }

    package mutating func archivedParts(of row: Int) -> [ArchivedContainment] {
        guard let containment, archivedCount > 0 else { return [] }
        let shingles = sketches.shingles
        let set = shingles.span.extracting(bounds(of: archivedCount + row))
        search.collect(set, in: postings)
        var parts: [ArchivedContainment] = []
        for archived in search.parts(size: { bounds(of: $0).count }) {
            let other = shingles.span.extracting(bounds(of: archived))
            let least = containment.leastShared(ofSmaller: other.count)
            guard other.count < set.count,
                let shared = ContainmentParameters.sharedCount(set, other, least: least)
            else { continue }
            parts.append(
                ArchivedContainment(
                    document: archived, containment: Double(shared) / Double(other.count)))
        }
        return parts
    }

    private mutating func enter(_ document: Int) {
        index.insert(
            sketches.sketches[documents[document]], in: sketches, id: [UInt8]().span)
        numbered.append(document)
    }

    /// Where a document's shingle set lies.
    private func bounds(of document: Int) -> Range<Int> {
        let sketch = sketches.sketches[documents[document]]
        return sketch.shingleStart..<(sketch.shingleStart + sketch.shingleCount)
    }
}
