// The words of a text with their places: the slow, obvious form, for people and as an oracle.

internal import CUnicodeTables

/// The words of one text, lower-cased, each with the bytes it stands in.
///
/// For `compare` and `explain`, which show words; the pipeline uses `WordScanner`,
/// which must agree.
package struct WordList: Sendable {
    /// One word: its lower-cased form and its place in the text.
    package struct Word: Sendable, Equatable {
        package var lowered: String
        package var range: Range<Int>
    }

    package private(set) var words: [Word] = []

    /// - Parameter text: valid UTF-8.
    package init(_ text: [UInt8]) {
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        var current = String.UnicodeScalarView()
        var start = 0
        var offset = 0
        func flags(_ scalar: Unicode.Scalar) -> UInt8 { winnow_unicode_flags(scalar.value) }
        func finish(at end: Int, into words: inout [Word]) {
            if !current.isEmpty {
                words.append(Word(lowered: String(current), range: start..<end))
            }
            current = String.UnicodeScalarView()
        }
        for (index, scalar) in scalars.enumerated() {
            let length = UTF8.width(scalar)
            let bits = flags(scalar)
            if bits & UInt8(WINNOW_UNICODE_WORD) == 0 {
                finish(at: offset, into: &words)
            } else if bits & UInt8(WINNOW_UNICODE_ALONE) != 0 {
                finish(at: offset, into: &words)
                words.append(Word(lowered: String(scalar), range: offset..<offset + length))
            } else {
                if current.isEmpty { start = offset }
                if scalar == "\u{3A3}", Self.isFinalSigma(scalars, at: index) {
                    current.append("\u{3C2}")
                } else if scalar == "\u{130}" {
                    current.append("i")
                    finish(at: offset + length, into: &words)
                } else {
                    current.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
                }
            }
            offset += length
        }
        finish(at: offset, into: &words)
    }

    private static func isFinalSigma(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        func bits(_ scalar: Unicode.Scalar) -> UInt8 { winnow_unicode_flags(scalar.value) }
        func isIgnorable(_ scalar: Unicode.Scalar) -> Bool {
            bits(scalar) & UInt8(WINNOW_UNICODE_CASE_IGNORABLE) != 0
        }
        func isCased(_ scalar: Unicode.Scalar) -> Bool {
            bits(scalar) & UInt8(WINNOW_UNICODE_CASED) != 0
        }
        let before = scalars[..<index].last { !isIgnorable($0) }
        let after = scalars[(index + 1)...].first { !isIgnorable($0) }
        guard let before, isCased(before) else { return false }
        if let after { return !isCased(after) }
        return true
    }
}
