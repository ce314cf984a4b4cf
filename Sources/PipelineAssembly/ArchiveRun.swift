// A run: from the configuration's input to a commit of the archive.

internal import Archive
package import ByteIO
internal import DocumentModel
internal import JSONBytes
internal import NearDuplicates
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

    /// Runs to the commit.
    ///
    /// - Parameters:
    ///   - startText: when the run started, for whoever finds the archive locked.
    ///   - lock: how long to wait for the lock.
    ///   - progress: called now and then on this thread.
    ///   - stop: asked once a batch from any thread; true ends the run with `StopRequested`.
    /// - Throws: whatever ends the run; then nothing is committed and the last commit is intact.
    package func execute(
        startText: String, lock: LockTerms = LockTerms(),
        progress: @escaping (RunProgress) -> Void, stop: @escaping @Sendable () -> Bool
    ) throws -> RunReport {
        let plan = try RunPlan(configuration, limits: limits)
        let history = InputHistory(plan: plan, isRereading: isRereading)
        do {
            return try execute(plan, history, startText, lock, progress: progress, stop: stop)
        } catch {
            history.record(error)
            throw error
        }
    }

    private func execute(
        _ plan: RunPlan, _ history: InputHistory, _ startText: String, _ lock: LockTerms,
        progress: @escaping (RunProgress) -> Void, stop: @escaping @Sendable () -> Bool
    ) throws -> RunReport {
        // A missing input is known before anything is made or waited for.
        _ = try plan.makeReader(excluding: configuration.output, stop: stop)
        var archive = try WritableArchive(
            opening: configuration.output, startText: startText, lock: lock)
        try history.open(archive.store)
        // Looked at again: the files may have changed while the lock was waited for.
        let source = try plan.makeReader(
            excluding: configuration.output, memory: history, stop: stop)
        var notices: [String] = []
        let recorder = RunRecorder(
            plan: plan,
            index: try ArchiveIndex(plan: plan).open(
                for: &archive, isRebuilding: isRebuilding, progress: progress, stop: stop,
                notices: &notices))
        var staging = archive.makeStaging(shardBytes: configuration.shardBytes)
        var report: RunReport
        if plan.isCollected {
            report = try CollectedPasses(
                plan: plan, recorder: recorder, folder: archive.spoolFolder, progress: progress,
                stop: stop
            ).run(from: source) { try staging.append($0) }
        } else {
            try decideAtOnce(plan, source, recorder, progress: progress, stop: stop) {
                try staging.append($0)
            }
            report = recorder.report
        }
        if isStrict, report.hasDamage { throw StrictRefusal(report: report) }
        report.notices = archive.notices + notices + history.notices
        if report.counts.isEmpty {
            report.totals = archive.store.commit?.totals ?? report.counts
            history.record(&report, archive.store, bytesIn: source.readByteCount)
            return report
        }
        let indexed = try recorder.finishIndex(after: archive.store.commit?.segments ?? [])
        let files = try staging.finish()
        let commit = try archive.publish(
            files, segments: indexed, counts: report.counts, capped: report.cappedCount,
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

    /// One pass: each record is decided on when it comes.
    private func decideAtOnce(
        _ plan: RunPlan, _ source: BatchSource, _ recorder: RunRecorder,
        progress: @escaping (RunProgress) -> Void, stop: @escaping @Sendable () -> Bool,
        write: @escaping (CompressedMember) throws -> Void
    ) throws {
        let segments = recorder.index.list
        var decider = ArchiveDecider(plan: plan, recorder: recorder)
        var documents = 0
        try StagedRun.run(
            Stages<WorkBatch, ArchivePiece>(
                read: { try source.nextWork() },
                makePreparer: {
                    let preparer = DocumentPreparer(plan: plan, segments: segments)
                    return { try preparer.prepare(&$0) }
                },
                decide: { batch, passOn in
                    try decider.decide(batch)
                    documents += batch.documents.records.count
                    progress(
                        RunProgress(phase: .running, documents: documents, share: batch.share))
                    for member in recorder.takeMembers(isLast: false) { try passOn(.full(member)) }
                },
                finish: { passOn in
                    for member in recorder.takeMembers(isLast: true) { try passOn(.full(member)) }
                },
                makePacker: {
                    let packer = MemberPacker()
                    return { packer.pack(&$0) }
                },
                write: { piece in
                    if case .packed(let member) = piece { try write(member) }
                }),
            threads: plan.threads, stop: stop)
    }
}
