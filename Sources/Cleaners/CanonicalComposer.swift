// NFC of short runs of code points, through utf8proc.

internal import CUtf8proc

/// Brings runs of code points into NFC. utf8proc decomposes and composes; the reordering is ours,
/// because utf8proc's is quadratic in the number of marks on one base.
struct CanonicalComposer {
    /// Pairs of a base and one mark that are in NFC as they stand: Arabic, Hebrew and Indic texts
    /// consist of them. Direct-mapped, 0 is empty.
    private var settledPairs = [UInt64](repeating: 0, count: 2048)
    private var decomposed: [Int32] = []
    private var classes: [UInt8] = []

    /// Composes in place; returns false, and leaves the run as it was, if it is in NFC already.
    mutating func compose(_ run: inout [Int32]) -> Bool {
        var slot = -1
        var pair: UInt64 = 0
        if run.count == 2 {
            pair = UInt64(UInt32(bitPattern: run[0])) << 32 | UInt64(UInt32(bitPattern: run[1]))
            slot = Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> 53)
            if settledPairs[slot] == pair { return false }
        }
        decompose(run)
        reorder()
        let options = utf8proc_option_t(
            rawValue: UTF8PROC_COMPOSE.rawValue | UTF8PROC_STABLE.rawValue)
        let count = decomposed.count
        // SAFETY: the buffer is `decomposed`'s own memory, used inside the closure only; utf8proc
        // composes in place and never writes beyond `count`.
        let length = unsafe decomposed.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe utf8proc_normalize_utf32(base, count, options)
        }
        precondition(length >= 0 && length <= count, "utf8proc composed \(count) to \(length)")
        decomposed.removeLast(count - length)
        if decomposed == run {
            if slot >= 0 { settledPairs[slot] = pair }
            return false
        }
        swap(&decomposed, &run)
        return true
    }

    private mutating func decompose(_ run: [Int32]) {
        decomposed.removeAll(keepingCapacity: true)
        classes.removeAll(keepingCapacity: true)
        // The longest canonical decomposition has 4 code points.
        var parts: [Int32] = [0, 0, 0, 0, 0, 0, 0, 0]
        for value in run {
            var boundary: Int32 = 0
            // SAFETY: the buffer holds 8 code points, its length is passed on, and it is used
            // inside the closure only.
            let count = unsafe parts.withUnsafeMutableBufferPointer { buffer in
                unsafe utf8proc_decompose_char(
                    value, buffer.baseAddress, buffer.count, UTF8PROC_DECOMPOSE, &boundary)
            }
            precondition(count >= 0 && count <= parts.count, "utf8proc refused U+\(value)")
            for part in parts[..<Int(count)] {
                decomposed.append(part)
                // SAFETY: utf8proc answers every code point with a pointer into its static tables.
                classes.append(
                    UInt8(
                        truncatingIfNeeded: unsafe utf8proc_get_property(part).pointee
                            .combining_class))
            }
        }
    }

    /// The canonical ordering algorithm (Unicode, D109): a stable sort of each run of marks.
    private mutating func reorder() {
        var start = 0
        while start < decomposed.count {
            if classes[start] == 0 {
                start += 1
                continue
            }
            var end = start + 1
            var isSorted = true
            while end < decomposed.count, classes[end] != 0 {
                isSorted = isSorted && classes[end - 1] <= classes[end]
                end += 1
            }
            if !isSorted {
                let marks = (start..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
                let sorted = marks.map { decomposed[$0] }
                decomposed.replaceSubrange(start..<end, with: sorted)
            }
            start = end
        }
    }
}
