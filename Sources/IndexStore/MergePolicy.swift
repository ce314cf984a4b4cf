// Which segments to merge, from their sizes alone.

/// Size-tiered merging (as in log-structured merge trees: O'Neil and others 1996): segments that
/// together have grown to a multiple of an older one swallow it.
///
/// Few segments stay, each at least a third of what came after it, and a document is written
/// again about once for each fourfold growth of the archive.
package enum MergePolicy {
    /// What newer segments together must be of an older one before they swallow it.
    static let growth = 3

    /// The first of the segments to merge with all that follow it; nil if all stay.
    /// - Parameter sizes: records of each segment, oldest first.
    package static func firstToMerge(sizes: [Int]) -> Int? {
        var newer = 0
        var first: Int?
        for index in sizes.indices.reversed() {
            if index < sizes.count - 1, newer >= growth * sizes[index] { first = index }
            newer += sizes[index]
        }
        return first
    }
}
