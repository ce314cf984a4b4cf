// The files of a run before its commit: written where no reader looks.

internal import ByteIO

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
