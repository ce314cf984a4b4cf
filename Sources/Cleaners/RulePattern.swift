// The pattern language of rule packs.

/// A parsed pattern.
indirect enum PatternNode: Equatable {
    /// A word or mark, by the hash of its lower-cased text.
    case token(UInt64)
    /// A class, once or (`+`) several times in a row.
    case oneOf(TokenClass, repeats: Bool)
    /// From none to this many tokens of any kind.
    case gap(Int)
    case sequence([PatternNode])
    case choice([PatternNode])
    case optional(PatternNode)
}

/// A pattern and where it is open.
struct RulePattern: Equatable {
    var root: PatternNode
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
/// | `: , / # © @` | this mark; also `+` or `?` behind a blank |
/// | `...` | at the start or the end: anything before or after |
///
/// Marks that a pattern does not name are passed over.
struct RulePatternParser {
    static let gapTokens = 6
    /// Brackets nested deeper than this are a mistake.
    static let maximumDepth = 16

    struct Fault: Error {
        var reason: String
    }

    private let classes: TokenClassTable
    private var characters: [Character]
    private var index = 0
    private var depth = 0

    private init(_ text: Substring, _ classes: TokenClassTable) {
        self.classes = classes
        characters = Array(text)
    }

    static func parse(
        _ pattern: String, classes: TokenClassTable
    ) throws(Fault) -> RulePattern {
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
        var parser = RulePatternParser(text, classes)
        let root = try parser.alternatives()
        guard parser.index == parser.characters.count else {
            throw Fault(reason: "there is a \")\" without its \"(\"")
        }
        return RulePattern(root: root, isOpenStart: isOpenStart, isOpenEnd: isOpenEnd)
    }

    private mutating func alternatives() throws(Fault) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw Fault(reason: "its brackets are nested deeper than \(Self.maximumDepth)")
        }
        var all = [try sequence()]
        while index < characters.count, characters[index] == "|" {
            index += 1
            all.append(try sequence())
        }
        return all.count == 1 ? all[0] : .choice(all)
    }

    private mutating func sequence() throws(Fault) -> PatternNode {
        var nodes: [PatternNode] = []
        while index < characters.count, characters[index] != "|", characters[index] != ")" {
            if characters[index] == " " {
                index += 1
                continue
            }
            let atom = try self.atom()
            if index < characters.count, characters[index] == "?" {
                index += 1
                nodes.append(.optional(atom))
            } else {
                nodes.append(atom)
            }
        }
        guard !nodes.isEmpty else { throw Fault(reason: "an alternative is empty") }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom() throws(Fault) -> PatternNode {
        switch characters[index] {
        case "(":
            index += 1
            let inner = try alternatives()
            guard index < characters.count else { throw Fault(reason: "a \"(\" is not closed") }
            index += 1
            return inner
        case "<":
            return try tokenClass()
        case "*":
            index += 1
            if index < characters.count, characters[index] == "*" {
                index += 1
                return .gap(Self.gapTokens)
            }
            return .oneOf(.word, repeats: false)
        default:
            return try words()
        }
    }

    private mutating func tokenClass() throws(Fault) -> PatternNode {
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

    private mutating func words() throws(Fault) -> PatternNode {
        let start = index
        // A `+` or `?` that follows nothing is the mark itself.
        if "+?".contains(characters[index]) { index += 1 }
        while index < characters.count, !" ()|<>*?+".contains(characters[index]) { index += 1 }
        guard index > start else {
            throw Fault(reason: "there is a stray \"\(characters[index])\"")
        }
        let bytes = Array(String(characters[start..<index]).utf8)
        var tokens: [LineToken] = []
        var tokenizer = LineTokenizer(0..<bytes.count)
        while tokenizer.next(bytes.span, into: &tokens) {}
        // Addresses carry no hash of their own: one would match them all.
        if let address = tokens.first(where: { $0.hash == TokenHash.seed }) {
            let text = String(decoding: bytes[address.start..<address.end], as: UTF8.self)
            throw Fault(reason: "\(text) is an address; write <url>, <email> or <handle>")
        }
        let nodes = tokens.map { PatternNode.token($0.hash) }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }
}
