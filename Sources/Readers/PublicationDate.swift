// Publication dates as they stand in dumps, brought to ISO 8601.

/// Reads ISO 8601, RFC 2822 and plain dates. What it does not know it leaves alone.
enum PublicationDate {
    /// Appends the date as `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ss` with the fraction and the zone
    /// (`Z` or `+hh:mm`) that were given; returns false and appends nothing if it is no date.
    static func appendNormalised(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        var scanner = Scanner()
        scanner.skipSpace(text)
        var end = text.count
        while end > scanner.place, text[end - 1] == 0x20 { end -= 1 }
        let trimmed = text.extracting(0..<end)
        let start = output.count
        let isDate =
            trimmed.count > scanner.place && isDigit(trimmed[scanner.place])
            && parseISO(trimmed, scanner, &output)
        if isDate { return true }
        output.removeSubrange(start...)
        if parseMail(trimmed, scanner, &output) { return true }
        output.removeSubrange(start...)
        return false
    }

    /// `2024-05-06`, `20240506`, `2024/05/06`, each alone or with `T` or a space and a time.
    private static func parseISO(
        _ text: Span<UInt8>, _ start: Scanner, _ output: inout [UInt8]
    ) -> Bool {
        var scanner = start
        guard let year = scanner.number(text, 4...4) else { return false }
        let separator = scanner.place < text.count ? text[scanner.place] : 0
        let isSeparated = separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/")
        if isSeparated { scanner.place += 1 }
        guard let month = scanner.number(text, 2...2) else { return false }
        if isSeparated, !scanner.skip(text, separator) { return false }
        guard let day = scanner.number(text, 2...2), append(year, month, day, &output) else {
            return false
        }
        if scanner.place == text.count { return true }
        let mark = text[scanner.place]
        guard mark == 0x20 || mark | 0x20 == UInt8(ascii: "t") else { return false }
        scanner.place += 1
        return parseTime(text, &scanner, &output)
    }

    /// `Mon, 6 May 2024 07:08:09 +0200` (RFC 2822, section 3.3), the weekday and the time optional.
    private static func parseMail(
        _ text: Span<UInt8>, _ start: Scanner, _ output: inout [UInt8]
    ) -> Bool {
        var scanner = start
        if scanner.place < text.count, !isDigit(text[scanner.place]) {
            let day = scanner.word(text)
            guard weekdays.contains(day.prefix3) else { return false }
            _ = scanner.skip(text, UInt8(ascii: ","))
            scanner.skipSpace(text)
        }
        guard let day = scanner.number(text, 1...2) else { return false }
        scanner.skipSpace(text)
        guard let month = months.firstIndex(of: scanner.word(text).prefix3) else { return false }
        scanner.skipSpace(text)
        guard let year = scanner.number(text, 4...4), append(year, month + 1, day, &output) else {
            return false
        }
        scanner.skipSpace(text)
        return scanner.place == text.count || parseTime(text, &scanner, &output)
    }

    /// `hh:mm`, `hh:mm:ss`, a fraction, a zone, and nothing behind them.
    private static func parseTime(
        _ text: Span<UInt8>, _ scanner: inout Scanner, _ output: inout [UInt8]
    ) -> Bool {
        guard let hour = scanner.number(text, 2...2), hour < 24 else { return false }
        let isSeparated = scanner.skip(text, UInt8(ascii: ":"))
        guard let minute = scanner.number(text, 2...2), minute < 60 else { return false }
        var second = 0
        let hasSecond =
            isSeparated
            ? scanner.skip(text, UInt8(ascii: ":"))
            : scanner.place < text.count && isDigit(text[scanner.place])
        if hasSecond {
            guard let given = scanner.number(text, 2...2), given <= 60 else { return false }
            second = given
        }
        output.append(UInt8(ascii: "T"))
        append(hour, 2, &output)
        output.append(UInt8(ascii: ":"))
        append(minute, 2, &output)
        output.append(UInt8(ascii: ":"))
        append(second, 2, &output)
        if scanner.place < text.count,
            text[scanner.place] == UInt8(ascii: ".") || text[scanner.place] == UInt8(ascii: ",")
        {
            scanner.place += 1
            output.append(UInt8(ascii: "."))
            let first = scanner.place
            while scanner.place < text.count, isDigit(text[scanner.place]) {
                output.append(text[scanner.place])
                scanner.place += 1
            }
            if scanner.place == first { return false }
        }
        scanner.skipSpace(text)
        return parseZone(text, &scanner, &output)
    }

