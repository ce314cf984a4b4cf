// Writing a segment's file from front to back, with a checksum for each block.

internal import ByteIO
package import ByteText
internal import CHashKernels
internal import SystemPackage

/// What a commit keeps of a segment.
package struct SegmentSummary: Equatable, Sendable {
    /// Size of the file.
    package var bytes: Int
    package var extent: SegmentExtent
    /// Stands for every byte of the file.
    package var root: Digest

    init(bytes: Int, extent: SegmentExtent, root: Digest) {
        self.bytes = bytes
        self.extent = extent
        self.root = root
    }

    /// The summary of a segment that was written earlier.
    package init(_ segment: Segment) {
        self.init(bytes: segment.bytes, extent: segment.extent, root: segment.root)
    }
}

/// A kept document as a segment holds it.
struct DocumentRow: Equatable {
    static let bytes = 32

    var text: Digest
    /// Where its id begins in the section of blobs; its coded set follows.
    var blobStart: Int
    var idBytes: Int
    var shingleCount: Int

    func append(to output: inout [UInt8]) {
        output.append(littleEndian: text.high)
        output.append(littleEndian: text.low)
        output.append(littleEndian: UInt64(blobStart))
        output.append(littleEndian: UInt32(idBytes))
        output.append(littleEndian: UInt32(shingleCount))
    }
}

/// What tells a record again when it comes back.
package struct RecordRow: Equatable, Sendable {
    static let bytes = 24

    /// Of source, original id and delivered text together.
    package var identity: Digest
    /// A hash of the id in the archive.
    package var id: UInt64

    package init(identity: Digest, id: UInt64) {
        self.identity = identity
        self.id = id
    }

    func append(to output: inout [UInt8]) {
        output.append(littleEndian: identity.high)
        output.append(littleEndian: identity.low)
        output.append(littleEndian: id)
    }
}

/// A segment that is being written: blobs, then documents, then records, then the key tables.
///
/// Memory: about a MiB, and for the table that is being written its filter and buckets, 1.5 bytes
/// an entry. A writer that is dropped before `finish` leaves a useless file.
struct SegmentWriter: ~Copyable {
    static let blockBytes = Int(WINNOW_SEGMENT_BLOCK)
    private static let bufferBytes = 64 * blockBytes

    private var file: FileWriter
    private let header: SegmentHeader
    private var buffer: [UInt8] = []
    /// Bytes of whole blocks that were written before the buffer's.
    private var written = 0
    private var checksums: [UInt8] = []
    private var directory = SegmentDirectory()

    init(
        creating path: FilePath, parameters: SegmentParameters, extent: SegmentExtent
    ) throws(IndexError) {
        file = try onDisk { () throws(FileError) in try FileWriter(creating: path) }
        header = SegmentHeader(parameters: parameters, extent: extent)
        buffer.reserveCapacity(2 * Self.bufferBytes)
        buffer.append(contentsOf: header.encoded)
    }

    /// Offset of the next byte in the file.
    var offset: Int { written + buffer.count }

