// The verdict on each line: evidence adds up to a score, and 1.00 removes the line.

internal import ByteText

/// Weighs the evidence for each line of a text.
///
/// A line without wording or shape that speaks against it is never touched: repetition, place and
/// neighbours only support. The title is never removed.
struct ResidueJudge {
    /// Lines longer than this are content, whatever they say.
    static let longestCandidateBytes = 400
    /// A line whose evidence lies at its end is a caption or nothing.
    static let longestSuffixBytes = 300
    /// A line of this length without evidence belongs to the body; so does a shorter sentence.
    static let bodyBytes = 100
    static let bodySentenceBytes = 60
    static let threshold = 100

    let rules: CleaningRules
    private(set) var text = DocumentLines()
    private var line = TokenLine()
    private var chart = RuleChart()
    /// Lines before `headEnd` and from `tailStart` on lie outside the body.
    private(set) var headEnd = 0
    private(set) var tailStart = 0
    /// The line that is the text's title.
    private(set) var title: Int?

    init(rules: CleaningRules) {
        self.rules = rules
    }

    var lines: [TextLine] { text.lines }

    /// Judges a normalised text. Afterwards `lines` tells what goes, and by which rule.
    mutating func judge(_ bytes: Span<UInt8>) {
        text.split(bytes)
        title = nil
        var candidates = 0
        for index in text.lines.indices
        where text.lines[index].count <= Self.longestCandidateBytes {
            gatherEvidence(index, bytes)
            let line = text.lines[index]
            if line.hasEvidence || line.isName { candidates += 1 }
        }
        markComments()
        findBody()
        if candidates > 0 {
            let named = text.lines.indices.filter { text.lines[$0].hasEvidence }
            findForeignHeaders(bytes)
            for index in named { score(index, bytes) }
            supportByNeighbours(named)
            for index in named where !text.lines[index].isRemoved { score(index, bytes) }
            supportByNeighbours(named)
        } else {
            findForeignHeaders(bytes)
        }
        title = findTitle(bytes)
        if candidates > 0 {
            judgeNames(bytes)
            removeBlocks()
        }
        if let title { text.lines[title].isRemoved = false }
    }

    // MARK: Evidence

    private mutating func gatherEvidence(_ index: Int, _ bytes: Span<UInt8>) {
        let range = text.lines[index].start..<text.lines[index].end
        line.begin(range)
        var best = -1
        var weight = 0
        let all = rules.rules
        let isLongSentence =
            text.lines[index].endsSentence && range.count >= Self.bodySentenceBytes
        // A long sentence loses so much that only rules worded as sentences can remove it.
        let automaton = isLongSentence ? rules.sentences : rules.whole
        automaton.run(over: &line, from: 0, bytes, reader: rules.reader, chart: &chart) { rule in
            if all[rule].weightHundredths > weight {
                best = rule
                weight = all[rule].weightHundredths
            }
        }
        if !text.lines[index].endsSentence, range.count <= Self.longestSuffixBytes {
            line.ensure(TokenLine.maximumTokens, bytes)
            if weight < Self.threshold, !rules.suffixes.isEmpty {
                for start in max(1, line.tokens.count - 24)..<max(1, line.tokens.count) {
                    rules.suffixes.run(
                        over: &line, from: start, bytes, reader: rules.reader, chart: &chart
                    ) { rule in
                        if all[rule].weightHundredths > weight {
                            best = rule
                            weight = all[rule].weightHundredths
                        }
                    }
                }
            }
            if weight < Self.threshold,
                let shape = LineShape.of(line.tokens, bytes, classes: rules.reader.classes),
                shape.weightHundredths > weight
            {
                text.lines[index].shape = shape
                weight = shape.weightHundredths
                best = -1
            }
            gatherName(index)
        }
        text.lines[index].rule = best
        text.lines[index].weight = weight
    }

    private mutating func gatherName(_ index: Int) {
        let count = line.tokens.count
        guard count >= 2, count <= 6,
            let end = rules.reader.nameEnd(at: 0, line.tokens), end == count
        else { return }
        text.lines[index].isName = true
        text.lines[index].isGivenName = rules.reader.beginsWithGivenName(
            line.tokens, from: 0, to: end)
    }

    // MARK: Where the body is

    private mutating func findBody() {
        let lines = text.lines
        let body = lines.indices.filter { isBody(lines[$0]) }
        guard let first = body.first, let last = body.last else {
            headEnd = min(4, lines.count)
            tailStart = max(lines.count - 3, 0)
            return
        }
        headEnd = first
        tailStart = last + 1
        // A standfirst under the title is followed by a byline, not by the next paragraph.
        if first <= 3, lines[first].count < Self.longestSuffixBytes, body.count > 1,
            body[1] > first + 1
        {
            headEnd = body[1]
        }
    }

