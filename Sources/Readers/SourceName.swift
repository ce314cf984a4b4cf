// Naming a document's source after its address, and judging language tags and blank texts.

enum SourceName {
    /// Appends the host of an absolute address (RFC 3986, section 3.2.2), lower-cased, without
    /// user and port; nothing if there is none.
    static func appendHost(of url: Span<UInt8>, to output: inout [UInt8]) {
        var start = 0
        while start + 3 <= url.count, !isSchemeEnd(url, start) {
            // A path or a query comes first: not an absolute address.
            guard isSchemeByte(url[start]) else { break }
            start += 1
        }
        if start + 3 <= url.count, isSchemeEnd(url, start) {
            start += 3
        } else if url.count > 2, url[0] == UInt8(ascii: "/"), url[1] == UInt8(ascii: "/") {
            start = 2
        } else {
            return
        }
        var end = start
        while end < url.count, !"/?#\\".utf8.contains(url[end]), url[end] > 0x20 { end += 1 }
        for place in start..<end where url[place] == UInt8(ascii: "@") { start = place + 1 }
        let isAddress = start < end && url[start] == UInt8(ascii: "[")
        for place in start..<end {
            let byte = url[place]
            if byte == UInt8(ascii: ":") && !isAddress { break }
            output.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
            if byte == UInt8(ascii: "]") && isAddress { break }
        }
    }

    private static func isSchemeEnd(_ url: Span<UInt8>, _ place: Int) -> Bool {
        place > 0 && url[place] == UInt8(ascii: ":") && url[place + 1] == UInt8(ascii: "/")
            && url[place + 2] == UInt8(ascii: "/")
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
        default: false
        }
    }
}

enum LanguageTag {
    /// True for what has the shape of a BCP 47 tag: `en`, `pt-BR`, `zh-Hant-TW`. Names of
    /// languages have not.
    static func isPlausible(_ tag: Span<UInt8>) -> Bool {
        var letters = 0
        var isFirst = true
        guard tag.count >= 2 && tag.count <= 35 else { return false }
        for index in tag.indices {
            switch tag[index] {
            case UInt8(ascii: "-"):
                guard letters >= (isFirst ? 2 : 1) else { return false }
                isFirst = false
                letters = 0
            case 0x41...0x5A, 0x61...0x7A: letters += 1
            case 0x30...0x39 where !isFirst: letters += 1
            default: return false
            }
            guard letters <= (isFirst ? 3 : 8) else { return false }
        }
        return letters >= (isFirst ? 2 : 1)
    }
}

enum BlankText {
    /// True if there is nothing but white space and marks of no width; invalid bytes are not blank.
    static func isBlank(_ text: Span<UInt8>) -> Bool {
        var place = 0
        while place < text.count {
            let byte = text[place]
            if byte < 0x80 {
                guard byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) else { return false }
                place += 1
                continue
            }
            let length = blankLength(text, place)
            if length == 0 { return false }
            place += length
        }
        return true
    }

    /// Length of the blank character beyond ASCII at a place, or 0.
    private static func blankLength(_ text: Span<UInt8>, _ place: Int) -> Int {
        let first = text[place]
        guard place + 1 < text.count else { return 0 }
        let second = text[place + 1]
        // U+0085 and U+00A0.
        if first == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : 0 }
        guard place + 2 < text.count else { return 0 }
        let third = text[place + 2]
        let isBlank =
            switch (first, second) {
            case (0xE1, 0x9A): third == 0x80  // U+1680
            // U+2000 to U+200D, U+2028, U+2029, U+202F
            case (0xE2, 0x80): third <= 0x8D || third == 0xA8 || third == 0xA9 || third == 0xAF
            case (0xE2, 0x81): third == 0x9F || third == 0xA0  // U+205F, U+2060
            case (0xE3, 0x80): third == 0x80  // U+3000
            case (0xEF, 0xBB): third == 0xBF  // U+FEFF
            default: false
            }
        return isBlank ? 3 : 0
    }
}
