// A whole JSON value in memory, every key and value with its place,
// for configuration and manifests.

internal import ByteText

/// A place in a text for people: both count from 1, columns in characters.
package struct TextPosition: Equatable, Sendable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Line and column of a byte offset; an offset behind the end counts as the end.
    package init(ofByte offset: Int, in bytes: Span<UInt8>) {
        line = 1
        column = 1
        for index in 0..<max(0, min(offset, bytes.count)) {
            if bytes[index] == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if bytes[index] & 0xC0 != 0x80 {
                column += 1
            }
        }
    }

    package var description: String { "line \(line), column \(column)" }
}

/// A parsed value and the offset of its first byte. Small texts only: it allocates per value.
package struct JSONTree: Equatable, Sendable {
    package struct Field: Equatable, Sendable {
        package var key: String
        /// Offset of the key's opening quote.
        package var keyOffset: Int
        package var value: JSONTree

        package init(key: String, keyOffset: Int, value: JSONTree) {
            self.key = key
            self.keyOffset = keyOffset
            self.value = value
        }
    }

    package indirect enum Value: Equatable, Sendable {
        case null
        case boolean(Bool)
        case integer(Int)
        /// Also integers beyond 63 bits.
        case double(Double)
        case string(String)
        case array([JSONTree])
        /// In the order of the text, repeated keys included.
        case object([Field])
    }

    package var value: Value
    package var byteOffset: Int

    package init(value: Value, byteOffset: Int = 0) {
        self.value = value
        self.byteOffset = byteOffset
    }

    /// Parses a text strictly: malformed UTF-8 and lone surrogates are refused, too.
    package init(parsing bytes: Span<UInt8>) throws(JSONError) {
        try self.init(parsing: bytes, in: 0..<bytes.count)
    }

    private init(parsing bytes: Span<UInt8>, in range: Range<Int>) throws(JSONError) {
        var parser = JSONParser()
        try parser.parse(bytes, in: range, isRepairing: false)
        switch parser.root {
        case .object:
            var fields: [Field] = []
            fields.reserveCapacity(parser.count)
            for index in 0..<parser.count {
                fields.append(
                    Field(
                        key: parser.withKey(at: index) { String(decodingUTF8: $0) },
                        keyOffset: parser.keyOffset(at: index),
                        value: try Self.item(index, of: parser, bytes)))
            }
            self.init(value: .object(fields), byteOffset: range.lowerBound)
        case .array:
            var elements: [JSONTree] = []
            elements.reserveCapacity(parser.count)
            for index in 0..<parser.count {
                elements.append(try Self.item(index, of: parser, bytes))
            }
            self.init(value: .array(elements), byteOffset: range.lowerBound)
        default:
            self = try Self.item(0, of: parser, bytes)
        }
    }

    private static func item(
        _ index: Int, of parser: borrowing JSONParser, _ bytes: Span<UInt8>
    ) throws(JSONError) -> JSONTree {
        let range = parser.rawRange(at: index)
        let value: Value =
            switch parser.kind(at: index) {
            case .null: .null
            case .false: .boolean(false)
            case .true: .boolean(true)
            case .integer: .integer(parser.integer(at: index) ?? 0)
            case .unsigned, .double: .double(parser.double(at: index) ?? 0)
            case .string: .string(parser.withString(at: index) { String(decodingUTF8: $0) })
            // Nested values are parsed again from their own text: simple, and small texts only.
            case .object, .array: try JSONTree(parsing: bytes, in: range).value
            }
        return JSONTree(value: value, byteOffset: range.lowerBound)
    }

    /// The last field of this name; nil if there is none or the value is no object.
    package subscript(key: String) -> JSONTree? {
        guard case .object(let fields) = value else { return nil }
        return fields.last { $0.key == key }?.value
    }

    package var string: String? {
        if case .string(let string) = value { string } else { nil }
    }
    package var integer: Int? {
        if case .integer(let integer) = value { integer } else { nil }
    }
    package var boolean: Bool? {
        if case .boolean(let boolean) = value { boolean } else { nil }
    }
    /// A double, or an integer as one.
    package var double: Double? {
        switch value {
        case .double(let double): double
        case .integer(let integer): Double(integer)
        default: nil
        }
    }
    package var array: [JSONTree]? {
        if case .array(let array) = value { array } else { nil }
    }
    package var fields: [Field]? {
        if case .object(let fields) = value { fields } else { nil }
    }
    package var isNull: Bool { value == .null }
}

extension String {
    /// A copy of UTF-8 as a string; malformed parts become U+FFFD.
    init(decodingUTF8 bytes: Span<UInt8>) {
        // SAFETY: the buffer is the span's own memory, copied inside the closure.
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
