// One document's sketch as bytes, for those who keep it outside memory.

internal import ByteText
internal import CHashKernels

extension SketchBatch {
    /// Bytes in front of the tables: identity, id, text, words, shingles.
    private static let headBytes = 48
    /// Readable bytes that the decoder wants behind a coded set.
    private static let paddingBytes = 8

    /// Appends the sketch at a position: its figures and band keys as they are, its shingle
    /// set Rice-coded.
    package func encode(
        _ position: Int, to bytes: inout [UInt8], _ parameters: NearDuplicateParameters
    ) {
        let sketch = sketches[position]
        for word in [
            sketch.identity.high, sketch.identity.low, sketch.idHash, sketch.text.high,
            sketch.text.low,
            UInt64(sketch.wordCount) &<< 32 | UInt64(sketch.shingleCount),
        ] { Self.append(word, 8, to: &bytes) }
        if sketch.isShort { return }
        let bandCount = parameters.bandCount
        for key in bandKeys[(sketch.row * bandCount)..<((sketch.row + 1) * bandCount)] {
            Self.append(UInt64(key), 4, to: &bytes)
        }
        let set = shingles.span
            .extracting(sketch.shingleStart..<sketch.shingleStart + sketch.shingleCount)
        // SAFETY: the output has `winnow_encoded_capacity` bytes; pointers stay in the closures.
        bytes.append(addingCapacity: winnow_encoded_capacity(set.count)) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                unsafe set.withUnsafeBufferPointer { set in
                    guard let from = set.baseAddress,
                        let to = unsafe buffer.baseAddress?.advanced(by: initialized)
                    else { return }
                    initialized += unsafe winnow_encode_set(from, set.count, to)
                }
            }
        }
    }

    /// The number of shingles in an encoded sketch.
    package static func shingleCount(encoded bytes: Span<UInt8>) -> Int {
        Int(number(bytes, 40, 4))
    }

    /// Replaces the content by one encoded sketch.
    ///
    /// - Parameter bytes: what `encode` wrote with the same parameters; whoever stored it has
    ///   checked that.
    package mutating func decode(_ bytes: Span<UInt8>, _ parameters: NearDuplicateParameters) {
        removeAll()
        precondition(bytes.count >= Self.headBytes, "a sketch of \(bytes.count) bytes")
        let count = Self.shingleCount(encoded: bytes)
        sketches.append(
            DocumentSketch(
                identity: Digest(high: Self.number(bytes, 0, 8), low: Self.number(bytes, 8, 8)),
                idHash: Self.number(bytes, 16, 8),
                text: Digest(high: Self.number(bytes, 24, 8), low: Self.number(bytes, 32, 8)),
                wordCount: Int(Self.number(bytes, 44, 4)), shingleStart: 0, shingleCount: count,
                row: 0))
        if count == 0 { return }
        var place = Self.headBytes
        for _ in 0..<parameters.bandCount {
            bandKeys.append(UInt32(Self.number(bytes, place, 4)))
            place += 4
        }
        Self.decodeShingles(bytes, parameters, into: &shingles)
    }

    /// Replaces the content of `set` by the shingle set of an encoded sketch.
    package static func decodeShingles(
        _ bytes: Span<UInt8>, _ parameters: NearDuplicateParameters, into set: inout [UInt32]
    ) {
        set.removeAll(keepingCapacity: true)
        let count = shingleCount(encoded: bytes)
        if count == 0 { return }
        let start = headBytes + parameters.bandCount * 4
        var coded = [UInt8](capacity: bytes.count - start + paddingBytes) { output in
            for index in start..<bytes.count { output.append(bytes[index]) }
        }
        for _ in 0..<paddingBytes { coded.append(0) }
        let source = coded.span
        // SAFETY: `source` is a set of `count` hashes as `encode` wrote it, with the padding that
        // the kernel reads beyond it; `set` gets room for `count`.
        set.append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                unsafe source.withUnsafeBufferPointer { source in
                    guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                    unsafe winnow_decode_set(from, count, to)
                    initialized = count
                }
            }
        }
    }

    /// Appends the low bytes of a number, the lowest first.
    static func append(_ value: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: value &>> UInt64(8 * index)))
        }
    }

    /// Undoes `append`.
    static func number(_ bytes: Span<UInt8>, _ place: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[place + index]) &<< UInt64(8 * index) }
        return value
    }
}
