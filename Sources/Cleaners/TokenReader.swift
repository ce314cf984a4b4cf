// Reading dates, times, names and other classes from a line's tokens.

internal import ByteText

/// Answers what stands at a token of a line. Spans are given as the index behind the last token.
struct TokenReader: Sendable {
    /// The longest class, in tokens, that `end(of:at:)` may look ahead.
    static let lookahead = 10

    let classes: TokenClassTable
    let months: [Int?]
    let weekday: Int?
    private let particle: Int?
    private let connector: Int?
    private let notName: Int?
    private let given: Int?
    let datePart: Int?
    let timePart: Int?
    private let imageEnding: Int?
    private let markClasses: [UInt64: TokenClass]
    /// The lists of weekdays and months as a set.
    private let dateLists: UInt64

    init(classes: TokenClassTable) {
        self.classes = classes
        months = (1...12).map { classes.list("month-\($0)") }
        weekday = classes.list("weekday")
        particle = classes.list("particle")
        connector = classes.list("connector")
        notName = classes.list("not-name")
        given = classes.list("given")
        datePart = classes.list("date-part")
        timePart = classes.list("time-part")
        imageEnding = classes.list("image-ending")
        var markClasses: [UInt64: TokenClass] = [:]
        for wanted in [TokenClass.bar, .open, .close, .dash, .arrow, .bullet] {
            for mark in wanted.marks ?? [] {
                markClasses[TokenHash.of(mark: mark.value)] = wanted
            }
        }
        self.markClasses = markClasses
        dateLists = (months + [weekday]).reduce(0) { set, list in
            set | (list.map { 1 << UInt64($0) } ?? 0)
        }
    }

    /// The index behind the class's tokens at `index`, or nil. Names and proper names are as long
    /// as they can be.
    func end(
        of wanted: TokenClass, at index: Int, _ tokens: [LineToken], _ bytes: Span<UInt8>
    ) -> Int? {
        let token = tokens[index]
        switch wanted {
        case .word: return token.isMark ? nil : index + 1
        case .number: return token.traits.contains(.allDigits) ? index + 1 : nil
        case .url: return token.traits.contains(.url) ? index + 1 : nil
        case .email: return token.traits.contains(.email) ? index + 1 : nil
        case .handle: return token.traits.contains(.handle) ? index + 1 : nil
        case .list(let list): return classes.contains(list, token) ? index + 1 : nil
        case .bar, .open, .close, .dash, .arrow, .bullet:
            return isMark(token, of: wanted) ? index + 1 : nil
        case .imageCode: return imageCodeEnd(at: index, tokens, bytes)
        case .time: return timeEnd(at: index, tokens, bytes)
        case .date: return date(at: index, tokens, bytes)?.end
        case .fullDate:
            guard let date = date(at: index, tokens, bytes), date.value.iso != nil else {
                return nil
            }
            return date.end
        case .name: return nameEnd(at: index, tokens)
        case .proper: return properEnd(at: index, tokens)
        case .capitals:
            let isLong = token.end - token.start > 1
            return isLong && token.traits.contains(.allUpper) ? index + 1 : nil
        }
    }

    /// True if a look at the token's traits and lists rules the class out.
    @inline(__always)
    func cannotBegin(
        _ wanted: TokenClass, with token: LineToken, in lists: UInt64
    ) -> Bool {
        switch wanted {
        case .bar, .open, .close, .dash, .arrow, .bullet: !token.isMark
        case .name, .proper, .capitals: !token.traits.contains(.upperFirst)
        case .number: !token.traits.contains(.allDigits)
        case .time: !token.traits.contains(.hasDigit)
        case .date, .fullDate: !token.traits.contains(.hasDigit) && lists & dateLists == 0
        case .url, .email, .handle:
            token.traits.isDisjoint(with: [.url, .email, .handle])
        case .word: token.isMark
        case .list(let list): lists >> UInt64(list) & 1 == 0
        case .imageCode: token.isMark
        }
    }

    private func isMark(_ token: LineToken, of wanted: TokenClass) -> Bool {
        token.isMark && markClasses[token.hash] == wanted
    }

