// Normalisation: one pass over the delivered bytes that yields edits, none for regular text.

internal import ByteText
internal import CUtf8proc
internal import DocumentModel

/// What normalisation does, in the order of the rule table's first entries.
enum NormalisationRule: Int, CaseIterable {
    case byteOrderMark, malformedUTF8, lineEnd, control, invisible, canonical
    /// Changes of different kinds that stand so close that one edit is shorter.
    case several

    var name: String {
        switch self {
        case .byteOrderMark: "normalise/byte-order-mark"
        case .malformedUTF8: "normalise/malformed-utf8"
        case .lineEnd: "normalise/line-end"
        case .control: "normalise/control-character"
        case .invisible: "normalise/invisible-character"
        case .canonical: "normalise/nfc"
        case .several: "normalise/several"
        }
    }
}

/// Turns delivered bytes into valid UTF-8 in NFC with `\n` as the only line end.
///
/// * Malformed UTF-8: U+FFFD per maximal subpart. Byte order marks anywhere: removed.
/// * CRLF, CR, NEL, LS, PS, vertical tab and form feed: one line feed.
/// * Other C0 and C1 controls but tab, and DEL: removed.
/// * U+200B (but in Thai, Lao, Khmer and Burmese, where it ends words), U+2060, directional
///   embeddings and overrides: removed. Soft hyphen: removed between letters. Joiners: removed
///   between characters of Latin, Greek, Cyrillic and the like, kept everywhere else.
struct TextNormaliser {
    /// The edits of the last text; `inserted` ranges point into `inserted`.
    private(set) var edits: [Edit] = []
    private(set) var inserted: [UInt8] = []
    private var composer = CanonicalComposer()
    private var segment: [Int32] = []
    /// The last run of invisible characters and what stands around it.
    private var invisibleRun = 0..<0
    private var invisibleNeighbours: (before: UInt32, after: UInt32) = (0, 0)
    /// Output that a mark may still join with: far above the 30 marks that UAX #15, section 13,
    /// allows on one base. Looking back for ever would make long runs quadratic.
    private static let joinableBytes = 256

    /// Finds the edits of a text. With `onlyMalformed` nothing but U+FFFD repair is done.
    mutating func normalise(_ bytes: Span<UInt8>, onlyMalformed: Bool) {
        edits.removeAll(keepingCapacity: true)
        inserted.removeAll(keepingCapacity: true)
        invisibleRun = 0..<0
        if onlyMalformed {
            var start = 0
            while let bad = UTF8Text.firstMalformed(in: bytes, from: start) {
                replace(bad, with: UTF8Text.replacement, .malformedUTF8)
                start = bad.upperBound
            }
            return
        }
        var position = 0
        while true {
            position = RegularText.firstIrregular(in: bytes, from: position)
            if position == bytes.count { return }
            position = normaliseIrregular(bytes, at: position)
        }
    }

    private mutating func normaliseIrregular(_ bytes: Span<UInt8>, at index: Int) -> Int {
        let byte = bytes[index]
        if byte < 0x80 { return normaliseControl(bytes, at: index) }
        let window = bytes.extracting(index..<min(index + 4, bytes.count))
        if let bad = UTF8Text.firstMalformed(in: window), bad.lowerBound == 0 {
            replace(index..<(index + bad.count), with: UTF8Text.replacement, .malformedUTF8)
            return index + bad.count
        }
        let (value, count) = CodePoint.decode(bytes, at: index)
        if RegularText.isInvisible(value) {
            return normaliseInvisible(bytes, value, index..<(index + count))
        }
        return normaliseSegment(bytes, at: index)
    }

    private mutating func normaliseControl(_ bytes: Span<UInt8>, at index: Int) -> Int {
        let next = index + 1
        switch bytes[index] {
        case 0x0D:
            if next < bytes.count, bytes[next] == 0x0A {
                remove(index..<next, .lineEnd)
            } else {
                replace(index..<next, with: [0x0A], .lineEnd)
            }
        case 0x0B, 0x0C: replace(index..<next, with: [0x0A], .lineEnd)
        default: remove(index..<next, .control)
        }
        return next
    }

    private mutating func normaliseInvisible(
        _ bytes: Span<UInt8>, _ value: UInt32, _ range: Range<Int>
    ) -> Int {
        switch value {
        case 0x85, 0x2028, 0x2029: replace(range, with: [0x0A], .lineEnd)
        case 0x80...0x9F: remove(range, .control)
        case 0xFEFF: remove(range, range.lowerBound == 0 ? .byteOrderMark : .invisible)
        case 0x202A...0x202E, 0x2060: remove(range, .invisible)
        default:
            let (before, after) = neighbours(bytes, range)
            let removes =
                switch value {
                case 0xAD: CodePoint.isWord(before) && CodePoint.isWord(after)
                case 0x200B: !marksWords(before) && !marksWords(after)
                default: before < Self.firstJoiningScript && after < Self.firstJoiningScript
                }
            if removes { remove(range, .invisible) }
        }
        return range.upperBound
    }

