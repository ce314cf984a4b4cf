// Title, authors and date as the text shows them.

internal import ByteText

/// What a text says of itself: ranges of the normalised text, and a date.
struct CapturedMetadata {
    var title: Range<Int>?
    var authors: [Range<Int>] = []
    var date: CalendarDate?
}

extension ResidueJudge {
    /// Reads names and dates from the removed lines that are known to carry them.
    ///
    /// Bylines in the head win over lines at the end. A name that is not plausible is left out:
    /// no author beats a wrong one. A date without a year is no publication date.
    mutating func captureMetadata(_ bytes: Span<UInt8>) -> CapturedMetadata {
        var captured = CapturedMetadata()
        captured.title = title.map { lines[$0].start..<lines[$0].end }
        var collective: Range<Int>?
        for index in lines.indices where lines[index].isRemoved && !lines[index].isInComment {
            let line = lines[index]
            let rule = line.rule >= 0 ? rules.rules[line.rule] : nil
            if captured.authors.isEmpty, line.shape == .byline || rule?.givesAuthor ?? false {
                captured.authors = authors(in: index, bytes)
            }
            if rule?.kind == "collective-byline", collective == nil {
                collective = line.start..<line.end
            }
            if captured.date == nil, rule?.givesDate ?? false {
                captured.date = date(in: index, bytes)
            }
        }
        if captured.authors.isEmpty, let collective { captured.authors = [collective] }
        return captured
    }

    /// The names in a line that is known to carry them.
    mutating func authors(in index: Int, _ bytes: Span<UInt8>) -> [Range<Int>] {
        let reader = rules.reader
        let connector = reader.classes.list("connector")
        return withTokens(of: index, bytes) { tokens in
            var authors: [Range<Int>] = []
            var position = 0
            while position < tokens.count {
                guard let end = reader.nameEnd(at: position, tokens) else {
                    position += 1
                    continue
                }
                authors.append(tokens[position].start..<tokens[end - 1].end)
                // A second author follows "and" at once; what comes later is a role or a place.
                guard end + 1 < tokens.count, reader.classes.contains(connector, tokens[end]),
                    reader.nameEnd(at: end + 1, tokens) != nil
                else { break }
                position = end + 1
            }
            return authors
        }
    }

    private mutating func date(in index: Int, _ bytes: Span<UInt8>) -> CalendarDate? {
        let reader = rules.reader
        return withTokens(of: index, bytes) { tokens in
            for position in tokens.indices {
                if let date = reader.date(at: position, tokens, bytes)?.value, date.iso != nil {
                    return date
                }
            }
            return nil
        }
    }
}
