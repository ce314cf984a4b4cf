import Codecs

/// What a decoder made of a stream.
struct Decoded: Equatable {
    var data: [UInt8] = []
    var faults: [CodecError] = []
    var codes: [CodecError.Code] { faults.map(\.code) }
}

/// Decodes a whole stream in pieces, as a reader of files does.
func decode(
    _ stream: [UInt8], pieceBytes: Int = 1 << 16, outputBytes: Int = 1 << 16,
    limits: GzipLimits = GzipLimits()
) -> Decoded {
    var decoder = GzipDecoder(limits: limits)
    var result = Decoded()
    var start = 0
    while true {
        let end = min(stream.count, start + pieceBytes)
        let piece = stream.span.extracting(start..<end)
        var position = 0
        piece: while true {
            switch decoder.decode(
                piece, from: &position, isLast: end == stream.count, into: &result.data,
                atMost: outputBytes)
            {
            case .needsInput: break piece
            case .outputFull: continue
            case .fault(let fault): result.faults.append(fault)
            case .finished: return result
            }
        }
        start = end
    }
}

/// Compresses each part to one member.
func gzip(_ parts: [[UInt8]], level: Int = 6) -> [UInt8] {
    var encoder = GzipEncoder(level: level)
    var stream: [UInt8] = []
    for part in parts { encoder.appendMember(of: part.span, to: &stream) }
    return stream
}

/// Numbers from a seed, the same on every machine.
struct SeededNumbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03 }
    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
    /// Text that compresses like prose.
    mutating func words(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { _ in Array("word\(next(below: 5000)) ".utf8) }
    }
}
