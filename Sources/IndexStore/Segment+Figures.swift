// What a segment takes on disk, part by part, and its key tables read from front to back.

extension Segment {
    /// Bytes of the file by what they hold, in the file's order.
    package struct SectionBytes: Sendable, Equatable {
        /// Ids and coded shingle sets.
        package var blobs = 0
        /// One row a kept document.
        package var documents = 0
        /// One row a record of any kind.
        package var records = 0
        /// Packed entries, buckets and filters of all key tables.
        package var entries = 0
        package var buckets = 0
        package var filters = 0
        /// Header, checksums, directory, footer and padding.
        package var rest = 0
    }

    package var sectionBytes: SectionBytes {
        var result = SectionBytes()
        result.blobs = directory.blobs.count
        result.documents = directory.documents.count
        result.records = directory.records.count
        for table in directory.tables {
            result.entries += SegmentDirectory.KeyTable.entryBytes(
                table.entryCount, bits: 32 - table.bucketBits + table.rowBits)
            result.buckets += 4 * ((1 << table.bucketBits) + 1)
            result.filters += table.filterBlocks * SegmentDirectory.KeyTable.filterBlockBytes
        }
        result.rest =
            bytes - result.blobs - result.documents - result.records - result.entries
            - result.buckets - result.filters
        return result
    }

    /// Calls `body` with all entries of a table, `key << 32 | row`, in order and in pieces of about
    /// a thousand buckets.
    package func forEachPiece(
        ofTable table: Int, _ body: (Span<UInt64>) -> Void
    ) throws(IndexError) {
        let bucketCount = 1 << directory.tables[table].bucketBits
        var values: [UInt64] = []
        for start in stride(from: 0, to: bucketCount, by: 1 << 10) {
            values.removeAll(keepingCapacity: true)
            try unpack(
                table: table, buckets: start..<min(start + (1 << 10), bucketCount), into: &values)
            body(values.span)
        }
    }
}
