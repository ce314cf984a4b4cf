// A data file of a damaged archive: what the commit says of it, and where its bytes are.

internal import ByteIO

/// A data file that the commit lists, or one that stands in a stream's folder without being listed.
struct SalvageSource {
    /// As listed; for a stranger as it was found.
    var file: ArchivedFile
    let isListed: Bool
    /// Where its bytes are, below the archive's folder; nil if they are nowhere.
    var place: String?
    /// True if the bytes are those that the commit lists.
    var isExact = false
    /// What the survey read; nil before it, and where there is nothing to read.
    var scan: MemberScan?
    /// By number of the line, false for those that are left out; empty if all are taken.
    var verdicts: [Bool] = []
    var takenCount = 0
    var counts = RunCounts()

    /// True if the file can stay as it is.
    var isStaying: Bool {
        guard place == file.path, let scan, verdicts.isEmpty, takenCount > 0 else { return false }
        return isListed ? isExact : scan.gaps.isEmpty
    }

    /// True if all members can be copied as they are.
    var isCopied: Bool { isExact && verdicts.isEmpty && takenCount > 0 }

    /// Lines that are missing; nil if that is not known.
    var lostCount: Int? {
        if isListed { return max(0, file.records - (scan?.lines ?? 0)) }
        return scan?.gaps.isEmpty ?? false ? 0 : nil
    }

    /// The number in the undamaged file of a line that was read. Where there are several gaps, the
    /// lines between them are numbered as if nothing were missing before them.
    func number(ofLine line: Int) -> Int {
        guard let scan, let last = scan.gaps.last, line >= last.linesBefore else { return line }
        return line + max(0, file.records - scan.lines)
    }

    /// The first run whose records are missing.
    var firstRunLost: Int? {
        guard lostCount != 0 else { return nil }
        guard isListed else { return file.run }
        let first = scan?.gaps.first?.linesBefore ?? scan?.lines ?? 0
        return file.origin(ofRecord: first)
    }
}

extension ArchivedFile {
    /// The run that a record came with.
    func origin(ofRecord number: Int) -> Int {
        var end = 0
        for share in shares {
            end += share.records
            if number < end { return share.run }
        }
        return shares.last?.run ?? run
    }

    /// A file that no commit lists, as far as its name tells.
    init(stranger path: String, _ stream: ArchiveStream) {
        let name = String(path.dropFirst(stream.rawValue.count + 1))
        self.init(
            path: path, stream: stream, run: ArchiveStream.writer(ofShard: name) ?? 0, bytes: 0,
            uncompressedBytes: 0, records: 0, sha256: "")
    }
}

/// Finds the bytes of data files, under whatever name they stand.
struct SalvagePlaces {
    private let root: Folder
    /// Paths of the regular files in the streams' folders, with size and digest.
    private(set) var present: [String: (bytes: Int, sha256: String)] = [:]
    /// What stands in the streams' folders and is no file.
    private(set) var others: [String] = []

    init(_ layout: ArchiveLayout) throws(ArchiveError) {
        root = layout.root
        for stream in ArchiveStream.allCases {
            let folder = layout.root.folder(stream.rawValue)
            let names = try onDisk { () throws(FileError) in
                try folder.isFolder() ? try folder.names() : []
            }
            for name in names {
                let path = "\(stream.rawValue)/\(name)"
                if let facts = try Self.facts(of: path, in: root) {
                    present[path] = facts
                } else {
                    others.append(path)
                }
            }
        }
    }

    /// Where the bytes of a file are that is not at its own place: at another data file's, or
    /// anywhere else in the archive.
    func other(of bytes: Int, sha256: String) throws(ArchiveError) -> String? {
        let found = present.filter { $0.value == (bytes, sha256) }.keys.sorted().first
        if let found { return found }
        let state = ArchiveLayout.state
        for name in ["", "\(state)", "\(state)/commits", "\(state)/segments", "\(state)/known"] {
            let folder = name.isEmpty ? root : root.folder(name)
            let names = try onDisk { () throws(FileError) in
                try folder.isFolder() ? try folder.names() : []
            }
            for entry in names {
                let path = name.isEmpty ? entry : "\(name)/\(entry)"
                let status = try onDisk { () throws(FileError) in try root.status(of: path) }
                guard let status, status.kind == .regular, status.sizeBytes == bytes,
                    try Self.facts(of: path, in: root)?.sha256 == sha256
                else { continue }
                return path
            }
        }
        return nil
    }

    private static func facts(
        of path: String, in root: Folder
    ) throws(ArchiveError) -> (bytes: Int, sha256: String)? {
        let status = try onDisk { () throws(FileError) in try root.status(of: path) }
        guard status?.kind == .regular else { return nil }
        let pieceBytes = 1 << 20
        var reader = try onDisk { () throws(FileError) in
            try FileReader(opening: root.path(path))
        }
        var hash = ContentHash()
        var piece: [UInt8] = []
        var bytes = 0
        repeat {
            piece.removeAll(keepingCapacity: true)
            _ = try onDisk { () throws(FileError) in
                try reader.read(into: &piece, upTo: pieceBytes)
            }
            hash.update(piece.span)
            bytes += piece.count
        } while piece.count == pieceBytes
        return (bytes, hash.hexadecimal)
    }
}
