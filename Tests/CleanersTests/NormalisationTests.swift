// Normalisation: line ends, controls, invisible characters, malformed UTF-8, NFC.

import Testing

@testable import Cleaners

@Suite struct NormalisationTests {
    @Test(arguments: [
        ("\u{FEFF}a\u{FEFF}b", "ab"),
        ("a\r\nb\rc\u{85}d\u{2028}e\u{2029}f\u{0C}g", "a\nb\nc\nd\ne\nf\ng"),
        ("a\u{0}b\u{7}c\td\u{7F}e\u{9B}f", "abc\tdef"),
        ("soft\u{AD}hyphen - \u{AD}", "softhyphen - \u{AD}"),
        ("zero\u{200B}width wor\u{2060}d jo\u{200D}in no\u{200C}n", "zerowidth word join non"),
        ("\u{645}\u{6CC}\u{200C}\u{62E}\u{648}", "\u{645}\u{6CC}\u{200C}\u{62E}\u{648}"),
        ("\u{1F468}\u{200D}\u{1F469}", "\u{1F468}\u{200D}\u{1F469}"),
        ("\u{0E2A}\u{200B}\u{0E27}", "\u{0E2A}\u{200B}\u{0E27}"),
        ("user\u{202E}nimda\u{202C}", "usernimda"),
        ("cafe\u{301} e\u{323}\u{302}", "caf\u{E9} \u{1EC7}"),
        ("e\u{200B}\u{301}", "\u{E9}"),
        ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"),
    ]) func `Text is normalised, and its edits undo it`(input: String, expected: String) throws {
        let cleaned = try clean(input)
        #expect(Array(cleaned.text.unicodeScalars) == Array(expected.unicodeScalars))
        #expect(try cleaned.restored() == Array(input.utf8))
        #expect(try cleaned.applied() == cleaned.bytes)
        #expect(try clean(cleaned.text).isSameRange)
    }

    @Test func `Malformed UTF-8 becomes one replacement per maximal subpart, cleaning on or off`()
        throws
    {
        let bytes: [UInt8] = [0x61, 0xE2, 0x80, 0x62, 0xFF, 0xC0, 0xAF, 0x63, 0xED, 0xA0, 0x80]
        for isEnabled in [true, false] {
            let cleaned = try clean([bytes], options: CleaningOptions(isEnabled: isEnabled))[0]
            #expect(cleaned.text == "a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}c\u{FFFD}\u{FFFD}\u{FFFD}")
            #expect(try cleaned.restored() == bytes)
        }
    }

    @Test func `Nothing else changes with cleaning off`() throws {
        let cleaned = try clean(
            "\u{FEFF}a\r\nSubscribe to our channel\n", options: CleaningOptions(isEnabled: false))
        #expect(cleaned.isSameRange)
        #expect(cleaned.edits.isEmpty)
    }

    @Test func `Tens of thousands of marks on one base take linear time`() throws {
        let marks = (0..<60_000).map { $0 % 2 == 0 ? "\u{301}" : "\u{323}" }.joined()
        let cleaned = try clean("Z" + marks)
        let scalars = Array(cleaned.text.unicodeScalars)
        // Z with acute below the dots: marks below (class 220) come before those above (230).
        #expect(scalars.count == 60_000)
        #expect(scalars[0] == "\u{1E92}")
        #expect(try cleaned.restored() == Array(("Z" + marks).utf8))
    }

    @Test func `The swift standard library agrees on NFC of random marks`() throws {
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let letters = "aeoAZ \u{E9}\u{1100}\u{1161}\u{11A8}\u{95C}\u{915}\u{627}"
        let marks = "\u{301}\u{323}\u{308}\u{327}\u{93C}\u{653}\u{64B}"
        let alphabet = Array(letters.unicodeScalars) + Array(marks.unicodeScalars)
        for _ in 0..<400 {
            var input = String.UnicodeScalarView()
            for _ in 0..<12 { input.append(alphabet[next(alphabet.count)]) }
            let text = "x" + String(input) + "x"
            let cleaned = try clean(text)
            #expect(try cleaned.restored() == Array(text.utf8))
            #expect(cleaned.text == text, "canonical equivalence")
            #expect(try clean(cleaned.text).isSameRange, "\(text.unicodeScalars.map(\.value))")
        }
    }
}
