// All patterns of all packs as one automaton, run once over a line's tokens.

/// A non-deterministic automaton without empty steps. A line that no pattern begins like costs
/// one look-up.
///
/// A run keeps, for each place between tokens, the nodes that were reached there; classes and gaps
/// reach places further on (Earley's chart, without its recursion). Cost: tokens x live nodes.
struct RuleAutomaton: Sendable {
    private struct Node {
        /// Grouped by class: patterns of many rules begin with a name.
        var classEdges: [(wanted: TokenClass, targets: [Int32])] = []
        var gapEdges: [(tokens: Int, target: Int32)] = []
        /// The class this node may eat again (`+`).
        var repeated: TokenClass?
        var acceptsAtEnd: Int32 = -1
        var acceptsOpen: Int32 = -1
        /// The node's classes in `classes`, once the automaton is sealed.
        var classStart: Int32 = 0
        var classEnd: Int32 = 0
    }

    /// A class edge as a run of `targets`: arrays inside nodes would cost a count each time.
    private struct ClassEdge {
        var wanted: TokenClass
        var firstTarget: Int32
    }

    private struct EdgeKey: Hashable {
        var node: Int32
        var hash: UInt64
    }

    private var nodes: [Node] = [Node()]
    private var edges: [EdgeKey: [Int32]] = [:]
    /// Open addressing over (node, token); filled by `seal()`. Key 0 is empty. A slot names a run
    /// of `targets`.
    private var slotKeys: [UInt64] = [0]
    private var slotStarts: [Int32] = [0]
    private var targets: [Int32] = []
    private var classes: [ClassEdge] = []
    /// Marks that a pattern may begin with; nil if any may, because of a class that is no mark.
    private var firstMarks: [UInt64]?
    /// By the upper byte of a hash: false if no pattern begins with such a word.
    private var firstBits = [Bool](repeating: false, count: 256)

    var isEmpty: Bool { nodes.count == 1 }

    /// Adds a pattern; the line it accepts is `rule`'s.
    mutating func add(_ pattern: RulePattern, rule: Int) throws(RulePatternParser.Fault) {
        for end in link(pattern.root, from: [0], into: newNode()) {
            guard end != 0 else { throw RulePatternParser.Fault(reason: "it can match nothing") }
            if pattern.isOpenEnd {
                nodes[Int(end)].acceptsOpen = Int32(rule)
            } else {
                nodes[Int(end)].acceptsAtEnd = Int32(rule)
            }
        }
    }

    /// Links a pattern between nodes. Alternatives meet in `target`, so that the automaton grows
    /// with the pattern's length and not with the number of lines it stands for. Returns the
    /// nodes where the pattern may end: `target`, sources it may skip from, loops.
    private mutating func link(
        _ node: PatternNode, from sources: [Int32], into target: Int32
    ) -> [Int32] {
        switch node {
        case .token(let hash):
            for source in sources {
                edges[EdgeKey(node: source, hash: hash), default: []].append(target)
            }
            return [target]
        case .oneOf(let wanted, let repeats):
            let end = repeats ? newNode() : target
            for source in sources { addEdge(Int(source), wanted, end) }
            if repeats { nodes[Int(end)].repeated = wanted }
            return [end]
        case .gap(let tokens):
            for source in sources { nodes[Int(source)].gapEdges.append((tokens, target)) }
            return [target]
        case .sequence(let parts):
            var ends = sources
            for (index, part) in parts.enumerated() {
                ends = link(part, from: ends, into: index == parts.count - 1 ? target : newNode())
            }
            return ends
        case .choice(let parts):
            var ends: [Int32] = []
            for part in parts {
                for end in link(part, from: sources, into: target) where !ends.contains(end) {
                    ends.append(end)
                }
            }
            return ends
        case .optional(let part):
            return sources + link(part, from: sources, into: target)
        }
    }

    private mutating func addEdge(_ source: Int, _ wanted: TokenClass, _ target: Int32) {
        if let index = nodes[source].classEdges.firstIndex(where: { $0.wanted == wanted }) {
            nodes[source].classEdges[index].targets.append(target)
        } else {
            nodes[source].classEdges.append((wanted, [target]))
        }
    }

    private mutating func newNode() -> Int32 {
        nodes.append(Node())
        return Int32(nodes.count - 1)
    }

