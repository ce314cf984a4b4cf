// SHA-256 of a file's content, gathered while it passes by.

internal import Crypto

/// A running SHA-256.
struct ContentHash: Sendable {
    private var state = SHA256()

    mutating func update(_ bytes: Span<UInt8>) {
        // SAFETY: the buffer is the span's own memory, read inside the closure only.
        unsafe bytes.withUnsafeBytes { unsafe state.update(bufferPointer: $0) }
    }

    /// The digest of everything so far in lower-case hexadecimal digits.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in state.finalize() {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The digest's first 128 bits.
    var firstHalf: UInt128 {
        state.finalize().prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }

    static func hexadecimal(of bytes: Span<UInt8>) -> String {
        var hash = ContentHash()
        hash.update(bytes)
        return hash.hexadecimal
    }
}
