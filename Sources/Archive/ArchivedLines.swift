// The lines of one data file, decompressed piece by piece.

internal import ByteIO
internal import ByteText
internal import Codecs
internal import SystemPackage

/// Where an archived line stands.
package struct RecordAddress: Equatable, Sendable {
    package var stream: ArchiveStream
    /// Path of the data file below the archive's folder.
    package var path: String
    /// Number of the record in its file, from 0.
    package var record: Int
    /// Offset of the line in the decompressed file.
    package var offset: Int
}

/// Walks the lines of a data file with bounded memory: the longest line and some pieces.
enum ArchivedLines {
    /// Compressed bytes read at once.
    private static let inputBytes = 1 << 18
    /// Decompressed bytes asked for at once.
    private static let outputBytes = 1 << 20
    /// No record becomes as long: input records are limited far below.
    private static let lineLimitBytes = 1 << 30

    static let damageRemedy =
        "run `winnow verify` to see what is damaged; `winnow repair` saves what is whole"

    /// Calls `body` with a buffer, the range of one line in it (without its line feed), and its
    /// place, until it returns false. Throws `.damaged` where the file does not decode.
    ///
    /// - Parameter isProving: true reads on to the end of the last line's member, so that its
    ///   checksum has proved what `body` got.
    /// - Returns: false if `body` wanted no more.
    static func forEach(
        of file: ArchivedFile, in root: Folder, isProving: Bool = false,
        _ body: (Span<UInt8>, Range<Int>, RecordAddress) throws(ArchiveError) -> Bool
    ) throws(ArchiveError) -> Bool {
        let path = root.path(file.path)
        var reader = try onDisk { () throws(FileError) in try FileReader(opening: path) }
        // Our own file: however regular its texts are, it has to be readable.
        var limits = GzipLimits()
        limits.maximumRatio = .max
        var decoder = GzipDecoder(limits: limits)
        var input: [UInt8] = []
        var output: [UInt8] = []
        var address = RecordAddress(stream: file.stream, path: file.path, record: 0, offset: 0)
        /// Members that had ended when `body` wanted no more.
        var provenCount: Int?
        while true {
            input.removeAll(keepingCapacity: true)
            let count = try onDisk { () throws(FileError) in
                try reader.read(into: &input, upTo: inputBytes)
            }
            let isLast = count < inputBytes
            var position = 0
            pieces: while true {
                let searched = output.count
                let step = decoder.decode(
                    input.span, from: &position, isLast: isLast, into: &output,
                    atMost: outputBytes)
                if provenCount == nil, try !takeLines(&output, from: searched, &address, body) {
                    guard isProving else { return false }
                    provenCount = decoder.memberCount
                }
                if provenCount != nil { output.removeAll(keepingCapacity: true) }
                let isProven = provenCount.map { $0 < decoder.memberCount } ?? false
                switch step {
                case .outputFull:
                    if isProven { return false }
                case .needsInput:
                    if isProven { return false }
                    break pieces
                case .fault(let fault):
                    throw ArchiveError(
                        .damaged, path, offset: fault.compressedOffset, fault.message,
                        remedy: damageRemedy)
                case .finished:
                    guard output.isEmpty else {
                        throw ArchiveError(
                            .damaged, path, "the last line has no end", remedy: damageRemedy)
                    }
                    return provenCount == nil
                }
            }
            guard output.count < lineLimitBytes else {
                throw ArchiveError(
                    .damaged, path, "a line is longer than \(lineLimitBytes) bytes",
                    remedy: damageRemedy)
            }
        }
    }

    /// Hands the complete lines over and moves what is left to the front.
    private static func takeLines(
        _ output: inout [UInt8], from searched: Int, _ address: inout RecordAddress,
        _ body: (Span<UInt8>, Range<Int>, RecordAddress) throws(ArchiveError) -> Bool
    ) throws(ArchiveError) -> Bool {
        var start = 0
        var position = searched
        while true {
            guard
                let end = ByteSearch.firstIndex(
                    of: UInt8(ascii: "\n"), in: output.span, from: position)
            else { break }
            guard try body(output.span, start..<end, address) else { return false }
            address.record += 1
            address.offset += end + 1 - start
            start = end + 1
            position = start
        }
        output.removeSubrange(0..<start)
        return true
    }
}
