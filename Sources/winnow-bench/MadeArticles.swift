// Made-up articles to measure with where no dump is at hand.

internal import ByteIO
internal import SystemPackage

/// Articles of about 3 KB from a seeded generator: word lengths and frequencies like those of
/// prose, some residue lines, a tenth of them copies.
struct MadeArticles {
    /// What the words are written in, and whether spaces stand between them.
    enum Script: String, CaseIterable {
        case latin, chinese, japanese, thai
    }

    var count: Int
    private let script: Script
    private var state: UInt64 = 11

    init(count: Int, script: Script) {
        self.count = count
        self.script = script
    }

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
            paragraphs.append(joined(sentence))
            if random(5) == 0 { paragraphs.append("Subscribe to our newsletter") }
        }
        return paragraphs.joined(separator: "\\n\\n")
    }

    /// A sentence; without spaces it has a comma after every ninth word.
    private func joined(_ sentence: [String]) -> String {
        switch script {
        case .latin: sentence.joined(separator: " ") + "."
        case .thai: sentence.joined()
        case .chinese, .japanese:
            sentence.enumerated().map { $0.offset % 9 == 8 ? $0.element + "、" : $0.element }
                .joined() + "。"
        }
    }

    private mutating func word() -> String {
        switch script {
        case .latin: latinWord()
        case .chinese: letters(1 + random(3), of: 0x4E00, 3_000)
        // Stems in Han with endings in Hiragana, and loan words in Katakana.
        case .japanese:
            random(3) == 0
                ? letters(2 + random(4), of: 0x30A1, 80)
                : letters(1 + random(2), of: 0x4E00, 2_000) + letters(random(4), of: 0x3042, 80)
        // Consonants, some with a vowel or a tone mark above, then a vowel behind.
        case .thai:
            (0..<(1 + random(3))).map { _ in
                letters(1, of: 0x0E01, 46) + (random(2) == 0 ? letters(1, of: 0x0E34, 6) : "")
                    + (random(3) == 0 ? letters(1, of: 0x0E48, 4) : "")
                    + (random(2) == 0 ? letters(1, of: 0x0E32, 1) : "")
            }.joined()
        }
    }

    private mutating func letters(_ count: Int, of first: UInt32, _ range: Int) -> String {
        var letters = String.UnicodeScalarView()
        for _ in 0..<count {
            if let letter = Unicode.Scalar(first + UInt32(random(range))) { letters.append(letter) }
        }
        return String(letters)
    }

    private mutating func latinWord() -> String {
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
