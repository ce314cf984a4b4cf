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
        ("JR東日本の5G対応iPhone15台", ["jr", "東", "日", "本", "の", "5g", "対", "応", "iphone15", "台"]),
        ("ＡＢＣ１２３東", ["ａｂｃ１２３", "東"]),
        ("ﾊﾟｰﾃｨｰ", ["ﾊ", "ﾟ", "ｰ", "ﾃ", "ｨ", "ｰ"]),
        ("人々ゝヾーゞ〆〱", ["人", "々", "ゝ", "ヾ", "ー", "ゞ", "〆", "〱"]),
        ("か\u{3099}・か゛", ["か", "か"]),
        ("〇〡㍿⼈", ["〇", "〡"]),
        (
            "\u{20000}\u{2A700}\u{2EBF0}\u{31350}\u{F900}",
            [
                "\u{20000}", "\u{2A700}", "\u{2EBF0}", "\u{31350}", "\u{F900}",
            ]
        ),
        ("葛\u{E0100}城", ["葛", "城"]),
        ("น้ำที่ ๆ๑๒", ["น", "ำ", "ท", "ๆ", "๑", "๒"]),
        ("ນ້ຳໃໝ່໑", ["ນ", "ຳ", "ໃ", "ໝ", "໑"]),
        ("ខ្មែរ១២", ["ខ", "ម", "រ", "១", "២"]),
        ("မြန်မာ၂", ["မ", "န", "မ", "၂"]),
        ("ㄅㄆ ㄇ", ["ㄅㄆ", "ㄇ"]),
        ("서울시2호선", ["서울시2호선"]),
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

    /// Blocks of the scripts without spaces, by the Unicode Standard's code charts.
    static let blocks: [ClosedRange<UInt32>] = [
        0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x19E0...0x19FF, 0x2E80...0x2FDF,
        0x3005...0x3007, 0x3021...0x3029, 0x3031...0x3035, 0x3038...0x303C, 0x3040...0x30FF,
        0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA9E0...0xA9FF, 0xAA60...0xAA7F,
        0xF900...0xFAFF, 0xFF66...0xFF9F, 0x116D0...0x116FF, 0x16FE3...0x16FE3,
        0x1AFF0...0x1AFFF, 0x1B000...0x1B16F, 0x20000...0x33479,
    ]

    @Test(arguments: blocks)
    func `each letter and number of a script without spaces is a word, its marks are none`(
        block: ClosedRange<UInt32>
    ) {
        var text = "x"
        var words = ["x"]
        var count = 0
        for scalar in block.compactMap(Unicode.Scalar.init) {
            // The standard library's own tables are the judge; they may lack the latest letters.
            let category = scalar.properties.generalCategory
            if category == .unassigned { continue }
            count += 1
            text.unicodeScalars.append(scalar)
            text += "x"
            if Self.wordCategories.contains(category) { words.append(String(scalar)) }
            words.append("x")
        }
        #expect(count > 0)
        let list = WordList(Array(text.utf8)).words.map(\.lowered)
        #expect(list.count == words.count)
        for (found, expected) in zip(list, words) where found != expected {
            Issue.record("\(found.unicodeScalars) for \(expected.unicodeScalars)")
            break
        }
        #expect(scanned(text) == words.map { scanned($0)[0] })
    }

    private static let wordCategories: Set<Unicode.GeneralCategory> = [
        .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .decimalNumber, .letterNumber, .otherNumber,
    ]

    @Test(arguments: [
        "Latin", "Ελλάδα", "Грузия", "العربية", "עברית", "한국어", "ㄅㄆㄇㄈ", "ꀀꀁ", "ｆｕｌｌ", "ﾡﾢﾣ",
    ])
    func `letters of scripts with spaces stay together`(word: String) {
        #expect(WordList(Array(word.utf8)).words.count == 1)
        #expect(scanned(word).count == 1)
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
