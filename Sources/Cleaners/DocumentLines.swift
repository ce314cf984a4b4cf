// The non-blank lines of a normalised text and what can be seen of each without reading its words.

internal import ByteText

/// One non-blank line.
struct TextLine {
    /// First byte of the line, white space included, and the byte behind its line feed.
    var lineStart: Int
    var lineEnd: Int
    /// Behind the last byte before the line feed.
    var contentEnd: Int
    /// First byte that is no white space, and behind the last one.
    var start: Int
    var end: Int
    /// Blank lines between the line before and this one.
    var blanksBefore: Int
    var endsSentence: Bool
    var isQuestion: Bool
    var startsQuoted: Bool
    var startsLower: Bool
    /// Ends in a comma or a semicolon: it goes on, or it is an item of a list.
    var endsOpen: Bool
    /// Ends in a colon: it introduces what follows.
    var endsInColon: Bool

    /// Begins like a quoted line of an e-mail or a box: `>` or `|`.
    var startsMarked: Bool
    /// For lines with evidence: begins with a mark that is no quote: a dash, a bracket, a star.
    var startsWithMark = false
    /// Columns, a tab or a dotted leader divide it: a row of a table.
    var isTableRow = false
    /// One word and a colon.
    var isLabel = false
    /// A piece of a hard-wrapped paragraph, not to be read by itself.
    var isPiece = false
    /// Hash of the whole line, for lines with evidence.
    var hash: UInt64 = 0

    /// Index of the rule that fits best, or -1.
    var rule = -1
    var shape: LineShape?
    /// Evidence of wording or shape; 0 if there is none.
    var weight = 0
    /// The whole line is a person's name; with a known given name.
    var isName = false
    var isGivenName = false
    var isInComment = false
    /// The verdict's score in hundredths.
    var score = 0
    var isRemoved = false

    var count: Int { end - start }
    var hasEvidence: Bool { weight > 0 }

    /// Fills what only lines with evidence are asked for.
    mutating func findForm(_ bytes: Span<UInt8>) {
        startsWithMark =
            !CodePoint.isWord(CodePoint.decode(bytes, at: start).value) && !startsQuoted
        isTableRow = Self.isTableRow(bytes, start..<end)
        isLabel = endsInColon && Self.isOneWord(bytes, start..<end)
    }

    private static let longestTableRowBytes = 200

    private static func isTableRow(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count <= longestTableRowBytes else { return false }
        var blanks = 0
        var stops = 0
        for index in range {
            let byte = bytes[index]
            blanks = byte == 0x20 ? blanks + 1 : 0
            stops = byte == 0x2E ? stops + 1 : 0
            if byte == 0x09 || blanks == 4 || stops == 4 { return true }
        }
        return false
    }

    private static func isOneWord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.count <= 24 && range.allSatisfy { bytes[$0] != 0x20 && bytes[$0] != 0x09 }
    }
}

/// Splits a text into lines.
struct DocumentLines {
    private(set) var feeds: [UInt32] = []
    /// Lines that go on in the next one, in a share that only hard-wrapped text has.
    var isWrapped: Bool { wrapped * 8 > lines.count }
    private var wrapped = 0
    var lines: [TextLine] = []

    mutating func split(_ bytes: Span<UInt8>) {
        feeds.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        wrapped = 0
        RegularText.appendLineFeeds(of: bytes, from: 0, to: &feeds)
        var lineStart = 0
        var blanks = 0
        for feed in 0...feeds.count {
            let contentEnd = feed < feeds.count ? Int(feeds[feed]) : bytes.count
            let lineEnd = min(contentEnd + 1, bytes.count)
            if feed == feeds.count, lineStart == bytes.count { break }
            var start = lineStart
            var end = contentEnd
            while start < end, let count = Self.space(bytes, at: start) { start += count }
            while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
            if start >= end {
                blanks += 1
            } else {
                append(bytes, lineStart..<contentEnd, lineEnd, start, end, blanks)
                blanks = 0
            }
            lineStart = lineEnd
        }
    }

    /// Length of the white space at `index`: blank, tab, no-break space, ideographic space.
    private static func space(_ bytes: Span<UInt8>, at index: Int) -> Int? {
        let byte = bytes[index]
        if byte == 0x20 || byte == 0x09 { return 1 }
        if byte == 0xC2, index + 1 < bytes.count, bytes[index + 1] == 0xA0 { return 2 }
        if byte == 0xE3, index + 2 < bytes.count, bytes[index + 1] == 0x80,
            bytes[index + 2] == 0x80
        {
            return 3
        }
        return nil
    }

    private mutating func append(
        _ bytes: Span<UInt8>, _ content: Range<Int>, _ lineEnd: Int, _ start: Int, _ end: Int,
        _ blanks: Int
    ) {
        let first = CodePoint.decode(bytes, at: start).value
        var tail = CodePoint.start(before: end, in: bytes)
        var last = CodePoint.decode(bytes, at: tail).value
        // A closing quote or bracket behind the full stop belongs to the sentence.
        while tail > start, Self.isClosing(last) {
            tail = CodePoint.start(before: tail, in: bytes)
            last = CodePoint.decode(bytes, at: tail).value
        }
        if blanks == 0, first &- 0x61 < 26, !lines.isEmpty { wrapped += 1 }
        lines.append(
            TextLine(
                lineStart: content.lowerBound, lineEnd: lineEnd, contentEnd: content.upperBound,
                start: start, end: end,
                blanksBefore: blanks, endsSentence: Self.endsSentence(last),
                isQuestion: last == 0x3F || last == 0x061F || last == 0xFF1F,
                startsQuoted: Self.isOpening(first),
                startsLower: first &- 0x61 < 26,
                endsOpen: bytes[end - 1] == 0x2C || bytes[end - 1] == 0x3B,
                endsInColon: bytes[end - 1] == 0x3A,
                startsMarked: first == 0x3E || first == 0x7C || first == 0x3A))
    }

    private static func isClosing(_ value: UInt32) -> Bool {
        switch value {
        case 0x22, 0x27, 0x2019, 0x201D, 0x201C, 0xBB, 0xAB: true
        default: false
        }
    }

    private static func isOpening(_ value: UInt32) -> Bool {
        switch value {
        case 0x22, 0x27, 0x2018, 0x201A, 0x201C, 0x201E, 0xAB, 0xBB: true
        default: false
        }
    }

    /// Full stops, question and exclamation marks of the larger scripts.
    private static func endsSentence(_ value: UInt32) -> Bool {
        switch value {
        case 0x2E, 0x21, 0x3F, 0x2026, 0x3002, 0xFF01, 0xFF1F, 0x061F, 0x06D4, 0x0964, 0x1362: true
        default: false
        }
    }
}
