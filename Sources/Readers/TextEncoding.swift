// Telling a text file's encoding, and decoding what is not UTF-8.

internal import ByteText

/// What a text file's bytes turned out to be.
enum TextVerdict: Equatable {
    /// UTF-8, perhaps with a byte order mark or some malformed places: taken as it is.
    case utf8
    /// Decoded from another encoding.
    case decoded(String)
    case notText(String)
    case unknown(String)
}

/// UTF-8 first; UTF-16 and UTF-32 by their byte order mark or by where their NUL bytes stand.
enum TextEncoding {
    /// Files of other kinds that turn up among texts, by their first bytes.
    private static let binaryMagic: [(bytes: [UInt8], name: String)] = [
        ([0x89, 0x50, 0x4E, 0x47], "a PNG image"), ([0xFF, 0xD8, 0xFF], "a JPEG image"),
        (Array("GIF8".utf8), "a GIF image"), (Array("%PDF-".utf8), "a PDF file"),
        ([0x50, 0x4B, 3, 4], "a zip archive"), ([0x1F, 0x8B], "a gzip file within a gzip file"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"), ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "an xz file"), (Array("BZh".utf8), "a bzip2 file"),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive"), ([0xD0, 0xCF, 0x11, 0xE0], "an Office file"),
        (Array("SQLite format 3".utf8), "an SQLite database"),
        (Array("WARC/".utf8), "a WARC file"), (Array("filedesc://".utf8), "an ARC file"),
    ]
    /// POSIX.1-1988, ustar header block.
    private static let tarMagic = Array("ustar".utf8)
    private static let tarMagicOffset = 257
    /// Documents in a markup language begin like this, in any case of letters.
    private static let markupHeads: [(head: [UInt8], name: String)] = [
        (Array("<!doctype html".utf8), "an HTML page"), (Array("<html".utf8), "an HTML page"),
        (Array("<?xml".utf8), "an XML document"), (Array("<mediawiki".utf8), "a MediaWiki export"),
        (Array("<rss".utf8), "a feed"), (Array("<feed".utf8), "a feed"),
    ]

