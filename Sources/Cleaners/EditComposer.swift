// One edit script over the delivered bytes, from normalisation edits and removed lines.

internal import ByteText
internal import DocumentModel

/// A removed stretch of the normalised text.
struct Removal {
    var range: Range<Int>
    var rule: Int
    var scoreHundredths: Int
}

/// Composes two scripts: normalisation (over the delivered bytes) and removals (over its output).
struct EditComposer {
    private(set) var edits: [Edit] = []
    /// What the edits' `inserted` ranges point into.
    private(set) var inserted: [UInt8] = []

    /// Bytes between two normalisation edits up to which one edit over both is shorter in the
    /// ledger than two: an edit costs about 150 bytes there, and what lies between stands twice.
    private static let joinedGap = 72

    /// Merges; normalisation edits that lie inside a removal, or touch it, become part of it.
    ///
    /// Removals are sorted, do not overlap, and begin and end between the outputs of edits.
    ///
    /// - Parameters:
    ///   - inserted: what the normalisation edits' ranges point into.
    ///   - delivered: the text that the edits are for.
    mutating func compose(
        _ normalisation: [Edit], inserted: [UInt8], _ removals: [Removal],
        delivered: Span<UInt8>
    ) {
        merge(normalisation, removals)
        self.inserted = inserted
        if normalisation.count > 1 { join(delivered, inserted) }
    }

    /// Joins normalisation edits that stand close together, so that a text with a change in every
    /// word does not make a ledger of many times its size.
    private mutating func join(_ delivered: Span<UInt8>, _ source: [UInt8]) {
        var joined = 0
        for index in edits.indices {
            let edit = edits[index]
            if joined > 0, let whole = union(edits[joined - 1], edit, delivered, source) {
                edits[joined - 1] = whole
            } else {
                edits[joined] = edit
                joined += 1
            }
        }
        edits.removeLast(edits.count - joined)
    }

    /// One edit for two neighbours and what lies between; nil where two are better.
    private mutating func union(
        _ first: Edit, _ second: Edit, _ delivered: Span<UInt8>, _ source: [UInt8]
    ) -> Edit? {
        let end = first.start + first.removedCount
        let normalising = NormalisationRule.allCases.count
        guard first.rule < normalising, second.rule < normalising,
            second.start - end <= Self.joinedGap
        else { return nil }
        var output = first.inserted
        // Grows in place where the first one's output is a join already and so the last written.
        // Everything else still stands where the normaliser put it.
        if output.lowerBound < source.count || output.isEmpty {
            let start = inserted.count
            inserted.append(contentsOf: source[output.bounds])
            output = ByteRange(start: start, count: Int(output.count))
        }
        inserted.append(copying: delivered.extracting(end..<second.start))
        inserted.append(contentsOf: source[second.inserted.bounds])
        return Edit(
            start: first.start, removedCount: second.start + second.removedCount - first.start,
            inserted: ByteRange(
                start: output.lowerBound, count: inserted.count - output.lowerBound),
            rule: first.rule == second.rule ? first.rule : NormalisationRule.several.rawValue,
            scoreHundredths: 0)
    }

    private mutating func merge(_ normalisation: [Edit], _ removals: [Removal]) {
        edits.removeAll(keepingCapacity: true)
        var next = 0
        // Offset in the delivered text minus offset in the normalised one, behind edit `next - 1`.
        var shift = 0
        func output(_ edit: Edit) -> Int { edit.start - shift }
        for removal in removals {
            while next < normalisation.count,
                output(normalisation[next]) + Int(normalisation[next].inserted.count)
                    <= removal.range.lowerBound,
                output(normalisation[next]) < removal.range.lowerBound
            {
                edits.append(normalisation[next])
                shift += normalisation[next].removedCount - Int(normalisation[next].inserted.count)
                next += 1
            }
            let start = removal.range.lowerBound + shift
            while next < normalisation.count,
                output(normalisation[next]) + Int(normalisation[next].inserted.count)
                    <= removal.range.upperBound
            {
                shift += normalisation[next].removedCount - Int(normalisation[next].inserted.count)
                next += 1
            }
            let end = removal.range.upperBound + shift
            edits.append(
                Edit(
                    start: start, removedCount: end - start,
                    inserted: ByteRange(start: 0, count: 0), rule: removal.rule,
                    scoreHundredths: removal.scoreHundredths))
        }
        edits.append(contentsOf: normalisation[next...])
    }
}
