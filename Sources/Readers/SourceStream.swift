// The bytes of one file at a time, decompressed, with its faults in their places.

internal import ByteIO
internal import Codecs
internal import SystemPackage

/// Something wrong with a file's stream.
struct StreamFault {
    /// In the file as it lies on disk; -1 where not known.
    var byteOffset: Int
    var message: String
    /// True if bytes are missing here.
    var isLossy: Bool
}

enum StreamStep {
    case more
    case fault(StreamFault)
    case end
}

/// Reads files one after the other, gzip or not: the magic number decides, whatever the name.
struct SourceStream: ~Copyable, Sendable {
    private static let pieceBytes = 256 << 10

    private var decoder: GzipDecoder
    private var file: FileReader?
    private var isGzip = false
    private var hasStarted = false
    private var isLastPiece = false
    /// The current piece of compressed input.
    private var piece: [UInt8] = []
    private var position = 0
    /// Bytes read from all files, as they lie on disk.
    private(set) var storedByteCount = 0

    private let isStopped: (@Sendable () -> Bool)?

    /// - Parameter isStopped: true makes pipes that have nothing to say look ended.
    init(limits: GzipLimits, isStopped: (@Sendable () -> Bool)? = nil) {
        self.isStopped = isStopped
        decoder = GzipDecoder(limits: limits)
    }

    mutating func open(_ location: FilePath) throws(FileError) {
        file = nil
        file =
            location == "-"
            ? FileReader.standardInput(isStopped: isStopped)
            : try FileReader(opening: location, isStopped: isStopped)
        isGzip = false
        hasStarted = false
        isLastPiece = false
        position = 0
    }

    mutating func close() {
        file = nil
    }

    /// Appends about `count` bytes to the window, fewer before a fault and at the end.
    mutating func fill(_ window: inout [UInt8], upTo count: Int) -> StreamStep {
        let needed = window.count + count
        if window.capacity < needed {
            window.reserveCapacity(max(needed, min(2 * window.capacity, needed + 64 << 20)))
        }
        do throws(FileError) {
            if !hasStarted {
                hasStarted = true
                try readPiece()
                isGzip = GzipHeader.isMagic(piece.span)
                if !isGzip {
                    window.append(contentsOf: piece)
                    return isLastPiece ? .end : .more
                }
                decoder.reset()
            }
            return isGzip ? try inflate(&window, count) : try copy(&window, count)
        } catch {
            close()
            isLastPiece = true
            return .fault(
                StreamFault(
                    byteOffset: -1, message: "\(error); the rest of the file was not read",
                    isLossy: true))
        }
    }

    private mutating func copy(
        _ window: inout [UInt8], _ count: Int
    ) throws(FileError) -> StreamStep {
        if isLastPiece { return .end }
        let got = try file?.read(into: &window, upTo: count) ?? 0
        storedByteCount += got
        if got < count { isLastPiece = true }
        return isLastPiece ? .end : .more
    }

    private mutating func inflate(
        _ window: inout [UInt8], _ count: Int
    ) throws(FileError) -> StreamStep {
        let end = window.count + count
        while window.count < end {
            // A second reference, not a copy: the decoder and the piece cannot
            // both be lent by self.
            let step: GzipStep
            do {
                let input = piece
                var place = position
                step = decoder.decode(
                    input.span, from: &place, isLast: isLastPiece, into: &window,
                    atMost: end - window.count)
                position = place
            }
            switch step {
            case .needsInput:
                position = 0
                try readPiece()
            case .outputFull: return .more
            case .finished: return .end
            case .fault(let error):
                return .fault(
                    StreamFault(
                        byteOffset: error.compressedOffset, message: error.message,
                        isLossy: error.isLossy))
            }
        }
        return .more
    }

    private mutating func readPiece() throws(FileError) {
        piece.removeAll(keepingCapacity: true)
        let got = try file?.read(into: &piece, upTo: Self.pieceBytes) ?? 0
        storedByteCount += got
        isLastPiece = got < Self.pieceBytes
    }
}
