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
    static let wrappedBodyBytes = 40
    static let threshold = 100
    /// No site puts more lines behind an article that nothing but their place speaks against.
    static let maximumTailLines = 24
    /// No article has more authors that are named in lines of their own.
    static let maximumBylines = 8

    let rules: CleaningRules
    var text = DocumentLines()
    private var line = TokenLine()
    private var chart = RuleChart()
    /// Lines before `headEnd` and from `tailStart` on lie outside the body.
    private(set) var headEnd = 0
    private(set) var tailStart = 0
    /// The first line of the body; a standfirst is one, though the head goes on behind it.
    private var bodyStart = 0
    /// The line that is the text's title.
    private(set) var title: Int?
    /// Hashes of lines with evidence that stand more than once.
    private(set) var repeated: [UInt64] = []

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
            text.lines[index].isPiece = isPiece(index)
            // Lines quoted from another message are that message's.
            if text.lines[index].isPiece || text.lines[index].startsMarked { continue }
            gatherEvidence(index, bytes)
            let line = text.lines[index]
            if line.hasEvidence || line.isName { candidates += 1 }
        }
        markComments()
        findBody()
        if candidates > 0 {
            let named = text.lines.indices.filter { text.lines[$0].hasEvidence }
            findForeignHeaders(bytes)
            bodyStart = text.lines.firstIndex(where: isBody) ?? headEnd
            countRepeats(named)
            for index in named { score(index) }
            supportByNeighbours(named)
            supportEchoes(named)
            keepDateHeadings(named)
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
        keepTextsWithoutContent(bytes)
    }

    /// A text of nothing but residue stays as it is: cleaning never empties a document.
    private mutating func keepTextsWithoutContent(_ bytes: Span<UInt8>) {
        guard text.lines.contains(where: \.isRemoved),
            !text.lines.contains(where: { !$0.isRemoved && holdsWord($0, bytes) })
        else { return }
        for index in text.lines.indices { text.lines[index].isRemoved = false }
    }

    private func holdsWord(_ line: TextLine, _ bytes: Span<UInt8>) -> Bool {
        var index = line.start
        while index < line.end {
            let (value, count) = CodePoint.decode(bytes, at: index)
            if CodePoint.isWord(value) { return true }
            index += count
        }
        return false
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
        let isDrawn = Self.isDrawn(bytes, range)
        if !isDrawn {
            automaton.run(over: &line, from: 0, bytes, reader: rules.reader, chart: &chart) {
                if all[$0].weightHundredths > weight {
                    best = $0
                    weight = all[$0].weightHundredths
                }
            }
        }
        if !text.lines[index].endsSentence, range.count <= Self.longestSuffixBytes {
            line.ensure(TokenLine.maximumTokens, bytes)
            if weight < Self.threshold, !isDrawn, !rules.suffixes.isEmpty {
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
        if weight > 0 { text.lines[index].findForm(bytes) }
        if weight > 0, range.count <= Self.bodyBytes {
            text.lines[index].hash = Self.hash(bytes, range)
        }
    }

    /// True for eight marks and more without a word: a ruled line or a drawing, which no pattern
    /// is tried on.
    private static func isDrawn(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 8 else { return false }
        return range.allSatisfy { bytes[$0] < 0x80 && !LineTokenizer.isASCIIWord(bytes[$0]) }
            || range.allSatisfy { bytes[$0] == 0x5F }
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
        tailStart = max(last + 1, lines.count - Self.maximumTailLines)
        // A standfirst under the title is followed by a byline, not by the next paragraph.
        if first <= 3, lines[first].count < Self.longestSuffixBytes, body.count > 1,
            body[1] > first + 1
        {
            headEnd = body[1]
        }
    }

    private func isBody(_ line: TextLine) -> Bool {
        if line.weight >= Self.threshold || line.isInComment || line.shape == .siteHeader {
            return false
        }
        if line.isPiece, text.isWrapped, line.count >= Self.wrappedBodyBytes { return true }
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

    func isHead(_ index: Int) -> Bool { index < headEnd }
    func isTail(_ index: Int) -> Bool { index >= tailStart }

    private mutating func score(_ index: Int) {
        let line = text.lines[index]
        var score = line.weight
        let rule = line.rule >= 0 ? rules.rules[line.rule] : nil
        let isEdge = isEdge(index)
        if isEdge { score += 10 }
        switch rule?.place ?? .anywhere {
        case .anywhere: break
        case .head: if !isHead(index) { score -= 60 }
        case .tail: if !isTail(index) { score -= 60 }
        case .edge: if !isEdge { score -= 60 }
        case .last: if !isLast(index) { score -= 60 }
        }
        let isSentence = rule?.isSentence ?? false
        if isOutOfForm(index, rule) { score -= 60 }
        if line.startsQuoted, !isSentence { score -= 60 }
        if line.endsOpen { score -= 60 }
        if line.endsSentence, line.count >= Self.bodySentenceBytes, !isSentence { score -= 40 }
        if isContinued(index) { score -= 100 }
        if line.shape == .address { score += standsAlone(index) && !line.endsInColon ? 20 : -20 }
        if line.shape == .address, isIntroduced(index) { score -= 60 }
        if line.shape == .siteHeader { score += index < bodyStart || isTail(index) ? 0 : -60 }
        if line.startsMarked { score -= 60 }
        if line.shape == .separator { score = 0 }
        if repeats(index) { score += 25 }
        text.lines[index].score = score
        text.lines[index].isRemoved = score >= Self.threshold
    }

    /// True in the tail, or in the head with a gap behind.
    private func standsAlone(_ index: Int) -> Bool {
        if isTail(index) { return true }
        return index < bodyStart && index + 1 < text.lines.count
            && text.lines[index + 1].blanksBefore > 0
    }

    private func isEdge(_ index: Int) -> Bool { isHead(index) || isTail(index) }

    /// True if the line before, which is content, ends in a colon.
    func isIntroduced(_ index: Int) -> Bool {
        index > 0 && text.lines[index - 1].endsInColon && text.lines[index - 1].weight == 0
    }

    /// True if nothing but residue follows.
    func isLast(_ index: Int) -> Bool {
        (index + 1..<text.lines.count).allSatisfy {
            text.lines[$0].isRemoved || text.lines[$0].weight >= Self.threshold
        }
    }

    /// True if the line is a row of a table, a citation, a label or the start of a paragraph
    /// rather than what the rule means.
    private func isOutOfForm(_ index: Int, _ rule: CleaningRules.Rule?) -> Bool {
        let line = text.lines[index]
        if line.isTableRow, line.shape == .menu || rule != nil { return true }
        guard let rule else { return false }
        if line.isLabel, rule.block == .none { return true }
        if line.startsWithMark, Self.kindsWithoutMark.contains(rule.kind) { return true }
        if line.endsInColon, Self.kindsWithoutMark.contains(rule.kind) { return true }
        // In hard-wrapped text the paragraph goes on below.
        return text.isWrapped && rule.isSentence && line.endsSentence
            && index + 1 < text.lines.count
            && text.lines[index + 1].blanksBefore == 0 && text.lines[index + 1].weight == 0
    }

    /// A dash or a bracket before them makes a citation of names, dates and outlets.
    private static let kindsWithoutMark: Set<String> = ["byline", "header"]

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
    func isContinued(_ index: Int) -> Bool {
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

    func repeats(_ index: Int) -> Bool {
        text.lines[index].hash != 0 && repeated.contains(text.lines[index].hash)
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
