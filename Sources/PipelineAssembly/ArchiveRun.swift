// A run: from the configuration's input to a commit of the archive.

internal import Archive
package import ByteIO
internal import DocumentModel
internal import JSONBytes
internal import Pipeline
internal import Readers

/// Thrown instead of committing when `--strict` was given and input was damaged.
package struct StrictRefusal: Error {
    package var report: RunReport
}

/// Reads, cleans, deduplicates and archives; one run of the archive.
package struct ArchiveRun {
    private let configuration: PipelineConfiguration
    private let isStrict: Bool
    private let isRebuilding: Bool
    private let isRereading: Bool
    var limits = IndexLimits()

    /// - Parameters:
    ///   - isStrict: damaged input ends the run without a commit.
    ///   - isRebuilding: the index is derived from the archive again first, with the
    ///     configuration's parameters.
    ///   - isRereading: true if files that earlier runs have read are read again.
    package init(
        configuration: PipelineConfiguration, isStrict: Bool = false, isRebuilding: Bool = false,
        isRereading: Bool = false
    ) {
        self.configuration = configuration
        self.isStrict = isStrict
        self.isRebuilding = isRebuilding
        self.isRereading = isRereading
    }

    /// Runs to the commit, from the last checkpoint if an earlier attempt at this run left one.
    ///
    /// - Parameters:
    ///   - startText: when the run started, for whoever finds the archive locked.
    ///   - lock: how long to wait for the lock.
    ///   - progress: called now and then on this thread.
    ///   - stop: asked once a batch from any thread; true ends the run at a checkpoint with
    ///     `StoppedAtCheckpoint`, or with `StopRequested` where none can be made.
    /// - Throws: whatever ends the run; then nothing is committed and the last commit is intact.
    package func execute(
        startText: String, lock: LockTerms = LockTerms(),
        progress: @escaping (RunProgress) -> Void, stop: @escaping @Sendable () -> Bool
    ) throws -> RunReport {
        let plan = try RunPlan(configuration, limits: limits)
        var attempt = RunAttempt(
            startText: startText, lock: lock, isResuming: true, progress: progress, stop: stop)
        do {
            return try execute(plan, attempt)
        } catch let error as ReaderError where error.code == .changed {
            attempt.beginAnew("the input is not what it was when the run was stopped")
        } catch let error as UnusableCheckpoint {
            attempt.beginAnew("what the run that was stopped has left is damaged (\(error.cause))")
        }
        return try execute(plan, attempt)
    }

    private func execute(_ plan: RunPlan, _ attempt: RunAttempt) throws -> RunReport {
        let history = InputHistory(plan: plan, isRereading: isRereading)
        do {
            return try execute(plan, history, attempt)
        } catch {
            history.record(error)
            throw error
        }
    }

    private func execute(
        _ plan: RunPlan, _ history: InputHistory, _ attempt: RunAttempt
    ) throws -> RunReport {
        // A missing input is known before anything is made or waited for.
        _ = try plan.makeReader(excluding: configuration.output, stop: attempt.stop)
        var archive = try WritableArchive(
            opening: configuration.output, startText: attempt.startText, lock: attempt.lock,
            isResuming: attempt.isResuming && !isRebuilding)
        try history.open(archive.store)
        let checkpoint = try RunCheckpoint(
            in: archive,
            identity: plan.identity(after: archive.store, isRereading: isRereading))
        if checkpoint == nil { try archive.discardStaging() }
        var notices = attempt.notices
        let recorder = RunRecorder(
            plan: plan,
            index: try ArchiveIndex(plan: plan).open(
                for: &archive, isRebuilding: isRebuilding, progress: attempt.progress,
                stop: attempt.stop, notices: &notices))
        let identity = plan.identity(after: archive.store, isRereading: isRereading)
        var staging = archive.makeStaging(shardBytes: configuration.shardBytes)
        var earlier: EarlierAttempt?
        if let checkpoint {
            earlier = try checkpoint.restore(recorder, history, &staging)
        }
        let passes = RunPasses(
            plan: plan, recorder: recorder, history: history, staging: staging,
            segments: archive.makeSegmentStaging(), identity: identity, earlier: earlier,
            progress: attempt.progress, stop: attempt.stop)
        let source = try plan.makeReader(
            excluding: configuration.output, history: history, from: checkpoint?.place,
            stop: attempt.stop)
        var report: RunReport
        do {
            report =
                plan.isCollected
                ? try CollectedPasses(passes, folder: archive.spoolFolder).run(from: source)
                : try passes.run(from: source)
        } catch  where earlier != nil && archive.isDamageOfStaging(error) {
            throw UnusableCheckpoint(cause: error)
        }
        if isStrict, report.hasDamage { throw StrictRefusal(report: report) }
        report.notices = archive.notices + notices + history.notices
        report.resumedDocuments = checkpoint?.documents ?? 0
        if report.counts.isEmpty {
            try archive.discardStaging()
            report.totals = archive.store.commit?.totals ?? report.counts
            history.record(&report, archive.store, bytesIn: source.readByteCount)
            return report
        }
        let (segments, files) = try passes.finish(after: archive.store.commit?.segments ?? [])
        let commit = try archive.publish(
            files, segments: segments, counts: report.counts, capped: report.cappedCount,
            faults: report.faults,
            parameters: plan.parametersJSON(after: archive.store.commit))
        report.run = commit.run
        report.totals = commit.totals
        report.archivedBytes = files.reduce(0) { $0 + $1.bytes }
        report.uncompressedBytes = files.reduce(0) { $0 + $1.uncompressedBytes }
        report.notices = archive.notices + notices + history.notices
        history.record(&report, archive.store, bytesIn: source.readByteCount)
        return report
    }
}

/// How a run is tried.
private struct RunAttempt {
    var startText: String
    var lock: LockTerms
    /// False if what an earlier attempt left is not to be used.
    var isResuming: Bool
    var notices: [String] = []
    var progress: (RunProgress) -> Void
    var stop: @Sendable () -> Bool

    /// Gives up what an earlier attempt left.
    mutating func beginAnew(_ reason: String) {
        isResuming = false
        notices.append("\(reason): it was begun anew")
    }
}
