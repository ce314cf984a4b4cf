// Verifying an archive that a run may be changing meanwhile.

internal import ByteIO
package import SystemPackage

/// Verifies without the lock, and does not take for damage what a run beside it has changed.
///
/// What is cheap to see is looked at until it is all right, or stays wrong: a run that has
/// committed takes a moment to put its files in place. From then on every change begins with
/// another commit, so what is found counts if the commit is still the last one.
package struct LiveVerification: Sendable {
    /// Between two looks at an archive that a run is publishing.
    private static let pauseMilliseconds = 200

    private let path: FilePath
    private let scope: VerificationScope
    private let patienceSeconds: Double
    private let restartLimit: Int

    /// - Parameters:
    ///   - patienceSeconds: how long a living run may take for one step of its publication.
    ///   - restartLimit: how many commits may be made beside us.
    package init(
        _ path: FilePath, scope: VerificationScope = .full, patienceSeconds: Double = 30,
        restartLimit: Int = 5
    ) {
        self.path = path
        self.scope = scope
        self.patienceSeconds = patienceSeconds
        self.restartLimit = restartLimit
    }

    /// Verifies the last commit, and the next one if it moves on.
    ///
    /// Throws if the disk cannot be read, and `.busy` if more commits are made meanwhile than
    /// the limit.
    package func result() throws(ArchiveError) -> ArchiveVerification {
        for _ in 0...restartLimit {
            let quick = try settled()
            if scope == .quick { return quick }
            let full = try check(quick.store, scope)
            if let full, full.findings.isEmpty { return full }
            if try hasMoved(from: quick) { continue }
            // What cannot be read although nobody takes it away: the error says so once more.
            guard let full else { return try ArchiveVerifier.check(quick.store, scope: scope) }
            return full
        }
        throw busy
    }

    /// What can be seen at once, when no publication explains it any more.
    private func settled() throws(ArchiveError) -> ArchiveVerification {
        var moves = 0
        var last: [ArchiveFinding]?
        var wasHeld = true
        var change = ContinuousClock.now
        while true {
            let store = try ArchiveStore(opening: path)
            let quick = try check(store, .quick)
            let findings = quick?.findings
            // A publication that nobody is at work on waits for the next run.
            let isMoving =
                quick?.isPending == true && FileLock.holder(of: store.layout.lock) != nil
            if let quick, quick.findings.isEmpty, !isMoving { return quick }
            if try isOutdated(store) {
                moves += 1
                if moves > restartLimit { throw busy }
                last = nil
                continue
            }
            if last == nil || findings != last { change = .now }
            let isPatient =
                wasHeld && (ContinuousClock.now - change) / .seconds(1) < patienceSeconds
            if let quick, findings == last, !isPatient { return quick }
            if findings == nil, !isPatient {
                // What cannot be read although nobody takes it away: the error says so once more.
                _ = try ArchiveVerifier.check(store, scope: .quick)
            }
            last = findings
            wasHeld = FileLock.holder(of: store.layout.lock) != nil
            if wasHeld { WallClock.pause(milliseconds: Self.pauseMilliseconds) }
        }
    }

    /// True if another commit counts by now.
    private func isOutdated(_ store: ArchiveStore) throws(ArchiveError) -> Bool {
        try ArchiveStore(opening: path).commitSHA256 != store.commitSHA256
    }

    /// True if something was changed since a look.
    private func hasMoved(from look: ArchiveVerification) throws(ArchiveError) -> Bool {
        if try isOutdated(look.store) { return true }
        let staging = look.store.layout.staging(run: look.store.commit?.run ?? 0)
        return try onDisk { () throws(FileError) in try staging.exists() } != look.isPending
    }

    /// Nil if a file went while it was being read.
    private func check(
        _ store: ArchiveStore, _ scope: VerificationScope
    ) throws(ArchiveError) -> ArchiveVerification? {
        do throws(ArchiveError) {
            return try ArchiveVerifier.check(store, scope: scope)
        } catch {
            if error.cause?.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    private var busy: ArchiveError {
        ArchiveError(
            .busy, path, "the archive was changed again and again while it was verified",
            remedy: "verify it when no run is at work")
    }
}
