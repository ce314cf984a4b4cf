// A run: from the configuration's input to a commit of the archive.

internal import Archive
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

    /// - Parameters:
    ///   - isStrict: damaged input ends the run without a commit.
    ///   - isRebuilding: the index is derived from the archive again first, with the
    ///     configuration's parameters.
    package init(
        configuration: PipelineConfiguration, isStrict: Bool = false, isRebuilding: Bool = false
    ) {
        self.configuration = configuration
        self.isStrict = isStrict
        self.isRebuilding = isRebuilding
    }

    /// Runs to the commit.
    ///
    /// - Parameters:
    ///   - startText: when the run started, for whoever finds the archive locked.
    ///   - progress: called now and then on this thread.
    ///   - stop: asked once a batch from any thread; true ends the run with `StopRequested`.
    /// - Throws: whatever ends the run; then nothing is committed and the last commit is intact.
    package func execute(
        startText: String,
        progress: @escaping (RunProgress) -> Void, stop: @escaping @Sendable () -> Bool
    ) throws -> RunReport {
        let plan = try RunPlan(configuration)
        let source = try plan.makeReader(excluding: configuration.output, stop: stop)
        var archive = try WritableArchive(
            opening: configuration.output, startText: startText)
        let index = try ArchiveIndex(plan: plan).open(
            for: &archive, isRebuilding: isRebuilding, progress: progress, stop: stop)
        let segments = index.list
        var decider = ArchiveDecider(plan: plan, index: index)
        var staging = archive.makeStaging(shardBytes: configuration.shardBytes)
        var documents = 0
        try StagedRun.run(
            Stages<WorkBatch, ArchivePiece>(
                read: {
                    guard let documents = try source.nextBatch() else { return nil }
                    var batch = WorkBatch(documents)
                    batch.share = source.share
                    return batch
                },
                makePreparer: {
                    let preparer = DocumentPreparer(plan: plan, segments: segments)
                    return { try preparer.prepare(&$0) }
                },
                decide: { batch, passOn in
                    try decider.decide(batch)
                    documents += batch.documents.records.count
                    progress(
                        RunProgress(phase: .running, documents: documents, share: batch.share))
                    for member in decider.takeMembers(isLast: false) { try passOn(.full(member)) }
                },
                finish: { passOn in
                    for member in decider.takeMembers(isLast: true) { try passOn(.full(member)) }
                },
                makePacker: {
                    let packer = MemberPacker()
                    return { packer.pack(&$0) }
                },
                write: { piece in
                    if case .packed(let member) = piece { try staging.append(member) }
                }),
            threads: plan.threads, stop: stop)
        var report = decider.report
        report.notices = archive.notices
        if isStrict, report.hasDamage { throw StrictRefusal(report: report) }
        if report.counts.isEmpty {
            report.totals = archive.store.commit?.totals ?? report.counts
            return report
        }
        let indexed = try decider.finishIndex(after: archive.store.commit?.segments ?? [])
        let files = try staging.finish()
        let commit = try archive.publish(
            files, segments: indexed, counts: report.counts, capped: report.cappedCount,
            faults: report.faults,
            parameters: plan.parametersJSON(after: archive.store.commit))
        report.run = commit.run
        report.totals = commit.totals
        report.archivedBytes = files.reduce(0) { $0 + $1.bytes }
        report.uncompressedBytes = files.reduce(0) { $0 + $1.uncompressedBytes }
        report.notices = archive.notices
        return report
    }
}
