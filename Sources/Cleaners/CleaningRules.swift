// The rules of all packs, compiled once and shared by all workers.

package import DocumentModel

/// What cleaning does.
package struct CleaningOptions: Equatable, Sendable {
    /// False: texts are left as they are, but malformed UTF-8 still becomes U+FFFD, because an
    /// archive is valid UTF-8.
    package var isEnabled: Bool
    /// Names of built-in packs to use; nil for all of them.
    package var packs: [String]?

    package init(isEnabled: Bool = true, packs: [String]? = nil) {
        self.isEnabled = isEnabled
        self.packs = packs
    }
}

/// A rule pack as the user gives it: JSON, and how to call it in errors.
package struct RulePackSource: Equatable, Sendable {
    package var label: String
    package var bytes: [UInt8]

    package init(label: String, bytes: [UInt8]) {
        self.label = label
        self.bytes = bytes
    }
}

/// Immutable, compiled rules.
package struct CleaningRules: Sendable {
    /// One rule as the judge needs it.
    struct Rule: Sendable {
        var pack: String
        var id: String
        var kind: String
        var weightHundredths: Int
        var place: RulePlace
        var block: RuleBlock
        var isSentence: Bool
        var givesAuthor: Bool
        var givesDate: Bool
        var matches: [String]
        var rejects: [String]
    }

    /// Names of everything that an edit can refer to: normalisation, line shapes, pack rules.
    package let table: RuleTable
    let rules: [Rule]
    /// Index in `table` of the first line shape, and of the first pack rule.
    let firstShape: Int
    let firstRule: Int
    /// All rules; those worded as sentences; those whose evidence lies at the line's end.
    let whole: RuleAutomaton
    let sentences: RuleAutomaton
    let suffixes: RuleAutomaton
    let reader: TokenReader

    /// Compiles the built-in packs (all, or those named) and then the user's.
    ///
    /// A user's pack with the name of a built-in one replaces it.
    package init(builtIn names: [String]? = nil, packs: [RulePackSource] = [])
        throws(CleaningRulesError)
    {
        let available = BuiltInPacks.sources
        for name in names ?? [] where !available.contains(where: { $0.label == name }) {
            let known = available.map(\.label).joined(separator: ", ")
            throw CleaningRulesError(
                pack: name, reason: "there is no built-in pack of this name; known are \(known)")
        }
        var parsed: [RulePack] = []
        for source in available {
            // Without the language-free pack there are no months, names or marks to match.
            guard names?.contains(source.label) ?? true || source.label == "any" else { continue }
            parsed.append(try RulePack(parsing: source.bytes, label: source.label))
        }
        for source in packs {
            let pack = try RulePack(parsing: source.bytes, label: source.label)
            parsed.removeAll { $0.name == pack.name }
            parsed.append(pack)
        }
        try self.init(compiling: parsed)
    }

    private init(compiling packs: [RulePack]) throws(CleaningRulesError) {
        var classes = TokenClassTable()
        for pack in packs {
            for list in pack.classes {
                do {
                    try classes.add(list.words, to: list.name)
                } catch {
                    throw CleaningRulesError(pack: pack.name, reason: error.reason)
                }
            }
        }
        classes.seal()
        var table = RuleTable()
        for rule in NormalisationRule.allCases { table.add(rule.name, pack: "normalise@1") }
        firstShape = table.names.count
        for shape in LineShape.allCases { table.add("shape/" + shape.rawValue, pack: "shape@1") }
        firstRule = table.names.count
        var rules: [Rule] = []
        var whole = RuleAutomaton()
        var sentences = RuleAutomaton()
        var suffixes = RuleAutomaton()
        for pack in packs {
            for rule in pack.rules {
                table.add("\(pack.name)/\(rule.id)", pack: "\(pack.name)@\(pack.version)")
                for pattern in rule.patterns {
                    do {
                        let parsed = try RulePatternParser.parse(pattern, classes: classes)
                        if parsed.isOpenStart {
                            try suffixes.add(parsed, rule: rules.count)
                        } else {
                            try whole.add(parsed, rule: rules.count)
                            if rule.isSentence {
                                try sentences.add(parsed, rule: rules.count)
                            }
                        }
                    } catch {
                        throw CleaningRulesError(
                            pack: pack.name, rule: rule.id,
                            reason: "pattern \"\(pattern)\": \(error.reason)")
                    }
                }
                rules.append(Rule(rule, pack: pack.name))
            }
        }
        whole.seal()
        sentences.seal()
        suffixes.seal()
        self.table = table
        self.rules = rules
        self.whole = whole
        self.sentences = sentences
        self.suffixes = suffixes
        reader = TokenReader(classes: classes)
    }
}

extension CleaningRules.Rule {
    init(_ rule: PackRule, pack: String) {
        self.init(
            pack: pack, id: rule.id, kind: rule.kind, weightHundredths: rule.weightHundredths,
            place: rule.place, block: rule.block, isSentence: rule.isSentence,
            givesAuthor: rule.givesAuthor, givesDate: rule.givesDate, matches: rule.matches,
            rejects: rule.rejects)
    }
}

extension RuleTable {
    mutating func add(_ name: String, pack: String) {
        names.append(name)
        packs.append(pack)
    }
}

/// The packs that are compiled into the binary.
enum BuiltInPacks {
    static var sources: [RulePackSource] {
        [
            RulePackSource(label: "any", bytes: PackageResources.any_json),
            RulePackSource(label: "en", bytes: PackageResources.en_json),
        ]
    }
}
