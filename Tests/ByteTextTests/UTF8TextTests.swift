import ByteText
import Testing

/// Repairs with the standard library, whose decoder also replaces maximal subparts.
private func oracle(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).utf8)
}

@Suite struct UTF8TextTests {
    @Test(arguments: [
        ([0x61, 0x62] as [UInt8], nil as Range<Int>?),
        ([], nil),
        ([0xC3, 0xA9], nil),
        ([0xF0, 0x9F, 0x98, 0x80], nil),
        ([0x61, 0xC0, 0xAF], 1..<2),
        ([0x61, 0xE2, 0x82], 1..<3),
        ([0xE2, 0x82, 0x41], 0..<2),
        ([0xED, 0xA0, 0x80], 0..<1),
        ([0xF0, 0x9F, 0x98], 0..<3),
        ([0xF4, 0x90, 0x80, 0x80], 0..<1),
        ([0xF5], 0..<1),
        ([0x80], 0..<1),
    ])
    func `the first malformed subpart is the maximal one`(bytes: [UInt8], expected: Range<Int>?) {
        #expect(UTF8Text.firstMalformed(in: bytes.span) == expected)
        #expect(UTF8Text.isValid(bytes.span) == (expected == nil))
    }

    @Test func `a bad byte is found at every place of a long ASCII run`() {
        for place in 0..<100 {
            var bytes = [UInt8](repeating: 0x41, count: 100)
            bytes[place] = 0xFF
            #expect(UTF8Text.firstMalformed(in: bytes.span) == place..<(place + 1))
            #expect(UTF8Text.firstMalformed(in: bytes.span, from: place + 1) == nil)
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `repair agrees with the standard library on random bytes`(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        let leads: [UInt8] = [
            0x41, 0x80, 0xBF, 0xC0, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xFF,
            0x9F, 0xA0, 0x90, 0x8F,
        ]
        for _ in 0..<500 {
            let bytes = (0..<Int(seed % 40 + 1)).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return leads[Int(state >> 33) % leads.count]
            }
            var repaired: [UInt8] = []
            let count = UTF8Text.appendRepaired(bytes.span, to: &repaired)
            #expect(repaired == oracle(bytes), "seed \(seed), bytes \(bytes)")
            #expect((count == 0) == (repaired == bytes))
        }
    }
}
