import Codecs
import Testing

@Suite struct GzipDecoderTests {
    private let text: [UInt8]
    private let stream: [UInt8]

    init() {
        var numbers = SeededNumbers(seed: 1)
        text = numbers.words(3000)
        stream = gzip([text])
    }

    @Test(arguments: [(1, 1), (1, 70000), (7, 3), (1000, 100), (65536, 65536)])
    func `a member is read whole whatever the pieces`(piece: Int, output: Int) {
        let result = decode(stream, pieceBytes: piece, outputBytes: output)
        #expect(result == Decoded(data: text))
    }

    @Test(arguments: [1, 13, 65536])
    func `members concatenate, empty ones included`(piece: Int) {
        let parts = (0..<200).map { Array("{\"n\":\($0)}\n".utf8) }
        var members = gzip(parts.flatMap { [$0, []] })
        #expect(decode(members, pieceBytes: piece) == Decoded(data: parts.flatMap { $0 }))
        members += [UInt8](repeating: 0, count: 4096)
        #expect(decode(members, pieceBytes: piece) == Decoded(data: parts.flatMap { $0 }))
    }

    @Test func `a stream cut anywhere gives a prefix and one fault`() {
        let small = Array(text.prefix(2000))
        let whole = gzip([small])
        for cut in 0..<whole.count {
            let result = decode(Array(whole.prefix(cut)))
            #expect(result.codes == [.truncated], "cut at \(cut)")
            #expect(small.starts(with: result.data), "cut at \(cut)")
            if cut >= whole.count - 8 { #expect(result.data == small, "cut at \(cut)") }
        }
    }

    @Test(arguments: 0..<8 as Range<Int>)
    func `a cut on a border of members is no fault, elsewhere it is`(kept: Int) {
        let members = (0..<8).map { gzip([Array("member \($0)\n".utf8)]) }
        let before = members.prefix(kept).flatMap { $0 }
        let data = (0..<kept).flatMap { Array("member \($0)\n".utf8) }
        if kept > 0 { #expect(decode(before) == Decoded(data: data)) }
        let result = decode(before + members[kept].prefix(9))
        #expect(result.data == data)
        #expect(result.codes == [.truncated])
    }

    @Test(arguments: 0..<16 as Range<UInt64>)
    func `a flipped bit never goes unnoticed and spares the other members`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let parts = (0..<6).map { _ in numbers.words(400) }
        let members = parts.map { gzip([$0]) }
        for _ in 0..<25 {
            let victim = numbers.next(below: 6)
            var damaged = members
            let place = 10 + numbers.next(below: damaged[victim].count - 10)
            damaged[victim][place] ^= 1 << numbers.next(below: 8)
            let result = decode(damaged.flatMap { $0 })
            #expect(!result.faults.isEmpty, "seed \(seed), member \(victim), byte \(place)")
            let before = parts[..<victim].flatMap { $0 }
            let after = parts[(victim + 1)...].flatMap { $0 }
            #expect(result.data.starts(with: before), "seed \(seed), \(victim), \(place)")
            #expect(
                result.data.suffix(after.count).elementsEqual(after),
                "seed \(seed), member \(victim), byte \(place)")
        }
    }

    @Test func `wrong checksum and wrong length are faults, the data is delivered`() {
        for offset in [8, 4] {
            var damaged = stream
            damaged[damaged.count - offset] ^= 1
            let result = decode(damaged + stream)
            #expect(result.data == text + text)
            #expect(result.codes == [.checksumMismatch])
            #expect(result.faults.allSatisfy { !$0.isLossy })
        }
    }

    @Test func `garbage behind the last member is reported, a member behind the garbage is read`() {
        let garbage = Array("this is no member".utf8)
        #expect(decode(stream + garbage).data == text)
        #expect(decode(stream + garbage).codes == [.trailingGarbage])
        let more = decode(stream + garbage + stream, pieceBytes: 999)
        #expect(more.data == text + text)
        #expect(more.faults.map(\.skippedBytes) == [garbage.count])
    }

    @Test func `every header field is passed and a wrong header checksum is told`() {
        var header: [UInt8] = [0x1F, 0x8B, 8, 0x1F, 1, 2, 3, 4, 0, 3]
        header += [3, 0, 0x61, 0x62, 0x63] + Array("name\0".utf8) + Array("comment\0".utf8)
        let crc = CRC32.checksum(header.span) & 0xFFFF
        header += [UInt8(crc & 0xFF), UInt8(crc >> 8)]
        let body = Array(stream.dropFirst(10))
        for piece in [1, 5, 65536] {
            #expect(decode(header + body, pieceBytes: piece) == Decoded(data: text))
        }
        header[header.count - 1] ^= 1
        #expect(decode(header + body).codes == [.badHeaderChecksum])
        #expect(decode(header + body).data == text)
    }

    @Test(arguments: [
        ([0x1F, 0x8B, 7, 0] as [UInt8], CodecError.Code.badHeader),
        ([0x1F, 0x8B, 8, 0x20], .badHeader), ([0x1F, 0x8C, 8, 0], .notGzip),
    ])
    func `unknown methods, reserved flags and other magic are refused`(
        start: [UInt8], code: CodecError.Code
    ) {
        let result = decode(start + stream.dropFirst(4))
        #expect(result.codes == [code])
        #expect(result.data == [])
    }

    @Test func `data that expands without end is stopped near the limit`() {
        let zeros = [UInt8](repeating: 0, count: 40 << 20)
        var limits = GzipLimits()
        limits.ratioFreeBytes = 1 << 20
        limits.maximumRatio = 500
        let result = decode(gzip([zeros], level: 12), limits: limits)
        #expect(result.codes == [.expansionLimit])
        #expect(result.data.count < 4 << 20)
        var absolute = GzipLimits()
        absolute.maximumOutputBytes = 10_000
        let stopped = decode(stream, outputBytes: 1000, limits: absolute)
        #expect(stopped.codes == [.expansionLimit])
        #expect(stopped.data.count <= 11_000)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `random bytes behind a header end in a fault, not a crash`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let noise = (0..<3000).map { _ in UInt8(numbers.next(below: 256)) }
        let result = decode([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + noise, pieceBytes: 700)
        #expect(!result.faults.isEmpty, "seed \(seed)")
    }
}
