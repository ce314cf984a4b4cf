// The batches of a collected run between its two passes.

internal import Archive
internal import ByteIO
internal import Codecs
internal import DocumentModel
internal import NearDuplicates

/// Holds what a collected run needs of its batches: the rendered lines to write them, and per
/// document a sketch to decide on it. Both go to memory first and to a file beyond a budget.
///
/// A row is a record that is no rejected one and was not seen before, in input order; the decision
/// is about rows. Every batch's lines and every sketch have a checksum, which is held in memory.
struct BatchSpool: ~Copyable {
    /// A batch as it comes back: without texts, edits and shingle sets.
    struct Entry: ~Copyable {
        /// Records with `input`, `id`, `rejection` and its detail.
        var documents: DocumentBatch
        /// Identity, text digest and counts of each record.
        var sketches: [DocumentSketch]
        var rendered: RenderedBatch
        /// By record: its row, or nil if the decision does not concern it.
        var rows: [Int?]
    }

    private struct Piece {
        var place: Int
        var byteCount: UInt32
        var checksum: UInt32

        /// What stands in `bytes` from `start` on, before it is appended.
        init(of bytes: [UInt8], from start: Int) {
            let run = bytes.span.extracting(start...)
            place = start
            byteCount = UInt32(run.count)
            checksum = CRC32.checksum(run)
        }
    }

    private struct Row {
        var sketch: Piece
        var shingleCount: UInt32
        var rank: UInt64
    }

    private let parameters: NearDuplicateParameters
    private var lines: ByteSpool
    private var sketches: ByteSpool
    private var batches: [(piece: Piece, firstRow: Int)] = []
    private var rows: [Row] = []
    private var scratch: [UInt8] = []

    /// - Parameters:
    ///   - folder: the run's own, which goes with the run; the spool's files are made there.
    ///   - memoryLimitBytes: what may stay in memory, beside about 60 bytes a document. A quarter
    ///     is for lines, which are read once; sketches are read again and again.
    init(folder: Folder, memoryLimitBytes: Int, parameters: NearDuplicateParameters) {
        self.parameters = parameters
        let linesBytes = memoryLimitBytes / 4
        lines = ByteSpool(folder: folder, name: "lines.spool", memoryLimitBytes: linesBytes)
        sketches = ByteSpool(
            folder: folder, name: "sketches.spool",
            memoryLimitBytes: memoryLimitBytes - linesBytes)
    }

    var batchCount: Int { batches.count }
    var rowCount: Int { rows.count }
    /// Bytes in files.
    var spilledBytes: Int { lines.spilledBytes + sketches.spilledBytes }
    /// Bytes held in memory.
    var reservedBytes: Int {
        lines.memoryBytes + sketches.memoryBytes + rows.capacity * MemoryLayout<Row>.stride
    }

    /// The rows' ranks under the keep policy.
    var ranks: [UInt64] { rows.map(\.rank) }

    /// Takes a batch's part over; the batch itself may go.
    ///
    /// - Parameter ranks: by record its rank under the keep policy; nil for a record that is seen.
    mutating func append(_ batch: borrowing WorkBatch, ranks: [UInt64?]) throws(FileError) {
        let records = batch.documents.records
        precondition(ranks.count == records.count, "\(ranks.count) ranks")
        let firstRow = rows.count
        var coded: [UInt8] = []
        for position in records.indices {
            guard let rank = ranks[position], records[position].rejection == nil else { continue }
            let start = coded.count
            batch.sketches.encode(position, to: &coded, parameters)
            rows.append(
                Row(
                    sketch: Piece(of: coded, from: start),
                    shingleCount: UInt32(batch.sketches.sketches[position].shingleCount),
                    rank: rank))
        }
        let base = try sketches.append(coded.span)
        for row in firstRow..<rows.count { rows[row].sketch.place += base }

        coded.removeAll(keepingCapacity: true)
        SpooledBatch.encode(batch, isRow: ranks.map { $0 != nil }, to: &coded)
        var piece = Piece(of: coded, from: 0)
        piece.place = try lines.append(coded.span)
        batches.append((piece, firstRow))
    }

    /// A batch's records and lines.
    mutating func batch(_ ordinal: Int) throws(FileError) -> Entry {
        let (piece, firstRow) = batches[ordinal]
        var bytes: [UInt8] = []
        try lines.read(at: piece.place, count: Int(piece.byteCount), into: &bytes)
        guard CRC32.checksum(bytes.span) == piece.checksum else {
            throw lines.damage("batch \(ordinal) is not what was written")
        }
        return SpooledBatch.decode(bytes.span, ordinal: ordinal, firstRow: firstRow)
    }

    /// Distinct shingles of a row; 0 for a short text.
    func shingleCount(of row: Int) -> Int { Int(rows[row].shingleCount) }

    /// Replaces the content of `set` by a row's sorted shingle set.
    mutating func loadShingles(of row: Int, into set: inout [UInt32]) throws(FileError) {
        try loadSketch(of: row)
        SketchBatch.decodeShingles(scratch.span, parameters, into: &set)
    }

    /// Replaces the content of `batch` by a row's sketch.
    mutating func loadSketch(of row: Int, into batch: inout SketchBatch) throws(FileError) {
        try loadSketch(of: row)
        batch.decode(scratch.span, parameters)
    }

    private mutating func loadSketch(of row: Int) throws(FileError) {
        let piece = rows[row].sketch
        try sketches.read(at: piece.place, count: Int(piece.byteCount), into: &scratch)
        guard CRC32.checksum(scratch.span) == piece.checksum else {
            throw sketches.damage("the sketch of document \(row) is not what was written")
        }
    }
}
