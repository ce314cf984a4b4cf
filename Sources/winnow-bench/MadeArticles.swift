// Made-up articles to measure with where no dump is at hand.

internal import ByteIO
internal import SystemPackage

/// Articles of about 3 KB from a seeded generator: word lengths and frequencies like those of
/// prose, some residue lines, a tenth of them copies.
struct MadeArticles {
    var count: Int
    private var state: UInt64 = 11

    init(count: Int) { self.count = count }

    mutating func write(to path: FilePath) throws {
        var words: [String] = []
        for _ in 0..<20_000 { words.append(word()) }
        _ = try Folder(path.removingLastComponent()).removeFile(path.lastComponent?.string ?? "")
        var writer = try FileWriter(creating: path)
        var recent: [String] = []
        for number in 0..<count {
            let text: String
            if number % 10 == 9, !recent.isEmpty {
                text = recent[random(recent.count)]
            } else {
                text = article(words)
                recent.append(text)
                if recent.count > 200 { recent.removeFirst() }
            }
            try writer.write(Array("{\"id\":\"d\(number)\",\"text\":\"\(text)\"}\n".utf8).span)
        }
        try writer.close()
    }

    private mutating func article(_ words: [String]) -> String {
        var paragraphs: [String] = []
        for _ in 0..<7 {
            var sentence: [String] = []
            for _ in 0..<(40 + random(50)) {
                // The square makes low ranks frequent.
                let share = Double(random(1_000_000)) / 1_000_000
                sentence.append(words[Int(share * share * share * Double(words.count))])
            }
            paragraphs.append(sentence.joined(separator: " ") + ".")
            if random(5) == 0 { paragraphs.append("Subscribe to our newsletter") }
        }
        return paragraphs.joined(separator: "\\n\\n")
    }

    private mutating func word() -> String {
        let consonants = Array("bcdfghklmnprstvw")
        let vowels = Array("aeiou")
        return String(
            (0..<(1 + random(4))).flatMap { _ in
                [consonants[random(consonants.count)], vowels[random(vowels.count)]]
            })
    }

    /// A linear congruential generator (Knuth's MMIX), the high bits.
    private mutating func random(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
