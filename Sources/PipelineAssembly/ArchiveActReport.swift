// The outcome of a command that changes what is archived.

package import Archive
package import ByteIO
package import SystemPackage

/// What an act did, or would do.
package struct ArchiveActReport: Sendable {
    /// A duplicate that was decided on again.
    package struct Decision: Equatable, Sendable {
        package var id: String
        /// The run that it came with.
        package var run: Int
        /// The document that it is a copy of now; nil if it is kept now.
        package var keeper: String?
        package var similarity: Double
    }

    package var act: ArchiveAct
    /// Number of the act; nil if there was nothing to do, or nothing was to be done.
    package var run: Int?
    /// What the act adds to the archive's counts: what goes is below zero.
    package var counts = RunCounts()
    /// Ids of the documents and rejected records that go, in archive order; for `prune` none.
    package var gone: [String] = []
    /// Duplicates whose keepers go, in archive order.
    package var decisions: [Decision] = []
    package var filesBefore = 0
    package var filesAfter = 0
    package var segmentsBefore = 0
    package var segmentsAfter = 0
    package var notices: [String] = []

    init(_ act: ArchiveAct) { self.act = act }
}

/// What acts need to know beside the archive.
package struct ArchiveActOptions: Sendable {
    package var archive: FilePath
    /// What a joined data file may grow to.
    package var shardBytes: Int
    /// What deriving the index may take.
    package var memoryBytes: Int
    package var isDryRun = false
    /// When the command started, for whoever finds the archive locked.
    package var startText: String
    /// How long to wait for the lock.
    package var lock: LockTerms

    package init(
        archive: FilePath, shardBytes: Int? = nil, memoryBytes: Int? = nil,
        isDryRun: Bool = false, startText: String, lock: LockTerms = LockTerms()
    ) {
        let usual = PipelineConfiguration()
        self.archive = archive
        self.shardBytes = shardBytes ?? usual.shardBytes
        self.memoryBytes = memoryBytes ?? usual.memoryBytes
        self.isDryRun = isDryRun
        self.startText = startText
        self.lock = lock
    }

    /// Locks the archive, which must have been written to.
    func open() throws -> WritableArchive {
        // Looked at first: opening to write would make an archive of an empty folder.
        guard try ArchiveStore(opening: archive).commit != nil else {
            throw QuestionError(
                description: "\(archive) holds no archive yet; `winnow run` makes one")
        }
        return try WritableArchive(opening: archive, startText: startText, lock: lock)
    }
}

extension WritableArchive {
    /// Ends an act that failed or was only tried.
    func abandon() {
        // What cannot be cleared away now, the next opening clears away.
        try? discardStaging()
    }
}
