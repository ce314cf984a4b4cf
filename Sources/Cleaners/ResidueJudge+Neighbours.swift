// What lines gain and lose by the verdicts on the lines beside them.

extension ResidueJudge {
    /// Dates that stand among the content are the headings of a schedule or a diary.
    mutating func keepDateHeadings(_ candidates: [Int]) {
        let dates = candidates.filter { index in
            let rule = text.lines[index].rule
            return rule >= 0 && rules.rules[rule].kind == "date"
                && rules.rules[rule].weightHundredths < Self.threshold
        }
        guard !dates.isEmpty else { return }
        let headings = dates.filter { !isDateLine($0) }
        for index in headings.count > 1 ? dates : headings { text.lines[index].isRemoved = false }
    }

    /// True above the body, at the very end, or beside other residue.
    private func isDateLine(_ index: Int) -> Bool {
        let lines = text.lines
        if isLast(index) { return true }
        if isHead(index), lines[..<index].count(where: { !$0.isRemoved }) < 3 { return true }
        return index > 0 && isOtherResidue(index - 1) || isOtherResidue(index + 1)
    }

    private func isOtherResidue(_ index: Int) -> Bool {
        let line = text.lines[index]
        return line.isRemoved && (line.rule < 0 || rules.rules[line.rule].kind != "date")
    }

    /// Judges lines again that say the same as one that goes: the echo of a byline.
    mutating func supportEchoes(_ candidates: [Int]) {
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
    mutating func supportByNeighbours(_ candidates: [Int]) {
        for index in candidates where !text.lines[index].isRemoved {
            let before = index > 0 && text.lines[index - 1].isRemoved
            let after = index + 1 < text.lines.count && text.lines[index + 1].isRemoved
            guard before || after else { continue }
            text.lines[index].score += before && after ? 20 : 15
            text.lines[index].isRemoved = text.lines[index].score >= Self.threshold
        }
    }

    /// Removes rules that part nothing but residue from the text.
    mutating func removeSeparators() {
        func isEdge(_ line: TextLine) -> Bool { line.isRemoved || line.shape == .separator }
        let tail = text.lines.lastIndex { !isEdge($0) }.map { $0 + 1 } ?? text.lines.count
        let head = text.lines.firstIndex { !isEdge($0) } ?? 0
        for run in [0..<head, tail..<text.lines.count]
        where text.lines[run].contains(where: \.isRemoved) {
            for index in run where text.lines[index].shape == .separator {
                take(index, .separator)
            }
        }
    }
}
