// Finding the first place of a text that normalisation has to look at, and its lines.

internal import CHashKernels

/// The quick check of normalisation: most texts are regular from end to end.
package enum RegularText {
    /// Offset of the first byte at or after `start` that begins something irregular; `bytes.count`
    /// if the rest is regular.
    ///
    /// Irregular are control characters but tab and line feed, malformed UTF-8, the invisible
    /// characters that `isInvisible` names, and characters that NFC may change, reorder or combine
    /// (NFC_Quick_Check is not Yes, or a combining class above 0; UAX #15, section 9).
    /// `start` must lie on a character's first byte.
    package static func firstIrregular(in bytes: Span<UInt8>, from start: Int) -> Int {
        let count = bytes.count
        var position = start
        while position < count {
            // SAFETY: the pointer is the span's own memory, used inside the closure only; the
            // kernel reads from `position` to below `count`.
            position = unsafe bytes.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return count }
                return unsafe winnow_scan_plain(base, position, count)
            }
            var plainRun = 0
            // Short runs of ASCII between other letters are not worth a call.
            while position < count, plainRun < 64 {
                let byte = bytes[position]
                if byte < 0x80 {
                    if byte < 0x20 ? byte != 0x0A && byte != 0x09 : byte == 0x7F {
                        return position
                    }
                    position &+= 1
                    plainRun &+= 1
                    continue
                }
                plainRun = 0
                let length = regularLength(bytes, at: position)
                if length == 0 { return position }
                position &+= length
            }
        }
        return count
    }

    /// C1 controls, soft hyphen, zero-width characters and joiners, line and paragraph separator,
    /// directional embeddings and overrides, byte order mark.
    package static func isInvisible(_ value: UInt32) -> Bool {
        switch value {
        case 0x80...0x9F, 0xAD, 0x200B...0x200D, 0x2028...0x202E, 0x2060, 0xFEFF: true
        default: false
        }
    }

    /// Length of the well-formed regular character at `index`; 0 if there is none.
    @inline(__always)
    private static func regularLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
        let first = UInt32(bytes[index])
        let left = bytes.count &- index
        guard first >= 0xC2, left >= 2 else { return 0 }
        let second = UInt32(bytes[index &+ 1])
        guard second & 0xC0 == 0x80 else { return 0 }
        var value: UInt32
        var length = 2
        if first < 0xE0 {
            value = (first & 0x1F) << 6 | second & 0x3F
        } else {
            guard left >= 3 else { return 0 }
            let third = UInt32(bytes[index &+ 2])
            guard third & 0xC0 == 0x80 else { return 0 }
            if first < 0xF0 {
                length = 3
                value = (first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
                guard value >= 0x800, value & 0xF800 != 0xD800 else { return 0 }
            } else {
                guard left >= 4, first < 0xF5 else { return 0 }
                let fourth = UInt32(bytes[index &+ 3])
                guard fourth & 0xC0 == 0x80 else { return 0 }
                length = 4
                value = (first & 0x07) << 18 | (second & 0x3F) << 12
                value |= (third & 0x3F) << 6 | fourth & 0x3F
                guard value >= 0x10000, value <= 0x10FFFF else { return 0 }
            }
        }
        return isInvisible(value) || CodePoint.mayNormalise(value) ? 0 : length
    }

    /// Appends the offsets of all line feeds at or after `start`.
    package static func appendLineFeeds(
        of bytes: Span<UInt8>, from start: Int, to ends: inout [UInt32]
    ) {
        let chunk = 256
        var position = start
        while position < bytes.count {
            let before = ends.count
            ends.append(contentsOf: repeatElement(0, count: chunk))
            // SAFETY: both pointers are used inside the closures only; the kernel writes at most
            // `chunk` offsets behind `before` and reads below the span's count.
            let found = unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe ends.withUnsafeMutableBufferPointer { output in
                    guard let base = buffer.baseAddress, let room = output.baseAddress else {
                        return 0
                    }
                    return unsafe winnow_scan_line_feeds(
                        base, position, buffer.count, room + before, chunk)
                }
            }
            ends.removeLast(chunk - found)
            if found < chunk { return }
            position = Int(ends[ends.count - 1]) + 1
        }
    }
}
