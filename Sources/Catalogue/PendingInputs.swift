// What a run has learned of its input files, held until the commit: small, for millions of files.

package import ByteText

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
        var entry = FieldWriter()
        entry.unsigned(UInt64(shared))
        entry.run(path[shared...])
        let place = input.continuation
        let numbers = [
            reading ?? 0, input.sizeBytes, input.modifiedNanoseconds, input.records,
            place?.records ?? -1, place?.storedOffset ?? 0, place?.textOffset ?? 0,
        ]
        for number in numbers { entry.number(number) }
        entry.unsigned(input.device)
        entry.unsigned(input.inode)
        entry.word(input.digest.high)
        entry.word(input.digest.low)
        entry.text(input.form)
        chunks[chunks.count - 1] += entry.bytes
        lastPath = path
        count += 1
    }

    /// All inputs in the order in which they were appended.
    package func forEach(_ body: (KnownInput) throws -> Void) rethrows {
        for chunk in chunks {
            var fields = FieldReader(chunk)
            var path: [UInt8] = []
            while !fields.isAtEnd {
                let input: KnownInput
                do {
                    input = try Self.read(&fields, &path, readings)
                } catch {
                    preconditionFailure("an input that cannot be read back")
                }
                try body(input)
            }
        }
    }

    private static func read(
        _ fields: inout FieldReader, _ path: inout [UInt8], _ readings: [String]
    ) throws(FieldFault) -> KnownInput {
        let shared = Int(clamping: try fields.unsigned())
        guard shared <= path.count else { throw FieldFault() }
        path.removeSubrange(shared...)
        path += try fields.run()
        var numbers: [Int] = []
        for _ in 0..<7 { numbers.append(try fields.number()) }
        guard readings.indices.contains(numbers[0]) else { throw FieldFault() }
        let device = try fields.unsigned()
        let inode = try fields.unsigned()
        let high = try fields.word()
        let low = try fields.word()
        return KnownInput(
            path: String(decoding: path, as: UTF8.self), reading: readings[numbers[0]],
            sizeBytes: numbers[1], modifiedNanoseconds: numbers[2], device: device, inode: inode,
            digest: ContentDigest.Value(high: high, low: low), form: try fields.text(),
            records: numbers[3],
            continuation: numbers[4] < 0
                ? nil
                : KnownInput.Continuation(
                    records: numbers[4], storedOffset: numbers[5], textOffset: numbers[6]))
    }

    /// Appends the first inputs to fields.
    package func encode(first count: Int, to fields: inout FieldWriter) {
        var rest = count
        var first = PendingInputs()
        forEach { input in
            guard rest > 0 else { return }
            rest -= 1
            first.append(input)
        }
        fields.list(first.readings) { $0.text($1) }
        fields.unsigned(UInt64(first.count))
        fields.list(first.chunks) { $0.run($1[...]) }
    }

    /// Reads back what `encode` has written; every entry is looked at.
    package init(decoding fields: inout FieldReader) throws(FieldFault) {
        readings = try fields.list { (fields) throws(FieldFault) in try fields.text() }
        count = Int(clamping: try fields.unsigned())
        chunks = try fields.list { (fields) throws(FieldFault) in Array(try fields.run()) }
        var found = 0
        for chunk in chunks {
            var entries = FieldReader(chunk)
            var path: [UInt8] = []
            while !entries.isAtEnd {
                _ = try Self.read(&entries, &path, readings)
                found += 1
            }
            lastPath = path
        }
        guard found == count else { throw FieldFault() }
    }
}
