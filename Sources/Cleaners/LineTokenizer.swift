// A line as tokens: words, numbers, addresses and punctuation marks, with their traits.

internal import ByteText

/// What a token looks like.
struct TokenTraits: OptionSet {
    var rawValue: UInt16

    static let mark = TokenTraits(rawValue: 1)
    static let upperFirst = TokenTraits(rawValue: 2)
    static let allUpper = TokenTraits(rawValue: 4)
    static let hasDigit = TokenTraits(rawValue: 8)
    static let allDigits = TokenTraits(rawValue: 16)
    static let url = TokenTraits(rawValue: 32)
    static let email = TokenTraits(rawValue: 64)
    static let handle = TokenTraits(rawValue: 128)
    static let initial = TokenTraits(rawValue: 256)
    static let hasLetter = TokenTraits(rawValue: 512)
}

/// One token: a hash of its lower-cased text and where it stands.
struct LineToken {
    var hash: UInt64
    var start: Int
    var end: Int
    var traits: TokenTraits

    var isMark: Bool { traits.contains(.mark) }
}

/// Hashes of tokens (FNV-1a over lower-cased UTF-8).
enum TokenHash {
    static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    static func add(_ byte: UInt8, to hash: inout UInt64) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    static func add(codePoint value: UInt32, to hash: inout UInt64) {
        add(UInt8(truncatingIfNeeded: value), to: &hash)
        add(UInt8(truncatingIfNeeded: value >> 8), to: &hash)
        add(UInt8(truncatingIfNeeded: value >> 16), to: &hash)
        add(0xFF, to: &hash)
    }

    static func of(mark value: UInt32) -> UInt64 {
        var hash = seed
        add(0xFE, to: &hash)
        add(codePoint: value, to: &hash)
        return hash
    }
}

/// Cuts a line into tokens, one at a time, so that a line that no rule begins like costs one word.
///
/// A word is a run of letters and digits, apostrophes and hyphens inside it included; a number
/// holds its `.` `,` `:` `/` `-`; addresses and `@handles` are one token; every other character
/// is a mark by itself, dashes and quotes folded to their ASCII forms.
struct LineTokenizer {
    private var position: Int
    private let end: Int

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// Appends the next token; false at the line's end.
    mutating func next(_ bytes: Span<UInt8>, into tokens: inout [LineToken]) -> Bool {
        while position < end {
            let byte = bytes[position]
            if byte == 0x20 || byte == 0x09 {
                position += 1
                continue
            }
            if byte < 0x80 {
                if Self.isASCIIWord(byte) {
                    scanWord(bytes, into: &tokens)
                } else {
                    scanMark(bytes, UInt32(byte), 1, into: &tokens)
                }
                return true
            }
            let (value, count) = CodePoint.decode(bytes, at: position)
            switch value {
            case 0xA0, 0x2000...0x200F, 0x202F, 0x205F, 0x2066...0x2069, 0x3000:
                position += count
            default:
                if CodePoint.isWord(value) {
                    scanWord(bytes, into: &tokens)
                } else {
                    scanMark(bytes, Self.folded(value), count, into: &tokens)
                }
                return true
            }
        }
        return false
    }

    private mutating func scanMark(
        _ bytes: Span<UInt8>, _ value: UInt32, _ count: Int, into tokens: inout [LineToken]
    ) {
        let start = position
        position += count
        if value == 0x40, position < end, Self.isASCIIWord(bytes[position]) {
            while position < end, Self.isASCIIWord(bytes[position]) { position += 1 }
            tokens.append(
                LineToken(hash: TokenHash.seed, start: start, end: position, traits: .handle))
            return
        }
        tokens.append(
            LineToken(
                hash: TokenHash.of(mark: value), start: start, end: position, traits: .mark))
    }

    private mutating func scanWord(_ bytes: Span<UInt8>, into tokens: inout [LineToken]) {
        let start = position
        var hash = TokenHash.seed
        var letters = 0
        var uppers = 0
        var digits = 0
        var isUpperFirst = false
        while position < end {
            let byte = bytes[position]
            if byte < 0x80 {
                if byte &- 0x61 < 26 {
                    letters += 1
                    TokenHash.add(byte, to: &hash)
                } else if byte &- 0x41 < 26 {
                    if position == start { isUpperFirst = true }
                    letters += 1
                    uppers += 1
                    TokenHash.add(byte | 0x20, to: &hash)
                } else if byte &- 0x30 < 10 || byte == 0x5F {
                    digits += byte == 0x5F ? 0 : 1
                    TokenHash.add(byte, to: &hash)
                } else if joins(bytes, byte, hasLetters: letters > 0, hasDigits: digits > 0) {
                    TokenHash.add(byte, to: &hash)
                } else {
                    break
                }
                position += 1
                continue
            }
            let (value, count) = CodePoint.decode(bytes, at: position)
            if value == 0x2019, letters > 0, startsWord(bytes, at: position + count) {
                TokenHash.add(0x27, to: &hash)
            } else if CodePoint.isWord(value) {
                let lower = CodePoint.lowercase(value)
                if lower != value {
                    if position == start { isUpperFirst = true }
                    uppers += 1
                }
                letters += 1
                TokenHash.add(codePoint: lower, to: &hash)
            } else if !CodePoint.mayNormalise(value) {
                break
            }
            position += count
        }
        var traits: TokenTraits = []
        if isUpperFirst { traits.insert(.upperFirst) }
        if letters > 0 { traits.insert(.hasLetter) }
        if digits > 0 { traits.insert(letters > 0 ? .hasDigit : [.hasDigit, .allDigits]) }
        if letters > 0, uppers == letters { traits.insert(.allUpper) }
        if let address = scanAddress(bytes, from: start) {
            tokens.append(
                LineToken(hash: TokenHash.seed, start: start, end: position, traits: address))
            return
        }
        if letters == 1, digits == 0, isUpperFirst, position < end, bytes[position] == 0x2E {
            traits.insert(.initial)
            position += 1
        }
        tokens.append(LineToken(hash: hash, start: start, end: position, traits: traits))
    }

