import CHashKernels
import TestFixtures
import Testing

@testable import NearDuplicates

@Suite struct KernelTests {
    @Test(arguments: [0, 1, 2, 3, 17, 255, 256, 1_000, 70_000])
    func `sorting gives the sorted set`(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count) + 1)
        var hashes = (0..<count).map { _ in UInt32.random(in: .min ... .max, using: &generator) }
        hashes.append(contentsOf: hashes.prefix(count / 3))
        let expected = Set(hashes).sorted()
        var scratch = [UInt32](repeating: 0, count: hashes.count + 1)
        var counters = [UInt32](repeating: 0, count: winnow_sort_counters(hashes.count))
        let total = hashes.count
        hashes.append(0)
        let kept = unsafe winnow_sort_unique(&hashes, total, &scratch, &counters)
        #expect(Array(hashes[..<kept]) == expected)
    }

    @Test func `sorting copes with hashes that are not spread evenly`() {
        var hashes = (0..<3_000).map { UInt32($0 % 40) }.reversed() as [UInt32]
        var scratch = hashes
        var counters = [UInt32](repeating: 0, count: winnow_sort_counters(hashes.count))
        let kept = unsafe winnow_sort_unique(&hashes, hashes.count, &scratch, &counters)
        #expect(Array(hashes[..<kept]) == Array(0..<40))
    }

    static let sets: [[UInt32]] = [
        [0], [63 << 26], [0, 0xFFFF_FFC0], [320, 384, 448, 512], (0..<300).map { $0 << 6 },
        [0, 1 << 31, 0xFFFF_FF80, 0xFFFF_FFC0],
    ]

    @Test(arguments: sets)
    func `coding a set and decoding it gives the set`(set: [UInt32]) {
        #expect(recoded(set) == set)
    }

    @Test func `coding random sets of every size gives them back`() {
        var generator = SeededGenerator(seed: 99)
        for count in 1...400 {
            let set = Set(
                (0..<count).map { _ in generator.shingle() }
            ).sorted()
            #expect(recoded(set) == set, "size \(count)")
        }
    }

    @Test func `an even set of 500 hashes takes at most 19 bits a hash`() {
        var generator = SeededGenerator(seed: 7)
        let set = Set((0..<500).map { _ in generator.shingle() }).sorted()
        var coded = [UInt8](repeating: 0, count: winnow_encoded_capacity(set.count))
        let bytes = unsafe winnow_encode_set(set, set.count, &coded)
        #expect(bytes * 8 <= 19 * set.count)
    }

    /// What a coded set shares with another one, by the definition.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `the intersection with a coded set is that of the sets, or nothing below what is asked`(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let pool = (0..<Int.random(in: 2...200, using: &generator)).map { _ in
                generator.shingle()
            }
            func part() -> [UInt32] {
                Set(pool.filter { _ in Bool.random(using: &generator) }).sorted()
            }
            let (ours, theirs) = (part(), part())
            if ours.isEmpty || theirs.isEmpty { continue }
            var coded = [UInt8](repeating: 0xAA, count: winnow_encoded_capacity(theirs.count))
            _ = unsafe winnow_encode_set(theirs, theirs.count, &coded)
            let shared = Set(ours).intersection(theirs).count
            for least in [0, shared - 1, shared, shared + 1, ours.count] where least >= 0 {
                let found = unsafe winnow_shared_with_coded(
                    ours, ours.count, coded, theirs.count, least)
                #expect(found == (least > shared ? -1 : shared), "least \(least)")
            }
        }
    }

    @Test(arguments: [1, 2, 5, 20, 100, 1_000])
    func `every slot of a sketch is filled and equal sets have equal sketches`(count: Int) {
        let set = (0..<UInt32(count)).map { $0 &* 40_503 &+ 17 }
        var first = [UInt32](repeating: 0, count: 128)
        var second = first
        unsafe winnow_sketch(set, set.count, 3, &first, 128)
        unsafe winnow_sketch(Array(set.reversed()), set.count, 3, &second, 128)
        #expect(!first.contains(.max))
        #expect(first == second)
    }

    @Test func `the share of equal slots estimates the Jaccard similarity`() {
        var generator = SeededGenerator(seed: 12)
        var total = 0
        for _ in 0..<200 {
            let shared = (0..<160).map { _ in UInt32.random(in: .min ... .max, using: &generator) }
            let a = shared + (0..<20).map { _ in .random(in: .min ... .max, using: &generator) }
            let b = shared + (0..<20).map { _ in .random(in: .min ... .max, using: &generator) }
            var first = [UInt32](repeating: 0, count: 128)
            var second = first
            unsafe winnow_sketch(a, a.count, 5, &first, 128)
            unsafe winnow_sketch(b, b.count, 5, &second, 128)
            total += zip(first, second).count { $0 == $1 }
        }
        // J = 160 / 200; the mean of 200 x 128 slots lies within 0.02 of it but once in a million.
        let estimate = Double(total) / (200 * 128)
        #expect(abs(estimate - 0.8) < 0.02)
    }

    private func recoded(_ set: [UInt32]) -> [UInt32] {
        var coded = [UInt8](repeating: 0xAA, count: winnow_encoded_capacity(set.count))
        _ = unsafe winnow_encode_set(set, set.count, &coded)
        var decoded = [UInt32](repeating: 0, count: set.count)
        unsafe winnow_decode_set(coded, set.count, &decoded)
        return decoded
    }
}

extension SeededGenerator {
    /// A hash as shingles have it.
    fileprivate mutating func shingle() -> UInt32 {
        UInt32.random(in: .min ... .max, using: &self) & 0xFFFF_FFC0
    }
}