    /// Builds the look-up table; no pattern may be added afterwards.
    mutating func seal() {
        mergeClassTargets()
        firstMarks = marksAtStart()
        for edge in edges.keys where edge.node == 0 { firstBits[Int(edge.hash >> 56)] = true }
        var capacity = 16
        while capacity < edges.count * 2 { capacity *= 2 }
        slotKeys = [UInt64](repeating: 0, count: capacity)
        slotStarts = [Int32](repeating: 0, count: capacity)
        targets = []
        for (edge, nodes) in edges {
            let key = Self.key(edge.node, edge.hash)
            var slot = Int(truncatingIfNeeded: key) & (capacity - 1)
            while slotKeys[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
            slotKeys[slot] = key
            slotStarts[slot] = Int32(targets.count)
            targets.append(contentsOf: nodes)
            targets.append(-1)
        }
        edges = [:]
        for node in nodes.indices {
            nodes[node].classStart = Int32(classes.count)
            for edge in nodes[node].classEdges {
                classes.append(ClassEdge(wanted: edge.wanted, firstTarget: Int32(targets.count)))
                targets.append(contentsOf: edge.targets)
                targets.append(-1)
            }
            nodes[node].classEnd = Int32(classes.count)
            nodes[node].classEdges = []
        }
    }

    /// Lets each class that patterns begin with lead to one node instead of one a pattern, and the
    /// gaps behind it, too.
    ///
    /// Most lines begin with a capitalised word; each node behind it would cost a look-up.
    private mutating func mergeClassTargets() {
        var outgoing: [Int32: [(hash: UInt64, targets: [Int32])]] = [:]
        for (edge, targets) in edges {
            outgoing[edge.node, default: []].append((edge.hash, targets))
        }
        for edge in nodes[0].classEdges.indices {
            let first = Int32(nodes.count)
            let targets = merge(nodes[0].classEdges[edge].targets, outgoing)
            nodes[0].classEdges[edge].targets = targets
            guard targets.contains(first) else { continue }
            let gaps = Dictionary(grouping: nodes[Int(first)].gapEdges, by: \.tokens)
            nodes[Int(first)].gapEdges = gaps.keys.sorted().flatMap { tokens in
                merge(gaps[tokens, default: []].map(\.target), outgoing).map { (tokens, $0) }
            }
        }
    }

    /// One node that does what several do, and those that have to stay by themselves.
    private mutating func merge(
        _ sources: [Int32], _ outgoing: [Int32: [(hash: UInt64, targets: [Int32])]]
    ) -> [Int32] {
        var kept: [Int32] = []
        var merged = Node()
        let target = newNode()
        for source in sources {
            let node = nodes[Int(source)]
            // What accepts or repeats stays by itself: a node can do each for one rule.
            guard node.acceptsAtEnd < 0, node.acceptsOpen < 0, node.repeated == nil else {
                kept.append(source)
                continue
            }
            for (hash, targets) in outgoing[source] ?? [] {
                let key = EdgeKey(node: target, hash: hash)
                let known = edges[key] ?? []
                edges[key] = known + targets.filter { !known.contains($0) }
            }
            for (wanted, targets) in node.classEdges {
                if let index = merged.classEdges.firstIndex(where: { $0.wanted == wanted }) {
                    let known = merged.classEdges[index].targets
                    merged.classEdges[index].targets += targets.filter { !known.contains($0) }
                } else {
                    merged.classEdges.append((wanted, targets))
                }
            }
            for gap in node.gapEdges where !merged.gapEdges.contains(where: { $0 == gap }) {
                merged.gapEdges.append(gap)
            }
        }
        nodes[Int(target)] = merged
        return kept + [target]
    }

    /// The marks of the classes and words at the start.
    private func marksAtStart() -> [UInt64]? {
        guard nodes[0].gapEdges.isEmpty, nodes[0].repeated == nil else { return nil }
        var marks: Set<UInt64> = []
        for edge in nodes[0].classEdges {
            guard let scalars = edge.wanted.marks else { return nil }
            for scalar in scalars { marks.insert(TokenHash.of(mark: scalar.value)) }
        }
        for edge in edges.keys where edge.node == 0 { marks.insert(edge.hash) }
        return Array(marks)
    }

    @inline(__always)
    private static func key(_ node: Int32, _ hash: UInt64) -> UInt64 {
        // Distinct (node, hash) collide once in 2^64: never with packs of this size.
        let mixed = (hash ^ UInt64(truncatingIfNeeded: node) &* 0x9E37_79B9_7F4A_7C15)
        return (mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9 | 1
    }

    @inline(__always)
    private func firstTarget(_ node: Int32, _ hash: UInt64) -> Int {
        let key = Self.key(node, hash)
        let mask = slotKeys.count - 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while slotKeys[slot] != 0 {
            if slotKeys[slot] == key { return Int(slotStarts[slot]) }
            slot = (slot + 1) & mask
        }
        return -1
    }

    /// True if a pattern may begin with this token: by its word, or, for a mark, by a class.
    func mayBegin(with token: LineToken) -> Bool {
        if !token.isMark, firstBits[Int(token.hash >> 56)] == false { return false }
        if token.isMark, let firstMarks { return firstMarks.contains(token.hash) }
        return token.isMark || firstTarget(0, token.hash) >= 0
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
        if !nodes[Int(node)].gapEdges.isEmpty {
            for gap in nodes[Int(node)].gapEdges {
                var tokens = 0
                chart.reach(gap.target, at: place)
                while tokens < gap.tokens, line.hasToken(start + place + tokens, bytes) {
                    tokens += 1
                    chart.reach(gap.target, at: place + tokens)
                }
            }
        }
        guard hasToken else {
            let rule = nodes[Int(node)].acceptsAtEnd
            if rule >= 0 { found(Int(rule)) }
            return
        }
        let token = line.tokens[start + place]
        reachAll(firstTarget(node, token.hash), at: place + 1, &chart)
        if token.isMark { chart.reach(node, at: place + 1) }
        let classRange = Int(nodes[Int(node)].classStart)..<Int(nodes[Int(node)].classEnd)
        let repeated = nodes[Int(node)].repeated
        if classRange.isEmpty, repeated == nil { return }
        line.ensure(start + place + TokenReader.lookahead, bytes)
        let lists = reader.classes.lists(of: token)
        for edge in classRange {
            let wanted = classes[edge].wanted
            if reader.cannotBegin(wanted, with: token, in: lists) { continue }
            if let end = reader.end(of: wanted, at: start + place, line.tokens, bytes) {
                reachAll(Int(classes[edge].firstTarget), at: end - start, &chart)
            }
        }
        if let repeated,
            let end = reader.end(of: repeated, at: start + place, line.tokens, bytes)
        {
            chart.reach(node, at: end - start)
        }
    }

    /// Reaches a run of targets; none if `first` is negative.
    @inline(__always)
    private func reachAll(_ first: Int, at place: Int, _ chart: inout RuleChart) {
        guard first >= 0 else { return }
        var next = first
        while targets[next] >= 0 {
            chart.reach(targets[next], at: place)
            next += 1
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
