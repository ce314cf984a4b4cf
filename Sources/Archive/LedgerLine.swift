// Rendering what was changed in one text: the line of the ledger that `restore` and `explain` read.

internal import ByteText
internal import Codecs
internal import DocumentModel
internal import JSONBytes

/// The ledger's line of one document.
struct LedgerLine {
    let record: DocumentRecord
    let rules: RuleTable

    func render(
        _ edits: Span<Edit>, _ arena: Span<UInt8>, to writer: inout JSONWriter,
        _ place: inout RenderedRecord
    ) {
        let start = writer.bytes.count
        let delivered = arena.extracting(record.delivered.bounds)
        writer.beginObject()
        writer.key("id")
        // The document's line stands before this one and holds the same id, escaped.
        let idStart = writer.bytes.count + 1
        let id = Array(writer.bytes[place.id.bounds])
        writer.raw(([UInt8(ascii: "\"")] + id + [UInt8(ascii: "\"")]).span)
        place.ledgerID = ByteRange(start: idStart, count: id.count)
        writer.field("source", arena.extracting(record.source.bounds))
        writer.key("delivered")
        writer.beginObject()
        writer.key("bytes")
        writer.integer(delivered.count)
        writer.key("crc32")
        writer.integer(Int(CRC32.checksum(delivered)))
        writer.endObject()
        writer.key("edits")
        writer.beginArray()
        for index in record.edits.bounds {
            render(edits[index], delivered, arena, to: &writer)
        }
        writer.endArray()
        writer.key("original")
        writer.beginObject()
        writer.field("encoding", arena.extracting(record.encoding.bounds))
        writer.key("base64")
        writer.base64(arena.extracting(record.original.bounds))
        writer.endObject()
        writer.endObject()
        writer.endLine()
        place.ledger = ByteRange(start: start, count: writer.bytes.count - start)
    }

    private func render(
        _ edit: Edit, _ delivered: Span<UInt8>, _ arena: Span<UInt8>, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("at")
        writer.integer(edit.start)
        let removed = delivered.extracting(edit.start..<(edit.start + edit.removedCount))
        textOrBase64("removed", "removed_base64", removed, to: &writer)
        textOrBase64(
            "inserted", "inserted_base64", arena.extracting(edit.inserted.bounds), to: &writer)
        writer.key("rule")
        writer.string(rules.names[edit.rule])
        writer.key("pack")
        writer.string(rules.packs[edit.rule])
        writer.key("score")
        writer.raw(Self.decimal(hundredths: edit.scoreHundredths).utf8.span)
        writer.endObject()
    }

    /// An edit may cut a character in two: what is no valid UTF-8 by itself goes to Base64.
    private func textOrBase64(
        _ textName: String, _ base64Name: String, _ bytes: Span<UInt8>, to writer: inout JSONWriter
    ) {
        let isText = UTF8Text.isValid(bytes)
        writer.field(textName, isText ? bytes : Span())
        writer.key(base64Name)
        if isText { writer.string("") } else { writer.base64(bytes) }
    }

    /// A number with two decimals, always with its point, so that readers infer one type.
    private static func decimal(hundredths: Int) -> String {
        let magnitude = hundredths.magnitude
        let fraction = magnitude % 100
        return (hundredths < 0 ? "-" : "") + "\(magnitude / 100)."
            + (fraction < 10 ? "0" : "") + "\(fraction)"
    }
}
