// Finding the place and the cause of a fault in a text that the parser has refused.

internal import ByteText

/// A slow, strict check of JSON's grammar, for messages only: simdjson does not say where.
enum JSONFault {
    /// The first fault, or nil if the text is JSON.
    static func locate(in bytes: Span<UInt8>) -> JSONError? {
        do {
            try check(bytes)
            return nil
        } catch {
            return error
        }
    }

    private static func check(_ bytes: Span<UInt8>) throws(JSONError) {
        var position = skipSpace(bytes, 0)
        guard position < bytes.count else {
            throw JSONError(.malformed, at: position, "no value, only white space")
        }
        var closers: [UInt8] = []
        while true {
            position = try value(bytes, position, &closers)
            while true {
                position = skipSpace(bytes, position)
                guard let closer = closers.last else {
                    if position == bytes.count { return }
                    throw JSONError(.malformed, at: position, "more text after the value's end")
                }
                guard position < bytes.count else {
                    throw JSONError(
                        .malformed, at: position, "the text ends before its \(name(closer))")
                }
                if bytes[position] == closer {
                    closers.removeLast()
                    position += 1
                    continue
                }
                guard bytes[position] == UInt8(ascii: ",") else {
                    throw JSONError(
                        .malformed, at: position, "expected a comma or \(name(closer))")
                }
                position = skipSpace(bytes, position + 1)
                if closer == UInt8(ascii: "}") { position = try key(bytes, position) }
                break
            }
        }
    }

    /// Passes a scalar, an opening bracket of an array with elements, or an opening brace with
    /// its first key (looping until a scalar or an empty container is passed).
    private static func value(
        _ bytes: Span<UInt8>, _ start: Int, _ closers: inout [UInt8]
    ) throws(JSONError) -> Int {
        var position = start
        while true {
            guard position < bytes.count else {
                throw JSONError(.malformed, at: position, "the text ends where a value should be")
            }
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                // Closers are the openers' codes plus two.
                let closer = bytes[position] + 2
                closers.append(closer)
                if closers.count > JSONParser.maximumDepth {
                    throw JSONError(
                        .tooDeep, at: position, "nested deeper than \(JSONParser.maximumDepth)")
                }
                position = skipSpace(bytes, position + 1)
                if position < bytes.count, bytes[position] == closer { return position }
                if closer == UInt8(ascii: "}") { position = try key(bytes, position) }
            case UInt8(ascii: "\""): return try string(bytes, position)
            case UInt8(ascii: "-"), 0x30...0x39: return try number(bytes, position)
            case UInt8(ascii: "t"): return try literal(bytes, position, "true")
            case UInt8(ascii: "f"): return try literal(bytes, position, "false")
            case UInt8(ascii: "n"): return try literal(bytes, position, "null")
            default: throw JSONError(.malformed, at: position, "expected a value")
            }
        }
    }

    /// Passes a key, its colon and the space behind it.
    private static func key(_ bytes: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else {
            throw JSONError(.malformed, at: start, "expected a key in double quotes")
        }
        let colon = skipSpace(bytes, try string(bytes, start))
        guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else {
            throw JSONError(.malformed, at: colon, "expected a colon after the key")
        }
        return skipSpace(bytes, colon + 1)
    }

    private static func string(_ bytes: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let inside = bytes.extracting(start..<position)
                if let bad = UTF8Text.firstMalformed(in: inside) {
                    throw JSONError(.malformed, at: start + bad.lowerBound, "malformed UTF-8")
                }
                return position + 1
            case UInt8(ascii: "\\"): position = try escape(bytes, position)
            case 0..<0x20:
                throw JSONError(.malformed, at: position, "a control character in a string")
            default: position += 1
            }
        }
        throw JSONError(.malformed, at: start, "a string that is not closed")
    }

    private static func escape(_ bytes: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        let short: StaticString = "\"\\/bfnrt"
        guard start + 1 < bytes.count else {
            throw JSONError(.malformed, at: start, "the text ends within an escape")
        }
        let letter = bytes[start + 1]
        if letter != UInt8(ascii: "u") {
            guard "\(short)".utf8.contains(letter) else {
                throw JSONError(.malformed, at: start, "an unknown escape")
            }
            return start + 2
        }
        guard let unit = JSONRepair.codeUnit(bytes, start) else {
            throw JSONError(.malformed, at: start, "\\u without four hexadecimal digits")
        }
        guard (0xD800...0xDFFF).contains(unit) else { return start + 6 }
        guard unit < 0xDC00, let low = JSONRepair.codeUnit(bytes, start + 6),
            (0xDC00...0xDFFF).contains(low)
        else { throw JSONError(.malformed, at: start, "half a surrogate pair") }
        return start + 12
    }

    private static func number(_ bytes: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        func digits(_ from: Int) throws(JSONError) -> Int {
            var position = from
            while position < bytes.count, isDigit(bytes[position]) { position += 1 }
            guard position > from else {
                throw JSONError(.malformed, at: start, "a number without digits")
            }
            return position
        }
        var position = start
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        position = try digits(position)
        if bytes[first] == UInt8(ascii: "0") && position > first + 1 {
            throw JSONError(.malformed, at: start, "a number with a leading zero")
        }
        var isInteger = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position = try digits(position + 1)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.count,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            position = try digits(position)
        }
        let text = (start..<position).reduce(into: "") {
            $0.unicodeScalars.append(Unicode.Scalar(bytes[$1]))
        }
        let fits =
            isInteger
            ? Int64(text) != nil || UInt64(text) != nil : Double(text).map(\.isFinite) ?? false
        guard fits else {
            throw JSONError(
                .numberOutOfRange, at: start, "a number that no 64-bit integer or double holds")
        }
        return position
    }

    private static func literal(
        _ bytes: Span<UInt8>, _ start: Int, _ word: String
    ) throws(JSONError) -> Int {
        var position = start
        for byte in word.utf8 {
            guard position < bytes.count, bytes[position] == byte else {
                throw JSONError(.malformed, at: start, "expected \(word)")
            }
            position += 1
        }
        return position
    }

    private static func skipSpace(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var position = start
        while position < bytes.count,
            bytes[position] == 0x20 || bytes[position] == 0x0A || bytes[position] == 0x0D
                || bytes[position] == 0x09
        {
            position += 1
        }
        return position
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func name(_ closer: UInt8) -> String {
        closer == UInt8(ascii: "}") ? "closing brace" : "closing bracket"
    }
}
