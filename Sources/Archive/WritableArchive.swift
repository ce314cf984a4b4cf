// An archive that one run writes to: locked, rolled forward, cleared of dead runs.

package import ByteIO
package import DocumentModel
package import SystemPackage

/// The only way to change an archive. Holds the lock as long as it lives.
package struct WritableArchive: ~Copyable, Sendable {
    /// The archive as it was committed last.
    package private(set) var store: ArchiveStore
    /// What opening had to do or to pass over, one sentence each.
    package private(set) var notices: [String]
    private let lock: FileLock
    /// True from the moment at which the staged files may be the only ones that a commit has.
    private var isCommitting = false

    /// Locks the archive and finishes or clears away what a killed run left.
    ///
    /// A missing or empty folder becomes an archive. Throws what `ArchiveStore` throws, and
    /// `.locked` if another run holds the lock.
    ///
    /// - Parameters:
    ///   - startText: when this run started, for those who find it locked.
    ///   - lock: how long to wait for the lock, and who asks for it.
    ///   - isResuming: true leaves the staging of the next run where there is a checkpoint in it,
    ///     for `stagedCheckpoint`; what writes anything else clears it away first.
    package init(
        opening path: FilePath, startText: String, lock terms: LockTerms = LockTerms(),
        isResuming: Bool = false
    ) throws(ArchiveError) {
        let layout = ArchiveLayout(root: Folder(path))
        _ = try layout.isArchive()
        let lock = try onDisk { () throws(FileError) in
            try layout.state.create()
            return try FileLock(acquiring: layout.lock, startText: startText, terms: terms)
        }
        // Read under the lock: what was read before may be a commit old.
        let store = try ArchiveStore(opening: path)
        notices = try store.notices + Self.settle(store, isResuming)
        self.store = store
        self.lock = lock
    }

    /// Locks a damaged archive to repair it. Nothing is cleared away: strangers beside the commit's
    /// files may be a lost commit's, and a run may have left a checkpoint. `discardStaging` before
    /// anything is staged.
    ///
    /// Unlike the other initialiser it takes an archive of which no commit is whole.
    package init(
        repairing path: FilePath, startText: String, lock terms: LockTerms = LockTerms()
    ) throws(ArchiveError) {
        let layout = ArchiveLayout(root: Folder(path))
        _ = try layout.isArchive()
        let lock = try onDisk { () throws(FileError) in
            try layout.state.create()
            return try FileLock(acquiring: layout.lock, startText: startText, terms: terms)
        }
        let store = try ArchiveStore(salvaging: path)
        var notices = store.notices
        let number = store.commit?.run ?? 0
        try Self.secureFolders(of: store)
        let isPending = try onDisk { () throws(FileError) in
            try layout.staging(run: number).exists()
        }
        if number > 0, isPending { notices += try Self.settle(store, true) }
        self.store = store
        self.notices = notices
        self.lock = lock
    }

    /// Writes again what repeats the last commit: manifest, sums, card, the commit's own file.
    package mutating func restoreDerivedFiles() throws(ArchiveError) {
        notices += try Self.settle(store, true)
    }

    /// Goes on from a state that no commit on disk says.
    package mutating func rebase(on commit: Commit) throws(ArchiveError) {
        if store.commit?.run == commit.run {
            store = store.based(on: commit, sha256: store.commitSHA256)
            return
        }
        let commits = store.layout.commits
        let bytes = try onDisk { () throws(FileError) in
            try commits.contents(of: ArchiveLayout.commitName(commit.run))
        }
        store = store.based(
            on: commit, sha256: bytes.map { ContentHash.hexadecimal(of: $0.span) } ?? "")
    }

    /// Makes the archive's own folders, and makes them durable.
    private static func secureFolders(of store: ArchiveStore) throws(ArchiveError) {
        let layout = store.layout
        try onDisk { () throws(FileError) in
            try layout.commits.create()
            try layout.staging.create()
            // Who made these folders, or renamed a commit, may have been killed before the sync.
            // A commit in a folder that is not durable would be none, and what this one removes
            // must not be missed by the one before.
            if store.commit == nil { try layout.root.syncInParent() }
            try layout.root.sync()
            try layout.state.sync()
            try layout.commits.sync()
        }
    }

    /// Finishes the last commit's publication and clears dead runs away.
    private static func settle(
        _ store: ArchiveStore, _ isResuming: Bool
    ) throws(ArchiveError) -> [String] {
        let layout = store.layout
        try secureFolders(of: store)
        var notices: [String] = []
        if let commit = store.commit {
            var publication = Publication(
                layout: layout, commit: commit, commitBytes: store.commitBytes)
            // First: rolling forward removes what no commit lists.
            try publication.setLostCommitsAside()
            try publication.rollForward()
            notices = publication.notices
        }
        let next = ArchiveStream.padded((store.commit?.run ?? 0) + 1, to: 6)
        try clearStaging(layout.staging) { isResuming && $0 == next }
        return notices
    }

    private static func clearStaging(
        _ staging: Folder, except isKept: (String) -> Bool = { _ in false }
    ) throws(ArchiveError) {
        try onDisk { () throws(FileError) in
            let left = try staging.names().filter { !isKept($0) }
            for name in left { try staging.removeTree(name) }
            if !left.isEmpty { try staging.sync() }
        }
    }

    /// The checkpoint at which an earlier attempt at the next run ended; nil if there is none.
    package func stagedCheckpoint() throws(ArchiveError) -> StagedCheckpoint? {
        try StagedCheckpoint(in: store.layout.staging(run: nextRun))
    }

    /// True if a file lies in the staging of the next run.
    package func holdsStaged(_ path: FilePath) -> Bool {
        path.starts(with: store.layout.staging(run: nextRun).path)
    }

    /// The number of the run that comes next. A run that commits nothing gives its number back.
    package var nextRun: Int { (store.commit?.run ?? 0) + 1 }

    /// Where the next run's members go.
    package func makeStaging(
        shardBytes: Int = ArchiveStaging.shardBytes
    ) -> ArchiveStaging {
        ArchiveStaging(
            staging: store.layout.staging(run: nextRun), run: nextRun, shardBytes: shardBytes)
    }

    /// Where the files of an act go that replaces others.
    package func makeReplacementStaging() -> ReplacementStaging {
        ReplacementStaging(staging: store.layout.staging(run: nextRun), act: nextRun)
    }

    /// Throws away what was staged: the archive stays as it is. Once `publish` was called, nothing
    /// is thrown away any more: if it threw, the commit may count, and what it lists is in staging.
    package func discardStaging() throws(ArchiveError) {
        if isCommitting { return }
        try Self.clearStaging(store.layout.staging)
    }

    /// Where the next run's index segments go.
    package func makeSegmentStaging() -> SegmentStaging {
        SegmentStaging(staging: store.layout.staging(run: nextRun), run: nextRun)
    }

    /// Where the next run may put things aside. It goes with the staging.
    package var spoolFolder: Folder { store.layout.staging(run: nextRun).folder("spool") }

    /// Commits a run and publishes it. When this returns everything is durable and in place; when
    /// it throws, the last or this commit counts, and the next opening finishes the job.
    ///
    /// - Parameters:
    ///   - files: what the run's `ArchiveStaging.finish()` returned.
    ///   - segments: the whole index after the run; new ones are in the run's staging.
    ///   - counts: balanced, and not empty for a run (`RunCounts.isEmpty` means: do not call).
    ///   - capped: how often a full bucket turned a document away.
    ///   - parameters: what the run was made with, a JSON object without clock times.
    /// - Returns: the new commit.
    @discardableResult
    package mutating func publish(
        _ files: [ArchivedFile], segments: [ArchivedSegment], act: ArchiveAct = .run,
        counts: RunCounts, capped: Int = 0, faults: [InputFault], parameters: [UInt8]
    ) throws(ArchiveError) -> Commit {
        let base = store.commit.map { (commit: $0, sha256: store.commitSHA256) }
        let commit = Commit.following(
            base, adding: files, segments: segments, act: act, counts: counts,
            capped: capped, faults: faults, parameters: parameters)
        try publish(commit)
        return commit
    }

    /// Commits an act that replaces files and publishes it, as `publish` does for a run. The files
    /// that it does not list any more are removed at the end, after the commits that list them.
    ///
    /// - Precondition: there is a commit, and the counts balance.
    @discardableResult
    package mutating func publish(
        _ replacement: ArchiveReplacement
    ) throws(ArchiveError) -> Commit {
        guard let base = store.commit else { preconditionFailure("nothing to replace") }
        let commit = Commit.replacing(
            (commit: base, sha256: store.commitSHA256), with: replacement)
        try publish(commit)
        return commit
    }

    private mutating func publish(_ commit: Commit) throws(ArchiveError) {
        let bytes = commit.encoded()
        // A commit that no one could read again, for instance for parameters that are no JSON,
        // would take the whole archive with it.
        precondition(Commit.isWhole(bytes), "commit \(commit.run) cannot be read back")
        var publication = Publication(
            layout: store.layout, commit: commit, commitBytes: bytes)
        try publication.secureStaging()
        isCommitting = true
        try publication.writeCommit()
        try publication.rollForward()
        isCommitting = false
        notices += publication.notices
        store = try ArchiveStore(opening: store.root.path)
    }

    /// Names of files that an earlier publication moved out of its way. They are not the archive's,
    /// but may hold copies of its texts.
    package func setAsideNames() throws(ArchiveError) -> [String] {
        let aside = store.layout.setAside
        return try onDisk { () throws(FileError) in
            try aside.isFolder() ? try aside.names().map { aside.path($0).string } : []
        }
    }
}
