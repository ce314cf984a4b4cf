// Single code points: decoding from UTF-8, classes and simple lower case.

internal import CUnicodeTables

/// What a code point of a text is, by the generated Unicode tables.
package enum CodePoint {
    /// The code point that begins at `index`, and its length; the bytes must be valid UTF-8.
    ///
    /// Malformed bytes never read out of bounds: they come back as U+FFFD of length 1.
    package static func decode(_ bytes: Span<UInt8>, at index: Int) -> (value: UInt32, count: Int) {
        let first = UInt32(bytes[index])
        if first < 0x80 { return (first, 1) }
        let left = bytes.count - index
        if first < 0xE0, first >= 0xC2, left >= 2 {
            return ((first & 0x1F) << 6 | UInt32(bytes[index + 1] & 0x3F), 2)
        }
        if first >= 0xE0, first < 0xF0, left >= 3 {
            let low = UInt32(bytes[index + 1] & 0x3F) << 6 | UInt32(bytes[index + 2] & 0x3F)
            return ((first & 0x0F) << 12 | low, 3)
        }
        if first >= 0xF0, first < 0xF5, left >= 4 {
            let high = (first & 0x07) << 18 | UInt32(bytes[index + 1] & 0x3F) << 12
            return (
                high | UInt32(bytes[index + 2] & 0x3F) << 6 | UInt32(bytes[index + 3] & 0x3F), 4
            )
        }
        return (0xFFFD, 1)
    }

    /// Start of the code point that ends before `index` (exclusive).
    package static func start(before index: Int, in bytes: Span<UInt8>) -> Int {
        var start = index - 1
        while start > 0, index - start < 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// True for letters, numbers and `_`.
    package static func isWord(_ value: UInt32) -> Bool {
        winnow_unicode_flags(value) & UInt8(WINNOW_UNICODE_WORD) != 0
    }

    /// True if the code point may change under NFC, or reorder, or combine with one before it.
    package static func mayNormalise(_ value: UInt32) -> Bool {
        winnow_unicode_flags(value) & UInt8(WINNOW_UNICODE_NORMALISES) != 0
    }

    /// The simple lower case; U+0130 gives `i`.
    package static func lowercase(_ value: UInt32) -> UInt32 {
        value == 0x130 ? 0x69 : winnow_unicode_lower(value)
    }

    /// Appends the code point in UTF-8; it must be a scalar value.
    package static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        switch value {
        case ..<0x80:
            bytes.append(UInt8(value))
        case ..<0x800:
            bytes.append(UInt8(0xC0 | value >> 6))
            bytes.append(UInt8(0x80 | value & 0x3F))
        case ..<0x10000:
            bytes.append(UInt8(0xE0 | value >> 12))
            bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | value & 0x3F))
        default:
            bytes.append(UInt8(0xF0 | value >> 18))
            bytes.append(UInt8(0x80 | value >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | value & 0x3F))
        }
    }
}
