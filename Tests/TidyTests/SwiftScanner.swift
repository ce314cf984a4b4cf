// Tells code from comments and string literals, well enough for rules about words.

/// Walks over Swift source once. Regex literals are not known: the product has none.
struct SwiftScanner {
    let bytes: [UInt8]
    /// The source with everything but code blanked, line ends kept.
    private(set) var code: [UInt8]
    /// The source with everything but comments blanked, line ends kept.
    private(set) var comments: [UInt8]
    /// For every line whether it begins inside a literal of several lines.
    private(set) var beginsInLiteral = [false]
    private var position = 0
    private var literalDepth = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        code = bytes
        comments = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    }

    mutating func scan() { scanCode(untilParenthesis: false) }

    /// Scans code to the end, or to the parenthesis that ends an interpolation.
    private mutating func scanCode(untilParenthesis: Bool) {
        var open = 0
        while position < bytes.count {
            if starts("//") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { comment() }
            } else if starts("/*") {
                scanBlockComment()
            } else if let quote = quoteAhead() {
                scanLiteral(hashes: quote.hashes, isLong: quote.isLong)
            } else {
                let byte = bytes[position]
                if byte == UInt8(ascii: "(") { open += 1 }
                if byte == UInt8(ascii: ")") {
                    if open == 0, untilParenthesis { return }
                    open -= 1
                }
                step(keeping: true)
            }
        }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        while position < bytes.count {
            if starts("/*") { depth += 1 }
            if starts("*/") {
                comment()
                comment()
                depth -= 1
                if depth == 0 { return }
                continue
            }
            comment()
        }
    }

    private mutating func scanLiteral(hashes: Int, isLong: Bool) {
        let marks = String(repeating: "#", count: hashes)
        let end = (isLong ? "\"\"\"" : "\"") + marks
        for _ in 0..<end.utf8.count { step(keeping: true) }
        literalDepth += isLong ? 1 : 0
        while position < bytes.count {
            if starts(end) {
                literalDepth -= isLong ? 1 : 0
                for _ in 0..<end.utf8.count { step(keeping: true) }
                return
            }
            if starts("\\\(marks)(") {
                for _ in 0..<(marks.utf8.count + 2) { step(keeping: false) }
                scanCode(untilParenthesis: true)
                step(keeping: false)
            } else if hashes == 0, starts("\\") {
                step(keeping: false)
                step(keeping: false)
            } else {
                step(keeping: false)
            }
        }
    }

    /// The kind of string literal that begins here.
    private func quoteAhead() -> (hashes: Int, isLong: Bool)? {
        var place = position
        while place < bytes.count, bytes[place] == UInt8(ascii: "#") { place += 1 }
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
        let isLong = bytes.dropFirst(place).starts(with: Array("\"\"\"".utf8))
        return (place - position, isLong)
    }

    private func starts(_ text: String) -> Bool {
        var place = position
        for byte in text.utf8 {
            guard place < bytes.count, bytes[place] == byte else { return false }
            place += 1
        }
        return true
    }

    private mutating func comment() {
        comments[position] = bytes[position]
        step(keeping: false)
    }

    private mutating func step(keeping: Bool) {
        guard position < bytes.count else { return }
        if bytes[position] == UInt8(ascii: "\n") {
            beginsInLiteral.append(literalDepth > 0)
        } else if !keeping {
            code[position] = UInt8(ascii: " ")
        }
        position += 1
    }
}
