// One stream's shards in staging: compressed members, appended in order.

internal import ByteIO

/// A data file of the archive as a commit lists it.
package struct ArchivedFile: Equatable, Sendable {
    /// Path below the archive's folder, for instance `articles/000001-00000.jsonl.gz`.
    package var path: String
    package var stream: ArchiveStream
    /// The last of the runs whose records it holds. The files of one run belong together: the
    /// ledger's entries of a document stand in a file of the same run.
    package var run: Int
    /// Size on disk.
    package var bytes: Int
    /// Size of the JSON lines.
    package var uncompressedBytes: Int
    package var records: Int
    /// SHA-256 of the file in hexadecimal digits.
    package var sha256: String
    /// Which records came with which run, in the file's order; empty if all came with `run`, and
    /// for the ledger.
    package var origins: [RunShare] = []

    /// The run or act that wrote it, as its name says.
    package var writer: Int {
        let name = path.dropFirst(stream.rawValue.count + 1)
        return Int(name.prefix { $0 != "-" }) ?? run
    }

    /// `origins`, also where they go without saying.
    package var shares: [RunShare] {
        origins.isEmpty ? [RunShare(run: run, records: records)] : origins
    }
}

/// So many successive records that came with one run.
package struct RunShare: Equatable, Sendable {
    package var run: Int
    package var records: Int

    package init(run: Int, records: Int) {
        self.run = run
        self.records = records
    }
}

extension [RunShare] {
    /// Adds records behind the others.
    package mutating func append(run: Int, records: Int = 1) {
        if let last = indices.last, self[last].run == run {
            self[last].records += records
        } else {
            append(RunShare(run: run, records: records))
        }
    }
}

/// Writes the shards of one stream of one run, each a new file.
struct ShardWriter: ~Copyable, Sendable {
    /// Bytes read at once.
    private static let pieceBytes = 1 << 20

    private let stream: ArchiveStream
    private let run: Int
    private let shardBytes: Int
    /// The run's folder in staging.
    private let staging: Folder
    private var file: FileWriter?
    private var hash = ContentHash()
    private var current: ArchivedFile?
    /// The shards that are complete and durable.
    private(set) var finished: [ArchivedFile] = []

    init(stream: ArchiveStream, run: Int, shardBytes: Int, staging: Folder) {
        self.stream = stream
        self.run = run
        self.shardBytes = shardBytes
        self.staging = staging
    }

    /// Appends a member; starts a new shard first if it would grow past the limit.
    ///
    /// A member larger than the limit has a shard of its own.
    mutating func append(_ member: CompressedMember) throws(ArchiveError) {
        if let current, current.bytes + member.bytes.count > shardBytes { try endShard() }
        if file == nil { try beginShard() }
        try onDisk { () throws(FileError) in try file?.write(member.bytes.span) }
        hash.update(member.bytes.span)
        current?.bytes += member.bytes.count
        current?.uncompressedBytes += member.uncompressedBytes
        current?.records += member.recordCount
    }

    /// Makes the last shard durable, and the folder if the stream has any.
    mutating func finish() throws(ArchiveError) {
        try endShard()
        guard !finished.isEmpty else { return }
        let folder = staging.folder(stream.rawValue)
        try onDisk { () throws(FileError) in try folder.sync() }
    }

    /// What is durable of the stream now, once the file is: its shards, the last of which may grow.
    struct Staged: Sendable {
        var finished: [ArchivedFile] = []
        /// Its SHA-256 is that of the bytes so far.
        var current: ArchivedFile?
    }

    /// Makes all that was appended durable and goes on.
    mutating func sync() throws(ArchiveError) -> Staged {
        var shard = current
        shard?.sha256 = hash.hexadecimal
        if shard != nil {
            let folder = staging.folder(stream.rawValue)
            try onDisk { () throws(FileError) in
                try file?.sync()
                try folder.sync()
            }
        }
        return Staged(finished: finished, current: shard)
    }

    /// Goes on from what was staged; what was appended behind it is cut off.
    ///
    /// Throws `.damaged` if the open shard does not hold what was staged.
    mutating func resume(from staged: Staged) throws(ArchiveError) {
        finished = staged.finished
        guard let shard = staged.current else { return }
        let path = staging.path(shard.path)
        var hash = ContentHash()
        try onDisk { () throws(FileError) in
            var reader = try FileReader(opening: path)
            var piece: [UInt8] = []
            var rest = shard.bytes
            while rest > 0 {
                piece.removeAll(keepingCapacity: true)
                let count = try reader.read(into: &piece, upTo: min(rest, Self.pieceBytes))
                if count == 0 { break }
                hash.update(piece.span)
                rest -= count
            }
        }
        guard hash.hexadecimal == shard.sha256 else {
            throw ArchiveError(
                .damaged, path, "it does not hold what the run that was stopped has written",
                remedy: "check the disk and run again")
        }
        file = try onDisk { () throws(FileError) in
            try FileWriter(continuing: path, at: shard.bytes)
        }
        self.hash = hash
        current = shard
        current?.sha256 = ""
    }

    private mutating func beginShard() throws(ArchiveError) {
        let folder = staging.folder(stream.rawValue)
        let name = ArchiveStream.shardName(run: run, shard: finished.count)
        let writer = try onDisk { () throws(FileError) in
            try folder.create()
            return try FileWriter(creating: folder.path(name))
        }
        file = consume writer
        hash = ContentHash()
        current = ArchivedFile(
            path: "\(stream.rawValue)/\(name)", stream: stream, run: run, bytes: 0,
            uncompressedBytes: 0, records: 0, sha256: "")
    }

    private mutating func endShard() throws(ArchiveError) {
        guard var shard = current else { return }
        try onDisk { () throws(FileError) in
            try file?.sync()
            try file?.close()
        }
        file = nil
        shard.sha256 = hash.hexadecimal
        finished.append(shard)
        current = nil
    }
}
