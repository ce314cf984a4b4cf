// Making a JSON text acceptable whose only faults are in the encoding of its characters.

internal import ByteText

enum JSONRepair {
    private static let backslash = UInt8(ascii: "\\")

    /// Appends the text with one U+FFFD for each malformed maximal subpart of UTF-8, and with
    /// `\ufffd` for each escape of half a surrogate pair.
    /// Returns how many replacements there were.
    static func append(_ text: Span<UInt8>, to output: inout [UInt8]) -> Int {
        var valid: [UInt8] = []
        valid.reserveCapacity(text.count)
        var replaced = UTF8Text.appendRepaired(text, to: &valid)
        let bytes = valid.span
        var copied = 0
        var position = 0
        while position + 1 < bytes.count {
            // A backslash is legal inside strings only, so there is no need to track quotes.
            guard bytes[position] == backslash else {
                position += 1
                continue
            }
            guard let unit = codeUnit(bytes, position) else {
                position += 2
                continue
            }
            switch unit {
            case 0xD800...0xDBFF:
                if let next = codeUnit(bytes, position + 6), (0xDC00...0xDFFF).contains(next) {
                    position += 12
                    continue
                }
            case 0xDC00...0xDFFF: break
            default:
                position += 6
                continue
            }
            output.append(copying: bytes.extracting(copied..<position))
            output.append(contentsOf: "\\ufffd".utf8)
            replaced += 1
            position += 6
            copied = position
        }
        output.append(copying: bytes.extracting(copied..<bytes.count))
        return replaced
    }

    /// The value of a `\uXXXX` escape at a place, if there is one.
    static func codeUnit(_ bytes: Span<UInt8>, _ start: Int) -> UInt32? {
        guard start + 6 <= bytes.count, bytes[start] == backslash,
            bytes[start + 1] == UInt8(ascii: "u")
        else { return nil }
        var value: UInt32 = 0
        for offset in 2..<6 {
            let digit: UInt8
            switch bytes[start + offset] {
            case let byte where byte >= 0x30 && byte <= 0x39: digit = byte - 0x30
            case let byte where byte >= 0x41 && byte <= 0x46: digit = byte - 0x41 + 10
            case let byte where byte >= 0x61 && byte <= 0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
