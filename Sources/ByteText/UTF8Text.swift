// Finding and replacing malformed UTF-8, one maximal subpart at a time.

/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
///
/// Malformed input is divided as the WHATWG Encoding Standard and Unicode 15, section 3.9, table
/// 3-8 do it: a truncated sequence counts once, every other bad byte counts alone. Each such
/// maximal subpart becomes one U+FFFD.
package enum UTF8Text {
    /// U+FFFD in UTF-8.
    package static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    /// The first malformed maximal subpart at or after `start`, or nil if the rest is valid.
    ///
    /// `start` must lie on a character's first byte. ASCII costs about a quarter of a cycle a byte.
    package static func firstMalformed(
        in bytes: Span<UInt8>, from start: Int = 0
    ) -> Range<Int>? {
        let count = bytes.count
        var position = start
        while position < count {
            if bytes[position] < 0x80 {
                position = endOfASCII(in: bytes, from: position)
                continue
            }
            let end = endOfCharacter(in: bytes, from: position)
            if end < 0 { return position..<(-end) }
            position = end
        }
        return nil
    }

    /// True if every byte belongs to a well-formed character.
    package static func isValid(_ bytes: Span<UInt8>) -> Bool {
        firstMalformed(in: bytes) == nil
    }

    /// Appends the bytes with U+FFFD for each malformed maximal subpart;
    /// returns how many there were.
    package static func appendRepaired(_ bytes: Span<UInt8>, to output: inout [UInt8]) -> Int {
        var replaced = 0
        var position = 0
        while let bad = firstMalformed(in: bytes, from: position) {
            output.append(copying: bytes.extracting(position..<bad.lowerBound))
            output.append(contentsOf: replacement)
            replaced += 1
            position = bad.upperBound
        }
        output.append(copying: bytes.extracting(position..<bytes.count))
        return replaced
    }

    /// The first byte at or after `start` that is not ASCII, or the end.
    package static func endOfASCII(in bytes: Span<UInt8>, from start: Int) -> Int {
        // SAFETY: the view is used within this call only, while `bytes` lives.
        let raw = unsafe bytes.bytes
        let count = bytes.count
        let high: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position &+ 32 <= count {
            // SAFETY: the loop's condition keeps 32 bytes from `position` inside the span.
            let first = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: position, as: UInt64.self)
            let second = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: position &+ 8, as: UInt64.self)
            let third = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: position &+ 16, as: UInt64.self)
            let fourth = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: position &+ 24, as: UInt64.self)
            if (first | second | third | fourth) & high != 0 { break }
            position &+= 32
        }
        while position < count, bytes[position] < 0x80 { position &+= 1 }
        return position
    }

    /// The end of the well-formed character that starts at `start`, or, negated, the end of the
    /// malformed maximal subpart.
    private static func endOfCharacter(in bytes: Span<UInt8>, from start: Int) -> Int {
        let lead = bytes[start]
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        let length: Int
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0:
            length = 3
            lowest = 0xA0
        case 0xED:
            length = 3
            highest = 0x9F
        case 0xE1...0xEF: length = 3
        case 0xF0:
            length = 4
            lowest = 0x90
        case 0xF4:
            length = 4
            highest = 0x8F
        case 0xF1...0xF3: length = 4
        default: return -(start + 1)
        }
        let end = start + length
        var position = start + 1
        while position < end {
            guard position < bytes.count else { return -position }
            let byte = bytes[position]
            guard byte >= lowest && byte <= highest else { return -position }
            lowest = 0x80
            highest = 0xBF
            position += 1
        }
        return end
    }
}