    func isMark(_ token: LineToken, _ marks: Unicode.Scalar...) -> Bool {
        token.isMark && marks.contains { TokenHash.of(mark: $0.value) == token.hash }
    }

    // MARK: Names

    /// True if a token can be part of a person's name.
    private func isNamePart(_ token: LineToken) -> Bool {
        guard token.traits.contains(.upperFirst),
            token.traits.isDisjoint(with: [.hasDigit, .url, .email])
        else { return false }
        return token.traits.contains(.initial) || !classes.contains(notName, token)
    }

    /// The longest name at `index`: two to five parts, the last one no particle and no initial.
    func nameEnd(at index: Int, _ tokens: [LineToken]) -> Int? {
        guard isNamePart(tokens[index]) else { return nil }
        if !tokens[index].traits.contains(.initial), classes.contains(connector, tokens[index]) {
            return nil
        }
        var end = index + 1
        var parts = 1
        var best: Int?
        while end < tokens.count, parts < 5 {
            let token = tokens[end]
            if !token.traits.contains(.initial), classes.contains(particle, token) {
                end += 1
                parts += 1
                continue
            }
            guard isNamePart(token) else { break }
            end += 1
            parts += 1
            if !token.traits.contains(.initial) { best = end }
        }
        // Words in capitals are headlines more often than names.
        if let found = best, tokens[index..<found].allSatisfy({ $0.traits.contains(.allUpper) }),
            !beginsWithGivenName(tokens, from: index, to: found)
        {
            return nil
        }
        return best
    }

    /// True if the name's first word, or the one after an initial, is a known given name.
    func beginsWithGivenName(_ tokens: [LineToken], from start: Int, to end: Int) -> Bool {
        (start..<max(start, end - 1)).contains { classes.contains(given, tokens[$0]) }
    }

    private func properEnd(at index: Int, _ tokens: [LineToken]) -> Int? {
        guard tokens[index].traits.contains(.upperFirst), month(tokens[index]) == nil,
            !classes.contains(weekday, tokens[index])
        else { return nil }
        var end = index + 1
        var best = end
        while end < tokens.count, end - index < 7 {
            if tokens[end].traits.contains(.upperFirst) {
                end += 1
                best = end
            } else if classes.contains(connector, tokens[end])
                || classes.contains(particle, tokens[end]) || isMark(tokens[end], "&")
            {
                end += 1
            } else {
                break
            }
        }
        // "The" alone is no name.
        return best == index + 1 && classes.contains(connector, tokens[index]) ? nil : best
    }

    // MARK: Images

    private func imageCodeEnd(
        at index: Int, _ tokens: [LineToken], _ bytes: Span<UInt8>
    ) -> Int? {
        let token = tokens[index]
        guard token.traits.contains(.hasDigit), token.traits.contains(.hasLetter) else {
            return imageFileEnd(at: index, tokens)
        }
        var letters = 0
        var digits = 0
        for position in token.start..<token.end {
            let byte = bytes[position]
            if byte &- 0x30 < 10 {
                digits += 1
            } else if byte &- 0x41 < 26 || byte == 0x5F || byte == 0x2D {
                letters += 1
                if digits > 0, byte != 0x5F, byte != 0x2D { return imageFileEnd(at: index, tokens) }
            } else {
                return imageFileEnd(at: index, tokens)
            }
        }
        guard letters >= 2, digits >= 4 else { return imageFileEnd(at: index, tokens) }
        return imageFileEnd(at: index, tokens) ?? index + 1
    }

    /// `name.jpg` as the tokens `name`, `.`, `jpg`.
    private func imageFileEnd(at index: Int, _ tokens: [LineToken]) -> Int? {
        guard index + 2 < tokens.count, !tokens[index].isMark, isMark(tokens[index + 1], "."),
            tokens[index + 1].start == tokens[index].end,
            tokens[index + 2].start == tokens[index + 1].end,
            classes.contains(imageEnding, tokens[index + 2])
        else { return nil }
        return index + 3
    }
}
