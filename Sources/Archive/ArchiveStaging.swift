// The files of a run before its commit: written where no reader looks.

internal import ByteIO
internal import ByteText

/// Writes a run's compressed members below `.winnow/staging/<run>/`, in order, with one owner.
///
/// Nothing is created before the first member, so an empty run leaves nothing behind.
package struct ArchiveStaging: ~Copyable, Sendable {
    /// Size at which a shard gives way to the next: "256MB".
    package static let shardBytes = 256_000_000

    package let run: Int
    private let staging: Folder
    private var articles: ShardWriter
    private var duplicates: ShardWriter
    private var rejected: ShardWriter
    private var ledger: ShardWriter
    private var nextOrdinal = 0

    /// - Parameter staging: the run's own folder, which must not exist.
    init(staging: Folder, run: Int, shardBytes: Int) {
        precondition(shardBytes > 0, "a shard of \(shardBytes) bytes")
        self.run = run
        self.staging = staging
        func writer(_ stream: ArchiveStream) -> ShardWriter {
            ShardWriter(stream: stream, run: run, shardBytes: shardBytes, staging: staging)
        }
        articles = writer(.articles)
        duplicates = writer(.duplicates)
        rejected = writer(.rejected)
        ledger = writer(.ledger)
    }

    /// Appends the next member; the caller restores the order of their ordinals.
    package mutating func append(_ member: CompressedMember) throws(ArchiveError) {
        precondition(
            member.ordinal == nextOrdinal, "member \(member.ordinal), expected \(nextOrdinal)")
        nextOrdinal += 1
        switch member.stream {
        case .articles: try articles.append(member)
        case .duplicates: try duplicates.append(member)
        case .rejected: try rejected.append(member)
        case .ledger: try ledger.append(member)
        }
    }

    /// The name of the run's checkpoint in its folder.
    static let checkpoint = "checkpoint"

    /// Makes all members durable and puts a checkpoint of the run in the place of the one before.
    ///
    /// - Parameters:
    ///   - state: the caller's part of it; everything it names is durable.
    ///   - isEmpty: true if who goes on from it writes all members again.
    package mutating func writeCheckpoint(
        _ state: [UInt8], isEmpty: Bool = false
    ) throws(ArchiveError) {
        var fields = FieldWriter()
        fields.number(isEmpty ? 0 : nextOrdinal)
        let nothing = ShardWriter.Staged()
        for staged in isEmpty
            ? ArchiveStream.allCases.map({ _ in nothing })
            : [
                try articles.sync(), try duplicates.sync(), try rejected.sync(),
                try ledger.sync(),
            ]
        { staged.encode(to: &fields) }
        fields.run(state[...])
        let bytes = CheckpointFile.sealed(fields.bytes)
        let folder = staging
        try onDisk { () throws(FileError) in
            try folder.create()
            try folder.replaceFile(Self.checkpoint, with: bytes.span)
            try folder.parent.sync()
        }
    }

    /// Goes on from a checkpoint; what was written since is taken away.
    package mutating func resume(_ checkpoint: StagedCheckpoint) throws(ArchiveError) {
        nextOrdinal = checkpoint.nextOrdinal
        for (stream, staged) in zip(ArchiveStream.allCases, checkpoint.streams) {
            try clear(staging.folder(stream.rawValue), except: staged)
        }
        try articles.resume(from: checkpoint.streams[0])
        try duplicates.resume(from: checkpoint.streams[1])
        try rejected.resume(from: checkpoint.streams[2])
        try ledger.resume(from: checkpoint.streams[3])
    }

    private func clear(
        _ folder: Folder, except staged: ShardWriter.Staged
    ) throws(ArchiveError) {
        let kept = (staged.finished + [staged.current].compactMap(\.self)).map {
            String($0.path.drop { $0 != "/" }.dropFirst())
        }
        try onDisk { () throws(FileError) in
            guard try folder.isFolder() else { return }
            for name in try folder.names() where !kept.contains(name) {
                try folder.removeTree(name)
            }
        }
    }

    /// Makes the files durable and tells what there is, in the order of a commit's list. The run's
    /// own folder becomes durable with the commit.
    package mutating func finish() throws(ArchiveError) -> [ArchivedFile] {
        try articles.finish()
        try duplicates.finish()
        try rejected.finish()
        try ledger.finish()
        return articles.finished + duplicates.finished + rejected.finished + ledger.finished
    }
}
