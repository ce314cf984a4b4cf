// Writing JSON into a byte buffer.

internal import ByteText

/// Appends JSON (RFC 8259) to `bytes`, commas included.
///
/// Strings must be valid UTF-8; only what must be escaped is escaped, so the bytes of a text stay
/// greppable. The caller keeps brackets and keys in order; nothing is checked.
package struct JSONWriter: ~Copyable, Sendable {
    /// What has been written. A caller may take, cut or clear it between values.
    package var bytes: [UInt8]
    private var needsComma = false

    package init(appendingTo bytes: consuming [UInt8] = []) {
        self.bytes = bytes
    }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Ends a record of JSON lines.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Writes a key; its value must follow.
    package mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a key from bytes; its value must follow.
    package mutating func key(_ name: Span<UInt8>) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        string(text.utf8.span)
    }

    /// Writes a string: runs that need no escape are copied whole.
    package mutating func string(_ text: Span<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var copied = 0
        while true {
            let special = Self.endOfPlainRun(in: text, from: copied)
            if special > copied { bytes.append(copying: text.extracting(copied..<special)) }
            guard special < text.count else { break }
            appendEscape(text[special])
            copied = special + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func integer(_ value: Int) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes the shortest digits that read back as the same double.
    package mutating func double(_ value: Double) {
        precondition(value.isFinite, "JSON has no number for \(value)")
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    package mutating func boolean(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a value whose JSON text is there already.
    package mutating func raw(_ json: Span<UInt8>) {
        separate()
        bytes.append(copying: json)
    }

    /// The first byte at or after `start` that JSON wants escaped, or the end.
    package static func endOfPlainRun(in text: Span<UInt8>, from start: Int) -> Int {
        // SAFETY: the view is used within this call only, while `text` lives.
        let raw = unsafe text.bytes
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position &+ 8 <= text.count {
            // SAFETY: the loop's condition keeps eight bytes from `position` inside the span.
            let word = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: position, as: UInt64.self)
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5C)
            // Each term sets the high bit of the bytes that are zero or below 0x20. A borrow can
            // set wrong bits only above a right one, and only the lowest is looked at.
            let controlHits = (word &- (ones &* 0x20)) & ~word
            let quoteHits = (quotes &- ones) & ~quotes
            let slashHits = (slashes &- ones) & ~slashes
            let hits = (controlHits | quoteHits | slashHits) & high
            if hits != 0 { return position &+ hits.trailingZeroBitCount / 8 }
            position &+= 8
        }
        while position < text.count {
            let byte = text[position]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { return position }
            position &+= 1
        }
        return position
    }

    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            for digit in [byte >> 4, byte & 15] {
                bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
            }
        }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }
}