    private static func parseZone(
        _ text: Span<UInt8>, _ scanner: inout Scanner, _ output: inout [UInt8]
    ) -> Bool {
        guard scanner.place < text.count else { return true }
        let sign = text[scanner.place]
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            scanner.place += 1
            guard let hours = scanner.number(text, 2...2), hours < 24 else { return false }
            _ = scanner.skip(text, UInt8(ascii: ":"))
            var minutes = 0
            if scanner.place < text.count, isDigit(text[scanner.place]) {
                guard let given = scanner.number(text, 2...2), given < 60 else { return false }
                minutes = given
            }
            output.append(sign)
            append(hours, 2, &output)
            output.append(UInt8(ascii: ":"))
            append(minutes, 2, &output)
            scanner.skipComment(text)
            return scanner.place == text.count
        }
        let name = scanner.word(text)
        guard let zone = zones.first(where: { $0.name == name.lowercase }) else { return false }
        output.append(contentsOf: zone.offset.utf8)
        scanner.skipComment(text)
        return scanner.place == text.count
    }

    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    /// The zones that RFC 2822 names, section 4.3.
    private static let zones: [(name: String, offset: String)] = [
        ("z", "Z"), ("gmt", "Z"), ("utc", "Z"), ("ut", "Z"), ("est", "-05:00"), ("edt", "-04:00"),
        ("cst", "-06:00"), ("cdt", "-05:00"), ("mst", "-07:00"), ("mdt", "-06:00"),
        ("pst", "-08:00"), ("pdt", "-07:00"),
    ]

    private static func append(
        _ year: Int, _ month: Int, _ day: Int, _ output: inout [UInt8]
    ) -> Bool {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        guard (1000...2999).contains(year), (1...12).contains(month) else { return false }
        let last = lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)
        guard (1...last).contains(day) else { return false }
        append(year, 4, &output)
        output.append(UInt8(ascii: "-"))
        append(month, 2, &output)
        output.append(UInt8(ascii: "-"))
        append(day, 2, &output)
        return true
    }

    private static func append(_ number: Int, _ digits: Int, _ output: inout [UInt8]) {
        var divisor = digits == 4 ? 1000 : 10
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// A place in the text and how to move on from it.
    private struct Scanner {
        var place = 0

        mutating func skipSpace(_ text: Span<UInt8>) {
            while place < text.count, text[place] == 0x20 { place += 1 }
        }

        mutating func skip(_ text: Span<UInt8>, _ byte: UInt8) -> Bool {
            guard place < text.count, text[place] == byte else { return false }
            place += 1
            return true
        }

        /// Passes a name in parentheses at the end, as in `+0000 (UTC)`.
        mutating func skipComment(_ text: Span<UInt8>) {
            skipSpace(text)
            if place < text.count, text[place] == UInt8(ascii: "("),
                text[text.count - 1] == UInt8(ascii: ")")
            {
                place = text.count
            }
        }

        mutating func number(_ text: Span<UInt8>, _ digits: ClosedRange<Int>) -> Int? {
            var value = 0
            var count = 0
            while count < digits.upperBound, place < text.count, isDigit(text[place]) {
                value = value * 10 + Int(text[place] - 0x30)
                place += 1
                count += 1
            }
            return count >= digits.lowerBound ? value : nil
        }

        mutating func word(_ text: Span<UInt8>) -> Word {
            var word = Word()
            while place < text.count, text[place] | 0x20 >= 0x61, text[place] | 0x20 <= 0x7A {
                word.lowercase.unicodeScalars.append(Unicode.Scalar(text[place] | 0x20))
                place += 1
            }
            return word
        }
    }

    private struct Word {
        var lowercase = ""
        var prefix3: String { String(lowercase.prefix(3)) }
    }
}
