// What a run has learned of its input files, held until the commit: small, for millions of files.

internal import ByteText

/// A list of inputs as bytes: numbers take what they need, and a path only what distinguishes it
/// from the one before. About 60 bytes for a file of a tree.
package struct PendingInputs: Sendable {
    private static let chunkBytes = 1 << 20

    /// Entries do not cross chunks; growing never copies more than one.
    private var chunks: [[UInt8]] = []
    private var readings: [String] = []
    private var lastPath: [UInt8] = []
    package private(set) var count = 0

    package init() {}

    /// Bytes of memory in use.
    package var reservedBytes: Int { chunks.reduce(0) { $0 + $1.capacity } }

    /// Appends an input.
    package mutating func append(_ input: KnownInput) {
        if (chunks.last?.count ?? Self.chunkBytes) > Self.chunkBytes - 256 {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(Self.chunkBytes)
            lastPath = []
        }
        let path = Array(input.path.utf8)
        let shared = zip(path, lastPath).prefix { $0 == $1 }.count
        var reading = readings.firstIndex(of: input.reading)
        if reading == nil {
            readings.append(input.reading)
            reading = readings.count - 1
        }
        var entry = EntryBytes()
        entry.write(UInt64(shared))
        entry.write(UInt64(path.count - shared))
        entry.bytes += path[shared...]
        let place = input.continuation
        let numbers = [
            reading ?? 0, input.sizeBytes, input.modifiedNanoseconds, input.records,
            place?.records ?? -1, place?.storedOffset ?? 0, place?.textOffset ?? 0,
        ]
        for number in numbers {
            entry.write(UInt64(bitPattern: Int64(number &<< 1 ^ number >> 63)))
        }
        entry.write(input.device)
        entry.write(input.inode)
        entry.writeWhole(input.digest.high)
        entry.writeWhole(input.digest.low)
        entry.write(UInt64(input.form.utf8.count))
        entry.bytes += input.form.utf8
        chunks[chunks.count - 1] += entry.bytes
        lastPath = path
        count += 1
    }

    /// All inputs in the order in which they were appended.
    package func forEach(_ body: (KnownInput) throws -> Void) rethrows {
        for chunk in chunks {
            var entry = EntryBytes(bytes: chunk)
            var path: [UInt8] = []
            while entry.position < chunk.count {
                let shared = Int(entry.read())
                path.removeSubrange(shared...)
                path += entry.readBytes(Int(entry.read()))
                let numbers = (0..<7).map { _ in
                    let folded = Int64(bitPattern: entry.read())
                    return Int(Int64(bitPattern: UInt64(bitPattern: folded) >> 1) ^ -(folded & 1))
                }
                let device = entry.read()
                let inode = entry.read()
                let high = entry.readWhole()
                let low = entry.readWhole()
                let form = entry.readBytes(Int(entry.read()))
                try body(
                    KnownInput(
                        path: String(decoding: path, as: UTF8.self), reading: readings[numbers[0]],
                        sizeBytes: numbers[1], modifiedNanoseconds: numbers[2], device: device,
                        inode: inode, digest: ContentDigest.Value(high: high, low: low),
                        form: String(decoding: form, as: UTF8.self), records: numbers[3],
                        continuation: numbers[4] < 0
                            ? nil
                            : KnownInput.Continuation(
                                records: numbers[4], storedOffset: numbers[5],
                                textOffset: numbers[6])))
            }
        }
    }
}

/// Numbers of variable length (LEB128) in a row.
private struct EntryBytes {
    var bytes: [UInt8] = []
    var position = 0

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func writeWhole(_ number: UInt64) {
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
    }

    mutating func read() -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = bytes[position]
            position += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
    }

    mutating func readWhole() -> UInt64 {
        readBytes(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func readBytes(_ count: Int) -> ArraySlice<UInt8> {
        position += count
        return bytes[(position - count)..<position]
    }
}
