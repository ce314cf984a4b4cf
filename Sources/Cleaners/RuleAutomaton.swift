// All patterns of all packs as one automaton, run once over a line's tokens.

/// A trie of pattern steps. Patterns share their beginnings, so a line that no pattern begins
/// like costs one look-up.
///
/// A run keeps, for each place between tokens, the nodes that were reached there; classes and gaps
/// reach places further on (Earley's chart, without its recursion). Cost: tokens x live nodes.
struct RuleAutomaton: Sendable {
    private struct Node {
        var classEdges: [(wanted: TokenClass, target: Int32)] = []
        var gapEdges: [(tokens: Int, target: Int32)] = []
        var gapTarget: Int32 = -1
        /// The class this node may eat again (`+`).
        var repeated: TokenClass?
        var acceptsAtEnd: Int32 = -1
        var acceptsOpen: Int32 = -1
    }

    private struct EdgeKey: Hashable {
        var node: Int32
        var hash: UInt64
    }

    private var nodes: [Node] = [Node()]
    private var edges: [EdgeKey: Int32] = [:]
    private var classTargets: [Int32: [PatternStep: Int32]] = [:]
    /// Open addressing over (node, token); filled by `seal()`. Key 0 is empty.
    private var slotKeys: [UInt64] = [0]
    private var slotTargets: [Int32] = [-1]
    /// One bit per low 6 bits of a hash at the root: most words end here.
    private(set) var rootHasClasses = false

    var isEmpty: Bool { nodes.count == 1 }

    /// Adds a pattern; the first rule added wins where two accept the same line.
    mutating func add(_ pattern: FlatPattern, rule: Int) {
        var node: Int32 = 0
        for step in pattern.steps { node = child(of: node, by: step) }
        let index = Int(node)
        if pattern.isOpenEnd, nodes[index].acceptsOpen < 0 {
            nodes[index].acceptsOpen = Int32(rule)
        } else if !pattern.isOpenEnd, nodes[index].acceptsAtEnd < 0 {
            nodes[index].acceptsAtEnd = Int32(rule)
        }
    }

    private mutating func child(of node: Int32, by step: PatternStep) -> Int32 {
        switch step {
        case .token(let hash):
            let key = EdgeKey(node: node, hash: hash)
            if let target = edges[key] { return target }
            let target = newNode()
            edges[key] = target
            return target
        case .oneOf(let wanted, let repeats):
            if let target = classTargets[node]?[step] { return target }
            let target = newNode()
            nodes[Int(node)].classEdges.append((wanted, target))
            if repeats { nodes[Int(target)].repeated = wanted }
            classTargets[node, default: [:]][step] = target
            return target
        case .gap(let tokens):
            if let target = classTargets[node]?[step] { return target }
            let target = newNode()
            nodes[Int(node)].gapEdges.append((tokens, target))
            classTargets[node, default: [:]][step] = target
            return target
        }
    }

    private mutating func newNode() -> Int32 {
        nodes.append(Node())
        return Int32(nodes.count - 1)
    }

