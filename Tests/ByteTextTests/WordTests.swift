import TestFixtures
import Testing

@testable import ByteText

/// Words against Python's `re.findall(r'\w+', text.lower())`, written down as literals.
@Suite struct WordTests {
    static let cases: [(text: String, words: [String])] = [
        ("", []),
        ("...", []),
        ("Hello, World", ["hello", "world"]),
        ("snake_case 3.14 x2", ["snake_case", "3", "14", "x2"]),
        ("Don't", ["don", "t"]),
        ("ÉCOLE Ünder straße", ["école", "ünder", "straße"]),
        ("ΟΔΟΣ ΟΔΟΣΑ Σ", ["οδος", "οδοσα", "σ"]),
        ("ΑΣ.", ["ας"]),
        ("İstanbul", ["i", "stanbul"]),
        ("Ⅷ ² ½", ["ⅷ", "²", "½"]),
        ("naïve\u{301}x", ["naïve", "x"]),
        ("Привет МИР", ["привет", "мир"]),
        ("日本語テキスト", ["日", "本", "語", "テ", "キ", "ス", "ト"]),
        ("abc日x", ["abc", "日", "x"]),
        ("한국어 문서", ["한국어", "문서"]),
        ("😀 a😀b", ["a", "b"]),
        ("seventeen_letters_word tail", ["seventeen_letters_word", "tail"]),
    ]

    @Test(arguments: cases)
    func `the list holds exactly these words`(text: String, words: [String]) {
        #expect(WordList(Array(text.utf8)).words.map(\.lowered) == words)
    }

    @Test(arguments: cases)
    func `the scanner hashes the same words as the list`(text: String, words: [String]) {
        #expect(scanned(text) == words.map { scanned($0)[0] })
    }

    @Test func `the scanner agrees with the list on random texts`() {
        let alphabet = Array(
            "abzABZ019_ .,;-\n\u{e9}\u{c9}\u{3a3}\u{3c3}\u{130}\u{301}\u{df}\u{416}\u{65e5}\u{30c6}\u{e01}\u{5d0}\u{1f600}'"
                .unicodeScalars)
        var generator = SeededGenerator(seed: 20_240_811)
        for round in 0..<2_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...70, using: &generator) {
                text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
            }
            let string = String(text)
            let expected = WordList(Array(string.utf8)).words.map { scanned($0.lowered)[0] }
            #expect(scanned(string) == expected, "round \(round), text \(string.debugDescription)")
        }
    }

    @Test func `a word's place covers its bytes`() {
        let text = Array("Grün, 日 x".utf8)
        let places = WordList(text).words.map { String(decoding: text[$0.range], as: UTF8.self) }
        #expect(places == ["Grün", "日", "x"])
    }

    @Test func `every word length from 1 to 40 has a hash of its own`() {
        let hashes = (1...40).map { scanned(String(repeating: "a", count: $0))[0] }
        #expect(Set(hashes).count == 40)
    }

    private func scanned(_ text: String) -> [UInt64] {
        var scanner = WordScanner()
        scanner.scan(Array(text.utf8).span)
        return scanner.hashes
    }
}
