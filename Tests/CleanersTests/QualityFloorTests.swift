// Floors under precision, recall and hard negatives, over a made corpus and over the labelled one.

import DocumentModel
import Foundation
import Testing

@testable import Cleaners

@Suite struct QualityFloorTests {
    /// A text and the numbers of its residue lines; lines of which only a part is residue, or that
    /// are written to mislead, are known, too.
    private struct Labelled {
        var text: String
        var residue: Set<Int>
        var partial: Set<Int> = []
        var misleading: Set<Int> = []
    }

    private struct Count: CustomStringConvertible {
        var removed = 0
        var removedContent = 0
        var residue = 0
        var found = 0
        var misleading = 0
        var removedMisleading = 0

        var precision: Double { 1 - Double(removedContent) / Double(max(removed, 1)) }
        var recall: Double { Double(found) / Double(max(residue, 1)) }
        var loss: Double { Double(removedMisleading) / Double(max(misleading, 1)) }
        var description: String { "precision \(precision), recall \(recall), loss \(loss)" }
    }

    private func count(_ corpus: [Labelled]) throws -> Count {
        let cleaned = try clean(corpus.map { Array($0.text.utf8) })
        var count = Count()
        for (labelled, cleaned) in zip(corpus, cleaned) {
            let removed = zip(cleaned.edits, cleaned.rules)
                .filter { !$0.1.hasPrefix("normalise") }
                .map { $0.0.start..<($0.0.start + $0.0.removedCount) }
            var start = 0
            for (number, line) in labelled.text.components(separatedBy: "\n").enumerated() {
                let words = start..<(start + line.utf8.count)
                start = words.upperBound + 1
                if line.allSatisfy(\.isWhitespace) || labelled.partial.contains(number) { continue }
                let isRemoved = removed.contains {
                    $0.lowerBound <= words.lowerBound && $0.upperBound >= words.upperBound
                }
                let isResidue = labelled.residue.contains(number)
                count.removed += isRemoved ? 1 : 0
                count.removedContent += isRemoved && !isResidue ? 1 : 0
                count.residue += isResidue ? 1 : 0
                count.found += isRemoved && isResidue ? 1 : 0
                if labelled.misleading.contains(number) {
                    count.misleading += 1
                    count.removedMisleading += isRemoved ? 1 : 0
                }
            }
        }
        return count
    }

    /// Lines that begin with `~` are residue, with `!` content that is written to mislead.
    private static let made = [
        """
        ~Home | News | Politics | Contact
        The ferry that nobody takes
        ~By Ellen Marsh 4 May 2020
        ~Share on Facebook
        The ferry leaves at six in the morning with eleven seats, and comes back with ten of them.

        !Subscribe to my theory, the captain says, or swim.

        ~Subscribe to our newsletter
        It was built for the cannery, which closed in the year in which the boat was finished.
        !Follow us, the gulls seem to say, and nobody does.
        ~Read more: Who owns the quay?
        The council has voted three times to keep it, each time by one vote, and not the same one.
        ~© 2020 The Corner Gazette
        ~All rights reserved
        """,
        """
        A week of small fires
        !Monday, 4 May
        A bin behind the school burnt for an hour; the caretaker put it out with the tea urn.
        !Tuesday, 5 May
        Two bins, one of them the same, and a hedge that had been dry since the end of April.
        !Wednesday, 6 May
        Nothing burnt, which the brigade put down to the rain and the caretaker to the tea.
        !(Quayside Scientific Industries)
        ~Advertisement
        The bins were replaced with steel ones, which do not burn and cannot be lifted either.
        ~(Reporting by Ellen Marsh; Editing by Paul Novak)
        """,
        """
        ~www.shelf.example European Languages shelf@shelf.example Γλώσσες
        Where to play on Saturday
        The league has moved every game to the afternoon, because the lamps are out of order.
        !Howard Park
        Leeds against Hull, which has been put off twice since February for want of a referee.
        !Martin Ground
        Bath against Luton, sold out to the last seat although neither of them can go up now.
        !Victoria Road
        York against Bury, with a collection at the gate for the lamps and for the referee.
        !Produced by Jupiter Research the table of injuries shows that knees went first
        ~Print this page
        ~3 Comments 14 Likes
        ~(Reuters)
        """,
        """
        Letters from the lower town
        The postman has kept every letter that had no address; there are four sacks of them.
        !TO: harbour@quay.example
        The first asks for a berth, the second for money, the third for the berth of the first.
        ~We use cookies to improve your experience.
        Most were written in winter, when the office was shut and the box was emptied by the wind.
        ~Sign up for our free weekly newsletter
        !Copyright law is old.
        He reads one aloud every Friday and asks whether anybody knows the hand; nobody has yet.
        ~Most read
        ~A winter without trains
        ~Who owns the quay?
        """,
    ]

    @Test func `The made corpus is cleaned without a wrong line`() throws {
        let corpus = Self.made.map { document in
            let lines = document.components(separatedBy: "\n")
            func numbers(_ mark: String) -> Set<Int> {
                Set(lines.indices.filter { lines[$0].hasPrefix(mark) })
            }
            return Labelled(
                text: lines.map { $0.drop { "~!".contains($0) } }.joined(separator: "\n"),
                residue: numbers("~"), misleading: numbers("!"))
        }
        let count = try count(corpus)
        #expect(count.residue == 18)
        #expect(count.misleading == 12)
        #expect(count.precision == 1, "\(count)")
        #expect(count.removedMisleading == 0, "\(count)")
        #expect(count.recall >= 0.95, "\(count)")
    }

    private static let labelled = SharedDataTests.shared
        .appending(path: "data/plain-residue/dev.jsonl")

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: labelled.path()),
            "the labelled corpus is not beside the repository"))
    func `Of the labelled English texts little is left and nothing lost`() throws {
        var corpus: [Labelled] = []
        for line in try Data(contentsOf: Self.labelled).split(separator: 0x0A) {
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            guard document["lang"] as? String == "en" else { continue }
            let text = try #require(document["text"] as? String)
            var labelled = Labelled(text: text, residue: [])
            for span in document["spans"] as? [[String: Any]] ?? [] {
                let number = try #require(span["line"] as? Int)
                if span["start"] == nil {
                    labelled.residue.insert(number)
                } else {
                    labelled.partial.insert(number)
                }
            }
            for case let hard as [String: Any] in document["hard"] as? [Any] ?? [] {
                labelled.misleading.insert(try #require(hard["line"] as? Int))
            }
            for case let optional as [String: Any] in document["optional"] as? [Any] ?? [] {
                if let number = optional["line"] as? Int { labelled.partial.insert(number) }
            }
            corpus.append(labelled)
        }
        let count = try count(corpus)
        #expect(corpus.count > 100)
        #expect(count.misleading > 400)
        #expect(count.precision >= 0.985, "\(count)")
        #expect(count.loss <= 0.01, "\(count)")
        #expect(count.recall >= 0.90, "\(count)")
    }
}