    /// Builds the look-up table; no pattern may be added afterwards.
    mutating func seal() {
        var capacity = 16
        while capacity < edges.count * 2 { capacity *= 2 }
        slotKeys = [UInt64](repeating: 0, count: capacity)
        slotTargets = [Int32](repeating: -1, count: capacity)
        for (edge, target) in edges {
            let key = Self.key(edge.node, edge.hash)
            var slot = Int(truncatingIfNeeded: key) & (capacity - 1)
            while slotKeys[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
            slotKeys[slot] = key
            slotTargets[slot] = target
        }
        edges = [:]
        classTargets = [:]
        rootHasClasses = !nodes[0].classEdges.isEmpty || !nodes[0].gapEdges.isEmpty
    }

    @inline(__always)
    private static func key(_ node: Int32, _ hash: UInt64) -> UInt64 {
        // Distinct (node, hash) collide once in 2^64: never with packs of this size.
        let mixed = (hash ^ UInt64(truncatingIfNeeded: node) &* 0x9E37_79B9_7F4A_7C15)
        return (mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9 | 1
    }

    @inline(__always)
    private func target(_ node: Int32, _ hash: UInt64) -> Int32 {
        let key = Self.key(node, hash)
        let mask = slotKeys.count - 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while slotKeys[slot] != 0 {
            if slotKeys[slot] == key { return slotTargets[slot] }
            slot = (slot + 1) & mask
        }
        return -1
    }

    /// Runs over the tokens of `line` from token `start`, and calls `found` with the rule of each
    /// pattern that matches the whole rest of the line (or, open ended, its beginning).
    func run(
        over line: inout TokenLine, from start: Int, _ bytes: Span<UInt8>, reader: TokenReader,
        chart: inout RuleChart, found: (Int) -> Void
    ) {
        chart.begin()
        chart.reach(0, at: 0)
        var place = 0
        while place <= chart.furthest {
            var entry = chart.first(at: place)
            guard entry >= 0 else {
                place += 1
                continue
            }
            let hasToken = line.hasToken(start + place, bytes)
            while entry >= 0 {
                let node = chart.node(entry)
                visit(node, place, start, hasToken, &line, bytes, reader, &chart, found)
                entry = chart.next(entry)
            }
            place += 1
        }
    }

    private func visit(
        _ node: Int32, _ place: Int, _ start: Int, _ hasToken: Bool, _ line: inout TokenLine,
        _ bytes: Span<UInt8>, _ reader: TokenReader, _ chart: inout RuleChart,
        _ found: (Int) -> Void
    ) {
        let open = nodes[Int(node)].acceptsOpen
        if open >= 0 { found(Int(open)) }
        for gap in nodes[Int(node)].gapEdges {
            var tokens = 0
            chart.reach(gap.target, at: place)
            while tokens < gap.tokens, line.hasToken(start + place + tokens, bytes) {
                tokens += 1
                chart.reach(gap.target, at: place + tokens)
            }
        }
        guard hasToken else {
            let rule = nodes[Int(node)].acceptsAtEnd
            if rule >= 0 { found(Int(rule)) }
            return
        }
        let token = line.tokens[start + place]
        let next = target(node, token.hash)
        if next >= 0 { chart.reach(next, at: place + 1) }
        if token.isMark { chart.reach(node, at: place + 1) }
        if nodes[Int(node)].classEdges.isEmpty, nodes[Int(node)].repeated == nil { return }
        line.ensure(start + place + TokenReader.lookahead, bytes)
        for edge in nodes[Int(node)].classEdges {
            if let end = reader.end(of: edge.wanted, at: start + place, line.tokens, bytes) {
                chart.reach(edge.target, at: end - start)
            }
        }
        if let repeated = nodes[Int(node)].repeated,
            let end = reader.end(of: repeated, at: start + place, line.tokens, bytes)
        {
            chart.reach(node, at: end - start)
        }
    }
}

/// The tokens of a line, cut when they are asked for.
struct TokenLine {
    /// No rule looks at more tokens of a line.
    static let maximumTokens = 64

    private(set) var tokens: [LineToken] = []
    private var tokenizer = LineTokenizer(0..<0)
    private(set) var isComplete = true

    mutating func begin(_ range: Range<Int>) {
        tokens.removeAll(keepingCapacity: true)
        tokenizer = LineTokenizer(range)
        isComplete = false
    }

    /// Cuts tokens up to `index`, as far as there are some.
    @inline(__always)
    mutating func ensure(_ index: Int, _ bytes: Span<UInt8>) {
        while tokens.count <= index, !isComplete {
            if tokens.count == Self.maximumTokens || !tokenizer.next(bytes, into: &tokens) {
                isComplete = true
            }
        }
    }

    @inline(__always)
    mutating func hasToken(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        ensure(index, bytes)
        return index < tokens.count
    }
}

/// The scratch of a run: nodes reached at each place, without repeats.
struct RuleChart {
    private var heads = [Int32](repeating: -1, count: TokenLine.maximumTokens + 16)
    private var tails = [Int32](repeating: -1, count: TokenLine.maximumTokens + 16)
    private var entries: [(node: Int32, next: Int32)] = []
    private(set) var furthest = -1

    mutating func begin() {
        if furthest >= 0 {
            for place in 0...furthest {
                heads[place] = -1
                tails[place] = -1
            }
        }
        entries.removeAll(keepingCapacity: true)
        furthest = -1
    }

    mutating func reach(_ node: Int32, at place: Int) {
        guard place < heads.count else { return }
        var entry = heads[place]
        while entry >= 0 {
            if entries[Int(entry)].node == node { return }
            entry = entries[Int(entry)].next
        }
        let added = Int32(entries.count)
        entries.append((node, -1))
        if tails[place] >= 0 {
            entries[Int(tails[place])].next = added
        } else {
            heads[place] = added
        }
        tails[place] = added
        furthest = max(furthest, place)
    }

    func first(at place: Int) -> Int32 { heads[place] }
    func next(_ entry: Int32) -> Int32 { entries[Int(entry)].next }
    func node(_ entry: Int32) -> Int32 { entries[Int(entry)].node }
}
