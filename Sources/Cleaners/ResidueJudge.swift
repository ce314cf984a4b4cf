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
    /// No article has more authors that are named in lines of their own.
    static let maximumBylines = 8

    let rules: CleaningRules
    private(set) var text = DocumentLines()
    private var line = TokenLine()
    private var chart = RuleChart()
    /// Lines before `headEnd` and from `tailStart` on lie outside the body.
    private(set) var headEnd = 0
    private(set) var tailStart = 0
    /// The line that is the text's title.
    private(set) var title: Int?
    /// Hashes of lines with evidence that stand more than once.
    private var repeated: [UInt64] = []

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
        where text.lines[index].count <= Self.longestCandidateBytes && !isPiece(index) {
            gatherEvidence(index, bytes)
            let line = text.lines[index]
            if line.hasEvidence || line.isName { candidates += 1 }
        }
        markComments()
        findBody()
        if candidates > 0 {
            let named = text.lines.indices.filter { text.lines[$0].hasEvidence }
            findForeignHeaders(bytes)
            countRepeats(named)
            for index in named { score(index) }
            supportByNeighbours(named)
            supportEchoes(named)
            removeSeparators()
        } else {
            findForeignHeaders(bytes)
        }
        title = findTitle(bytes)
        if candidates > 0 {
            judgeNames(bytes)
            judgeRepeatedBylines(bytes)
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
                for start in max(1, line.tokens.count - 24)..<max(1, line.tokens.count)
                where rules.suffixes.mayBegin(with: line.tokens[start]) {
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
                let shape = LineShape.of(line.tokens, bytes),
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
        if weight > 0, range.count <= Self.bodyBytes {
            text.lines[index].hash = Self.hash(bytes, range)
        }
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

    private mutating func score(_ index: Int) {
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
        let isSentence = rule?.isSentence ?? false
        if line.startsQuoted, !isSentence { score -= 60 }
        if line.endsOpen { score -= 60 }
        if line.endsSentence, line.count >= Self.bodySentenceBytes, !isSentence { score -= 40 }
        if isContinued(index) { score -= 100 }
        if line.shape == .address { score += isEdge && !line.endsInColon ? 20 : -20 }
        if line.startsMarked { score -= 60 }
        if line.shape == .separator { score = 0 }
        if repeats(index) { score += 25 }
        text.lines[index].score = score
        text.lines[index].isRemoved = score >= Self.threshold
    }

    /// True if the line is a piece of a hard-wrapped paragraph; such lines are not even read.
    private func isPiece(_ index: Int) -> Bool {
        let line = text.lines[index]
        if index > 0, line.blanksBefore == 0 {
            let before = text.lines[index - 1]
            if !before.endsSentence, before.count >= 40,
                line.startsLower || text.isWrapped || line.endsSentence && line.count < 30
            {
                return true
            }
        }
        if index + 1 < text.lines.count, text.lines[index + 1].blanksBefore == 0,
            !line.endsSentence
        {
            let after = text.lines[index + 1]
            if after.startsLower, line.count >= 30 || after.count >= 40 { return true }
            if text.isWrapped, line.count >= 40 { return true }
        }
        return false
    }

    /// True if a short line of a hard-wrapped text stands in a paragraph.
    private func isContinued(_ index: Int) -> Bool {
        guard text.isWrapped, text.lines[index].blanksBefore == 0, index > 0 else { return false }
        let before = text.lines[index - 1]
        return !before.endsSentence && !before.isRemoved
    }

    private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = TokenHash.seed
        for index in range { TokenHash.add(bytes[index], to: &hash) }
        return hash | 1
    }

    /// Notes which lines with evidence stand more than once.
    private mutating func countRepeats(_ candidates: [Int]) {
        let hashes = candidates.map { text.lines[$0].hash }.filter { $0 != 0 }.sorted()
        repeated = zip(hashes, hashes.dropFirst()).filter { $0 == $1 }.map(\.0)
    }

    private func repeats(_ index: Int) -> Bool {
        text.lines[index].hash != 0 && repeated.contains(text.lines[index].hash)
    }

    /// Judges lines again that say the same as one that goes: the echo of a byline.
    private mutating func supportEchoes(_ candidates: [Int]) {
        guard !repeated.isEmpty else { return }
        let removed = Set(
            candidates.filter { text.lines[$0].isRemoved }.map { text.lines[$0].hash })
        for index in candidates where !text.lines[index].isRemoved && repeats(index) {
            guard removed.contains(text.lines[index].hash) else { continue }
            text.lines[index].score += 50
            text.lines[index].isRemoved = text.lines[index].score >= Self.threshold
        }
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

    /// Removes rules that part nothing but residue from the text.
    private mutating func removeSeparators() {
        var index = text.lines.count - 1
        while index > 0, text.lines[index].isRemoved || text.lines[index].shape == .separator {
            if text.lines[index].shape == .separator { take(index, .separator) }
            index -= 1
        }
        index = 0
        while index < headEnd, text.lines[index].isRemoved || text.lines[index].shape == .separator {
            if text.lines[index].shape == .separator { take(index, .separator) }
            index += 1
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
    private mutating func judgeNames(_ bytes: Span<UInt8>) {
        guard text.lines.contains(where: \.isName) else { return }
        let known = bylines()
        for index in text.lines.indices
        where text.lines[index].isName && !text.lines[index].isRemoved && index != title {
            var score = LineShape.byline.weightHundredths
            let isLast = index == text.lines.count - 1
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
            if echoes(known, index, bytes) { score += 60 }
            if before?.isName ?? false, before?.isRemoved == false { score -= 40 }
            if isContinued(index) { score -= 100 }
            guard score >= Self.threshold, score > text.lines[index].score else { continue }
            text.lines[index].score = score
            text.lines[index].shape = .byline
            text.lines[index].rule = -1
            text.lines[index].isRemoved = true
        }
    }

    /// A byline inside the body goes if a removed one says the same.
    private mutating func judgeRepeatedBylines(_ bytes: Span<UInt8>) {
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
