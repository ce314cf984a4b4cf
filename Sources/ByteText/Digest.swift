// 128-bit digests of byte strings.

internal import CHashKernels

/// 128 bits that stand for a byte string; equal strings have equal digests.
///
/// Two different texts among a thousand million share one with probability 1.5e-21.
package struct Digest: Hashable, Sendable {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension Digest {
    /// The digest of a byte string.
    package init(of bytes: Span<UInt8>) {
        // SAFETY: the pointer is the span's own and stays inside the closure; an empty span has
        // none and no byte is read then.
        self = unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return Digest(high: 0, low: 0) }
            return unsafe Digest(
                high: winnow_hash_bytes(base, buffer.count, 0x51_7C_C1_B7_27_22_0A_95),
                low: winnow_hash_bytes(base, buffer.count, 0x2D_35_8D_CC_AA_6C_78_A5))
        }
    }

    /// The digest of a list of word hashes.
    package init(ofWords words: Span<UInt64>) {
        var high: UInt64 = 0x6C62_272E_07BB_0142
        var low: UInt64 = 0x62B8_2175_6295_C58D
        for index in words.indices {
            high = (high ^ words[index]) &* 0x9FB2_1C65_1E98_DF25
            high ^= high &>> 29
            low = (low &+ words[index]) &* 0xD6E8_FEB8_6659_FD93
            low ^= low &>> 31
        }
        self.init(high: high, low: low)
    }

    /// The digest of the concatenation, as it were: order matters.
    package func joined(_ other: Digest) -> Digest {
        Digest(high: Self.join(high, other.high), low: Self.join(low, other.low))
    }

    private static func join(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let mixed = (a ^ (b &>> 29)) &* 0x9E37_79B9_7F4A_7C15 &+ b
        return (mixed ^ (mixed &>> 32)) &* 0xD6E8_FEB8_6659_FD93
    }
}

extension Digest {
    /// 32 hexadecimal digits.
    package var hexadecimal: String {
        [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    /// Nil unless there are exactly 32 hexadecimal digits.
    package init?(hexadecimal text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
            let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}
