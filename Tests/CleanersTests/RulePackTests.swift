// Every rule of every pack against its own examples; packs that are refused.

import DocumentModel
import Testing

@testable import Cleaners

@Suite struct RulePackTests {
    /// Ids of the rules whose wording a line has.
    private func matches(_ line: String, _ rules: CleaningRules) -> Set<String> {
        let bytes = Array(line.utf8)
        var tokens = TokenLine()
        var chart = RuleChart()
        var found: Set<String> = []
        tokens.begin(0..<bytes.count)
        rules.whole.run(
            over: &tokens, from: 0, bytes.span, reader: rules.reader, chart: &chart
        ) { found.insert(rules.rules[$0].pack + "/" + rules.rules[$0].id) }
        tokens.ensure(TokenLine.maximumTokens, bytes.span)
        for start in 0..<tokens.tokens.count {
            rules.suffixes.run(
                over: &tokens, from: start, bytes.span, reader: rules.reader, chart: &chart
            ) { found.insert(rules.rules[$0].pack + "/" + rules.rules[$0].id) }
        }
        return found
    }

    @Test func `Every example of every rule matches, and no counter-example does`() throws {
        let rules = try CleaningRules()
        #expect(rules.rules.count > 60)
        for rule in rules.rules {
            let id = rule.pack + "/" + rule.id
            #expect(!rule.matches.isEmpty)
            for line in rule.matches {
                #expect(matches(line, rules).contains(id), "\(id) does not match: \(line)")
            }
            for line in rule.rejects {
                #expect(!matches(line, rules).contains(id), "\(id) matches: \(line)")
            }
        }
    }

    private func pack(_ rule: String) -> RulePackSource {
        RulePackSource(
            label: "mine.json",
            bytes: Array(#"{"pack": "mine", "version": 1, "rules": [\#(rule)]}"#.utf8))
    }

    @Test func `A user's pack works beside the built-in ones`() throws {
        let rules = try CleaningRules(packs: [
            pack(
                #"{"id": "gong", "weight": 1.5, "patterns": ["gong (of|for) <name>"],"#
                    + #" "matches": ["Gong for Ana Bell"]}"#
            )
        ])
        #expect(rules.table.names.contains("mine/gong"))
        #expect(rules.table.packs.contains("mine@1"))
        let body =
            "A paragraph that is long enough to be one and ends with a full stop, as they do."
        let cleaned = try clean(
            [Array("\(body)\n\nGong for Ana Bell\n\n\(body)\n".utf8)], rules: rules)[0]
        #expect(cleaned.text == "\(body)\n\n\(body)\n")
        #expect(cleaned.rules == ["mine/gong"])
    }

    @Test(arguments: [
        (#"{"id": "a", "weight": 1, "patterns": ["b (c"], "matches": ["b"]}"#, "not closed"),
        (#"{"id": "a", "weight": 1, "patterns": ["b <nothing>"], "matches": ["b"]}"#, "no class"),
        (#"{"id": "a", "weight": 1, "patterns": ["(b)?"], "matches": ["b"]}"#, "match nothing"),
        (#"{"id": "a", "weight": 1, "patterns": ["...b..."], "matches": ["b"]}"#, "not at both"),
        (#"{"id": "a", "weight": 1, "patterns": ["b"]}"#, "matches"),
        (#"{"id": "a", "weight": 9, "patterns": ["b"], "matches": ["b"]}"#, "weight"),
        (#"{"id": "a", "wieght": 1, "patterns": ["b"], "matches": ["b"]}"#, "unknown key"),
        (#"{"id": "a", "weight": 1, "patterns": ["a.com"], "matches": ["b"]}"#, "address"),
    ]) func `A faulty rule is refused by name and cause`(rule: String, cause: String) {
        let error = #expect(throws: CleaningRulesError.self) {
            try CleaningRules(packs: [pack(rule)])
        }
        #expect(error?.pack == "mine")
        #expect(error?.rule == "a")
        #expect(error?.description.contains(cause) == true, "\(String(describing: error))")
    }

    @Test func `An unknown pack and bytes that are no pack are refused`() {
        #expect(throws: CleaningRulesError.self) { try CleaningRules(builtIn: ["klingon"]) }
        #expect(throws: CleaningRulesError.self) {
            try CleaningRules(packs: [RulePackSource(label: "x", bytes: Array("{".utf8))])
        }
    }
}