    /// What kind of markup a text is; nil for plain text, tags in it or not.
    private static func markup(_ bytes: Span<UInt8>) -> String? {
        var start = starts(bytes, [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count, [0x09, 0x0A, 0x0D, 0x20].contains(bytes[start]) { start += 1 }
        let head = bytes.extracting(start..<min(start + 16, bytes.count))
        return markupHeads.first { candidate in
            candidate.head.count <= head.count
                && candidate.head.indices.allSatisfy {
                    candidate.head[$0] == head[$0] | (head[$0] & 0x40 != 0 ? 0x20 : 0)
                }
        }?.name
    }

    /// Control characters that texts may hold by mistake before they are no texts any more: this
    /// many, or one in fifty bytes.
    private static let toleratedControls = 16
    /// Malformed places before an encoding counts as unknown: this many, and one in ten characters.
    private static let toleratedMalformed = 64

    /// Judges a whole file; what has to be decoded is appended to `output` as UTF-8.
    static func judge(_ bytes: Span<UInt8>, decodingInto output: inout [UInt8]) -> TextVerdict {
        if starts(bytes, [0xFF, 0xFE, 0, 0]) { return utf32(bytes, 4, false, &output) }
        if starts(bytes, [0, 0, 0xFE, 0xFF]) { return utf32(bytes, 4, true, &output) }
        if starts(bytes, [0xFF, 0xFE]) { return utf16(bytes, 2, false, &output) }
        if starts(bytes, [0xFE, 0xFF]) { return utf16(bytes, 2, true, &output) }
        if let known = binaryMagic.first(where: { starts(bytes, $0.bytes) }) {
            return .notText("\(known.name), not a text")
        }
        if bytes.count > tarMagicOffset, starts(bytes.extracting(tarMagicOffset...), tarMagic) {
            return .notText("a tar archive, not a text")
        }
        if let name = markup(bytes) { return .notText("\(name), which this version does not read") }
        if let verdict = judgeNULs(bytes, &output) { return verdict }
        let controls = controlCount(bytes)
        if controls > max(toleratedControls, bytes.count / 50) {
            return .notText("\(controls) control characters in \(bytes.count) bytes: not a text")
        }
        return judgeUTF8(bytes)
    }

    private static func judgeUTF8(_ bytes: Span<UInt8>) -> TextVerdict {
        var malformed = 0
        var position = 0
        while let bad = UTF8Text.firstMalformed(in: bytes, from: position) {
            malformed += 1
            position = bad.upperBound
        }
        if malformed <= toleratedMalformed { return .utf8 }
        var characters = malformed
        for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { characters += 1 }
        guard malformed > characters / 10 else { return .utf8 }
        return .unknown(
            "\(malformed) places are malformed UTF-8, and no other encoding could be told")
    }

    /// Judges files with NUL bytes: UTF-16 and UTF-32 without a mark have them in fixed places.
    private static func judgeNULs(
        _ bytes: Span<UInt8>, _ output: inout [UInt8]
    ) -> TextVerdict? {
        guard let first = ByteSearch.firstIndex(of: 0, in: bytes) else { return nil }
        var counts: [4 of Int] = [0, 0, 0, 0]
        for index in first..<bytes.count where bytes[index] == 0 { counts[index & 3] += 1 }
        // Characters beyond the Basic Multilingual Plane have NUL bytes in the other places, too:
        // the few that a text holds do not count against it.
        let units = max(1, bytes.count / 4)
        if bytes.count % 4 == 0 {
            if counts[3] == units && counts[0] < units / 4 && counts[2] > units / 2 {
                return utf32(bytes, 0, false, &output)
            }
            if counts[0] == units && counts[3] < units / 4 && counts[1] > units / 2 {
                return utf32(bytes, 0, true, &output)
            }
        }
        let even = counts[0] + counts[2]
        let odd = counts[1] + counts[3]
        if bytes.count % 2 == 0 {
            if odd > units / 2 && even < odd / 8 { return utf16(bytes, 0, false, &output) }
            if even > units / 2 && odd < even / 8 { return utf16(bytes, 0, true, &output) }
        }
        return nil
    }

    private static func utf16(
        _ bytes: Span<UInt8>, _ start: Int, _ isBigEndian: Bool, _ output: inout [UInt8]
    ) -> TextVerdict {
        func unit(_ place: Int) -> UInt32 {
            let one = UInt32(bytes[place])
            let two = UInt32(bytes[place + 1])
            return isBigEndian ? one << 8 | two : two << 8 | one
        }
        output.reserveCapacity(output.count + bytes.count)
        var place = start
        var malformed = 0
        while place + 1 < bytes.count {
            let high = unit(place)
            place += 2
            var value = high
            if (0xD800...0xDBFF).contains(high), place + 1 < bytes.count {
                let low = unit(place)
                if (0xDC00...0xDFFF).contains(low) {
                    place += 2
                    value = 0x1_0000 + (high - 0xD800) << 10 + (low - 0xDC00)
                }
            }
            malformed += append(value, &output)
        }
        if place < bytes.count { malformed += append(0xD800, &output) }
        return verdict(malformed, isBigEndian ? "UTF-16BE" : "UTF-16LE", output.count)
    }

    private static func utf32(
        _ bytes: Span<UInt8>, _ start: Int, _ isBigEndian: Bool, _ output: inout [UInt8]
    ) -> TextVerdict {
        output.reserveCapacity(output.count + bytes.count / 2)
        var place = start
        var malformed = 0
        while place + 3 < bytes.count {
            var value: UInt32 = 0
            for offset in 0..<4 {
                value = value << 8 | UInt32(bytes[place + (isBigEndian ? offset : 3 - offset)])
            }
            malformed += append(value, &output)
            place += 4
        }
        if place < bytes.count { malformed += append(0xD800, &output) }
        return verdict(malformed, isBigEndian ? "UTF-32BE" : "UTF-32LE", output.count)
    }

    private static func verdict(_ malformed: Int, _ name: String, _ bytes: Int) -> TextVerdict {
        malformed > toleratedControls && malformed > bytes / 20
            ? .notText("marked as \(name), but \(malformed) code units are malformed")
            : .decoded(name)
    }

    /// Appends a code point; returns 1 if it is none and U+FFFD was put in its place.
    private static func append(_ value: UInt32, _ output: inout [UInt8]) -> Int {
        guard let scalar = Unicode.Scalar(value) else {
            output.append(contentsOf: UTF8Text.replacement)
            return 1
        }
        if let encoded = UTF8.encode(scalar) { output.append(contentsOf: encoded) }
        return 0
    }

    private static func controlCount(_ bytes: Span<UInt8>) -> Int {
        var count = 0
        for index in bytes.indices {
            let byte = bytes[index]
            // Tabulators, line ends, backspace and escape occur in texts.
            let isOdd = byte < 0x08 || (byte > 0x0D && byte < 0x1B) || (byte > 0x1B && byte < 0x20)
            count &+= isOdd ? 1 : 0
        }
        return count
    }

    private static func starts(_ bytes: Span<UInt8>, _ magic: [UInt8]) -> Bool {
        guard bytes.count >= magic.count else { return false }
        return magic.indices.allSatisfy { bytes[$0] == magic[$0] }
    }
}
