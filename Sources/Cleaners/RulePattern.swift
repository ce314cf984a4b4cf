// The pattern language of rule packs: parsing a pattern into flat sequences.

/// One step of a flat pattern.
enum PatternStep: Hashable {
    /// A word or mark, by the hash of its lower-cased text.
    case token(UInt64)
    /// A class, one or (`+`) several times in a row.
    case oneOf(TokenClass, repeats: Bool)
    /// From none to this many tokens of any kind.
    case gap(Int)
}

/// A pattern without alternatives.
struct FlatPattern: Hashable {
    var steps: [PatternStep] = []
    /// `...` in front: the pattern may begin at any of the line's tokens.
    var isOpenStart = false
    /// `...` at the end: anything may follow.
    var isOpenEnd = false
}

/// Parses patterns.
///
/// A pattern is matched against a whole line, word by word, whatever the case:
///
/// | written | stands for |
/// | --- | --- |
/// | `subscribe` | this word |
/// | `(channel\|newsletter)` | one of these; each may be several words |
/// | `our?`, `(to us)?` | may be missing |
/// | `*` | any one word |
/// | `**` | up to six words or marks |
/// | `<name>`, `<date>`, ... | a class, see `TokenClass`, or a word list of a pack |
/// | `<social>+` | a class several times in a row |
/// | `: , / # © @` | this mark; marks that a pattern does not name are passed over |
/// | `...` | at the start or the end: anything before or after |
struct RulePatternParser {
    /// More alternatives than this are a mistake in the pattern, not a rule.
    static let maximumAlternatives = 512
    static let gapTokens = 6

    struct Fault: Error {
        var reason: String
    }

    private let classes: TokenClassTable
    private var characters: [Character]
    private var index = 0

    /// Parses a pattern into all flat patterns that it stands for.
    static func parse(
        _ pattern: String, classes: TokenClassTable
    ) throws(Fault) -> [FlatPattern] {
        var text = Substring(pattern)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        let isOpenStart = text.hasPrefix("...")
        if isOpenStart { text.removeFirst(3) }
        let isOpenEnd = text.hasSuffix("...")
        if isOpenEnd { text.removeLast(3) }
        if isOpenStart, isOpenEnd {
            throw Fault(reason: "a pattern may be open at its start or its end, not at both")
        }
        var parser = RulePatternParser(classes: classes, characters: Array(text))
        let sequences = try parser.alternatives()
        guard parser.index == parser.characters.count else {
            throw Fault(reason: "there is a \")\" without its \"(\"")
        }
        var patterns: [FlatPattern] = []
        for steps in sequences {
            guard case .some(let first) = steps.first else {
                throw Fault(reason: "it can match an empty line")
            }
            if isOpenStart, case .token = first {
            } else if isOpenStart {
                throw Fault(reason: "after the first \"...\" there must be a word or a mark")
            }
            patterns.append(
                FlatPattern(steps: steps, isOpenStart: isOpenStart, isOpenEnd: isOpenEnd))
        }
        return patterns
    }

    private mutating func alternatives() throws(Fault) -> [[PatternStep]] {
        var all: [[PatternStep]] = []
        while true {
            all += try sequence()
            guard index < characters.count, characters[index] == "|" else { return all }
            index += 1
        }
    }

    private mutating func sequence() throws(Fault) -> [[PatternStep]] {
        var sequences: [[PatternStep]] = [[]]
        while index < characters.count, characters[index] != "|", characters[index] != ")" {
            if characters[index] == " " {
                index += 1
                continue
            }
            var atom = try self.atom()
            if index < characters.count, characters[index] == "?" {
                index += 1
                atom.append([])
            }
            sequences = sequences.flatMap { head in atom.map { head + $0 } }
            if sequences.count > Self.maximumAlternatives {
                throw Fault(
                    reason: "it stands for more than \(Self.maximumAlternatives) patterns; split it")
            }
        }
        return sequences
    }

    private mutating func atom() throws(Fault) -> [[PatternStep]] {
        switch characters[index] {
        case "(":
            index += 1
            let inner = try alternatives()
            guard index < characters.count else { throw Fault(reason: "a \"(\" is not closed") }
            index += 1
            return inner
        case "<":
            return [[try tokenClass()]]
        case "*":
            index += 1
            if index < characters.count, characters[index] == "*" {
                index += 1
                return [[.gap(Self.gapTokens)]]
            }
            return [[.oneOf(.word, repeats: false)]]
        default:
            return [try words()]
        }
    }

    private mutating func tokenClass() throws(Fault) -> PatternStep {
        let start = index + 1
        guard let end = characters[start...].firstIndex(of: ">") else {
            throw Fault(reason: "a \"<\" is not closed")
        }
        let name = String(characters[start..<end])
        guard let known = classes.named(name) else {
            throw Fault(reason: "there is no class <\(name)>")
        }
        index = end + 1
        if index < characters.count, characters[index] == "+" {
            index += 1
            return .oneOf(known, repeats: true)
        }
        return .oneOf(known, repeats: false)
    }

    private mutating func words() throws(Fault) -> [PatternStep] {
        let start = index
        while index < characters.count, !" ()|<>*?+".contains(characters[index]) { index += 1 }
        guard index > start else {
            throw Fault(reason: "there is a stray \"\(characters[index])\"")
        }
        let bytes = Array(String(characters[start..<index]).utf8)
        var tokens: [LineToken] = []
        var tokenizer = LineTokenizer(0..<bytes.count)
        while tokenizer.next(bytes.span, into: &tokens) {}
        return tokens.map { .token($0.hash) }
    }
}