    /// Hebrew; from here on scripts use the joiners, and so do emoji. Latin, Greek, Cyrillic and
    /// Armenian lie below.
    private static let firstJoiningScript: UInt32 = 0x590

    /// Scripts without spaces in which U+200B is the word boundary.
    private func marksWords(_ value: UInt32) -> Bool {
        switch value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: true
        default: false
        }
    }

    /// The code points around a range, 0 at the text's ends. Invisible ones are passed over, so
    /// that cleaning a cleaned text changes nothing.
    private mutating func neighbours(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) -> (before: UInt32, after: UInt32) {
        // One walk for a whole run, however long it is.
        if invisibleRun.contains(range.lowerBound) { return invisibleNeighbours }
        var before: UInt32 = 0
        var start = range.lowerBound
        while start > 0 {
            start = CodePoint.start(before: start, in: bytes)
            before = CodePoint.decode(bytes, at: start).value
            if !RegularText.isInvisible(before) { break }
            before = 0
        }
        var after: UInt32 = 0
        var end = range.upperBound
        while end < bytes.count {
            let (value, count) = CodePoint.decode(bytes, at: end)
            if !RegularText.isInvisible(value) {
                after = value
                break
            }
            end += count
        }
        invisibleRun = range.lowerBound..<end
        invisibleNeighbours = (before, after)
        return invisibleNeighbours
    }

    /// Composes the run of characters around `index` that NFC may change.
    ///
    /// Its context is the character before, and the output of edits that touch: a mark may follow
    /// a removed zero-width character. A character that NFC leaves alone is a boundary (UAX #15).
    private mutating func normaliseSegment(_ bytes: Span<UInt8>, at index: Int) -> Int {
        var chain = edits.count
        var start = index
        while chain > 0,
            inserted.count - edits[chain - 1].inserted.lowerBound <= Self.joinableBytes,
            edits[chain - 1].start + edits[chain - 1].removedCount == start,
            edits[chain - 1].rule != NormalisationRule.lineEnd.rawValue
        {
            chain -= 1
            start = edits[chain].start
        }
        segment.removeAll(keepingCapacity: true)
        if start > 0 {
            let base = CodePoint.start(before: start, in: bytes)
            if !touchesEdit(before: chain, base) {
                start = base
                segment.append(Int32(bitPattern: CodePoint.decode(bytes, at: base).value))
            }
        }
        for edit in edits[chain...] {
            var offset = edit.inserted.lowerBound
            while offset < edit.inserted.upperBound {
                let (value, count) = CodePoint.decode(inserted.span, at: offset)
                segment.append(Int32(bitPattern: value))
                offset += count
            }
        }
        var end = index
        while end < bytes.count {
            let window = bytes.extracting(end..<min(end + 4, bytes.count))
            if let bad = UTF8Text.firstMalformed(in: window), bad.lowerBound == 0 { break }
            let (value, count) = CodePoint.decode(bytes, at: end)
            guard CodePoint.mayNormalise(value) else { break }
            segment.append(Int32(bitPattern: value))
            end += count
        }
        guard composer.compose(&segment) else { return end }
        if chain < edits.count {
            inserted.removeLast(inserted.count - edits[chain].inserted.lowerBound)
            edits.removeLast(edits.count - chain)
        }
        let position = inserted.count
        for value in segment { CodePoint.append(UInt32(bitPattern: value), to: &inserted) }
        record(
            start..<end, ByteRange(start: position, count: inserted.count - position), .canonical)
        return end
    }

    /// True if the bytes up to `offset`'s character belong to the edit before `chain`.
    private func touchesEdit(before chain: Int, _ offset: Int) -> Bool {
        guard chain > 0 else { return false }
        let edit = edits[chain - 1]
        return edit.start + edit.removedCount > offset
    }

    private mutating func remove(_ range: Range<Int>, _ rule: NormalisationRule) {
        if let last = edits.last, last.rule == rule.rawValue, last.inserted.isEmpty,
            rule != .lineEnd, last.start + last.removedCount == range.lowerBound
        {
            edits[edits.count - 1].removedCount += range.count
            return
        }
        record(range, ByteRange(start: inserted.count, count: 0), rule)
    }

    private mutating func replace(
        _ range: Range<Int>, with bytes: [UInt8], _ rule: NormalisationRule
    ) {
        let position = inserted.count
        inserted.append(contentsOf: bytes)
        record(range, ByteRange(start: position, count: bytes.count), rule)
    }

    private mutating func record(
        _ range: Range<Int>, _ bytes: ByteRange, _ rule: NormalisationRule
    ) {
        edits.append(
            Edit(
                start: range.lowerBound, removedCount: range.count, inserted: bytes,
                rule: rule.rawValue, scoreHundredths: 0))
    }
}
