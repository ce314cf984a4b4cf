// What the run has added to the archive since the last segment was written.

package import ByteText
package import IndexStore
package import SystemPackage

/// Kept documents, all archived records and the ids in use: the part of the index in memory.
///
/// It has one owner. When it has grown to its share of the memory it is written as a segment, and
/// an empty one goes on from where that ends.
package struct RunIndex: ~Copyable {
    package private(set) var documents: MemoryIndex
    private let parameters: NearDuplicateParameters
    private let first: RecordCounts
    private var records: [[RecordRow]] = RecordKind.allCases.map { _ in [] }
    private var ids: Set<UInt64> = []
    /// For ids that came more than once: the number to try next.
    private var nextNumber: [UInt64: Int] = [:]

    /// - Parameter first: the numbers that the next records get, by kind.
    package init(parameters: NearDuplicateParameters, first: RecordCounts) {
        self.parameters = parameters
        self.first = first
        documents = MemoryIndex(parameters: parameters, base: first.kept)
    }

    /// Bytes reserved.
    package var reservedBytes: Int {
        documents.reservedBytes + ids.capacity * 12
            + records.reduce(0) { $0 + $1.capacity } * MemoryLayout<RecordRow>.stride
    }

    /// What is in it.
    package var extent: SegmentExtent {
        var counts = RecordCounts()
        for kind in RecordKind.allCases { counts[kind] = records[kind.rawValue].count }
        return SegmentExtent(first: first, counts: counts)
    }

    package var isEmpty: Bool { extent.counts.sum == 0 }

    /// The kept document that this one duplicates; see `MemoryIndex.match`.
    package mutating func match(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, archived: ArchivedAnswer
    ) -> Match? {
        documents.match(sketch, in: sketches, archived: archived)
    }

    /// Enters a document that is kept.
    package mutating func insert(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>,
        archived: ArchivedAnswer
    ) {
        documents.insert(sketch, in: sketches, id: id, archived: archived)
    }

    /// Enters a record that was archived. A kept one must have been decided on or inserted.
    package mutating func add(_ kind: RecordKind, identity: Digest, id: UInt64) {
        records[kind.rawValue].append(RecordRow(identity: identity, id: id))
    }

    /// Takes an id into use; false if a record that is not in a segment has it.
    package mutating func claim(_ hash: UInt64) -> Bool { ids.insert(hash).inserted }

    /// Takes into use what is free first of `id~2`, `id~3` and so on, or with another mark between.
    ///
    /// - Parameter isTaken: asks the segments for an id.
    package mutating func claimNext(
        after id: Span<UInt8>, hash: UInt64, mark: UInt8 = UInt8(ascii: "~"),
        isTaken: (UInt64) throws(IndexError) -> Bool
    ) throws(IndexError) -> [UInt8] {
        let counter = hash ^ UInt64(mark)
        var number = nextNumber[counter] ?? 2
        while true {
            var changed: [UInt8] = []
            changed.append(copying: id)
            changed.append(mark)
            changed.append(contentsOf: String(number).utf8)
            number += 1
            let changedHash = Digest(of: changed.span).low
            if ids.insert(changedHash).inserted, try !isTaken(changedHash) {
                nextNumber[counter] = number
                return changed
            }
        }
    }

    /// Writes everything as a segment.
    /// - Parameters:
    ///   - hasContainment: true adds the table that finds documents by their sample.
    ///   - isDurable: true makes the file durable, its name not yet.
    package func write(
        to path: FilePath, isSketched: Bool, hasContainment: Bool = false, isDurable: Bool
    ) throws(IndexError) -> SegmentSummary {
        precondition(
            documents.count == records[RecordKind.kept.rawValue].count,
            "\(documents.count) documents for \(records[RecordKind.kept.rawValue].count) records")
        return try Segment.write(
            self, to: path,
            parameters: parameters.ofSegments(
                isSketched: isSketched, hasContainment: hasContainment),
            extent: extent, isDurable: isDurable)
    }
}

extension RunIndex: SegmentContent {
    package func forEachDocument(
        _ body: (Digest, Span<UInt8>, Int, Span<UInt8>) throws(IndexError) -> Void
    ) throws(IndexError) {
        try documents.forEachDocument(body)
    }

    package func records(of kind: RecordKind) -> [RecordRow] { records[kind.rawValue] }

    package func entries(ofTable table: Int) -> [UInt64] {
        table < parameters.bandCount
            ? documents.entries(ofBand: table) : documents.sampleEntries()
    }
}

extension NearDuplicateParameters {
    /// What segments of these parameters say of themselves.
    package func ofSegments(isSketched: Bool, hasContainment: Bool = false) -> SegmentParameters {
        SegmentParameters(
            fingerprint: fingerprint, bandCount: bandCount, isSketched: isSketched,
            hasContainment: hasContainment)
    }
}
