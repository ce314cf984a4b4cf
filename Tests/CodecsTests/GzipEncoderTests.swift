import Codecs
import Testing

@Suite struct GzipEncoderTests {
    @Test(arguments: [0, 1, 100, 70_000, 3_000_000])
    func `zlib reads back what was written`(count: Int) throws {
        var numbers = SeededNumbers(seed: 7)
        let text = Array(numbers.words(count / 9 + 1).prefix(count))
        let stream = gzip([text, [0x78]])
        var data: [UInt8] = []
        let end = try GzipMember.decompress(stream.span, into: &data)
        #expect(data == text)
        #expect(try GzipMember.decompress(stream.span, from: end, into: &data) == stream.count)
        #expect(data == text + [0x78])
    }

    @Test func `a member carries no clock time and is the same every time`() {
        var numbers = SeededNumbers(seed: 8)
        let text = numbers.words(5000)
        let first = gzip([text])
        #expect(first == gzip([text]))
        #expect(first.prefix(4) == [0x1F, 0x8B, 8, 0])
        #expect(first[4..<8] == [0, 0, 0, 0])
    }

    @Test func `zlib refuses cut, damaged and too long members`() {
        var numbers = SeededNumbers(seed: 9)
        let text = numbers.words(5000)
        let stream = gzip([text])
        func code(_ bytes: [UInt8], limit: Int = 1 << 30) -> CodecError.Code? {
            var data: [UInt8] = []
            do {
                _ = try GzipMember.decompress(bytes.span, limit: limit, into: &data)
                return nil
            } catch { return error.code }
        }
        var damaged = stream
        damaged[damaged.count - 6] ^= 1
        #expect(code(stream) == nil)
        #expect(code(damaged) == .corrupt)
        #expect(code(Array(stream.dropLast())) == .truncated)
        #expect(code(stream, limit: 100) == .expansionLimit)
        #expect(code(Array("no gzip".utf8)) == .corrupt)
    }

    @Test func `the checksum is that of RFC 1952 and can be continued`() {
        let digits = Array("123456789".utf8)
        let head = Array(digits.prefix(4))
        let tail = Array(digits.dropFirst(4))
        let nothing: [UInt8] = []
        #expect(CRC32.checksum(digits.span) == 0xCBF4_3926)
        let first = CRC32.checksum(head.span)
        #expect(CRC32.checksum(tail.span, continuing: first) == 0xCBF4_3926)
        #expect(CRC32.checksum(nothing.span) == 0)
    }
}
