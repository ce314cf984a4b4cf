// Several successive segments become one, in one pass over each section and bounded memory.

internal import ByteText
internal import CHashKernels
package import SystemPackage

/// Merges segments that follow one another in the archive.
///
/// The result is what one segment written for all their documents at once would be, byte for byte.
package struct SegmentMerge {
    /// Bytes of blobs and rows copied at once.
    private static let pieceBytes = 1 << 20
    /// Entries of a key table merged at once, about.
    private static let pieceEntries = 1 << 16

    private let segments: [Segment]
    private let extent: SegmentExtent
    private let parameters: SegmentParameters
    /// By segment, then by kind: the row in the merged segment of its first record of the kind.
    private let rowBases: [RecordCounts]
    private let stop: () -> Bool

    /// - Parameter stop: asked once a MiB; true ends the merge with `.stopped`.
    /// - Precondition: at least one segment; each begins where the one before ends, and all have
    ///   the same parameters.
    package init(_ segments: [Segment], stop: @escaping () -> Bool = { false }) {
        guard let first = segments.first, let last = segments.last else {
            preconditionFailure("a merge of no segments")
        }
        for (segment, next) in zip(segments, segments.dropFirst()) {
            precondition(
                segment.extent.end == next.extent.first && segment.parameters == next.parameters,
                "\(next.path) does not follow \(segment.path)")
        }
        self.segments = segments
        self.stop = stop
        parameters = first.parameters
        var counts = RecordCounts()
        for kind in RecordKind.allCases {
            counts[kind] = last.extent.end[kind] - first.extent.first[kind]
        }
        let extent = SegmentExtent(first: first.extent.first, counts: counts)
        self.extent = extent
        rowBases = segments.map { segment in
            var bases = RecordCounts()
            for kind in RecordKind.allCases {
                bases[kind] =
                    extent.firstRow(of: kind) + segment.extent.first[kind] - extent.first[kind]
            }
            return bases
        }
    }

    /// Writes the merged segment.
    /// - Parameter isDurable: true makes the file durable, its name not yet.
    package func write(
        to path: FilePath, isDurable: Bool = true
    ) throws(IndexError) -> SegmentSummary {
        var writer = try SegmentWriter(creating: path, parameters: parameters, extent: extent)
        try writer.writeBlobs { (writer) throws(IndexError) in
            for segment in segments { try copy(segment, segment.directory.blobs, to: &writer) }
        }
        try writer.writeDocuments { (writer) throws(IndexError) in
            var blobBase = 0
            for segment in segments {
                try appendDocuments(of: segment, blobBase: blobBase, to: &writer)
                blobBase += segment.directory.blobs.count
            }
        }
        try writer.writeRecords { (writer) throws(IndexError) in
            for kind in RecordKind.allCases {
                for segment in segments {
                    let start =
                        segment.directory.records.lowerBound
                        + segment.extent.firstRow(of: kind) * RecordRow.bytes
                    let count = segment.extent.counts[kind] * RecordRow.bytes
                    try copy(segment, start..<start + count, to: &writer)
                }
            }
        }
        for table in 0..<parameters.tableCount { try mergeTable(table, into: &writer) }
        return try writer.finish(isDurable: isDurable)
    }

    private func copy(
        _ segment: Segment, _ range: Range<Int>, to writer: inout SegmentWriter
    ) throws(IndexError) {
        var start = range.lowerBound
        while start < range.upperBound {
            let count = min(Self.pieceBytes, range.upperBound - start)
            try checkStop()
            let piece = try segment.copy(section: start, count)
            try writer.append(piece.span)
            start += count
        }
    }

    private func checkStop() throws(IndexError) {
        if stop() { throw segments[0].stopped() }
    }

    private func appendDocuments(
        of segment: Segment, blobBase: Int, to writer: inout SegmentWriter
    ) throws(IndexError) {
        var rows: [UInt8] = []
        for document in 0..<segment.extent.counts.kept {
            var row = try segment.row(of: document)
            guard row.blobStart >= 0, row.blobStart <= segment.directory.blobs.count else {
                throw segment.strayBlob()
            }
            row.blobStart += blobBase
            row.append(to: &rows)
            if rows.count >= Self.pieceBytes {
                try checkStop()
                try writer.append(rows.span)
                rows.removeAll(keepingCapacity: true)
            }
        }
        try writer.append(rows.span)
    }

    /// Goes through the key range in steps that hold few entries; in each, the segments' entries
    /// are put together and sorted.
    private func mergeTable(_ table: Int, into writer: inout SegmentWriter) throws(IndexError) {
        let total = segments.reduce(0) { $0 + $1.directory.tables[table].entryCount }
        // A step is a whole number of buckets of every segment.
        let finest = segments.map { $0.directory.tables[table].bucketBits }.min() ?? 0
        var stepBits = 0
        while stepBits < finest, total >> stepBits > Self.pieceEntries { stepBits += 1 }
        var step = 0
        var counts = segments.map { _ in 0 }
        try writer.writeTable(entryCount: total) { () throws(IndexError) -> [UInt64]? in
            guard step < 1 << stepBits else {
                // Buckets that leave entries out would do so unseen in the merged segment.
                for (segment, count) in zip(segments, counts)
                where count != segment.directory.tables[table].entryCount {
                    throw segment.lostEntries(in: table)
                }
                return nil
            }
            try checkStop()
            var values: [UInt64] = []
            for (index, segment) in segments.enumerated() {
                let bits = segment.directory.tables[table].bucketBits - stepBits
                let start = values.count
                try segment.unpack(
                    table: table, buckets: step << bits..<(step + 1) << bits,
                    into: &values)
                counts[index] += values.count - start
                moveRows(of: index, in: &values, from: start)
            }
            step += 1
            return EntrySorter.sorted(values)
        }
    }

    /// Turns a segment's rows into those of the merged one.
    private func moveRows(of index: Int, in values: inout [UInt64], from start: Int) {
        let extent = segments[index].extent
        let bases = rowBases[index]
        let (duplicates, rejected) = (
            extent.firstRow(of: .duplicate), extent.firstRow(of: .rejected)
        )
        for place in start..<values.count {
            let row = Int(values[place] & 0xFFFF_FFFF)
            let moved =
                if row < duplicates {
                    bases.kept + row
                } else if row < rejected {
                    bases.duplicates + row - duplicates
                } else {
                    bases.rejected + row - rejected
                }
            values[place] = values[place] & ~0xFFFF_FFFF | UInt64(moved)
        }
    }
}
