import ByteText
import Testing

@testable import Catalogue

@Suite struct PendingInputsTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `inputs come out as they went in`(seed: UInt64) {
        var generator = Generator(state: seed)
        var inputs: [KnownInput] = []
        var pending = PendingInputs()
        for number in 0..<20_000 {
            let input = KnownInput(
                path: "/data/\(generator.next() % 50)/é\(number)", reading: "auto \(number % 3)",
                sizeBytes: Int(generator.next() >> UInt64(1 + number % 63)),
                modifiedNanoseconds: Int(truncatingIfNeeded: generator.next()),
                device: generator.next(), inode: generator.next(),
                digest: ContentDigest.Value(high: generator.next(), low: generator.next()),
                form: ["text", "lines"][number % 2], records: number,
                continuation: number % 5 == 0
                    ? .init(records: number, storedOffset: number * 7, textOffset: number << 30)
                    : nil)
            inputs.append(input)
            pending.append(input)
        }
        var found: [KnownInput] = []
        pending.forEach { found.append($0) }
        #expect(pending.count == inputs.count)
        #expect(found == inputs, "seed \(seed)")
    }

    @Test func `a file of a tree takes less than 100 bytes`() {
        var pending = PendingInputs()
        let count = 200_000
        for number in 0..<count {
            let folder = "/srv/newspapers/dumps/2024/\(number / 1_000)"
            pending.append(
                KnownInput(
                    path: "\(folder)/article-\(1_000_000 + number).txt", reading: "auto",
                    sizeBytes: 3_000 + number % 5_000,
                    modifiedNanoseconds: 1_700_000_000_123_456_789 + number * 1_000_003,
                    device: 0xFE01, inode: 9_000_000 + UInt64(number),
                    digest: .init(high: .max - UInt64(number), low: .max / 3), form: "text",
                    records: 1, continuation: nil))
        }
        #expect(pending.reservedBytes / count < 100, "\(pending.reservedBytes / count)")
    }

    @Test(arguments: [
        (Array("/a/b.txt".utf8), "/a/b.txt"), (Array("/50%/é".utf8), "/50%25/%C3%A9"),
        ([0x2F, 0xFF, 0x61], "/%FFa"), (Array("/é\n".utf8), "/é\n"),
    ])
    func `a path is a text, whatever its bytes`(bytes: [UInt8], text: String) {
        #expect(InputPath.text(of: bytes) == text)
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