    private func isBody(_ line: TextLine) -> Bool {
        if line.weight >= Self.threshold || line.isInComment { return false }
        return line.count >= Self.bodyBytes
            || (line.endsSentence && line.count >= Self.bodySentenceBytes)
    }

    private mutating func findForeignHeaders(_ bytes: Span<UInt8>) {
        guard headEnd > 0, headEnd < text.lines.count else { return }
        var isForeignBody: Bool?
        for index in 0..<min(headEnd, 12) where text.lines[index].weight < Self.threshold {
            let line = text.lines[index]
            guard bytes[line.start] >= 0x80 || bytes[line.end - 1] >= 0x80,
                let isForeign = LineShape.isForeign(bytes, line.start..<line.end), isForeign
            else { continue }
            if isForeignBody == nil {
                let body = text.lines[headEnd]
                isForeignBody = LineShape.isForeign(bytes, body.start..<body.end)
            }
            guard isForeignBody == false else { return }
            text.lines[index].shape = .foreignHeader
            text.lines[index].rule = -1
            text.lines[index].weight = LineShape.foreignHeader.weightHundredths
            text.lines[index].score = text.lines[index].weight
            text.lines[index].isRemoved = true
        }
    }

    // MARK: The score

    private func isHead(_ index: Int) -> Bool { index < headEnd }
    private func isTail(_ index: Int) -> Bool { index >= tailStart }

    private mutating func score(_ index: Int, _ bytes: Span<UInt8>) {
        let line = text.lines[index]
        var score = line.weight
        let rule = line.rule >= 0 ? rules.rules[line.rule] : nil
        let isEdge = isHead(index) || isTail(index)
        if isEdge { score += 10 }
        switch rule?.place ?? .anywhere {
        case .anywhere: break
        case .head: if !isHead(index) { score -= 60 }
        case .tail: if !isTail(index) { score -= 60 }
        case .edge: if !isEdge { score -= 60 }
        }
        if line.shape == .separator, !isTail(index) { score -= 20 }
        let isSentence = rule?.isSentence ?? false
        if line.startsQuoted, !isSentence { score -= 60 }
        if line.endsOpen { score -= 60 }
        if line.endsSentence, line.count >= Self.bodySentenceBytes, !isSentence { score -= 40 }
        if isContinued(index) { score -= 100 }
        if repeats(index, bytes) { score += 25 }
        if repeatsRemoved(index, bytes) { score += 50 }
        text.lines[index].score = score
        text.lines[index].isRemoved = score >= Self.threshold
    }

    /// True if the line is a piece of a hard-wrapped paragraph.
    private func isContinued(_ index: Int) -> Bool {
        let lines = text.lines
        let line = lines[index]
        if index > 0, line.blanksBefore == 0 {
            let before = lines[index - 1]
            if line.startsLower, !before.endsSentence, before.count >= 40 { return true }
        }
        if index + 1 < lines.count, lines[index + 1].blanksBefore == 0 {
            let after = lines[index + 1]
            if after.startsLower, !line.endsSentence, line.count >= 30 || after.count >= 40 {
                return true
            }
        }
        return false
    }

    /// True if another line of the text with evidence says the same.
    private func repeats(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        text.lines.indices.contains { $0 != index && isSame($0, index, bytes) }
    }

    /// True if a line before it that goes says the same: the echo of a byline.
    private func repeatsRemoved(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        text.lines[..<index].indices.contains {
            text.lines[$0].isRemoved && isSame($0, index, bytes)
        }
    }

    private func isSame(_ first: Int, _ second: Int, _ bytes: Span<UInt8>) -> Bool {
        let one = text.lines[first]
        let other = text.lines[second]
        return one.hasEvidence && one.count == other.count && one.count <= Self.bodyBytes
            && (0..<one.count).allSatisfy { bytes[one.start + $0] == bytes[other.start + $0] }
    }

    /// Residue comes in blocks: a doubtful line beside a sure one gains by it.
    private mutating func supportByNeighbours(_ candidates: [Int]) {
        for index in candidates where !text.lines[index].isRemoved {
            let before = index > 0 && text.lines[index - 1].isRemoved
            let after = index + 1 < text.lines.count && text.lines[index + 1].isRemoved
            guard before || after else { continue }
            text.lines[index].score += before && after ? 20 : 15
            text.lines[index].isRemoved = text.lines[index].score >= Self.threshold
        }
    }

    // MARK: Title and names

    private mutating func findTitle(_ bytes: Span<UInt8>) -> Int? {
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
        return text.lines.contains { line in
            guard line.isRemoved, line.count >= name.count else { return false }
            return (0...(line.count - name.count)).contains { offset in
                (0..<name.count).allSatisfy {
                    bytes[line.start + offset + $0] == bytes[name.lowerBound + $0]
                }
            }
        }
    }

