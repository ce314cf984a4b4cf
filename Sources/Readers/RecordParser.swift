// From raw records to documents: fields found, text decoded, everything else kept as metadata.

internal import ByteText
package import DocumentModel
internal import JSONBytes

/// Fills in the records of a batch. One per worker; it owns a JSON parser and scratch memory.
package struct RecordParser: ~Copyable, Sendable {
    /// What is known of an input before its records are seen.
    private struct Input {
        var name: [UInt8]
        var fields: FieldNames
    }

    private let inputs: [Input]
    private var parser = JSONParser()
    /// For values inside a record, while the record itself is still in `parser`.
    private var nestedParser = JSONParser()
    private var scratch: [UInt8] = []
    private var fields = [Int](repeating: -1, count: FieldRole.allCases.count)
    private var isUsed: [Bool] = []

    package init(inputs: [InputSpec]) {
        self.inputs = inputs.map {
            Input(name: Array($0.name.utf8), fields: FieldNames($0.fields))
        }
    }

    /// Fills the fields and the delivered text of every record that has not been rejected yet.
    package mutating func parse(_ batch: inout DocumentBatch) {
        // With bytes behind it even the last record is parsed where it lies.
        batch.arena.append(contentsOf: repeatElement(0, count: JSONParser.paddingBytes))
        var last = ByteRange.empty
        var name = ByteRange.empty
        for index in batch.records.indices {
            // Records of one file share their path, and so its valid form.
            if index == 0 || batch.records[index].path != last {
                last = batch.records[index].path
                name = validPath(last, &batch)
            }
            var record = batch.records[index]
            if record.rejection == nil {
                switch record.form {
                case .json:
                    parseJSON(&record, name, &batch)
                    // Its buffers are several times the record's size and would stay that large.
                    if record.raw.count > Self.largeRecordBytes { parser = JSONParser() }
                case .textFile: parseText(&record, name, &batch)
                }
            }
            if record.id.isEmpty { record.id = defaultID(record, name, &batch) }
            if record.source.isEmpty { record.source = defaultSource(record, name, &batch) }
            if record.metadata.isEmpty { record.metadata = batch.append("{}") }
            batch.records[index] = record
        }
    }

    // MARK: JSON

    /// Records above this are so rare that a new parser costs nothing.
    private static let largeRecordBytes = 8 << 20

    private mutating func parseJSON(
        _ record: inout DocumentRecord, _ name: ByteRange, _ batch: inout DocumentBatch
    ) {
        do throws(JSONError) {
            try parser.parse(batch.arena.span, in: record.raw.bounds)
        } catch {
            let reason: RejectionReason =
                switch error.code {
                case .malformed, .outOfMemory: .malformedJSON
                case .tooDeep: .nestedTooDeep
                case .numberOutOfRange: .numberOutOfRange
                case .tooLarge: .recordTooLong
                }
            var detail = error.reason
            if let offset = error.byteOffset {
                detail += ", at byte \(offset - record.raw.lowerBound + record.byteOffset)"
            }
            return reject(&record, reason, detail, name, &batch)
        }
        guard parser.root == .object else {
            return reject(
                &record, .notAnObject, "the value is no object but of type \(parser.root)", name,
                &batch)
        }
        inputs[record.input].fields.find(in: parser, &fields)
        isUsed.removeAll(keepingCapacity: true)
        isUsed.append(contentsOf: repeatElement(false, count: parser.count))
        takeFields(&record, &batch)
        takeText(&record, name, &batch)
        takeMetadata(&record, &batch)
        if parser.wasRepaired {
            record.original = record.raw
            let isEncodingBad = !UTF8Text.isValid(
                batch.arena.span.extracting(record.raw.bounds))
            record.encoding = batch.append(
                isEncodingBad ? RepairedLine.malformed : RepairedLine.loneSurrogates)
        }
    }

    /// The field of a role if it is a string, appended to the arena and marked as used.
    private mutating func string(_ role: FieldRole, _ batch: inout DocumentBatch) -> ByteRange {
        let index = fields[role.rawValue]
        guard index >= 0, parser.kind(at: index) == .string else { return .empty }
        isUsed[index] = true
        return append(stringAt: index, &batch)
    }

    private func append(stringAt index: Int, _ batch: inout DocumentBatch) -> ByteRange {
        let start = batch.arena.count
        parser.appendString(at: index, to: &batch.arena)
        return ByteRange(start: start, count: batch.arena.count - start)
    }

    private mutating func takeFields(_ record: inout DocumentRecord, _ batch: inout DocumentBatch) {
        record.url = string(.url, &batch)
        record.title = string(.title, &batch)
        record.source = string(.source, &batch)
        record.id = string(.id, &batch)
        let id = fields[FieldRole.id.rawValue]
        if id >= 0, parser.double(at: id) != nil {
            isUsed[id] = true
            scratch.removeAll(keepingCapacity: true)
            parser.appendRaw(at: id, of: batch.arena.span, to: &scratch)
            record.id = batch.append(scratch.span)
        }
        takeAuthors(&record, &batch)
        takeCreated(&record, &batch)
        takeLanguage(&record, &batch)
        if record.source.isEmpty {
            scratch.removeAll(keepingCapacity: true)
            SourceName.appendHost(
                of: batch.arena.span.extracting(record.url.bounds), to: &scratch)
            if !scratch.isEmpty { record.source = batch.append(scratch.span) }
        }
    }

    private mutating func takeAuthors(
        _ record: inout DocumentRecord, _ batch: inout DocumentBatch
    ) {
        let index = fields[FieldRole.authors.rawValue]
        guard index >= 0 else { return }
        let first = batch.names.count
        switch parser.kind(at: index) {
        case .string:
            isUsed[index] = true
            let name = append(stringAt: index, &batch)
            if !name.isEmpty { batch.names.append(name) }
        case .array:
            scratch.removeAll(keepingCapacity: true)
            parser.appendRaw(at: index, of: batch.arena.span, to: &scratch)
            do throws(JSONError) {
                let list = scratch
                try nestedParser.parse(list.span)
            } catch {
                // It was parsed once already, as a part of the record.
                preconditionFailure("a parsed list of authors is refused: \(error)")
            }
            for place in 0..<nestedParser.count where nestedParser.kind(at: place) != .string {
                // Not a list of names: it stays in the metadata.
                return
            }
            isUsed[index] = true
            for place in 0..<nestedParser.count {
                let start = batch.arena.count
                nestedParser.appendString(at: place, to: &batch.arena)
                batch.names.append(
                    ByteRange(start: start, count: batch.arena.count - start))
            }
        default: return
        }
        record.authors = ItemRange(start: first, count: batch.names.count - first)
    }

    private mutating func takeCreated(
        _ record: inout DocumentRecord, _ batch: inout DocumentBatch
    ) {
        let index = fields[FieldRole.created.rawValue]
        guard index >= 0, parser.kind(at: index) == .string else { return }
        scratch.removeAll(keepingCapacity: true)
        let isUnchanged = parser.withString(at: index) { text in
            PublicationDate.appendNormalised(text, to: &scratch)
                && text.count == scratch.count
                && text.indices.allSatisfy { text[$0] == scratch[$0] }
        }
        if !scratch.isEmpty { record.created = batch.append(scratch.span) }
        isUsed[index] = isUnchanged
    }

    private mutating func takeLanguage(
        _ record: inout DocumentRecord, _ batch: inout DocumentBatch
    ) {
        let index = fields[FieldRole.language.rawValue]
        guard index >= 0, parser.kind(at: index) == .string else { return }
        guard parser.withString(at: index, { LanguageTag.isPlausible($0) }) else { return }
        isUsed[index] = true
        record.language = append(stringAt: index, &batch)
    }

    private mutating func takeText(
        _ record: inout DocumentRecord, _ name: ByteRange, _ batch: inout DocumentBatch
    ) {
        let index = fields[FieldRole.text.rawValue]
        guard index >= 0 else {
            return reject(&record, .noTextField, "the object has no text field", name, &batch)
        }
        guard parser.kind(at: index) == .string else {
            return reject(
                &record, .textNotAString,
                "the text field is of type \(parser.kind(at: index)), not a string", name, &batch)
        }
        isUsed[index] = true
        record.delivered = append(stringAt: index, &batch)
        if BlankText.isBlank(batch.arena.span.extracting(record.delivered.bounds)) {
            reject(
                &record, .emptyText, "the text field holds nothing but white space", name, &batch)
        }
    }

    /// The unused fields as an object, each as it stands in the input, in their order.
    private mutating func takeMetadata(
        _ record: inout DocumentRecord, _ batch: inout DocumentBatch
    ) {
        if isUsed.allSatisfy({ $0 }) { return }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(UInt8(ascii: "{"))
        for index in isUsed.indices where !isUsed[index] {
            if scratch.count > 1 { scratch.append(UInt8(ascii: ",")) }
            parser.appendRawField(at: index, of: batch.arena.span, to: &scratch)
        }
        scratch.append(UInt8(ascii: "}"))
        record.metadata = batch.append(scratch.span)
    }

    // MARK: Text files

    private mutating func parseText(
        _ record: inout DocumentRecord, _ name: ByteRange, _ batch: inout DocumentBatch
    ) {
        scratch.removeAll(keepingCapacity: true)
        let raw = record.raw
        let verdict = TextEncoding.judge(
            batch.arena.span.extracting(raw.bounds), decodingInto: &scratch)
        switch verdict {
        case .utf8: record.delivered = raw
        case .decoded(let encoding):
            record.delivered = batch.append(scratch.span)
            record.original = raw
            record.encoding = batch.append(encoding)
        case .notText(let detail): return reject(&record, .notText, detail, name, &batch)
        case .unknown(let detail): return reject(&record, .unknownEncoding, detail, name, &batch)
        }
        if BlankText.isBlank(batch.arena.span.extracting(record.delivered.bounds)) {
            reject(&record, .emptyText, "the file holds nothing but white space", name, &batch)
        }
    }

    // MARK: What every record gets

    private func reject(
        _ record: inout DocumentRecord, _ reason: RejectionReason, _ detail: String,
        _ name: ByteRange, _ batch: inout DocumentBatch
    ) {
        let path = String(decoding: batch.bytes(name), as: UTF8.self)
        let place =
            record.form == .textFile
            ? path : "\(path), record \(record.number) at byte \(record.byteOffset)"
        record.rejection = reason
        record.rejectionDetail = batch.append("\(place): \(detail)")
    }

    /// The path as valid UTF-8: itself, or a copy with U+FFFD.
    private mutating func validPath(
        _ path: ByteRange, _ batch: inout DocumentBatch
    ) -> ByteRange {
        if UTF8Text.isValid(batch.arena.span.extracting(path.bounds)) { return path }
        scratch.removeAll(keepingCapacity: true)
        _ = UTF8Text.appendRepaired(
            batch.arena.span.extracting(path.bounds), to: &scratch)
        return batch.append(scratch.span)
    }

    private mutating func defaultID(
        _ record: DocumentRecord, _ name: ByteRange, _ batch: inout DocumentBatch
    ) -> ByteRange {
        if record.form == .textFile { return name }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(copying: batch.arena.span.extracting(name.bounds))
        scratch.append(contentsOf: "#\(record.number)".utf8)
        return batch.append(scratch.span)
    }

    private mutating func defaultSource(
        _ record: DocumentRecord, _ name: ByteRange, _ batch: inout DocumentBatch
    ) -> ByteRange {
        let slash = ByteSearch.firstIndex(
            of: UInt8(ascii: "/"), in: batch.arena.span.extracting(name.bounds))
        if let slash { return ByteRange(start: name.lowerBound, count: slash) }
        let own = inputs[record.input].name
        return batch.append(own.span)
    }
}
