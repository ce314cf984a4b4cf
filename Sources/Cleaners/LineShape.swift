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
    /// A site's header: a host, an e-mail address and words, in whatever scripts.
    case siteHeader = "site-header"
    /// A header in another script than the article.
    case foreignHeader = "foreign-header"
    /// A rule of dashes or stars with nothing but residue between it and the end of the text.
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
        case .address: 75
        case .siteHeader: 90
        case .foreignHeader: 110
        case .byline: 50
        case .separator, .masthead, .listedHeadline, .comment: 100
        }
    }

    /// The longest menu or breadcrumb, in bytes; longer lines with marks are tables or code.
    private static let longestMenuBytes = 160

    /// The shape of a line that is fully cut into tokens; nil if it has none of them.
    static func of(_ tokens: [LineToken], _ bytes: Span<UInt8>) -> LineShape? {
        guard let first = tokens.first, let last = tokens.last else { return nil }
        let length = last.end - first.start
        var words = 0
        var hosts = 0
        var mails = 0
        var stops = 0
        var bars = 0
        var arrows = 0
        var otherMarks = 0
        var entryWords = 0
        var longestEntry = 0
        var lowerEntries = 0
        var emptyEntries = 0
        var lowerWords = 0
        var isRuled = true
        for token in tokens {
            if token.traits.contains(.url) { hosts += 1 }
            if token.traits.contains(.email) { mails += 1 }
            guard token.isMark else {
                if entryWords == 0, !token.traits.contains(.upperFirst) { lowerEntries += 1 }
                words += 1
                entryWords += 1
                if token.traits.isDisjoint(with: [.upperFirst, .hasDigit, .url, .email, .handle]) {
                    lowerWords += 1
                }
                longestEntry = max(longestEntry, entryWords)
                continue
            }
            if token.hash == bar {
                bars += 1
            } else if token.hash == arrow || isGuillemet(token, bytes) {
                arrows += 1
            } else {
                otherMarks += 1
                if stopMarks.contains(token.hash) { stops += 1 }
                isRuled = isRuled && rules.contains(token.hash)
                continue
            }
            isRuled = false
            if entryWords == 0 { emptyEntries += 1 }
            entryWords = 0
        }
        if words == 0 { return isRuled && length <= 80 ? .separator : nil }
        if hosts > 0, mails > 0, stops == 0, words <= 16, length <= 200 { return .siteHeader }
        let addresses = hosts + mails
        // Small words make a sentence of it, or a piece of one.
        if addresses > 0, words - addresses <= 8, lowerWords <= 1, length <= 200,
            !endsInSmallWord(last), !isOpen(tokens), !isLabelled(tokens),
            !isCommand(tokens)
        {
            return .address
        }
        guard length <= longestMenuBytes, !first.isMark, !last.isMark, otherMarks <= 3 else {
            return nil
        }
        if bars >= 2, emptyEntries == 0, longestEntry <= 4, words <= bars * 3 + 3 { return .menu }
        if arrows >= 2, emptyEntries == 0, longestEntry <= 5, lowerEntries == 0,
            words <= arrows * 4 + 4
        {
            return .breadcrumb
        }
        return nil
    }

    private static let bar = TokenHash.of(mark: 0x7C)
    private static let arrow = TokenHash.of(mark: 0x3E)

    /// U+00BB parts breadcrumbs, too; as a token it is folded to a quote.
    private static func isGuillemet(_ token: LineToken, _ bytes: Span<UInt8>) -> Bool {
        token.end - token.start == 2 && bytes[token.start] == 0xC2
            && bytes[token.start + 1] == 0xBB
    }

    private static let rules: [UInt64] = [0x2D, 0x2A, 0x3D, 0x23, 0x7E, 0x2022, 0x5F, 0x2605]
        .map { TokenHash.of(mark: $0) }

    private static func endsInSmallWord(_ token: LineToken) -> Bool {
        token.traits.contains(.hasLetter)
            && token.traits.isDisjoint(with: [.upperFirst, .hasDigit, .url, .email, .handle])
    }

    /// `% telnet a.example` and `ftp a.example` tell what to type.
    private static func isCommand(_ tokens: [LineToken]) -> Bool {
        guard let word = tokens.first(where: { !$0.isMark }) else { return false }
        return prompts.contains(tokens[0].hash)
            || word.traits.contains(.hasLetter)
                && word.traits.isDisjoint(with: [.upperFirst, .hasDigit, .url, .email, .handle])
    }

    private static let prompts: [UInt64] = [0x25, 0x24, 0x23].map { TokenHash.of(mark: $0) }

    /// `From: a@b.example` and `Ana> a@b.example` belong to a letter; contact labels are rules.
    private static func isLabelled(_ tokens: [LineToken]) -> Bool {
        tokens.count > 2 && !tokens[0].isMark
            && (tokens[1].hash == colon || tokens[1].hash == arrow)
    }

    private static let colon = TokenHash.of(mark: 0x3A)
    private static let stopMarks: [UInt64] = [0x2E, 0x3B, 0x21, 0x3F].map {
        TokenHash.of(mark: $0)
    }

    /// True if a bracket is opened and not closed: the next line goes on.
    private static func isOpen(_ tokens: [LineToken]) -> Bool {
        let opened = TokenHash.of(mark: 0x28)
        let closed = TokenHash.of(mark: 0x29)
        return tokens.count { $0.hash == opened } > tokens.count { $0.hash == closed }
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
