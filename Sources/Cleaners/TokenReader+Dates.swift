// Reading dates and times of day from tokens.

internal import ByteText

extension TokenReader {
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

    func month(_ token: LineToken) -> Int? {
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

    func timeEnd(at index: Int, _ tokens: [LineToken], _ bytes: Span<UInt8>) -> Int? {
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
}