    /// True if a byte that is no word character belongs to the token all the same.
    private func joins(
        _ bytes: Span<UInt8>, _ byte: UInt8, hasLetters: Bool, hasDigits: Bool
    ) -> Bool {
        let next = position + 1
        guard next < end else { return false }
        switch byte {
        case 0x27: return hasLetters && startsWord(bytes, at: next)
        case 0x2D:
            if hasDigits && !hasLetters { return bytes[next] &- 0x30 < 10 }
            return hasLetters && startsWord(bytes, at: next)
        case 0x2C, 0x2E, 0x2F, 0x3A:
            return hasDigits && bytes[next] &- 0x30 < 10 && bytes[position - 1] &- 0x30 < 10
        default: return false
        }
    }

    private func startsWord(_ bytes: Span<UInt8>, at index: Int) -> Bool {
        guard index < end else { return false }
        if bytes[index] < 0x80 { return Self.isASCIIWord(bytes[index]) }
        return CodePoint.isWord(CodePoint.decode(bytes, at: index).value)
    }

    /// Extends the word that began at `start` to an address, if it is one.
    private mutating func scanAddress(_ bytes: Span<UInt8>, from start: Int) -> TokenTraits? {
        guard position < end else { return nil }
        let byte = bytes[position]
        if byte == 0x3A, position + 2 < end, bytes[position + 1] == 0x2F,
            bytes[position + 2] == 0x2F
        {
            scanToSpace(bytes)
            return .url
        }
        guard byte == 0x40 || byte == 0x2E || byte == 0x2B || byte == 0x2D else { return nil }
        var scan = position
        var at = -1
        var lastDot = -1
        while scan < end {
            let byte = bytes[scan]
            if byte == 0x40, at < 0 {
                at = scan
                lastDot = -1
            } else if byte == 0x2E {
                lastDot = scan
            } else if !(byte < 0x80 && Self.isASCIIWord(byte)) && byte != 0x2D && byte != 0x2B {
                break
            }
            scan += 1
        }
        while scan > start, bytes[scan - 1] == 0x2E || bytes[scan - 1] == 0x2D { scan -= 1 }
        if lastDot >= scan { lastDot = -1 }
        if at >= 0 {
            guard lastDot > at, scan - lastDot > 2 else { return nil }
            position = scan
            return .email
        }
        guard lastDot > start,
            hasHostEnding(bytes, lastDot + 1, scan) || startsWithWWW(bytes, start)
        else { return nil }
        position = scan
        if position < end, bytes[position] == 0x2F { scanToSpace(bytes) }
        return .url
    }

    private mutating func scanToSpace(_ bytes: Span<UInt8>) {
        while position < end, bytes[position] > 0x20 { position += 1 }
        while position > 0,
            [0x2C, 0x2E, 0x3B, 0x29, 0x5D, 0x22, 0x27].contains(bytes[position - 1])
        {
            position -= 1
        }
    }

    private func startsWithWWW(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
        start + 4 < end && (0..<3).allSatisfy { bytes[start + $0] | 0x20 == 0x77 }
            && bytes[start + 3] == 0x2E
    }

    /// Endings of host names that are no words of a text, and the reserved ones of RFC 2606.
    private static let hostEndings: [[UInt8]] = [
        "com", "org", "net", "edu", "gov", "int", "info", "example", "test", "invalid", "uk", "de",
        "fr", "ru", "eu", "io", "tv", "ca", "au", "ch", "nl", "ir", "br", "pt", "es", "pl", "cz",
    ].map { Array($0.utf8) }

    private func hasHostEnding(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        Self.hostEndings.contains { ending in
            ending.count == end - start
                && ending.indices.allSatisfy { bytes[start + $0] == ending[$0] }
        }
    }

    static func isASCIIWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F
    }

    /// Dashes and quotes in their ASCII forms.
    private static func folded(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x2010...0x2015, 0x2212: 0x2D
        case 0x2018, 0x2019, 0x201A: 0x27
        case 0x201C...0x201E, 0xAB, 0xBB: 0x22
        case 0x2022, 0x00B7, 0x25AA, 0x25CF: 0x2022
        case 0x203A, 0x2192, 0x25B6, 0x25BA, 0x226B: 0x3E
        default: value
        }
    }
}