    mutating func append(_ bytes: Span<UInt8>) throws(IndexError) {
        buffer.append(copying: bytes)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Writes the section of blobs; `body` appends them.
    mutating func writeBlobs(
        _ body: (inout SegmentWriter) throws(IndexError) -> Void
    ) throws(IndexError) {
        directory.blobs = try section(body)
    }

    /// Writes one row for each kept document.
    mutating func writeDocuments(
        _ body: (inout SegmentWriter) throws(IndexError) -> Void
    ) throws(IndexError) {
        directory.documents = try section(body)
        precondition(
            directory.documents.count == header.extent.counts.kept * DocumentRow.bytes,
            "\(directory.documents.count) bytes of documents")
    }

    /// Writes one row for each record, in the order of `RecordKind`.
    mutating func writeRecords(
        _ body: (inout SegmentWriter) throws(IndexError) -> Void
    ) throws(IndexError) {
        directory.records = try section(body)
        precondition(
            directory.records.count == header.extent.counts.sum * RecordRow.bytes,
            "\(directory.records.count) bytes of records")
    }

    /// Writes the next key table from entries `key << 32 | row`: `next` gives them in order, piece
    /// by piece, and nil at the end.
    mutating func writeTable(
        entryCount: Int, _ next: () throws(IndexError) -> [UInt64]?
    ) throws(IndexError) {
        align()
        var draft = KeyTableDraft(entryCount: entryCount, rowCount: header.extent.counts.sum)
        draft.table.entries = offset
        while let piece = try next() {
            try draft.add(piece.span) { (packed) throws(IndexError) in try append(packed) }
        }
        try draft.finish { (packed) throws(IndexError) in try append(packed) }
        align()
        draft.table.buckets = offset
        try append(draft.bucketBytes.span)
        align()
        draft.table.filter = offset
        try append(draft.filter.span)
        directory.tables.append(draft.table)
    }

    /// Ends the file and, if asked for, makes it durable.
    mutating func finish(isDurable: Bool) throws(IndexError) -> SegmentSummary {
        precondition(
            directory.tables.count == header.parameters.tableCount,
            "\(directory.tables.count) tables")
        try flush(isLast: true)
        let coveredEnd = written
        let directoryBytes = directory.encoded
        var tail = checksums + directoryBytes
        var footer = SegmentFooter(
            coveredEnd: coveredEnd, directoryStart: coveredEnd + checksums.count,
            blockCount: checksums.count / 8,
            fileBytes: coveredEnd + tail.count + SegmentFooter.bytes)
        tail.append(contentsOf: footer.encoded.prefix(SegmentFooter.coveredBytes))
        footer.root = Digest(of: tail.span)
        tail.append(contentsOf: footer.encoded.dropFirst(SegmentFooter.coveredBytes))
        try onDisk { () throws(FileError) in
            try file.write(tail.span)
            if isDurable { try file.sync() }
            try file.close()
        }
        return SegmentSummary(bytes: footer.fileBytes, extent: header.extent, root: footer.root)
    }

    private mutating func section(
        _ body: (inout SegmentWriter) throws(IndexError) -> Void
    ) throws(IndexError) -> Range<Int> {
        align()
        let start = offset
        try body(&self)
        let end = offset
        // A coded set is read eight bytes at a time.
        buffer.append(contentsOf: repeatElement(0, count: Int(WINNOW_CODED_PADDING)))
        return start..<end
    }

    /// Sections begin at multiples of a filter's block, which then lies within one block.
    private mutating func align() {
        let alignment = Int(WINNOW_FILTER_BLOCK)
        buffer.append(
            contentsOf: repeatElement(0, count: (alignment - offset % alignment) % alignment))
    }

    /// Writes the whole blocks of the buffer, at the end also the last one.
    private mutating func flush(isLast: Bool = false) throws(IndexError) {
        let count = isLast ? buffer.count : buffer.count / Self.blockBytes * Self.blockBytes
        // Lent by itself, not by way of self.
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        try write(bytes.span.extracting(0..<count))
        bytes.removeSubrange(0..<count)
        swap(&bytes, &buffer)
    }

    /// - Parameter number: of the block in its file, from 0.
    static func checksum(of block: Span<UInt8>, number: Int) -> UInt64 {
        // SAFETY: the block's pointer does not leave the closure.
        unsafe block.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe winnow_block_checksum(base, bytes.count, UInt64(number))
        }
    }

    private mutating func write(_ blocks: Span<UInt8>) throws(IndexError) {
        for start in stride(from: 0, to: blocks.count, by: Self.blockBytes) {
            let block = blocks.extracting(start..<min(start + Self.blockBytes, blocks.count))
            let number = (written + start) / Self.blockBytes
            checksums.append(littleEndian: Self.checksum(of: block, number: number))
        }
        try onDisk { () throws(FileError) in try file.write(blocks) }
        written += blocks.count
    }
}
