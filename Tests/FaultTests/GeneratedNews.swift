// Made-up news for runs that are disturbed: the same bytes from the same numbers, on every machine.

import Foundation
import TestFixtures

/// Articles of random words, some of them copies of others, as lines of JSON.
enum GeneratedNews {
    private static let words: [String] = {
        var random = SeededGenerator(seed: 1)
        let letters = Array("abcdefghijklmnoprstuvw")
        return (0..<3_000).map { _ in
            String(
                (0..<Int.random(in: 3...9, using: &random)).map { _ in
                    letters[Int.random(in: 0..<letters.count, using: &random)]
                })
        }
    }()

    /// The article of a number: six paragraphs of forty words. Two numbers share next to nothing.
    static func text(_ number: Int) -> String {
        var random = SeededGenerator(seed: UInt64(number) &+ 1_000)
        let paragraphs = (0..<6).map { _ in
            (0..<40).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }
                .joined(separator: " ") + "."
        }
        return paragraphs.joined(separator: "\n\n")
    }

    /// Lines of JSON. With `copying`, one text in seven is an old one, one in seven nearly so.
    static func lines(_ name: String, _ numbers: Range<Int>, copying old: Range<Int>? = nil)
        -> String
    {
        numbers.map { number in
            var text = text(number)
            if let old, number % 7 < 2 {
                text = Self.text(old.lowerBound + number % old.count)
                if number % 7 == 1 { text += " Added later on." }
            }
            if number % 5 == 0 { text += "\n\nSubscribe to our newsletter\n\nShare this article" }
            if number % 41 == 40 { text = "" }
            let escaped = text.replacingOccurrences(of: "\n", with: "\\n")
            return
                #"{"id":"\#(name)-\#(number)","source":"site-\#(number % 3)","text":"\#(escaped)"}"#
                + "\n"
        }.joined()
    }

    /// What the first run reads: 150 documents in three files.
    static func writeFirst(to folder: ScratchFolder) throws {
        for file in 0..<3 {
            let first = file * 50
            try folder.write("in/a\(file).jsonl", lines("a\(file)", first..<first + 50))
        }
    }

    /// What the second run finds beside it: 200 documents in four files, one of them compressed,
    /// and a compressed file that was cut off.
    static func writeSecond(to folder: ScratchFolder) throws {
        for file in 0..<4 {
            let first = 1_000 + file * 50
            try folder.write(
                "in/b\(file).jsonl", lines("b\(file)", first..<first + 50, copying: 0..<150))
        }
        try folder.write("in/cut.jsonl", lines("cut", 2_000..<2_009))
        try folder.run(
            "cd in && gzip -n b1.jsonl cut.jsonl && truncate -s 4000 cut.jsonl.gz")
    }

    /// One larger dump for runs that are disturbed at random times.
    static func writeDump(_ name: String, _ numbers: Range<Int>, to folder: ScratchFolder) throws {
        try folder.write(
            "in/\(name).jsonl", lines(name, numbers, copying: numbers.prefix(numbers.count / 2)))
    }
}
