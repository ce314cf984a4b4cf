// One document of a collected run as it is decided on.

internal import ByteText
internal import NearDuplicates

/// A document's id, sketch and what the segments said of it. Reused from row to row.
struct SpooledRow: ~Copyable {
    /// Lengths of the id and of the answer.
    private static let headBytes = 8

    /// The row that this is; -1 for none.
    var number = -1
    private(set) var id: [UInt8] = []
    /// Holds one sketch.
    private(set) var sketches = SketchBatch()
    /// Without containers and parts.
    private(set) var answer = ArchivedAnswer()

    init() {}

    var sketch: DocumentSketch { sketches.sketches[0] }

    /// Appends what stands in front of the sketch.
    static func encode(_ id: ArraySlice<UInt8>, _ answer: ArchivedAnswer, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: headBytes))
        bytes.append(contentsOf: id)
        answer.encode(to: &bytes)
        let answerBytes = bytes.count - start - headBytes - id.count
        for (place, length) in [(start, id.count), (start + 4, answerBytes)] {
            for index in 0..<4 {
                bytes[place + index] = UInt8(truncatingIfNeeded: length &>> (8 * index))
            }
        }
    }

    /// Where the sketch begins.
    static func sketchStart(_ bytes: Span<UInt8>) -> Int {
        headBytes + length(bytes, at: 0) + length(bytes, at: 4)
    }

    /// Replaces the content by that of a row.
    mutating func decode(_ bytes: Span<UInt8>, _ parameters: NearDuplicateParameters) {
        let idEnd = Self.headBytes + Self.length(bytes, at: 0)
        let start = Self.sketchStart(bytes)
        id.removeAll(keepingCapacity: true)
        id.append(copying: bytes.extracting(Self.headBytes..<idEnd))
        answer = ArchivedAnswer(
            decoding: bytes.extracting(idEnd..<start), bandCount: parameters.bandCount)
        sketches.decode(bytes.extracting(start...), parameters)
    }

    private static func length(_ bytes: Span<UInt8>, at place: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) &<< (8 * $1) }
    }
}
