// Base64 (RFC 4648, section 4), with padding, for bytes that JSON strings cannot hold.

import ByteText

package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let invalid: UInt8 = 0xFF
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    private static let padding = UInt8(ascii: "=")

    /// Appends the digits of the bytes.
    package static func encode(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
        let digits = alphabet.span
        var position = 0
        while position + 2 < bytes.count {
            let group =
                Int(bytes[position]) << 16 | Int(bytes[position + 1]) << 8
                | Int(bytes[position + 2])
            output.append(digits[group >> 18])
            output.append(digits[group >> 12 & 63])
            output.append(digits[group >> 6 & 63])
            output.append(digits[group & 63])
            position += 3
        }
        switch bytes.count - position {
        case 1:
            let group = Int(bytes[position]) << 16
            output.append(digits[group >> 18])
            output.append(digits[group >> 12 & 63])
            output.append(padding)
            output.append(padding)
        case 2:
            let group = Int(bytes[position]) << 16 | Int(bytes[position + 1]) << 8
            output.append(digits[group >> 18])
            output.append(digits[group >> 12 & 63])
            output.append(digits[group >> 6 & 63])
            output.append(padding)
        default: break
        }
    }

    /// The bytes that the digits stand for, or nil if they are no canonical Base64.
    static func decode(_ digits: Span<UInt8>) -> [UInt8]? {
        guard digits.count % 4 == 0 else { return nil }
        var significant = digits.count
        while significant > 0, digits.count - significant < 2, digits[significant - 1] == padding {
            significant -= 1
        }
        var output: [UInt8] = []
        output.reserveCapacity(digits.count / 4 * 3)
        let values = Self.values.span
        var group = 0
        var bits = 0
        for position in 0..<significant {
            let value = values[Int(digits[position])]
            guard value != invalid else { return nil }
            group = (group << 6 | Int(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        // Left-over bits must be zero, or two texts would stand for the same bytes.
        guard bits < 6, group & ((1 << bits) - 1) == 0 else { return nil }
        return output
    }
}
