// What is wrong with a rule pack.

/// A rule pack that cannot be used: names the pack, the rule and the cause.
package struct CleaningRulesError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The pack's name, or how the caller called its bytes if the name cannot be read.
    package var pack: String
    /// The rule's id; empty if the fault is the pack's.
    package var rule: String
    /// What is wrong and what to do, in one sentence.
    package var reason: String

    package init(pack: String, rule: String = "", reason: String) {
        self.pack = pack
        self.rule = rule
        self.reason = reason
    }

    package var description: String {
        rule.isEmpty ? "rule pack \(pack): \(reason)" : "rule pack \(pack), rule \(rule): \(reason)"
    }
}
