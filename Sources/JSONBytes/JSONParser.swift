// Parsing one JSON text and looking at its top-level fields, through simdjson.

internal import ByteText
internal import CSimdjson

package enum JSONKind: UInt8, Sendable {
    case null, `false`, `true`, integer, unsigned, double, string, object, array
}

/// A strict parser of single JSON texts (RFC 8259) that is reused from text to text.
///
/// After `parse` the fields of the top-level object, the elements of the top-level array or the
/// one scalar are there by index, in the order of the text; of repeated keys all are there, and
/// by convention the last one counts. A byte order mark at the start is skipped. Memory grows to
/// about six times the longest text.
@safe package struct JSONParser: ~Copyable, @unchecked Sendable {
    // @unchecked: the handle has this value as its only owner and is never shared.
    // SAFETY: of the whole type: `init` makes the handle, `deinit` alone destroys it, in between it
    // is never null. What the shim lends (items, keys, strings) lives in the parser's own memory
    // until the next parse, which needs exclusive access; indices are checked against `count`.

    /// Arrays and objects inside one another, including the outermost.
    package static let maximumDepth = 1024

    /// Texts with so many bytes behind them are not copied.
    package static let paddingBytes = Int(WINNOW_JSON_PADDING)

    private let handle: OpaquePointer
    /// The text as it was parsed if it had to be repaired.
    private var repairedText: [UInt8] = []
    /// What to add to the shim's offsets: where the text starts in the caller's bytes.
    private var base = 0
    /// True if malformed UTF-8 or lone surrogate escapes of the last text became U+FFFD.
    package private(set) var wasRepaired = false
    /// Kind of the last text's outermost value.
    package private(set) var root = JSONKind.null
    /// How many fields, elements or scalars there are.
    package private(set) var count = 0

    package init() {
        guard let handle = unsafe winnow_json_create() else {
            preconditionFailure("no memory for a JSON parser")
        }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe winnow_json_destroy(handle) }

    /// Parses the text in a range of the bytes.
    ///
    /// Where the bytes go on for 64 bytes behind the range the text is not copied. With
    /// `isRepairing`, a text that fails for malformed UTF-8 or lone surrogate escapes (`\ud800`)
    /// is parsed again with U+FFFD in their place, and `wasRepaired` tells so.
    package mutating func parse(
        _ bytes: Span<UInt8>, in range: Range<Int>, isRepairing: Bool = true
    ) throws(JSONError) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= bytes.count,
            "range \(range) of \(bytes.count) bytes")
        wasRepaired = false
        count = 0
        root = .null
        var start = range.lowerBound
        if range.count >= 3, bytes[start] == 0xEF, bytes[start + 1] == 0xBB,
            bytes[start + 2] == 0xBF
        {
            start += 3
        }
        base = start
        var status = run(bytes, start, range.upperBound)
        if status == WINNOW_JSON_BAD_STRING.rawValue && isRepairing {
            repairedText.removeAll(keepingCapacity: true)
            let text = bytes.extracting(start..<range.upperBound)
            if JSONRepair.append(text, to: &repairedText) > 0 {
                base = 0
                wasRepaired = true
                status = run(repairedText.span, 0, repairedText.count)
            }
        }
        guard status == WINNOW_JSON_OK.rawValue else {
            throw fault(status, bytes.extracting(start..<range.upperBound), start)
        }
        root = unsafe JSONKind(rawValue: UInt8(winnow_json_root(handle))) ?? .null
        var items = 0
        _ = unsafe winnow_json_items(handle, &items)
        count = items
    }

    /// Parses a whole span.
    package mutating func parse(_ bytes: Span<UInt8>, isRepairing: Bool = true) throws(JSONError) {
        try parse(bytes, in: 0..<bytes.count, isRepairing: isRepairing)
    }

    package func kind(at index: Int) -> JSONKind {
        unsafe JSONKind(rawValue: item(index).kind) ?? .null
    }

    /// Calls `body` with a field's decoded key; empty outside objects.
    package func withKey<Result>(at index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let item = unsafe item(index)
        return unsafe withDecoded(item.key, item.key_count, body)
    }

    /// Calls `body` with a string's decoded bytes, valid UTF-8; empty for other kinds.
    package func withString<Result>(at index: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let item = unsafe item(index)
        return unsafe withDecoded(item.string, item.string_count, body)
    }

    /// Appends a string's decoded bytes.
    package func appendString(at index: Int, to output: inout [UInt8]) {
        withString(at: index) { output.append(copying: $0) }
    }

    /// Where a value stands in the parsed bytes; in the repaired text if `wasRepaired`.
    package func rawRange(at index: Int) -> Range<Int> {
        let item = unsafe item(index)
        let start = unsafe base + item.raw_offset
        return unsafe start..<(start + item.raw_count)
    }

    /// Where a field's key stands, from its opening quote.
    package func keyOffset(at index: Int) -> Int { unsafe base + item(index).key_offset }

    /// Appends a value's text as it stands in the input, or in the repaired text.
    package func appendRaw(
        at index: Int, of bytes: Span<UInt8>, to output: inout [UInt8]
    ) {
        let range = rawRange(at: index)
        output.append(copying: (wasRepaired ? repairedText.span : bytes).extracting(range))
    }

    /// Appends a field, key and value, as it stands in the input, or in the repaired text.
    package func appendRawField(
        at index: Int, of bytes: Span<UInt8>, to output: inout [UInt8]
    ) {
        let range = keyOffset(at: index)..<rawRange(at: index).upperBound
        output.append(copying: (wasRepaired ? repairedText.span : bytes).extracting(range))
    }

    /// An integer that 64 signed bits hold.
    package func integer(at index: Int) -> Int? {
        kind(at: index) == .integer ? unsafe Int(item(index).integer) : nil
    }

    /// A number of any kind as a double.
    package func double(at index: Int) -> Double? {
        let item = unsafe item(index)
        switch kind(at: index) {
        case .integer: return unsafe Double(item.integer)
        case .unsigned: return unsafe Double(UInt64(bitPattern: item.integer))
        case .double: return unsafe item.number
        default: return nil
        }
    }

    private func run(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
        // SAFETY: `start..<end` was checked against the span, which lives for the whole call;
        // the bytes readable behind the text are those of the span itself.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else {
                return UInt32(WINNOW_JSON_MALFORMED.rawValue)
            }
            return unsafe UInt32(
                winnow_json_parse(handle, first + start, end - start, buffer.count - end))
        }
    }

    /// Explains a refusal by going through the text again, slowly.
    private borrowing func fault(
        _ status: UInt32, _ original: Span<UInt8>, _ originalBase: Int
    ) -> JSONError {
        switch status {
        case WINNOW_JSON_TOO_LARGE.rawValue:
            return JSONError(.tooLarge, "the text is longer than 4 GiB")
        case WINNOW_JSON_NO_MEMORY.rawValue:
            return JSONError(.outOfMemory, "no memory to parse \(original.count) bytes")
        default: break
        }
        // Offsets of a repaired text mean nothing to the caller, but its reasons do.
        let located =
            wasRepaired
            ? JSONFault.locate(in: repairedText.span) : JSONFault.locate(in: original)
        guard var error = located else {
            return JSONError(.malformed, "not accepted as JSON")
        }
        error.byteOffset = wasRepaired ? nil : error.byteOffset.map { $0 + originalBase }
        return error
    }

    private func item(_ index: Int) -> winnow_json_item {
        precondition(index >= 0 && index < count, "item \(index) of \(count)")
        var items = 0
        // SAFETY: the array has `count` items and lives until the next parse, which needs
        // exclusive access to self.
        return unsafe winnow_json_items(handle, &items)[index]
    }

    private func withDecoded<Result>(
        _ start: UnsafePointer<UInt8>?, _ count: Int, _ body: (Span<UInt8>) -> Result
    ) -> Result {
        // SAFETY: the parser's own string memory, which lives until the next parse; that needs
        // exclusive access to self, and the span does not leave the closure.
        unsafe body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).span)
    }
}
