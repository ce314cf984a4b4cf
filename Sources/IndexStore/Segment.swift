// A segment of the index: mapped, checked, immutable, asked by any number of threads.

internal import ByteIO
package import ByteText
internal import CHashKernels
package import SystemPackage

/// An open segment.
///
/// Opening reads header, directory and the list of checksums and compares them with the root that
/// the commit knows. Every block is checked when it is first touched. Each question throws
/// `.damaged` instead of answering from a block that is not as it was written.
@safe package final class Segment: @unchecked Sendable {  // Blocks are marked atomically.
    // SAFETY: of the whole type: `mapping` leads into `file`, which lives as long as this object,
    // never written, and to `touched`, which the kernels change atomically. `tables` is written
    // in `init` alone. All three allocations are freed in `deinit`. Kernels get offsets that
    // `SegmentDirectory` has found to lie in the file, and check what they read there.
    package let path: FilePath
    package let parameters: SegmentParameters
    package let extent: SegmentExtent
    package var recordCount: Int { extent.counts.sum }
    /// Size of the file.
    package let bytes: Int
    package let root: Digest
    let directory: SegmentDirectory
    private let file: MappedFile
    private let coveredEnd: Int
    private let blockCount: Int
    private let mapping: UnsafeMutablePointer<winnow_mapping>
    private let touched: UnsafeMutablePointer<UInt64>
    private let tables: UnsafeMutablePointer<winnow_key_table>

    /// Opens a segment.
    /// - Parameter root: what the commit says; nil takes any whole segment.
    package init(opening path: FilePath, root expected: Digest?) throws(IndexError) {
        self.path = path
        let file = try onDisk { () throws(FileError) in try MappedFile(opening: path) }
        let parts = try Self.check(file, expected)
        self.file = file
        bytes = file.count
        root = parts.footer.root
        directory = parts.directory
        parameters = parts.header.parameters
        extent = parts.header.extent
        coveredEnd = parts.footer.coveredEnd
        blockCount = parts.footer.blockCount
        let words = (parts.footer.blockCount + 63) / 64
        unsafe touched = .allocate(capacity: words)
        unsafe touched.initialize(repeating: 0, count: words)
        unsafe mapping = .allocate(capacity: 1)
        let bits = unsafe touched
        let (covered, checksums) = (parts.footer.coveredEnd, parts.footer.coveredEnd)
        unsafe mapping.initialize(
            to: unsafe file.withBytes { all in
                let base = unsafe all.baseAddress?.assumingMemoryBound(to: UInt8.self)
                return unsafe winnow_mapping(
                    base: base, covered: covered, checksums: base.map { unsafe $0 + checksums },
                    touched: bits)
            })
        unsafe tables = .allocate(capacity: max(1, parts.directory.tables.count))
        for (index, table) in parts.directory.tables.enumerated() {
            unsafe (tables + index).initialize(to: winnow_key_table(table))
        }
    }

    deinit {
        unsafe mapping.deallocate()
        unsafe touched.deallocate()
        unsafe tables.deallocate()
    }

    private struct Parts {
        var header: SegmentHeader
        var directory: SegmentDirectory
        var footer: SegmentFooter
    }

    /// Reads what does not lie in blocks, and the header.
    private static func check(_ file: MappedFile, _ expected: Digest?) throws(IndexError) -> Parts {
        try unsafe file.withBytes { (all) throws(IndexError) in
            let bytes = unsafe Span<UInt8>(_unsafeBytes: all)
            func fault(_ code: IndexError.Code, _ reason: String) -> IndexError {
                IndexError(code, file.path, reason)
            }
            guard bytes.count >= SegmentHeader.bytes + SegmentFooter.bytes,
                let footer = SegmentFooter(
                    bytes.extracting((bytes.count - SegmentFooter.bytes)...),
                    fileBytes: bytes.count)
            else { throw fault(.damaged, "the index segment is cut off or overwritten") }
            let covered = bytes.count - SegmentFooter.bytes + SegmentFooter.coveredBytes
            let root = Digest(of: bytes.extracting(footer.coveredEnd..<covered))
            guard root == footer.root else {
                throw fault(.damaged, "the index segment's footer or list of checksums is damaged")
            }
            if let expected, expected != root {
                throw fault(.foreign, "the index segment is not the one that the commit lists")
            }
            let directoryBytes = bytes.extracting(
                footer.directoryStart..<(bytes.count - SegmentFooter.bytes))
            // Before it is believed: a version that a flipped bit made is no newer format.
            guard isFirstBlockWhole(bytes, footer) else {
                throw fault(.damaged, "the index segment's header is damaged")
            }
            switch SegmentHeader.decode(bytes) {
            case .foreign: throw fault(.damaged, "the index segment's header is damaged")
            case .newer(let version):
                throw fault(
                    .newerFormat,
                    "the index segment has format \(version), this program knows up to "
                        + "\(SegmentHeader.version)")
            case .header(let header):
                guard let directory = SegmentDirectory(directoryBytes, end: footer.coveredEnd)
                else { throw fault(.damaged, "the index segment's directory is damaged") }
                guard directory.tables.count == header.parameters.tableCount,
                    directory.documents.count == header.extent.counts.kept * DocumentRow.bytes,
                    directory.records.count == header.extent.counts.sum * RecordRow.bytes
                else { throw fault(.damaged, "the index segment's header is damaged") }
                return Parts(header: header, directory: directory, footer: footer)
            }
        }
    }

    private static func isFirstBlockWhole(_ bytes: Span<UInt8>, _ footer: SegmentFooter) -> Bool {
        let block = bytes.extracting(0..<min(footer.coveredEnd, SegmentWriter.blockBytes))
        return SegmentWriter.checksum(of: block, number: 0)
            == bytes.littleEndian(at: footer.coveredEnd, bytes: 8)
    }

    /// Checks every block. Throws at the first that is damaged.
    package func verify() throws(IndexError) {
        try touch(0..<coveredEnd)
    }

    // MARK: Key tables

    /// Leaves in `passed` the numbers of the tables 0..<keys.count that may hold their key.
    package func filter(_ keys: Span<UInt32>, into passed: inout [UInt32]) throws(IndexError) {
        precondition(keys.count <= directory.tables.count, "\(keys.count) keys")
        if passed.count < keys.count { passed = [UInt32](repeating: 0, count: keys.count) }
        var count = 0
        let damage = unsafe keys.withUnsafeBufferPointer { keys in
            unsafe passed.withUnsafeMutableBufferPointer { passed in
                unsafe winnow_tables_filter(
                    mapping, tables, keys.baseAddress, keys.count, passed.baseAddress, &count)
            }
        }
        try check(damage)
        passed.removeSubrange(count...)
    }

    /// Calls `body` with the rows of a key, ascending, until it returns false.
    package func forEachRow(
        of key: UInt32, inTable table: Int, _ body: (Int) throws(IndexError) -> Bool
    ) throws(IndexError) {
        precondition(table < directory.tables.count, "table \(table)")
        var (first, last): (UInt64, UInt64) = (0, 0)
        try check(unsafe winnow_table_find(mapping, tables + table, key, &first, &last))
        for index in first..<last {
            let row = unsafe Int(winnow_table_row(mapping, tables + table, index))
            guard row < rowLimit(ofTable: table) else { throw strayEntry(in: table) }
            guard try body(row) else { return }
        }
    }

    /// Rows of a table are numbers below it: those of records for ids and identities, those of
    /// kept documents for the others.
    func rowLimit(ofTable table: Int) -> Int {
        table == parameters.identityTable || table == parameters.idTable
            ? extent.counts.sum : extent.counts.kept
    }

    private func strayEntry(in table: Int) -> IndexError {
        damaged(directory.tables[table].entries, "an entry leads nowhere")
    }

    /// True if a table's filter lets a key pass.
    package func mayHold(_ key: UInt32, inTable table: Int) throws(IndexError) -> Bool {
        var (count, passed): (Int, UInt32) = (0, 0)
        var key = key
        try check(
            unsafe winnow_tables_filter(mapping, tables + table, &key, 1, &passed, &count))
        return count > 0
    }

    /// Entries of a table's buckets as `key << 32 | row`, in order.
    ///
    /// All buckets together give as many as the table says it has; the caller counts.
    func unpack(
        table: Int, buckets: Range<Int>, into values: inout [UInt64]
    ) throws(IndexError) {
        var count = 0
        let start = values.count
        let range = (UInt64(buckets.lowerBound), UInt64(buckets.upperBound))
        try check(
            unsafe winnow_table_bucket_sizes(mapping, tables + table, range.0, range.1, &count))
        var damage = 0
        values.append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                guard let base = buffer.baseAddress else { return }
                var got = 0
                damage = unsafe winnow_table_unpack(
                    mapping, tables + table, range.0, range.1,
                    base + initialized, &got)
                initialized += got
            }
        }
        if count > 0 { try check(damage) }
        let limit = UInt64(rowLimit(ofTable: table))
        for index in start..<values.count where values[index] & 0xFFFF_FFFF >= limit {
            throw strayEntry(in: table)
        }
    }

    /// What is wrong if the buckets of a table do not hold its entries.
    func lostEntries(in table: Int) -> IndexError {
        damaged(directory.tables[table].buckets, "the buckets do not hold the table's entries")
    }

    /// What ends work on the segment that is to be done another time.
    func stopped() -> IndexError { IndexError(.stopped, path, "the work was stopped") }

    // MARK: Rows

    /// The digest by which an equal text is found.
    package func text(of document: Int) throws(IndexError) -> Digest {
        let offset = directory.documents.lowerBound + document * DocumentRow.bytes
        return Digest(high: try number(at: offset), low: try number(at: offset + 8))
    }

    /// How many shingles a document has; 0 for a short text.
    package func shingleCount(of document: Int) throws(IndexError) -> Int {
        try row(of: document).shingleCount
    }

    /// The id of a kept document.
    package func id(of document: Int) throws(IndexError) -> [UInt8] {
        let row = try row(of: document)
        return try copy(row.blobStart, row.idBytes)
    }

    /// What a record is known by.
    package func record(at row: Int) throws(IndexError) -> RecordRow {
        let offset = directory.records.lowerBound + row * RecordRow.bytes
        return RecordRow(
            identity: Digest(high: try number(at: offset), low: try number(at: offset + 8)),
            id: try number(at: offset + 16))
    }

    /// How many shingles a document shares with a sorted set; nil if fewer than `least`.
    package func sharedCount(
        of document: Int, with set: Span<UInt32>, least: Int
    ) throws(IndexError) -> Int? {
        let row = try row(of: document)
        let range = try codedRange(row, document)
        let shared = unsafe set.withUnsafeBufferPointer { set in
            unsafe winnow_shared_with_bounded(
                set.baseAddress, set.count, mapping.pointee.base + range.lowerBound, range.count,
                row.shingleCount, max(least, 0))
        }
        // SIZE_MAX of C is -1 here, WINNOW_BROKEN_SET is -2.
        guard shared >= -1 else { throw brokenSet(range) }
        return shared < 0 ? nil : shared
    }

    /// The sorted shingle set of a document.
    package func shingles(of document: Int) throws(IndexError) -> [UInt32] {
        let row = try row(of: document)
        let range = try codedRange(row, document)
        var isWhole = true
        let shingles = [UInt32](capacity: row.shingleCount) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                guard let to = buffer.baseAddress, row.shingleCount > 0 else { return }
                isWhole =
                    unsafe winnow_decode_bounded_set(
                        mapping.pointee.base + range.lowerBound, range.count, row.shingleCount, to)
                    != 0
                initialized = isWhole ? row.shingleCount : 0
            }
        }
        guard isWhole else { throw brokenSet(range) }
        return shingles
    }

    private func brokenSet(_ range: Range<Int>) -> IndexError {
        damaged(range.lowerBound, "a document's set of shingles cannot be read")
    }

    func row(of document: Int) throws(IndexError) -> DocumentRow {
        precondition(document < extent.counts.kept, "document \(document)")
        let offset = directory.documents.lowerBound + document * DocumentRow.bytes
        let counts = try number(at: offset + 24)
        return DocumentRow(
            text: try text(of: document),
            blobStart: Int(truncatingIfNeeded: try number(at: offset + 16)),
            idBytes: Int(counts & 0xFFFF_FFFF), shingleCount: Int(counts &>> 32))
    }

    /// Where a document's blob ends in the section of blobs.
    func blobEnd(of document: Int) throws(IndexError) -> Int {
        document + 1 < extent.counts.kept
            ? try row(of: document + 1).blobStart : directory.blobs.count
    }

    private func codedRange(_ row: DocumentRow, _ document: Int) throws(IndexError) -> Range<Int> {
        let end = try blobEnd(of: document)
        guard row.blobStart >= 0, row.blobStart <= directory.blobs.count,
            end <= directory.blobs.count, case let start = row.blobStart + row.idBytes,
            start <= end,
            // A hash takes a bit at least.
            row.shingleCount <= 8 * (end - start)
        else {
            throw strayBlob()
        }
        let range = directory.blobs.lowerBound + start..<directory.blobs.lowerBound + end
        try touch(range.lowerBound..<range.upperBound + Int(WINNOW_CODED_PADDING))
        return range
    }

    /// What is wrong if a document's id and set are not where its row says.
    func strayBlob() -> IndexError {
        damaged(directory.documents.lowerBound, "a document's place is outside the file")
    }

    /// Bytes of the section of blobs.
    func copy(_ start: Int, _ count: Int) throws(IndexError) -> [UInt8] {
        guard start >= 0, start <= directory.blobs.count, count <= directory.blobs.count - start
        else {
            throw strayBlob()
        }
        return try copy(section: directory.blobs.lowerBound + start, count)
    }

    /// Checked bytes of the file.
    func copy(section start: Int, _ count: Int) throws(IndexError) -> [UInt8] {
        try touch(start..<start + count)
        return unsafe file.withBytes { unsafe [UInt8]($0[start..<start + count]) }
    }

    private func number(at offset: Int) throws(IndexError) -> UInt64 {
        try touch(offset..<offset + 8)
        return unsafe file.withBytes { all in
            unsafe UInt64(
                littleEndian: all.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }

    private func touch(_ range: Range<Int>) throws(IndexError) {
        guard range.upperBound <= coveredEnd else {
            throw damaged(range.lowerBound, "a place is outside the file")
        }
        try check(unsafe winnow_mapping_touch(mapping, range.lowerBound, range.count))
    }

    private func check(_ damage: Int) throws(IndexError) {
        // WINNOW_NO_DAMAGE is the highest number of the unsigned type.
        guard damage != -1 else { return }
        throw damaged(damage, "a block of the index segment does not match its checksum")
    }

    private func damaged(_ offset: Int, _ reason: String) -> IndexError {
        IndexError(.damaged, path, offset: offset, reason)
    }
}

extension winnow_key_table {
    fileprivate init(_ table: SegmentDirectory.KeyTable) {
        self.init(
            filter: UInt64(table.filter), buckets: UInt64(table.buckets),
            entries: UInt64(table.entries), filter_blocks: UInt64(table.filterBlocks),
            entry_count: UInt64(table.entryCount), bucket_bits: UInt32(table.bucketBits),
            row_bits: UInt32(table.rowBits))
    }
}
