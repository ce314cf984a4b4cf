// One edit script over the delivered bytes, from normalisation edits and removed lines.

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

    /// Merges; normalisation edits that lie inside a removal, or touch it, become part of it.
    ///
    /// Removals are sorted, do not overlap, and begin and end between the outputs of edits.
    mutating func compose(_ normalisation: [Edit], _ removals: [Removal]) {
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
