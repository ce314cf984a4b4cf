import TestFixtures
import Testing

@testable import IndexStore

@Suite struct MergePolicyTests {
    @Test(
        arguments: [
            ([], nil), ([5], nil), ([5, 5], nil), ([5, 5, 5, 5], 0), ([100, 5, 5, 5, 5], 1),
            ([64, 16, 4, 1], nil), ([1, 1_000], 0), ([1_000, 1, 1_000], 1), ([16, 4, 4, 4, 4], 1),
        ] as [([Int], Int?)])
    func `newer segments swallow an older one of a third of their size`(
        sizes: [Int], first: Int?
    ) {
        #expect(MergePolicy.firstToMerge(sizes: sizes) == first)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `few segments stay and no record is written often`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var sizes: [Int] = []
        var (added, written) = (0, 0)
        for _ in 0..<2_000 {
            let night = Int.random(in: 1...1_000, using: &generator)
            added += night
            sizes.append(night)
            let first = MergePolicy.firstToMerge(sizes: sizes) ?? sizes.count - 1
            let merged = sizes[first...].reduce(0, +)
            written += merged
            sizes.replaceSubrange(first..., with: [merged])
            #expect(sizes.count <= 24, "seed \(seed)")
        }
        #expect(sizes.reduce(0, +) == added)
        #expect(written < 12 * added, "seed \(seed): \(Double(written) / Double(added)) times")
    }
}
