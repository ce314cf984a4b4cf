// The batches of a collected run between its two passes.

internal import Archive
internal import ByteIO
internal import ByteText
internal import Codecs
internal import DocumentModel
internal import NearDuplicates

/// Holds what a collected run needs of its batches: the rendered lines to write them, and per
/// document its id, its sketch and what the segments said, to decide on it. All go to memory first
/// and to files beyond a budget. A reference, as one pass fills it and others read it, one after
/// the other.
///
/// A row is a record that is no rejected one and was not seen before, in input order; the decision
/// is about rows. Every batch's lines and every sketch have a checksum, which is held in memory.
final class BatchSpool {
    /// A batch as it comes back: without texts, edits and shingle sets.
    struct Entry: ~Copyable {
        /// Records with `input`, `id`, `rejection` and its detail.
        var documents: DocumentBatch
        /// Identity, text digest and counts of each record.
        var sketches: [DocumentSketch]
        var rendered: RenderedBatch
        /// By record: its row, or nil if the decision does not concern it.
        var rows: [Int?]
        /// By record: true if it is archived already.
        var isSeen: [Bool]
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

        func encode(to fields: inout FieldWriter) {
            for number in [place, Int(byteCount), Int(checksum)] { fields.number(number) }
        }

        init(decoding fields: inout FieldReader) throws(FieldFault) {
            place = try fields.number()
            byteCount = UInt32(clamping: try fields.number())
            checksum = UInt32(clamping: try fields.number())
        }
    }

    private struct Row {
        var sketch: Piece
        var shingleCount: UInt32
        var rank: UInt64
    }

    private let parameters: NearDuplicateParameters
    /// By row, of the few that have any: what the segments said about containment.
    private(set) var containers: [Int: ArchivedContainment] = [:]
    private(set) var parts: [Int: [ArchivedContainment]] = [:]
    private var lines: ByteSpool
    private var sketches: ByteSpool
    private var batches: [(piece: Piece, firstRow: Int)] = []
    private var rows: [Row] = []
    private var scratch: [UInt8] = []

    /// - Parameters:
    ///   - folder: the run's own, which goes with the run; the spool's files are made there.
    ///   - memoryLimitBytes: what may stay in memory, beside about 60 bytes a document. Half of it
    ///     is for lines, which are read once; sketches are read again and again.
    init(folder: Folder, memoryLimitBytes: Int, parameters: NearDuplicateParameters) {
        self.parameters = parameters
        let linesBytes = memoryLimitBytes / 2
        lines = ByteSpool(folder: folder, name: "lines.spool", memoryLimitBytes: linesBytes)
        sketches = ByteSpool(
            folder: folder, name: "sketches.spool",
            memoryLimitBytes: memoryLimitBytes - linesBytes)
    }

    var batchCount: Int { batches.count }
    /// Band keys a sketch.
    var bandCount: Int { parameters.bandCount }
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
    func append(_ batch: borrowing WorkBatch, ranks: [UInt64?]) throws(FileError) {
        let records = batch.documents.records
        precondition(ranks.count == records.count, "\(ranks.count) ranks")
        let answers = batch.answers.byRecord
        let firstRow = rows.count
        var coded: [UInt8] = []
        for position in records.indices {
            guard let rank = ranks[position], records[position].rejection == nil else { continue }
            let start = coded.count
            let answer = answers.isEmpty ? ArchivedAnswer() : answers[position]
            if let container = answer.container { containers[rows.count] = container }
            if !answer.parts.isEmpty { parts[rows.count] = answer.parts }
            SpooledRow.encode(batch.documents.bytes(records[position].id), answer, to: &coded)
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
        SpooledBatch.encode(batch, isSeen: ranks.map { $0 == nil }, to: &coded)
        var piece = Piece(of: coded, from: 0)
        piece.place = try lines.append(coded.span)
        batches.append((piece, firstRow))
    }

    /// Makes all that was appended durable and appends what tells where it is.
    func checkpoint(to fields: inout FieldWriter) throws(FileError) {
        for bytes in [try lines.makeDurable(), try sketches.makeDurable()] {
            fields.number(bytes.head)
            fields.number(bytes.file)
        }
        fields.list(batches) { fields, batch in
            batch.piece.encode(to: &fields)
            fields.number(batch.firstRow)
        }
        fields.list(rows) { fields, row in
            row.sketch.encode(to: &fields)
            fields.number(Int(row.shingleCount))
            fields.word(row.rank)
        }
        fields.list(containers.sorted { $0.key < $1.key }) { fields, item in
            fields.number(item.key)
            item.value.encode(to: &fields)
        }
        fields.list(parts.sorted { $0.key < $1.key }) { fields, item in
            fields.number(item.key)
            fields.list(item.value) { $1.encode(to: &$0) }
        }
    }

    /// Goes on from a checkpoint of an earlier attempt; nothing was appended yet.
    func resume(_ fields: inout FieldReader) throws {
        try lines.resume(headBytes: try fields.number(), fileBytes: try fields.number())
        try sketches.resume(headBytes: try fields.number(), fileBytes: try fields.number())
        batches = try fields.list { (fields) throws(FieldFault) in
            (try Piece(decoding: &fields), try fields.number())
        }
        rows = try fields.list { (fields) throws(FieldFault) in
            Row(
                sketch: try Piece(decoding: &fields),
                shingleCount: UInt32(clamping: try fields.number()), rank: try fields.word())
        }
        let containers = try fields.list { (fields) throws(FieldFault) in
            (try fields.number(), try ArchivedContainment(decoding: &fields))
        }
        self.containers = Dictionary(uniqueKeysWithValues: containers)
        let parts = try fields.list { (fields) throws(FieldFault) in
            let row = try fields.number()
            return (
                row,
                try fields.list { (fields) throws(FieldFault) in
                    try ArchivedContainment(decoding: &fields)
                }
            )
        }
        self.parts = Dictionary(uniqueKeysWithValues: parts)
    }

    /// A batch's records and lines.
    func batch(_ ordinal: Int) throws(FileError) -> Entry {
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
    func loadShingles(of row: Int, into set: inout [UInt32]) throws(FileError) {
        try load(row)
        // A local reference, not a copy: a span of the property would end with its access.
        let bytes = scratch
        let sketch = bytes.span.extracting(SpooledRow.sketchStart(bytes.span)...)
        SketchBatch.decodeShingles(sketch, parameters, into: &set)
    }

    /// Replaces a row by another one.
    func load(_ row: Int, into loaded: inout SpooledRow) throws(FileError) {
        try load(row)
        let bytes = scratch
        loaded.decode(bytes.span, parameters)
        loaded.number = row
    }

    private func load(_ row: Int) throws(FileError) {
        let piece = rows[row].sketch
        try sketches.read(at: piece.place, count: Int(piece.byteCount), into: &scratch)
        guard CRC32.checksum(scratch.span) == piece.checksum else {
            throw sketches.damage("the sketch of document \(row) is not what was written")
        }
    }
}
