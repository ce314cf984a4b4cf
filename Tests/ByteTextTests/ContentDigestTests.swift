import ByteText
import Testing

@Suite struct ContentDigestTests {
    private func digest(_ bytes: [UInt8], cutAt cuts: [Int] = []) -> ContentDigest.Value {
        var digest = ContentDigest()
        var start = 0
        for end in cuts + [bytes.count] {
            digest.update(bytes.span.extracting(start..<end))
            start = end
        }
        let count = digest.count
        #expect(count == bytes.count)
        return digest.value
    }

    private func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3 ^ $0) }
    }

    @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 1_000])
    func `how the bytes are cut makes no difference`(count: Int) {
        let bytes = bytes(count)
        let whole = digest(bytes)
        for cut in 0...count { #expect(digest(bytes, cutAt: [cut]) == whole, "cut at \(cut)") }
        #expect(digest(bytes, cutAt: Array(0..<count)) == whole)
    }

    @Test func `every byte counts, and so does the length of zeros`() {
        let bytes = bytes(300)
        var seen: Set = [digest(bytes)]
        for place in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[place] ^= 1 << bit
                seen.insert(digest(other))
            }
        }
        for count in 0..<300 { seen.insert(digest([UInt8](repeating: 0, count: count))) }
        #expect(seen.count == 1 + 300 * 8 + 300)
    }

    @Test func `a digest that began again has forgotten everything`() {
        var digest = ContentDigest()
        digest.update(bytes(100).span)
        digest.reset()
        digest.update([1, 2, 3].span)
        let value = digest.value
        #expect(value == self.digest([1, 2, 3]))
        #expect(value.high != value.low)
    }

    @Test func `the value never changes, for it is stored`() {
        let value = digest(bytes(1_000))
        let stored = ContentDigest.Value(
            high: 8_533_863_588_681_968_175, low: 17_456_389_989_252_389_858)
        #expect(value == stored)
    }
}
