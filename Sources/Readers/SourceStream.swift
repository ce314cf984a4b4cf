// The bytes of one file at a time, decompressed, with its faults in their places.

internal import ByteIO
internal import ByteText
internal import Codecs
internal import SystemPackage

/// Something wrong with a file's stream.
struct StreamFault {
    /// In the file as it lies on disk; -1 where not known.
    var byteOffset: Int
    var message: String
    /// True if bytes are missing here.
    var isLossy: Bool
    /// True if the file could not be read, whatever it holds.
    var isReadError = false
}

enum StreamStep {
    case more
    case fault(StreamFault)
    case end
}

/// Reads files one after the other, gzip or not: the magic number decides, whatever the name.
struct SourceStream: ~Copyable, Sendable {
    static let pieceBytes = 256 << 10

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

    /// Place in the file of the next byte that is read.
    private var storedOffset = 0
    /// Of the file's bytes as they lie on disk, as far as they were read; only if `isDigesting`.
    private(set) var digest = ContentDigest()
    private var isDigesting = false
    private let isStopped: (@Sendable () -> Bool)?

    /// - Parameter isStopped: true makes pipes that have nothing to say look ended.
    init(limits: GzipLimits, isStopped: (@Sendable () -> Bool)? = nil) {
        self.isStopped = isStopped
        decoder = GzipDecoder(limits: limits)
    }

    /// Opens a file at its start.
    ///
    /// - Parameter isDigesting: true if the digest of its bytes is wanted.
    mutating func open(
        _ location: FilePath, isDigesting: Bool = false
    ) throws(FileError) {
        file = nil
        file =
            location == "-"
            ? FileReader.standardInput(isStopped: isStopped)
            : try FileReader(opening: location, isStopped: isStopped)
        isGzip = false
        hasStarted = false
        isLastPiece = false
        position = 0
        storedOffset = 0
        digest.reset()
        self.isDigesting = isDigesting
    }

    mutating func close() {
        file = nil
    }

    /// Status of the open file; nil if it cannot be had.
    var status: FileStatus? {
        // Whoever asks takes an unknown status for a changed one.
        try? file?.status()
    }

    /// True if the file is a gzip file; known once something was read.
    var isCompressed: Bool { isGzip }

    /// True if the file was read to its end as it lies on disk.
    var isRead: Bool { isLastPiece }

    /// Digests the next bytes without giving them out; fewer only at the end of the file. False if
    /// the run is to stop.
    mutating func pass(_ count: Int) throws(FileError) -> Bool {
        var rest = count
        while rest > 0 && !isLastPiece {
            if let isStopped, isStopped() { return false }
            try readPiece(min(rest, Self.pieceBytes))
            if storedOffset == piece.count { isGzip = GzipHeader.isMagic(piece.span) }
            storedByteCount -= piece.count
            rest -= piece.count
        }
        return true
    }

    /// Goes on at a place behind which nothing was given out; what lies before it was passed.
    mutating func goOn(at place: InputContinuation) throws(FileError) {
        if storedOffset != place.storedOffset {
            try file?.seek(to: place.storedOffset)
            storedOffset = place.storedOffset
        }
        hasStarted = true
        isLastPiece = false
        piece.removeAll(keepingCapacity: true)
        position = 0
        decoder.reset(behind: place.storedOffset, outputBytes: place.textOffset)
    }

    /// Takes bytes that were read into the digest, each once.
    private mutating func note(_ bytes: Span<UInt8>) {
        defer { storedOffset += bytes.count }
        guard isDigesting else { return }
        let known = max(0, digest.count - storedOffset)
        if known < bytes.count { digest.update(bytes.extracting(known...)) }
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
                    isLossy: true, isReadError: true))
        }
    }

    private mutating func copy(
        _ window: inout [UInt8], _ count: Int
    ) throws(FileError) -> StreamStep {
        if isLastPiece { return .end }
        let start = window.count
        let got = try file?.read(into: &window, upTo: count) ?? 0
        note(window.span.extracting(start...))
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

    private mutating func readPiece(_ count: Int = pieceBytes) throws(FileError) {
        piece.removeAll(keepingCapacity: true)
        let got = try file?.read(into: &piece, upTo: count) ?? 0
        // A second reference, not a copy: noting it changes the digest only.
        let read = piece
        note(read.span)
        storedByteCount += got
        isLastPiece = got < count
    }
}
