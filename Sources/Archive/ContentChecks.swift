// Checking every byte and every line of data files, and how lines of different files refer.

internal import ByteIO
internal import ByteText
internal import Codecs
internal import JSONBytes
internal import SystemPackage

/// Reads data files once each, in the order of a commit's list, and gathers what is wrong.
struct ContentChecks: ~Copyable {
    /// Compressed bytes read at once; a member that is cut by the end of a piece is tried again.
    private static let pieceBytes = 4 << 20
    /// Findings about lines of one file, before the rest is only counted.
    private static let lineFindings = 10

    private(set) var findings: [ArchiveFinding] = []
    /// True if all files are to come, so that references between them can be checked.
    private let isWhole: Bool
    private var articles: Set<UInt128> = []
    private var duplicates: Set<UInt128> = []
    private var parser = JSONParser()

    init(isWhole: Bool) { self.isWhole = isWhole }

    mutating func check(_ file: ArchivedFile, in root: Folder) throws(ArchiveError) {
        let path = root.path(file.path)
        var reader = try onDisk { () throws(FileError) in try FileReader(opening: path) }
        var hash = ContentHash()
        var input: [UInt8] = []
        var lines: [UInt8] = []
        var state = FileState(file: file)
        var isLast = false
        while !isLast {
            let fresh = input.count
            let count = try onDisk { () throws(FileError) in
                try reader.read(into: &input, upTo: Self.pieceBytes)
            }
            isLast = count < Self.pieceBytes
            hash.update(input.span.extracting(fresh..<input.count))
            if state.isDecoding {
                let used = checkMembers(input, isLast, &lines, &state)
                input.removeSubrange(0..<used)
                state.compressedOffset += used
            } else {
                input.removeAll(keepingCapacity: true)
            }
        }
        if hash.hexadecimal != file.sha256 {
            report(file, "its SHA-256 is not the commit's")
        }
        if state.isDecoding {
            if !lines.isEmpty { report(file, "the last line has no end") }
            if state.records != file.records {
                report(file, "\(state.records) records instead of \(file.records)")
            }
            if state.offset != file.uncompressedBytes {
                report(file, "\(state.offset) bytes of lines instead of \(file.uncompressedBytes)")
            }
        }
        if state.lineFindings > Self.lineFindings {
            report(file, "\(state.lineFindings - Self.lineFindings) more lines are wrong")
        }
    }

    private struct FileState {
        let file: ArchivedFile
        var compressedOffset = 0
        var records = 0
        /// Bytes of complete lines so far.
        var offset = 0
        var lineFindings = 0
        /// False after a member that does not decode: what follows is only hashed.
        var isDecoding = true
    }

    /// Decodes the whole members of a piece with zlib, which did not write them; returns how many
    /// bytes they take.
    private mutating func checkMembers(
        _ input: [UInt8], _ isLast: Bool, _ lines: inout [UInt8], _ state: inout FileState
    ) -> Int {
        var position = 0
        while position < input.count {
            let before = lines.count
            do throws(CodecError) {
                position = try GzipMember.decompress(input.span, from: position, into: &lines)
            } catch {
                if error.code == .truncated, !isLast {
                    lines.removeSubrange(before...)
                    return position
                }
                report(
                    state.file,
                    "the member at byte \(state.compressedOffset + position) does not decode: "
                        + error.message)
                state.isDecoding = false
                return input.count
            }
            checkLines(&lines, &state)
        }
        return position
    }

    private mutating func checkLines(_ lines: inout [UInt8], _ state: inout FileState) {
        var start = 0
        while let end = ByteSearch.firstIndex(
            of: UInt8(ascii: "\n"), in: lines.span, from: start)
        {
            if let reason = mismatch(lines.span, start..<end, state.file.stream) {
                state.lineFindings += 1
                if state.lineFindings <= Self.lineFindings {
                    report(state.file, "line \(state.records + 1): \(reason)")
                }
            }
            state.records += 1
            state.offset += end + 1 - start
            start = end + 1
        }
        lines.removeSubrange(0..<start)
    }

    /// What is wrong with a line, by itself or beside the others.
    private mutating func mismatch(
        _ bytes: Span<UInt8>, _ line: Range<Int>, _ stream: ArchiveStream
    ) -> String? {
        do throws(JSONError) {
            try parser.parse(bytes, in: line, isRepairing: false)
        } catch {
            return "not JSON: \(error)"
        }
        if let reason = ArchiveSchema.firstMismatch(in: parser, bytes, of: stream) { return reason }
        guard isWhole, stream != .rejected else { return nil }
        let id = parser.withString(at: 0) { ContentHash.key(of: $0) }
        switch stream {
        case .articles:
            guard articles.insert(id).inserted else { return "its id is not unique" }
        case .duplicates:
            guard !articles.contains(id), duplicates.insert(id).inserted else {
                return "its id is not unique"
            }
            let keeper = parser.withString(at: ArchiveSchema.keeperIndex) {
                ContentHash.key(of: $0)
            }
            guard articles.contains(keeper) else { return "its keeper is not among the articles" }
        case .ledger:
            guard articles.contains(id) || duplicates.contains(id) else {
                return "no document has its id"
            }
        case .rejected: break
        }
        return nil
    }

    private mutating func report(_ file: ArchivedFile, _ reason: String) {
        findings.append(
            ArchiveFinding(
                path: file.path, reason: reason, remedy: ArchiveVerifier.salvageRemedy))
    }
}

extension ContentHash {
    /// The first half of the bytes' SHA-256: no two ids share it.
    static func key(of bytes: Span<UInt8>) -> UInt128 {
        var hash = ContentHash()
        hash.update(bytes)
        return hash.firstHalf
    }
}
