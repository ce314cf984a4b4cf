// Verifying an archive that a run may be changing meanwhile.

internal import ByteIO
package import SystemPackage

/// What a verification says, and of which commit.
package struct VerificationResult: Sendable {
    /// The archive as it was verified.
    package var store: ArchiveStore
    /// All that is wrong with it; empty if nothing is.
    package var findings: [ArchiveFinding]
    /// What is no damage: a publication that the next run finishes, files of strangers beside the
    /// archive's.
    package var notices: [String] = []

    init(_ store: ArchiveStore, _ findings: [ArchiveFinding] = []) {
        self.store = store
        self.findings = findings
    }
}

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
    package func result() throws(ArchiveError) -> VerificationResult {
        for _ in 0...restartLimit {
            let quick = try settled()
            if scope == .quick { return quick }
            let result = try check(quick.store, scope)
            if let result, result.findings.isEmpty { return result }
            if try hasMoved(from: quick.store) { continue }
            if let result { return result }
            // What cannot be read although nobody takes it away: the error says so once more.
            return try ArchiveVerifier.check(quick.store, scope: scope)
        }
        throw busy
    }

    /// What can be seen at once, when no publication explains it any more.
    private func settled() throws(ArchiveError) -> VerificationResult {
        var moves = 0
        var last: [ArchiveFinding]?
        var wasHeld = true
        var change = ContinuousClock.now
        while true {
            let store = try ArchiveStore(opening: path)
            let result = try check(store, .quick)
            let findings = result?.findings
            if let result, result.findings.isEmpty { return result }
            if try hasMoved(from: store) {
                moves += 1
                if moves > restartLimit { throw busy }
                last = nil
                continue
            }
            if last == nil || findings != last { change = .now }
            let isPatient =
                wasHeld && (ContinuousClock.now - change) / .seconds(1) < patienceSeconds
            if let result, result.findings == last, !isPatient { return result }
            if findings == nil, !isPatient {
                // What cannot be read although nobody takes it away: the error says so once more.
                _ = try ArchiveVerifier.findings(in: store, scope: .quick)
            }
            last = findings
            wasHeld = FileLock.holder(of: store.layout.lock) != nil
            if wasHeld { WallClock.pause(milliseconds: Self.pauseMilliseconds) }
        }
    }

    /// True if another commit counts by now.
    private func hasMoved(from store: ArchiveStore) throws(ArchiveError) -> Bool {
        try ArchiveStore(opening: path).commitSHA256 != store.commitSHA256
    }

    /// Nil if a file went while it was being read.
    private func check(
        _ store: ArchiveStore, _ scope: VerificationScope
    ) throws(ArchiveError) -> VerificationResult? {
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
