// Unsafe code stands in few files, each with a reason, and says why it is right.

import Foundation
import Testing

@Suite struct UnsafeTests {
    /// The files that may hold unsafe code, with what for.
    private func listed() throws -> [String: String] {
        try JSONDecoder().decode(
            [String: String].self, from: Data(Repository.text("Tests/TidyTests/unsafe.json").utf8))
    }

    @Test func `unsafe code stands in the listed files and in each of them`() throws {
        let found = try Repository.sources.get()
            .filter { try !$0.places(of: #"\bunsafe\b|\bUnsafe\w*|\bwithUnsafe"#).isEmpty }
            .map(\.path)
        let listed = Set(try listed().keys)
        #expect(Set(found).subtracting(listed) == [], "not listed in Tests/TidyTests/unsafe.json")
        #expect(listed.subtracting(found) == [], "listed without need")
    }

    @Test func `every listed file has a reason`() throws {
        for (path, reason) in try listed() {
            #expect(reason.split(separator: " ").count >= 3, "\(path): \(reason)")
        }
    }

    @Test func `unsafe code has a comment on owner, bounds and lifetime in its declaration`() throws
    {
        for file in try Repository.sources.get() {
            var isCovered = false
            var isTypeCovered = false
            for index in file.lines.indices {
                let code = file.code[index]
                // A comment before a type's first member speaks for the whole type; one inside a
                // member, or right above it, for the member.
                if file.comments[index].contains("SAFETY:") {
                    isCovered = true
                    if file.lines[index].hasPrefix("    // SAFETY: of the whole type") {
                        isTypeCovered = true
                    }
                }
                let isUnsafe = code.range(of: #"\bunsafe\b"#, options: .regularExpression) != nil
                if isUnsafe, !isCovered, !isTypeCovered {
                    Issue.record("\(file.path):\(index + 1) has no SAFETY: comment in its member")
                }
                let isEndOfType = code == "}"
                if isEndOfType { isTypeCovered = false }
                // One-line members end on their own line.
                let isOneLine =
                    code.range(
                        of: #"^ {0,4}\w.*\b(func|var|init|deinit)\b.*\}\s*$"#,
                        options: .regularExpression) != nil
                if isEndOfType || isOneLine || code.hasPrefix("    }") { isCovered = false }
            }
        }
    }
}
