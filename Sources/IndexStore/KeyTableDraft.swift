// A key table that is being written: entries go out packed as they come, in order.

internal import CHashKernels

/// Packs sorted entries and collects the table's filter and buckets.
struct KeyTableDraft {
    /// Entries packed at once: a multiple of 8, so that each piece ends with a whole byte.
    private static let pieceEntries = 1 << 13

    var table = SegmentDirectory.KeyTable()
    private(set) var filter: [UInt8]
    private var bucketCounts: [UInt32]
    private var pending: [UInt64] = []
    private var added = 0

    /// - Parameter rowCount: rows are numbers below it.
    init(entryCount: Int, rowCount: Int) {
        precondition(entryCount <= UInt32.max, "\(entryCount) entries in one table")
        precondition(rowCount <= UInt32.max, "\(rowCount) rows in one segment")
        table.entryCount = entryCount
        table.bucketBits = Int(winnow_table_bucket_bits(UInt64(entryCount)))
        table.rowBits = max(1, Int.bitWidth - max(rowCount - 1, 0).leadingZeroBitCount)
        table.filterBlocks = Int(winnow_table_filter_blocks(UInt64(entryCount)))
        filter = [UInt8](repeating: 0, count: table.filterBlocks * Int(WINNOW_FILTER_BLOCK))
        bucketCounts = [UInt32](repeating: 0, count: (1 << table.bucketBits) + 1)
    }

    /// Adds entries `key << 32 | row` that follow those before; `write` gets packed pieces.
    mutating func add<Failure: Error>(
        _ values: Span<UInt64>, _ write: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        for index in values.indices {
            pending.append(values[index])
            if pending.count == Self.pieceEntries { try pack(write) }
        }
    }

    /// Packs what is left.
    mutating func finish<Failure: Error>(
        _ write: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try pack(write)
        precondition(added == table.entryCount, "\(added) entries of \(table.entryCount)")
        let padding = [UInt8](repeating: 0, count: 9)
        try write(padding.span)
    }

    /// The first entry of each bucket and the end of the last.
    var bucketBytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(4 * bucketCounts.count)
        var start: UInt32 = 0
        for count in bucketCounts {
            start += count
            output.append(littleEndian: start)
        }
        return output
    }

    private mutating func pack<Failure: Error>(
        _ write: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let bits = 32 - table.bucketBits + table.rowBits
        let count = pending.count
        var packed = [UInt8](repeating: 0, count: (count * bits + 7) / 8 + 9)
        // SAFETY: filter and counts are as long as `init` made them for these bits, `packed` has
        // room for `count` entries and 9 bytes more; no pointer leaves the closures.
        unsafe filter.withUnsafeMutableBufferPointer { filter in
            unsafe bucketCounts.withUnsafeMutableBufferPointer { counts in
                unsafe packed.withUnsafeMutableBufferPointer { packed in
                    unsafe pending.withUnsafeBufferPointer { values in
                        guard let values = values.baseAddress, let packed = packed.baseAddress
                        else { return }
                        var draft = unsafe winnow_table_draft(
                            filter: filter.baseAddress, filter_blocks: UInt64(table.filterBlocks),
                            bucket_counts: counts.baseAddress,
                            bucket_bits: UInt32(table.bucketBits), row_bits: UInt32(table.rowBits))
                        unsafe winnow_table_add(&draft, values, count, packed)
                    }
                }
            }
        }
        added += count
        pending.removeAll(keepingCapacity: true)
        try write(packed.span.extracting(0..<(count * bits + 7) / 8))
    }
}
