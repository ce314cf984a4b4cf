// Residue that comes in blocks: comments, lists of headlines.

extension ResidueJudge {
    private func block(_ index: Int) -> RuleBlock {
        let rule = text.lines[index].rule
        return rule >= 0 ? rules.rules[rule].block : .none
    }

    /// Marks readers' comments, from `NAME says:` to the reply link.
    mutating func markComments() {
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

    mutating func removeBlocks() {
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
            guard line.count <= 120, !line.isPiece, !line.endsSentence || line.isQuestion,
                !line.endsOpen,
                isLast || line.blanksBefore == 0
            else { return }
            take(next, .listedHeadline)
            next += 1
        }
    }

    mutating func take(_ index: Int, _ shape: LineShape) {
        text.lines[index].shape = shape
        text.lines[index].rule = -1
        text.lines[index].score = shape.weightHundredths
        text.lines[index].isRemoved = true
    }
}
