// A rule pack as data: rules with patterns and examples, and word lists.

internal import JSONBytes

/// Where in a document a rule's line is expected.
enum RulePlace: String, CaseIterable {
    case anywhere
    /// Before the first paragraph of the body.
    case head
    /// After the last paragraph of the body.
    case tail
    /// Head or tail.
    case edge
    /// The last line, or with nothing but residue after it.
    case last
}

/// Lines that a matched line takes with it.
enum RuleBlock: String, CaseIterable {
    case none
    /// Headlines that follow: short, without a full stop.
    case headlines
    /// A reader's comment: everything up to its reply link or the next comment.
    case comment
}

/// One rule of a pack.
struct PackRule {
    var id: String
    var kind: String
    var weightHundredths: Int
    var place: RulePlace
    var block: RuleBlock
    /// True for residue that is worded as a full sentence: no score is lost for the full stop.
    var isSentence: Bool
    var givesAuthor: Bool
    var givesDate: Bool
    var patterns: [String]
    var matches: [String]
    var rejects: [String]
}

/// A named, versioned list of rules, parsed and checked.
struct RulePack {
    var name: String
    var version: Int
    var rules: [PackRule]
    /// Word lists that patterns name as `<list>`.
    var classes: [(name: String, words: [String])]

    /// Parses a pack; `label` names it in errors until its own name is known.
    init(parsing bytes: [UInt8], label: String) throws(CleaningRulesError) {
        let tree: JSONTree
        do {
            tree = try JSONTree(parsing: bytes.span)
        } catch {
            throw CleaningRulesError(pack: label, reason: "it is not JSON: \(error)")
        }
        guard let name = tree["pack"]?.string, !name.isEmpty else {
            throw CleaningRulesError(
                pack: label, reason: "the key \"pack\" is missing; it names the pack")
        }
        self.name = name
        try Self.refuseUnknown(tree, ["pack", "version", "about", "classes", "rules"], name, "")
        guard let version = tree["version"]?.integer, version > 0 else {
            throw CleaningRulesError(
                pack: name, reason: "the key \"version\" is missing; it is a whole number from 1")
        }
        self.version = version
        classes = []
        for field in tree["classes"]?.fields ?? [] {
            classes.append((field.key, try Self.strings(field.value, field.key, name, "")))
        }
        guard let list = tree["rules"]?.array else {
            throw CleaningRulesError(pack: name, reason: "the list \"rules\" is missing")
        }
        rules = []
        for (index, item) in list.enumerated() {
            let rule = try Self.rule(item, index, name)
            guard !rules.contains(where: { $0.id == rule.id }) else {
                throw CleaningRulesError(
                    pack: name, rule: rule.id, reason: "its id is used twice; choose another")
            }
            rules.append(rule)
        }
    }

    private static let ruleKeys = [
        "id", "kind", "weight", "place", "block", "sentence", "gives", "patterns", "matches",
        "rejects",
    ]

    private static func rule(
        _ tree: JSONTree, _ index: Int, _ pack: String
    ) throws(CleaningRulesError) -> PackRule {
        guard let id = tree["id"]?.string, !id.isEmpty else {
            throw CleaningRulesError(pack: pack, reason: "rule \(index + 1) has no \"id\"")
        }
        try refuseUnknown(tree, ruleKeys, pack, id)
        guard let weight = tree["weight"]?.double, weight > 0, weight <= 3 else {
            throw CleaningRulesError(
                pack: pack, rule: id, reason: "\"weight\" must be a number above 0 and up to 3")
        }
        let patterns = try strings(tree["patterns"], "patterns", pack, id)
        let matches = try strings(tree["matches"], "matches", pack, id)
        let rejects = try strings(tree["rejects"], "rejects", pack, id)
        guard !patterns.isEmpty, !matches.isEmpty else {
            throw CleaningRulesError(
                pack: pack, rule: id,
                reason: "it needs at least one of \"patterns\" and one example in \"matches\"")
        }
        let gives = try strings(tree["gives"], "gives", pack, id)
        for gift in gives where gift != "author" && gift != "date" {
            throw CleaningRulesError(
                pack: pack, rule: id, reason: "it gives \(gift); known are author and date")
        }
        return PackRule(
            id: id, kind: tree["kind"]?.string ?? id, weightHundredths: Int(weight * 100 + 0.5),
            place: try choice(tree["place"], "place", .anywhere, pack, id),
            block: try choice(tree["block"], "block", .none, pack, id),
            isSentence: tree["sentence"]?.boolean ?? false,
            givesAuthor: gives.contains("author"), givesDate: gives.contains("date"),
            patterns: patterns, matches: matches, rejects: rejects)
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ tree: JSONTree?, _ key: String, _ fallback: Choice, _ pack: String, _ rule: String
    ) throws(CleaningRulesError) -> Choice where Choice.RawValue == String {
        guard let tree else { return fallback }
        if let name = tree.string, let value = Choice(rawValue: name) { return value }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw CleaningRulesError(
            pack: pack, rule: rule, reason: "\"\(key)\" must be one of \(known)")
    }

    private static func strings(
        _ tree: JSONTree?, _ key: String, _ pack: String, _ rule: String
    ) throws(CleaningRulesError) -> [String] {
        guard let tree else { return [] }
        let strings = tree.array?.map(\.string) ?? [nil]
        if strings.contains(nil) {
            throw CleaningRulesError(
                pack: pack, rule: rule, reason: "\"\(key)\" must be a list of strings")
        }
        return strings.compactMap { $0 }
    }

    private static func refuseUnknown(
        _ tree: JSONTree, _ known: [String], _ pack: String, _ rule: String
    ) throws(CleaningRulesError) {
        for field in tree.fields ?? [] where !known.contains(field.key) {
            throw CleaningRulesError(
                pack: pack, rule: rule,
                reason: "unknown key \"\(field.key)\"; known are \(known.joined(separator: ", "))")
        }
    }
}
