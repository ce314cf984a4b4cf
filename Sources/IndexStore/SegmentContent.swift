// Writing what a run has in memory as a segment.

package import ByteText
internal import CHashKernels
package import SystemPackage

/// Everything that a new segment holds.
package protocol SegmentContent: ~Copyable {
    /// Calls `body` with each kept document in archive order: the digest that finds equal texts,
    /// its id, how many shingles it has, and their set as `winnow_encode_set` coded it.
    func forEachDocument(
        _ body: (Digest, _ id: Span<UInt8>, _ shingleCount: Int, _ set: Span<UInt8>)
            throws(IndexError) -> Void
    ) throws(IndexError)

    /// The records of a kind in archive order.
    func records(of kind: RecordKind) -> [RecordRow]

    /// The entries of a band or of the containment table, `key << 32 | row`, in any order.
    func entries(ofTable table: Int) -> [UInt64]
}

extension Segment {
    /// Writes a segment.
    /// - Parameter isDurable: true makes the file durable, its name not yet.
    package static func write<Content: SegmentContent & ~Copyable>(
        _ content: borrowing Content, to path: FilePath, parameters: SegmentParameters,
        extent: SegmentExtent, isDurable: Bool = true
    ) throws(IndexError) -> SegmentSummary {
        var writer = try SegmentWriter(creating: path, parameters: parameters, extent: extent)
        var rows: [UInt8] = []
        var texts: [UInt64] = []
        try writer.writeBlobs { (writer) throws(IndexError) in
            let start = writer.offset
            var document: UInt64 = 0
            try content.forEachDocument { (text, id, shingleCount, set) throws(IndexError) in
                DocumentRow(
                    text: text, blobStart: writer.offset - start, idBytes: id.count,
                    shingleCount: shingleCount
                ).append(to: &rows)
                texts.append(text.key &<< 32 | document)
                document += 1
                try writer.append(id)
                try writer.append(set)
            }
        }
        try writer.writeDocuments { (writer) throws(IndexError) in try writer.append(rows.span) }
        rows = []
        var identities: [UInt64] = []
        var ids: [UInt64] = []
        try writer.writeRecords { (writer) throws(IndexError) in
            var row: UInt64 = 0
            for kind in RecordKind.allCases {
                for record in content.records(of: kind) {
                    record.append(to: &rows)
                    identities.append(record.identity.key &<< 32 | row)
                    // A rejected record's id is its own and takes no one else's place.
                    if kind != .rejected { ids.append(record.id &<< 32 | row) }
                    row += 1
                }
            }
            try writer.append(rows.span)
        }
        rows = []
        for table in 0..<parameters.tableCount {
            let entries =
                switch table {
                case parameters.textTable: texts
                case parameters.identityTable: identities
                case parameters.idTable: ids
                default: content.entries(ofTable: table)
                }
            var sorted: [UInt64]? = EntrySorter.sorted(entries)
            try writer.writeTable(entryCount: entries.count) {
                defer { sorted = nil }
                return sorted
            }
        }
        return try writer.finish(isDurable: isDurable)
    }
}

extension Digest {
    /// What key tables find it by.
    package var key: UInt64 { low & 0xFFFF_FFFF }
}

/// Sorts entries of key tables, whose keys are spread evenly.
package enum EntrySorter {
    package static func sorted(_ entries: [UInt64]) -> [UInt64] {
        var entries = entries
        var scratch = [UInt64](repeating: 0, count: entries.count)
        var counters = [UInt32](repeating: 0, count: winnow_sort_counters(entries.count))
        // SAFETY: all buffers are as long as the kernel asks; no pointer leaves the closures.
        unsafe entries.withUnsafeMutableBufferPointer { entries in
            unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                unsafe counters.withUnsafeMutableBufferPointer { counters in
                    guard let values = entries.baseAddress, let scratch = scratch.baseAddress,
                        let counters = counters.baseAddress
                    else { return }
                    unsafe winnow_sort_entries(values, entries.count, scratch, counters)
                }
            }
        }
        return entries
    }
}
