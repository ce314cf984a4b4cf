// A batch's records and lines as bytes; read back by the run that wrote them, by no other.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import NearDuplicates

/// The coding of the spool's batches: numbers of fixed size, little-endian, then the lines.
enum SpooledBatch {
    /// Appends what is needed to write the batch's records once they are decided.
    static func encode(
        _ batch: borrowing WorkBatch, isSeen: [Bool], to bytes: inout [UInt8]
    ) {
        let records = batch.documents.records
        append(records.count, to: &bytes)
        append(batch.rendered.bytes.count, to: &bytes)
        for (position, record) in records.enumerated() {
            let sketch = batch.sketches.sketches[position]
            append(isSeen[position] ? 1 : 0, to: &bytes)
            append(record.input, to: &bytes)
            append(code(of: record.rejection), to: &bytes)
            append(Int(record.id.count), to: &bytes)
            append(Int(record.rejectionDetail.count), to: &bytes)
            append(sketch.wordCount, to: &bytes)
            append(sketch.shingleCount, to: &bytes)
            for half in [
                sketch.identity.high, sketch.identity.low, sketch.idHash, sketch.text.high,
                sketch.text.low,
            ] { append(Int(bitPattern: UInt(half)), to: &bytes) }
            let rendered = batch.rendered.records[position]
            for range in ranges(of: rendered) {
                append(Int(range.start), to: &bytes)
                append(Int(range.count), to: &bytes)
            }
            bytes.append(contentsOf: batch.documents.bytes(record.id))
            bytes.append(contentsOf: batch.documents.bytes(record.rejectionDetail))
        }
        bytes.append(contentsOf: batch.rendered.bytes)
    }

    /// Undoes `encode`; the bytes' checksum was right.
    static func decode(
        _ bytes: Span<UInt8>, ordinal: Int, firstRow: Int
    ) -> BatchSpool.Entry {
        var place = 0
        let count = number(bytes, &place)
        let lineBytes = number(bytes, &place)
        var documents = DocumentBatch(ordinal: ordinal)
        var sketches: [DocumentSketch] = []
        var rendered: [RenderedRecord] = []
        var rows: [Int?] = []
        var isSeen: [Bool] = []
        var row = firstRow
        for _ in 0..<count {
            isSeen.append(number(bytes, &place) == 1)
            var record = DocumentRecord(
                input: number(bytes, &place), form: .json, path: .empty, number: 1, byteOffset: 0,
                raw: .empty)
            record.rejection = reason(of: number(bytes, &place))
            let isRow = record.rejection == nil && isSeen.last == false
            rows.append(isRow ? row : nil)
            if isRow { row += 1 }
            let (idBytes, detailBytes) = (number(bytes, &place), number(bytes, &place))
            let (wordCount, shingleCount) = (number(bytes, &place), number(bytes, &place))
            let identity = digest(bytes, &place)
            let idHash = UInt64(UInt(bitPattern: number(bytes, &place)))
            let text = digest(bytes, &place)
            sketches.append(
                DocumentSketch(
                    identity: identity, idHash: idHash, text: text, wordCount: wordCount,
                    shingleCount: shingleCount))
            var line = RenderedRecord()
            line.line = range(bytes, &place)
            line.id = range(bytes, &place)
            line.metadata = range(bytes, &place)
            line.ledger = range(bytes, &place)
            line.ledgerID = range(bytes, &place)
            line.rejection = record.rejection
            rendered.append(line)
            record.id = documents.append(bytes.extracting(place..<(place + idBytes)))
            place += idBytes
            record.rejectionDetail = documents.append(
                bytes.extracting(place..<(place + detailBytes)))
            place += detailBytes
            documents.records.append(record)
        }
        var lines: [UInt8] = []
        lines.append(copying: bytes.extracting(place..<(place + lineBytes)))
        return BatchSpool.Entry(
            documents: documents, sketches: sketches,
            rendered: RenderedBatch(bytes: lines, records: rendered), rows: rows, isSeen: isSeen)
    }

    private static func ranges(of rendered: RenderedRecord) -> [ByteRange] {
        [rendered.line, rendered.id, rendered.metadata, rendered.ledger, rendered.ledgerID]
    }

    /// 0 for none, else the reason's place in the list and one.
    private static func code(of reason: RejectionReason?) -> Int {
        guard let reason else { return 0 }
        return (RejectionReason.allCases.firstIndex(of: reason) ?? 0) + 1
    }

    private static func reason(of code: Int) -> RejectionReason? {
        code == 0 ? nil : RejectionReason.allCases[code - 1]
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        let word = UInt64(bitPattern: Int64(number))
        for shift in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: word &>> UInt64(8 * shift)))
        }
    }

    private static func range(_ bytes: Span<UInt8>, _ place: inout Int) -> ByteRange {
        let start = number(bytes, &place)
        return ByteRange(start: start, count: number(bytes, &place))
    }

    private static func digest(_ bytes: Span<UInt8>, _ place: inout Int) -> Digest {
        let high = UInt64(UInt(bitPattern: number(bytes, &place)))
        return Digest(high: high, low: UInt64(UInt(bitPattern: number(bytes, &place))))
    }

    private static func number(_ bytes: Span<UInt8>, _ place: inout Int) -> Int {
        var word: UInt64 = 0
        for shift in 0..<8 { word |= UInt64(bytes[place + shift]) &<< UInt64(8 * shift) }
        place += 8
        return Int(Int64(bitPattern: word))
    }
}
