// Which document of a run comes first when it is decided which ones are kept.

/// The order in which the documents of one run are decided. Who comes first is kept; what an
/// earlier run archived came before all of them.
package enum KeepPolicy: Sendable, Equatable {
    /// Input order.
    case first
    /// More words first.
    case longest
    /// Earlier publication first, documents without a date last.
    case earliest
    /// The sources as listed, all others last.
    case source([String])

    /// True if no decision can be taken before all documents are known.
    package var needsCollecting: Bool { self != .first }
}

/// Gives documents their rank under a policy: one number each, so that a collected run need not
/// hold dates and sources.
package struct KeepRanker: Sendable {
    private let policy: KeepPolicy
    private let sources: [[UInt8]]

    package init(_ policy: KeepPolicy) {
        self.policy = policy
        sources = if case .source(let names) = policy { names.map { Array($0.utf8) } } else { [] }
    }

    /// The lower, the sooner decided.
    ///
    /// - Parameters:
    ///   - created: `YYYY-MM-DD`, or `YYYY-MM-DDThh:mm:ss` with or without fraction and zone.
    ///     A date is its first second, a time without a zone is taken as UTC, and what is no date
    ///     counts as none.
    ///   - source: compared byte by byte with the configured names.
    package func rank(
        wordCount: Int, created: Span<UInt8>, source: Span<UInt8>
    ) -> UInt64 {
        switch policy {
        case .first: 0
        case .longest: UInt64(UInt32.max) - UInt64(min(wordCount, Int(UInt32.max)))
        case .earliest: PublicationInstant.microseconds(created) ?? .max
        case .source: UInt64(place(of: source))
        }
    }

    /// The order of decisions: positions of the ranks, the lowest rank first, equals as they come.
    package static func order(_ ranks: [UInt64]) -> [Int] {
        ranks.indices.sorted { ranks[$0] == ranks[$1] ? $0 < $1 : ranks[$0] < ranks[$1] }
    }

    private func place(of source: Span<UInt8>) -> Int {
        for (place, name) in sources.enumerated() where name.count == source.count {
            if source.indices.allSatisfy({ source[$0] == name[$0] }) { return place }
        }
        return sources.count
    }
}

/// Reads an ISO 8601 date as a point in time.
enum PublicationInstant {
    /// Microseconds since a day before all dates, in UTC and the proleptic Gregorian calendar;
    /// finer fractions are cut off. nil if it is no date in one of the two forms.
    static func microseconds(_ text: Span<UInt8>) -> UInt64? {
        func number(_ start: Int, _ digits: Int) -> Int? {
            guard start + digits <= text.count else { return nil }
            var value = 0
            for index in start..<(start + digits) {
                guard (0x30...0x39).contains(text[index]) else { return nil }
                value = value * 10 + Int(text[index] - 0x30)
            }
            return value
        }
        func has(_ byte: Unicode.Scalar, at index: Int) -> Bool {
            index < text.count && text[index] == UInt8(ascii: byte)
        }
        guard let year = number(0, 4), has("-", at: 4), let month = number(5, 2), has("-", at: 7),
            let day = number(8, 2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds = days(year, month, day) * 86_400
        if text.count == 10 { return UInt64(seconds) * 1_000_000 }
        guard has("T", at: 10), let hour = number(11, 2), has(":", at: 13),
            let minute = number(14, 2), has(":", at: 16), let second = number(17, 2)
        else { return nil }
        seconds += hour * 3_600 + minute * 60 + second
        var place = 19
        var fraction = 0
        if has(".", at: place) {
            place += 1
            var unit = 100_000
            while let digit = number(place, 1) {
                fraction += digit * unit
                unit /= 10
                place += 1
            }
        }
        if place < text.count, !has("Z", at: place) {
            guard has("+", at: place) || has("-", at: place), let hours = number(place + 1, 2),
                has(":", at: place + 3), let minutes = number(place + 4, 2)
            else { return nil }
            let offset = hours * 3_600 + minutes * 60
            seconds += has("+", at: place) ? -offset : offset
        }
        return seconds < 0 ? 0 : UInt64(seconds) * 1_000_000 + UInt64(fraction)
    }

    /// Days since 1 March of the year -400: no date is negative, and the calendar repeats after 400
    /// years (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms).
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = (month > 2 ? year : year - 1) + 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear
    }
}