    private func isTitleLike(_ index: Int) -> Bool {
        let line = text.lines[index]
        guard line.count <= 200, !line.endsOpen, index + 1 < text.lines.count else { return false }
        let after = text.lines[index + 1]
        if after.blanksBefore == 0, after.startsLower { return false }
        return !line.endsSentence || line.count < Self.bodySentenceBytes || line.isQuestion
    }

    /// A name alone is a byline between title and body, at the end, or as an echo of the byline.
    private mutating func judgeNames(_ bytes: Span<UInt8>) {
        guard text.lines.contains(where: \.isName) else { return }
        for index in text.lines.indices
        where text.lines[index].isName && !text.lines[index].isRemoved && index != title {
            var score = LineShape.byline.weightHundredths
            let isLast = index == text.lines.count - 1
            let before = index > 0 ? text.lines[index - 1] : nil
            let after = index + 1 < text.lines.count ? text.lines[index + 1] : nil
            if text.lines[index].isGivenName { score += 30 }
            if isHead(index) { score += (title.map { index > $0 } ?? false) ? 30 : 20 }
            if isTail(index), isLast || after?.isRemoved ?? false, before?.isName != true {
                score += 25
            }
            if before?.isRemoved ?? false || after?.isRemoved ?? false { score += 20 }
            if echoesByline(index, bytes) { score += 60 }
            if before?.isName ?? false, before?.isRemoved == false { score -= 40 }
            if isContinued(index) { score -= 100 }
            guard score >= Self.threshold, score > text.lines[index].score else { continue }
            text.lines[index].score = score
            text.lines[index].shape = .byline
            text.lines[index].rule = -1
            text.lines[index].isRemoved = true
        }
    }

    /// True if a removed line that names an author holds this name.
    private func echoesByline(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        let name = text.lines[index]
        return text.lines.contains { line in
            let names =
                line.shape == .byline || (line.rule >= 0 && rules.rules[line.rule].givesAuthor)
            guard line.isRemoved, names, line.count >= name.count else { return false }
            return (0...(line.count - name.count)).contains { offset in
                (0..<name.count).allSatisfy {
                    bytes[line.start + offset + $0] == bytes[name.start + $0]
                }
            }
        }
    }

    // MARK: Blocks

    private func block(_ index: Int) -> RuleBlock {
        let rule = text.lines[index].rule
        return rule >= 0 ? rules.rules[rule].block : .none
    }

    /// Marks readers' comments, from `NAME says:` to the reply link.
    private mutating func markComments() {
        var index = 0
        while index < text.lines.count {
            defer { index += 1 }
            guard block(index) == .comment, text.lines[index].weight >= 60 else { continue }
            var end = index + 1
            var isDated = false
            var isAnswered = false
            while end < min(index + 8, text.lines.count), block(end) != .comment {
                let rule = text.lines[end].rule
                if rule >= 0, rules.rules[rule].givesDate, end <= index + 2 { isDated = true }
                if rule >= 0, rules.rules[rule].kind == "comment-reply" {
                    isAnswered = true
                    end += 1
                    break
                }
                end += 1
            }
            guard isDated || isAnswered else { continue }
            if !isAnswered { end = min(end, index + 3) }
            for line in index..<end { text.lines[line].isInComment = true }
            index = end - 1
        }
    }

    private mutating func removeBlocks() {
        for index in text.lines.indices {
            if text.lines[index].isInComment, !text.lines[index].isRemoved {
                take(index, .comment)
            }
            guard text.lines[index].isRemoved, block(index) == .headlines else { continue }
            removeHeadlines(after: index)
        }
    }

    /// Removes the headlines that a line like `Most read` announces: to the end of the text, or,
    /// inside it, as far as no blank line divides them.
    private mutating func removeHeadlines(after index: Int) {
        let isLast = isTail(index)
        var next = index + 1
        while next < text.lines.count, next - index <= 12 {
            let line = text.lines[next]
            if line.isRemoved {
                next += 1
                continue
            }
            guard line.count <= 120, !line.endsSentence || line.isQuestion, !line.endsOpen,
                isLast || line.blanksBefore == 0
            else { return }
            take(next, .listedHeadline)
            next += 1
        }
    }

    private mutating func take(_ index: Int, _ shape: LineShape) {
        text.lines[index].shape = shape
        text.lines[index].rule = -1
        text.lines[index].score = shape.weightHundredths
        text.lines[index].isRemoved = true
    }

    // MARK: Reading a removed line again

    /// Cuts a line into tokens and hands them to `body`, for the capture of names and dates.
    mutating func withTokens<Result>(
        of index: Int, _ bytes: Span<UInt8>, _ body: ([LineToken]) -> Result
    ) -> Result {
        line.begin(text.lines[index].start..<text.lines[index].end)
        line.ensure(TokenLine.maximumTokens, bytes)
        return body(line.tokens)
    }
}
