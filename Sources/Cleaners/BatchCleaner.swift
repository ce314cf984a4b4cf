// Cleaning a batch: delivered text in, cleaned text, edit script and captured metadata out.

internal import ByteText
package import DocumentModel

/// Cleans batches, one after the other; one for each worker, because it owns scratch memory.
///
/// Order: normalise, lines, residue, metadata. (Decoding is the reader's; filters come after.)
package struct BatchCleaner: ~Copyable {
    private let rules: CleaningRules
    private let options: CleaningOptions
    private var normaliser = TextNormaliser()
    private var judge: ResidueJudge
    private var composer = EditComposer()
    private var normalised: [UInt8] = []
    private var cleaned: [UInt8] = []
    private var removals: [Removal] = []

    package init(rules: CleaningRules, options: CleaningOptions = CleaningOptions()) {
        self.rules = rules
        self.options = options
        judge = ResidueJudge(rules: rules)
    }

    /// Names of all rules that edits refer to.
    package var table: RuleTable { rules.table }

    /// Fills `text` and `edits` of every record that is not rejected, and those of `title`,
    /// `authors` and `created` that are empty. A text with nothing but white space left is
    /// rejected; where nothing changes, `text` is the same range as `delivered`.
    package mutating func clean(_ batch: inout DocumentBatch) {
        for index in batch.records.indices where batch.records[index].rejection == nil {
            clean(index, &batch)
        }
    }

    private mutating func clean(_ index: Int, _ batch: inout DocumentBatch) {
        let delivered = batch.records[index].delivered
        normaliser.normalise(
            batch.arena.span.extracting(delivered.bounds), onlyMalformed: !options.isEnabled)
        let isRegular = normaliser.edits.isEmpty
        if !isRegular { writeNormalised(batch.arena.span.extracting(delivered.bounds)) }
        removals.removeAll(keepingCapacity: true)
        var captured = CapturedMetadata()
        if options.isEnabled {
            if isRegular {
                let bytes = batch.arena.span.extracting(delivered.bounds)
                judge.judge(bytes)
                captured = judge.captureMetadata(bytes)
                collectRemovals(bytes.count)
            } else {
                // A second reference, not a copy: a span of a property would lock all of `self`.
                let text = normalised
                judge.judge(text.span)
                captured = judge.captureMetadata(text.span)
                collectRemovals(text.count)
            }
        }
        let source = isRegular ? delivered.lowerBound : nil
        store(captured, in: &batch, index, arenaOffset: source)
        if isRegular, removals.isEmpty {
            batch.records[index].text = delivered
            batch.records[index].edits = .empty
        } else {
            composer.compose(
                normaliser.edits, inserted: normaliser.inserted, removals,
                delivered: batch.arena.span.extracting(delivered.bounds))
            write(index, &batch, isRegular: isRegular)
        }
        if isBlank(batch.arena.span.extracting(batch.records[index].text.bounds)) {
            batch.records[index].rejection = .emptyText
        }
    }

    private mutating func writeNormalised(_ bytes: Span<UInt8>) {
        normalised.removeAll(keepingCapacity: true)
        let inserted = normaliser.inserted
        var copied = 0
        for edit in normaliser.edits {
            normalised.append(copying: bytes.extracting(copied..<edit.start))
            normalised.append(copying: inserted.span.extracting(edit.inserted.bounds))
            copied = edit.start + edit.removedCount
        }
        normalised.append(copying: bytes.extracting(copied..<bytes.count))
    }

    /// Turns runs of removed lines into removals, one a line.
    ///
    /// Of the blank lines around a run the larger gap stays, so that paragraphs keep their distance
    /// and nothing else of the text changes.
    private mutating func collectRemovals(_ count: Int) {
        let lines = judge.lines
        var index = 0
        while index < lines.count {
            guard lines[index].isRemoved else {
                index += 1
                continue
            }
            var end = index + 1
            while end < lines.count, lines[end].isRemoved { end += 1 }
            let isFirst = index == 0
            let isLast = end == lines.count
            let keepsGapAfter =
                !isFirst && !isLast && lines[end].blanksBefore > lines[index].blanksBefore
            for line in index..<end {
                var start = lines[line].lineStart
                if line == index, isFirst { start = 0 }
                if line == index, isLast || keepsGapAfter, !isFirst {
                    start = lines[index - 1].lineEnd
                }
                var stop = line + 1 < lines.count ? lines[line + 1].lineStart : count
                if line + 1 < end { stop = lines[line + 1].lineStart }
                if line + 1 == end, keepsGapAfter { stop = lines[line].lineEnd }
                append(lines[line], start..<stop)
            }
            // Without a line feed at the end of the text none may be left behind either.
            if isLast, !isFirst, lines[end - 1].lineEnd == count, lines[end - 1].end == count {
                let previous = lines[index - 1]
                let first = removals.count - (end - index)
                removals[first].range = previous.contentEnd..<removals[first].range.upperBound
            }
            index = end
        }
    }

    private mutating func append(_ line: TextLine, _ range: Range<Int>) {
        let rule =
            if line.rule >= 0 {
                rules.firstRule + line.rule
            } else {
                rules.firstShape
                    + (line.shape.flatMap { LineShape.allCases.firstIndex(of: $0) } ?? 0)
            }
        removals.append(Removal(range: range, rule: rule, scoreHundredths: line.score))
    }

    /// Appends inserted bytes, edits and the text to the batch.
    private mutating func write(_ index: Int, _ batch: inout DocumentBatch, isRegular: Bool) {
        let insertedStart = batch.arena.count
        batch.arena.append(contentsOf: composer.inserted)
        let firstEdit = batch.edits.count
        for var edit in composer.edits {
            edit.inserted =
                edit.inserted.isEmpty
                ? .empty
                : ByteRange(
                    start: insertedStart + edit.inserted.lowerBound,
                    count: Int(edit.inserted.count))
            batch.edits.append(edit)
        }
        batch.records[index].edits = ItemRange(
            start: firstEdit, count: batch.edits.count - firstEdit)
        let delivered = batch.records[index].delivered
        let textStart = batch.arena.count
        var copied = 0
        // Through scratch: an arena that is appended to from itself would be copied whole.
        cleaned.removeAll(keepingCapacity: true)
        if isRegular {
            let source = batch.arena.span.extracting(delivered.bounds)
            for removal in removals {
                cleaned.append(copying: source.extracting(copied..<removal.range.lowerBound))
                copied = removal.range.upperBound
            }
            cleaned.append(copying: source.extracting(copied..<source.count))
        } else {
            let source = normalised
            for removal in removals {
                cleaned.append(copying: source.span.extracting(copied..<removal.range.lowerBound))
                copied = removal.range.upperBound
            }
            cleaned.append(copying: source.span.extracting(copied..<source.count))
        }
        batch.arena.append(contentsOf: cleaned)
        batch.records[index].text = ByteRange(
            start: textStart, count: batch.arena.count - textStart)
    }

    /// Fills empty fields. Ranges of a regular text point into the delivered bytes themselves.
    private mutating func store(
        _ captured: CapturedMetadata, in batch: inout DocumentBatch, _ index: Int, arenaOffset: Int?
    ) {
        if batch.records[index].title.isEmpty, let title = captured.title {
            batch.records[index].title = place(title, in: &batch, arenaOffset)
        }
        if batch.records[index].authors.isEmpty, !captured.authors.isEmpty {
            let first = batch.names.count
            for author in captured.authors {
                let name = place(author, in: &batch, arenaOffset)
                batch.names.append(name)
            }
            batch.records[index].authors = ItemRange(
                start: first, count: batch.names.count - first)
        }
        if batch.records[index].created.isEmpty, let iso = captured.date?.iso {
            batch.records[index].created = batch.append(iso)
        }
    }

    private mutating func place(
        _ range: Range<Int>, in batch: inout DocumentBatch, _ arenaOffset: Int?
    ) -> ByteRange {
        if let arenaOffset {
            return ByteRange(start: arenaOffset + range.lowerBound, count: range.count)
        }
        return batch.append(normalised.span.extracting(range))
    }

    private func isBlank(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            let (value, count) = CodePoint.decode(bytes, at: index)
            switch value {
            case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
                0x205F, 0x3000:
                index += count
            default: return false
            }
        }
        return true
    }
}
