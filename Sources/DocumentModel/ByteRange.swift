// Where a run of bytes lies in an arena.

/// A run of bytes in a batch's arena. An arena holds at most 4 GiB, so offsets are 32 bits wide.
package struct ByteRange: Equatable, Hashable, Sendable {
    /// First byte, from the arena's start.
    package var start: UInt32
    /// Length in bytes.
    package var count: UInt32

    package static let empty = ByteRange(start: 0, count: 0)

    package init(start: Int, count: Int) {
        precondition(start >= 0 && count >= 0, "negative byte range \(start)+\(count)")
        self.start = UInt32(start)
        self.count = UInt32(count)
    }

    package var isEmpty: Bool { count == 0 }
    package var lowerBound: Int { Int(start) }
    package var upperBound: Int { Int(start) + Int(count) }
    package var bounds: Range<Int> { lowerBound..<upperBound }
}

/// A run of elements in one of a batch's side tables (edits, authors).
package struct ItemRange: Equatable, Hashable, Sendable {
    package var start: UInt32
    package var count: UInt32

    package static let empty = ItemRange(start: 0, count: 0)

    package init(start: Int, count: Int) {
        precondition(start >= 0 && count >= 0, "negative item range \(start)+\(count)")
        self.start = UInt32(start)
        self.count = UInt32(count)
    }

    package var isEmpty: Bool { count == 0 }
    package var bounds: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
}
