// Which line is the title, and which are bylines.

internal import ByteText

extension ResidueJudge {
    mutating func findTitle(_ bytes: Span<UInt8>) -> Int? {
        let limit = min(max(headEnd, 1) + 1, text.lines.count)
        var fallback: Int?
        var index = 0
        while index < limit {
            let line = text.lines[index]
            if line.isRemoved {
                index += 1
                continue
            }
            guard isTitleLike(index) else { return fallback }
            if line.isGivenName || line.hasEvidence {
                if line.isGivenName, fallback == nil { fallback = index }
                index += 1
                continue
            }
            if let next = nextTitle(after: index, limit) {
                if isMasthead(index, bytes) {
                    take(index, .masthead)
                    index += 1
                    continue
                }
                // A line above the site's navigation is not the article's title.
                if next > index + 1, isNavigation(index + 1) { return next }
            }
            return index
        }
        return fallback
    }

    /// The next line before the body that could be the title instead.
    private func nextTitle(after index: Int, _ limit: Int) -> Int? {
        (index + 1..<min(limit, max(headEnd, index + 1))).first {
            let line = text.lines[$0]
            return !line.isRemoved && !line.isName && !line.hasEvidence && isTitleLike($0)
        }
    }

    private func isNavigation(_ index: Int) -> Bool {
        let rule = text.lines[index].rule
        return text.lines[index].isRemoved && rule >= 0
            && rules.rules[rule].kind == "navigation"
    }

    /// True if the line begins with a name that a removed line also holds: the outlet's, which
    /// stands again in the copyright line or the reprint note.
    private mutating func isMasthead(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        let start = text.lines[index].start
        let reader = rules.reader
        let name: Range<Int>? = withTokens(of: index, bytes) { tokens in
            guard let end = reader.end(of: .proper, at: 0, tokens, bytes),
                end == tokens.count || tokens[end].isMark, end >= 2
            else { return nil }
            return start..<tokens[end - 1].end
        }
        guard let name else { return false }
        return text.lines.contains { $0.isRemoved && holds($0, name, bytes) }
    }

    private func isTitleLike(_ index: Int) -> Bool {
        let line = text.lines[index]
        guard line.count <= 200, !line.endsOpen, index + 1 < text.lines.count else { return false }
        let after = text.lines[index + 1]
        if after.blanksBefore == 0, after.startsLower { return false }
        return !line.endsSentence || line.count < Self.bodySentenceBytes || line.isQuestion
    }

    /// A name alone is a byline between title and body, at the end, or as an echo of the byline.
    mutating func judgeNames(_ bytes: Span<UInt8>) {
        guard text.lines.contains(where: \.isName) else { return }
        let known = bylines()
        // Names that come again and again are headings or a list.
        let recur = text.lines.indices.count {
            text.lines[$0].isName && !text.lines[$0].isRemoved && $0 != title
                && !echoes(known, $0, bytes)
        }
        for index in text.lines.indices
        where text.lines[index].isName && !text.lines[index].isRemoved && index != title {
            var score = LineShape.byline.weightHundredths
            let isLast = index == text.lines.count - 1
            let isEcho = echoes(known, index, bytes)
            guard !isIntroduced(index),
                isEcho || recur <= 2 && (isUnderTitle(index) || self.isLast(index))
            else {
                continue
            }
            let before = index > 0 ? text.lines[index - 1] : nil
            let after = index + 1 < text.lines.count ? text.lines[index + 1] : nil
            if text.lines[index].isGivenName { score += 30 }
            if text.lines[index].startsMarked { score -= 60 }
            if isHead(index), text.lines[index].isGivenName {
                score += (title.map { index > $0 } ?? false) ? 30 : 20
            }
            if isTail(index), isLast || after?.isRemoved ?? false, before?.isName != true {
                score += 25
            }
            if before?.isRemoved ?? false || after?.isRemoved ?? false { score += 20 }
            if isEcho { score += 60 }
            if before?.isName ?? false, before?.isRemoved == false { score -= 40 }
            if isContinued(index) { score -= 100 }
            guard score >= Self.threshold, score > text.lines[index].score else { continue }
            text.lines[index].score = score
            text.lines[index].shape = .byline
            text.lines[index].rule = -1
            text.lines[index].isRemoved = true
        }
    }

    /// True if nothing but residue stands between the title, or the top, and the line.
    private func isUnderTitle(_ index: Int) -> Bool {
        guard isHead(index) else { return false }
        let top = title.map { $0 < index ? $0 + 1 : 0 } ?? 0
        return text.lines[top..<index].allSatisfy(\.isRemoved)
    }

    /// A byline inside the body goes if a removed one says the same.
    mutating func judgeRepeatedBylines(_ bytes: Span<UInt8>) {
        let known = bylines()
        guard !known.isEmpty else { return }
        for index in text.lines.indices where !text.lines[index].isRemoved && index != title {
            let rule = text.lines[index].rule
            guard rule >= 0, rules.rules[rule].givesAuthor,
                let name = authors(in: index, bytes).first,
                known.contains(where: { holds(text.lines[$0], name, bytes) })
            else { continue }
            text.lines[index].score += 60
            text.lines[index].isRemoved = text.lines[index].score >= Self.threshold
        }
    }

    /// Removed lines that name an author.
    private func bylines() -> [Int] {
        Array(
            text.lines.indices.lazy.filter { index in
                let line = text.lines[index]
                return line.isRemoved
                    && (line.shape == .byline
                        || (line.rule >= 0 && rules.rules[line.rule].givesAuthor))
            }.prefix(Self.maximumBylines))
    }

    /// True if one of the lines holds this line's text.
    private func echoes(_ lines: [Int], _ index: Int, _ bytes: Span<UInt8>) -> Bool {
        let name = text.lines[index]
        return lines.contains { holds(text.lines[$0], name.start..<name.end, bytes) }
    }

    private func holds(_ line: TextLine, _ part: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard line.count >= part.count else { return false }
        return (0...(line.count - part.count)).contains { offset in
            (0..<part.count).allSatisfy {
                bytes[line.start + offset + $0] == bytes[part.lowerBound + $0]
            }
        }
    }
}
