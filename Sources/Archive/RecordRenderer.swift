// Rendering records as the lines of an archive: a pure function over a batch.

internal import ByteText
package import DocumentModel
internal import JSONBytes

/// Turns the records of a batch into archive lines. Knows nothing of verdicts, so that any number
/// of workers may render while one owner decides.
package struct RecordRenderer: Sendable {
    /// For each input what stands before the path in `origin.file`.
    private let originPrefixes: [[UInt8]]

    /// - Parameter originPrefixes: for each input of the run what precedes a record's path to give
    ///   the path as the user wrote it: `seeds/` for the folder `seeds`, `dumps/` for the file
    ///   `dumps/a.jsonl`, nothing for standard input.
    package init(originPrefixes: [String]) {
        self.originPrefixes = originPrefixes.map { Array($0.utf8) }
    }

    /// Renders every record of the batch, replacing what `rendered` held.
    ///
    /// The texts, titles and other fields must be valid UTF-8, as the stages before promise;
    /// paths, raw records and removed bytes may be anything.
    package func render(
        _ batch: borrowing DocumentBatch, rules: RuleTable, into rendered: inout RenderedBatch
    ) {
        rendered.removeAll()
        rendered.writer.bytes.reserveCapacity(batch.arena.count + batch.arena.count / 4)
        let arena = batch.arena.span
        for record in batch.records {
            var place = RenderedRecord()
            place.rejection = record.rejection
            if let reason = record.rejection {
                renderRejected(record, reason, arena, to: &rendered.writer, &place)
            } else {
                renderDocument(record, batch.names.span, arena, to: &rendered.writer, &place)
                if !record.edits.isEmpty || !record.original.isEmpty {
                    LedgerLine(record: record, rules: rules)
                        .render(batch.edits.span, arena, to: &rendered.writer, &place)
                }
            }
            rendered.records.append(place)
        }
    }

    private func renderDocument(
        _ record: DocumentRecord, _ names: Span<ByteRange>, _ arena: Span<UInt8>,
        to writer: inout JSONWriter, _ place: inout RenderedRecord
    ) {
        let start = writer.bytes.count
        writer.beginObject()
        writer.key("id")
        place.id = writer.contents { renderID(of: record, arena, to: &$0) }
        writer.field("text", arena.extracting(record.text.bounds))
        writer.field("source", arena.extracting(record.source.bounds))
        writer.field("url", arena.extracting(record.url.bounds))
        writer.field("title", arena.extracting(record.title.bounds))
        writer.key("authors")
        writer.beginArray()
        for index in record.authors.bounds {
            writer.string(arena.extracting(names[index].bounds))
        }
        writer.endArray()
        writer.field("created", arena.extracting(record.created.bounds))
        writer.field("language", arena.extracting(record.language.bounds))
        writer.key("metadata")
        place.metadata = writer.contents {
            if record.metadata.isEmpty {
                $0.string("{}")
            } else {
                $0.string(arena.extracting(record.metadata.bounds))
            }
        }
        renderOrigin(of: record, arena, to: &writer)
        writer.endObject()
        writer.endLine()
        place.line = ByteRange(start: start, count: writer.bytes.count - start)
    }

    private func renderRejected(
        _ record: DocumentRecord, _ reason: RejectionReason, _ arena: Span<UInt8>,
        to writer: inout JSONWriter, _ place: inout RenderedRecord
    ) {
        let start = writer.bytes.count
        writer.beginObject()
        writer.key("id")
        place.id = writer.contents { renderID(of: record, arena, to: &$0) }
        writer.key("reason")
        writer.string(reason.rawValue)
        writer.field("detail", arena.extracting(record.rejectionDetail.bounds))
        writer.field("source", arena.extracting(record.source.bounds))
        renderOrigin(of: record, arena, to: &writer)
        let raw = arena.extracting(record.raw.bounds)
        if isText(raw) {
            writer.field("raw", raw)
            writer.key("encoding")
            writer.string("text")
        } else {
            writer.key("raw")
            writer.base64(raw)
            writer.key("encoding")
            writer.string("base64")
        }
        writer.endObject()
        writer.endLine()
        place.line = ByteRange(start: start, count: writer.bytes.count - start)
    }

    /// True for what people can read: valid UTF-8 without NUL bytes, which JSON escapes sixfold.
    private func isText(_ raw: Span<UInt8>) -> Bool {
        ByteSearch.firstIndex(of: 0, in: raw, from: 0) == nil && UTF8Text.isValid(raw)
    }

    private func renderOrigin(
        of record: DocumentRecord, _ arena: Span<UInt8>, to writer: inout JSONWriter
    ) {
        writer.key("origin")
        writer.beginObject()
        writer.key("file")
        let prefix = originPrefixes[record.input]
        writer.repaired(prefix.span, arena.extracting(record.path.bounds))
        writer.key("record")
        writer.integer(record.number)
        writer.key("offset")
        writer.integer(record.byteOffset)
        writer.endObject()
    }

    /// The record's own id, else its path, with the record's number where a file holds many.
    private func renderID(
        of record: DocumentRecord, _ arena: Span<UInt8>, to writer: inout JSONWriter
    ) {
        guard record.id.isEmpty else { return writer.string(arena.extracting(record.id.bounds)) }
        var id: [UInt8] = []
        _ = UTF8Text.appendRepaired(arena.extracting(record.path.bounds), to: &id)
        if record.form != .textFile { id.append(contentsOf: "#\(record.number)".utf8) }
        writer.string(id.span)
    }
}

extension JSONWriter {
    /// Writes a field whose value is a string.
    mutating func field(_ name: String, _ text: Span<UInt8>) {
        key(name)
        string(text)
    }

    /// Writes a string and tells where its characters lie between the quotes.
    mutating func contents(_ write: (inout JSONWriter) -> Void) -> ByteRange {
        // Behind a key there is no comma: the opening quote is the next byte.
        let start = bytes.count + 1
        write(&self)
        return ByteRange(start: start, count: bytes.count - 1 - start)
    }

    /// Writes bytes as a string of Base64 digits.
    mutating func base64(_ content: Span<UInt8>) {
        var digits: [UInt8] = []
        Base64.encode(content, to: &digits)
        string(digits.span)
    }

    /// Writes two parts as one string, malformed UTF-8 replaced.
    mutating func repaired(_ head: Span<UInt8>, _ tail: Span<UInt8>) {
        var text: [UInt8] = []
        text.reserveCapacity(head.count + tail.count)
        text.append(copying: head)
        text.append(copying: tail)
        guard !UTF8Text.isValid(text.span) else { return string(text.span) }
        var valid: [UInt8] = []
        _ = UTF8Text.appendRepaired(text.span, to: &valid)
        string(valid.span)
    }
}
