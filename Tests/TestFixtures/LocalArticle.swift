// Made-up local news in scripts without spaces, and the ways in which copies of it differ.

import Foundation

/// An article with what its copies change.
package struct LocalArticle: Sendable, CustomStringConvertible {
    package var name: String
    /// The headline first.
    package var paragraphs: [String]
    package var otherHeadline: String
    /// A number as it stands in the text, and another one.
    package var number: (old: String, new: String)
    package var insertedSentence: String

    package init(
        _ name: String, _ paragraphs: [String], otherHeadline: String,
        number: (old: String, new: String), insertedSentence: String
    ) {
        self.name = name
        self.paragraphs = paragraphs
        self.otherHeadline = otherHeadline
        self.number = number
        self.insertedSentence = insertedSentence
    }

    package var description: String { name }
    package var headline: String { paragraphs[0] }
    package var text: String { paragraphs.joined(separator: "\n\n") }
    /// The part of the name before the first hyphen: language and script.
    package var language: Substring { name.prefix { $0 != "-" } }

    /// How a copy of an article may differ from it.
    package enum Change: String, Sendable, CaseIterable {
        case headline, number, insertedSentence, removedParagraph, quotationStyle, siteResidue
    }

    /// A copy of the article with one change.
    package func copy(with change: Change) -> String {
        switch change {
        case .headline: replacing(0, with: otherHeadline)
        case .number: text.replacingOccurrences(of: number.old, with: number.new)
        case .insertedSentence: replacing(2, with: paragraphs[2] + insertedSentence)
        case .removedParagraph: (paragraphs[..<4] + paragraphs[5...]).joined(separator: "\n\n")
        case .quotationStyle:
            [("“", "《"), ("”", "》"), ("「", "“"), ("」", "”"), ("«", "“"), ("»", "”")].reduce(text) {
                $0.replacingOccurrences(of: $1.0, with: $1.1)
            }
        case .siteResidue:
            "Home | News | Local\n\n" + text
                + "\n\nShare this article\nFollow us on Twitter\n© 2024 Example Media"
        }
    }

    private func replacing(_ index: Int, with paragraph: String) -> String {
        var changed = paragraphs
        changed[index] = paragraph
        return changed.joined(separator: "\n\n")
    }
}

extension LocalArticle {
    /// All articles; two of a language report on events of the same kind in the same style.
    package static let all = chinese + japanese + thai + otherScripts
}
