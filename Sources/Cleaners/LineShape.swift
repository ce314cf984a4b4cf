// Language-free shapes of residue lines that word patterns cannot say.

internal import ByteText

/// What a line looks like, whatever its language.
enum LineShape: String, CaseIterable {
    /// Short entries between bars: `Home | About | Contact`.
    case menu
    /// Capitalised entries between arrows: `Home > World > Asia`.
    case breadcrumb
    /// A line of addresses: a host, an e-mail address and little else.
    case address
    /// A header in another script than the article.
    case foreignHeader = "foreign-header"
    /// No word at all, beside other residue or at the edge of the text.
    case separator
    /// The outlet's name or slogan above the title.
    case masthead
    /// A person's name alone, where bylines stand.
    case byline
    /// A headline in a list that a residue line announced.
    case listedHeadline = "listed-headline"
    /// A line of a reader's comment.
    case comment

    /// The evidence that the shape alone gives.
    var weightHundredths: Int {
        switch self {
        case .menu: 95
        case .breadcrumb: 105
        case .address: 85
        case .foreignHeader: 110
        case .separator: 80
        case .byline: 50
        case .masthead, .listedHeadline, .comment: 100
        }
    }

    /// The shape of a line that is fully cut into tokens; nil if it has none of them.
    static func of(
        _ tokens: [LineToken], _ bytes: Span<UInt8>, classes: TokenClassTable
    ) -> LineShape? {
        guard let first = tokens.first, let last = tokens.last else { return nil }
        var words = 0
        var addresses = 0
        var bars = 0
        var arrows = 0
        var entryWords = 0
        var longestEntry = 0
        var lowerEntries = 0
        for token in tokens {
            if token.traits.contains(.url) || token.traits.contains(.email) { addresses += 1 }
            guard token.isMark else {
                if entryWords == 0, !token.traits.contains(.upperFirst) { lowerEntries += 1 }
                words += 1
                entryWords += 1
                longestEntry = max(longestEntry, entryWords)
                continue
            }
            switch bytes[token.start] {
            case 0x7C: bars += 1
            // Greater-than sign, or the first byte of a guillemet or an arrow.
            case 0x3E: arrows += 1
            case 0xC2 where bytes[token.start + 1] == 0xBB: arrows += 1
            case 0xE2 where token.hash == TokenHash.of(mark: 0x3E): arrows += 1
            default: continue
            }
            entryWords = 0
        }
        let length = last.end - first.start
        if words == 0 { return length <= 80 ? .separator : nil }
        if addresses > 0, words - addresses <= 8, length <= 200 { return .address }
        if bars >= 2, longestEntry <= 4, words <= bars * 3 + 3 { return .menu }
        if arrows >= 2, !first.isMark, longestEntry <= 5, lowerEntries == 0,
            words <= arrows * 4 + 4
        {
            return .breadcrumb
        }
        return nil
    }

    /// True if most of a line's letters are of another script group than Latin.
    static func isForeign(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool? {
        var latin = 0
        var other = 0
        var index = range.lowerBound
        while index < range.upperBound {
            let (value, count) = CodePoint.decode(bytes, at: index)
            if CodePoint.isWord(value) {
                if value >= 0x370, !(0x1E00...0x1EFF).contains(value) {
                    other += 1
                } else if value >= 0x41 {
                    latin += 1
                }
            }
            index += count
        }
        guard latin + other >= 3 else { return nil }
        return other * 10 >= (latin + other) * 7
    }
}
