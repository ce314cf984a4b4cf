// Reading dates, times, names and other classes from a line's tokens.

internal import ByteText

/// Answers what stands at a token of a line. Spans are given as the index behind the last token.
struct TokenReader: Sendable {
    /// The longest class, in tokens, that `end(of:at:)` may look ahead.
    static let lookahead = 10

    let classes: TokenClassTable
    private let months: [Int?]
    private let weekday: Int?
    private let particle: Int?
    private let connector: Int?
    private let notName: Int?
    private let given: Int?
    private let datePart: Int?
    private let timePart: Int?
    private let imageEnding: Int?

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
        case .bar: return isMark(token, "|") ? index + 1 : nil
        case .open: return isMark(token, "(", "[", "{") ? index + 1 : nil
        case .close: return isMark(token, ")", "]", "}") ? index + 1 : nil
        case .dash: return isMark(token, "-", "_", "~") ? index + 1 : nil
        case .arrow: return isMark(token, ">", "\"", "<") ? index + 1 : nil
        case .bullet: return isMark(token, "•", "*", "/") ? index + 1 : nil
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
        }
    }

    private func isMark(_ token: LineToken, _ marks: Unicode.Scalar...) -> Bool {
        token.isMark && marks.contains { TokenHash.of(mark: $0.value) == token.hash }
    }

    // MARK: Dates and times

    /// The date that begins at `index`.
    func date(
        at index: Int, _ tokens: [LineToken], _ bytes: Span<UInt8>
    ) -> (value: CalendarDate, end: Int)? {
        var index = index
        if classes.contains(weekday, tokens[index]) {
            index = skipMarks(index + 1, tokens)
            guard index < tokens.count else { return nil }
        }
        let token = tokens[index]
        if token.traits.contains(.hasDigit) {
            if let value = numericDate(token, bytes) { return (value, index + 1) }
            if let slug = slugDate(at: index, tokens, bytes) { return slug }
            guard let day = smallNumber(token, bytes), (1...31).contains(day) else { return nil }
            var next = skipMarks(index + 1, tokens)
            if next < tokens.count, classes.contains(datePart, tokens[next]) { next += 1 }
            guard next < tokens.count, let month = month(tokens[next]) else { return nil }
            next += 1
            var after = skipMarks(next, tokens)
            if after < tokens.count, classes.contains(datePart, tokens[after]) { after += 1 }
            if after < tokens.count, let year = year(tokens[after], bytes),
                let value = CalendarDate(year: year, month: month, day: day)
            {
                return (value, after + 1)
            }
            return CalendarDate(year: nil, month: month, day: day).map { ($0, next) }
        }
        guard let month = month(token), token.traits.contains(.upperFirst) else { return nil }
        var next = skipMarks(index + 1, tokens)
        guard next < tokens.count else { return nil }
        if let year = year(tokens[next], bytes) {
            return CalendarDate(year: year, month: month, day: nil).map { ($0, next + 1) }
        }
        guard let day = smallNumber(tokens[next], bytes), (1...31).contains(day) else { return nil }
        next += 1
        let after = skipMarks(next, tokens)
        if after < tokens.count, let year = year(tokens[after], bytes),
            let value = CalendarDate(year: year, month: month, day: day)
        {
            return (value, after + 1)
        }
        return CalendarDate(year: nil, month: month, day: day).map { ($0, next) }
    }

    /// `250522 GMT June 2014`: day, hour and minute, zone, month, year, as news agencies write.
    private func slugDate(
        at index: Int, _ tokens: [LineToken], _ bytes: Span<UInt8>
    ) -> (value: CalendarDate, end: Int)? {
        let token = tokens[index]
        guard token.traits.contains(.allDigits), token.end - token.start == 6,
            index + 3 < tokens.count, classes.contains(timePart, tokens[index + 1]),
            let month = month(tokens[index + 2]), let year = year(tokens[index + 3], bytes)
        else { return nil }
        let day = number(token.start, token.start + 2, bytes)
        return CalendarDate(year: year, month: month, day: day).map { ($0, index + 4) }
    }

    private func month(_ token: LineToken) -> Int? {
        let set = classes.lists(of: token)
        guard set != 0 else { return nil }
        for (index, list) in months.enumerated() {
            if let list, set >> UInt64(list) & 1 == 1 { return index + 1 }
        }
        return nil
    }

    /// Skips at most two marks: `17. März`, `March 17, 2020`.
    private func skipMarks(_ index: Int, _ tokens: [LineToken]) -> Int {
        var index = index
        var skipped = 0
        while index < tokens.count, skipped < 2, isMark(tokens[index], ",", ".") {
            index += 1
            skipped += 1
        }
        return index
    }

    private func year(_ token: LineToken, _ bytes: Span<UInt8>) -> Int? {
        guard token.traits.contains(.allDigits), token.end - token.start == 4 else { return nil }
        let value = number(token.start, token.end, bytes)
        return (1600...2199).contains(value) ? value : nil
    }

    /// A day: `7`, `07`, `3rd`, `1er`.
    private func smallNumber(_ token: LineToken, _ bytes: Span<UInt8>) -> Int? {
        guard token.traits.contains(.hasDigit) else { return nil }
        var end = token.start
        while end < token.end, bytes[end] &- 0x30 < 10 { end += 1 }
        let digits = end - token.start
        guard digits == 1 || digits == 2, token.end - end <= 2 else { return nil }
        for letter in end..<token.end where (bytes[letter] | 0x20) &- 0x61 >= 26 { return nil }
        return number(token.start, end, bytes)
    }

    private func number(_ start: Int, _ end: Int, _ bytes: Span<UInt8>) -> Int {
        (start..<end).reduce(0) { $0 * 10 + Int(bytes[$1] &- 0x30) }
    }

    /// `05.08.2021`, `5/8/2021`, `2021-08-05`, with or without `T...`. Three figures, day first
    /// unless the year leads or the second cannot be a month.
    private func numericDate(_ token: LineToken, _ bytes: Span<UInt8>) -> CalendarDate? {
        guard token.end - token.start >= 6 else { return nil }
        var parts: [Int] = []
        var widths: [Int] = []
        var separator: UInt8 = 0
        var start = token.start
        var index = token.start
        while index <= token.end, parts.count < 3 {
            let byte = index < token.end ? bytes[index] : 0
            if byte &- 0x30 < 10 {
                index += 1
                continue
            }
            guard index > start, index - start <= 4 else { return nil }
            parts.append(number(start, index, bytes))
            widths.append(index - start)
            if parts.count < 3 {
                guard byte == 0x2E || byte == 0x2F || byte == 0x2D,
                    separator == 0 || separator == byte
                else { return nil }
                separator = byte
            } else if byte != 0 {
                guard byte == 0x54 || byte == 0x74 else { return nil }
            }
            index += 1
            start = index
        }
        guard parts.count == 3 else { return nil }
        if widths[0] == 4, widths[1] <= 2, widths[2] <= 2 {
            return CalendarDate(year: parts[0], month: parts[1], day: parts[2])
        }
        guard widths[2] == 4, widths[0] <= 2, widths[1] <= 2 else { return nil }
        return CalendarDate(year: parts[2], month: parts[1], day: parts[0])
            ?? CalendarDate(year: parts[2], month: parts[0], day: parts[1])
    }

    private func timeEnd(at index: Int, _ tokens: [LineToken], _ bytes: Span<UInt8>) -> Int? {
        let token = tokens[index]
        guard token.traits.contains(.hasDigit) else { return nil }
        var position = token.start
        var digits = 0
        while position < token.end, bytes[position] &- 0x30 < 10 {
            digits += 1
            position += 1
        }
        guard digits == 1 || digits == 2, number(token.start, position, bytes) < 25 else {
            return nil
        }
        let isClock =
            position < token.end && (bytes[position] == 0x3A || bytes[position] == 0x2E)
            && token.end - position >= 3
        let hasHalf =
            token.end - position >= 2
            && [0x61, 0x70].contains(bytes[token.end - 2] | 0x20)
            && bytes[token.end - 1] | 0x20 == 0x6D
        var end = index + 1
        while end < tokens.count, end < index + 4, classes.contains(timePart, tokens[end]) {
            end += 1
            if !isClock, !hasHalf { return end }
        }
        return isClock && bytes[position] == 0x3A || hasHalf || (isClock && end > index + 1)
            ? end : nil
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
        return best
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
        guard letters >= 2, digits >= 3 else { return imageFileEnd(at: index, tokens) }
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
