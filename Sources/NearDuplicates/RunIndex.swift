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

    /// Decides on a document; see `MemoryIndex.decide`.
    package mutating func decide(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>,
        archived: ArchivedAnswer
    ) -> Match? {
        documents.decide(sketch, in: sketches, id: id, archived: archived)
    }

    /// Enters a document that is kept whatever it resembles.
    package mutating func insert(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>,
        archived: ArchivedAnswer
    ) {
        documents.insert(sketch, in: sketches, id: id, archivedCounts: archived.bucketCounts)
    }

    /// Enters a record that was archived. A kept one must have been decided on or inserted.
    package mutating func add(_ kind: RecordKind, identity: Digest, id: UInt64) {
        records[kind.rawValue].append(RecordRow(identity: identity, id: id))
    }

    /// Takes an id into use. Returns nil if it was free, else the id to use instead:
    /// `id~2`, `id~3` and so on, whatever is free first.
    ///
    /// - Parameters:
    ///   - isTaken: true if a segment has the id.
    ///   - isTakenElsewhere: asks the segments for another id.
    package mutating func claim(
        _ id: Span<UInt8>, hash: UInt64, isTaken: Bool,
        isTakenElsewhere: (UInt64) throws(IndexError) -> Bool
    ) throws(IndexError) -> [UInt8]? {
        if ids.insert(hash).inserted, !isTaken { return nil }
        var number = nextNumber[hash] ?? 2
        while true {
            var changed: [UInt8] = []
            changed.append(copying: id)
            changed.append(UInt8(ascii: "~"))
            changed.append(contentsOf: String(number).utf8)
            number += 1
            let changedHash = Digest(of: changed.span).low
            if ids.insert(changedHash).inserted, try !isTakenElsewhere(changedHash) {
                nextNumber[hash] = number
                return changed
            }
        }
    }

    /// Writes everything as a segment.
    /// - Parameter isDurable: true makes the file durable, its name not yet.
    package func write(
        to path: FilePath, isSketched: Bool, isDurable: Bool
    ) throws(IndexError) -> SegmentSummary {
        precondition(
            documents.count == records[RecordKind.kept.rawValue].count,
            "\(documents.count) documents for \(records[RecordKind.kept.rawValue].count) records")
        return try Segment.write(
            self, to: path, parameters: parameters.ofSegments(isSketched: isSketched),
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

    package func entries(ofTable table: Int) -> [UInt64] { documents.entries(ofBand: table) }
}

extension NearDuplicateParameters {
    /// What segments of these parameters say of themselves.
    package func ofSegments(isSketched: Bool) -> SegmentParameters {
        SegmentParameters(
            fingerprint: fingerprint, bandCount: bandCount, isSketched: isSketched)
    }
}
