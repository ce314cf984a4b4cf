// Taking records out of an archive: what `winnow forget` and `winnow prune` have in common.

internal import Archive
internal import Pipeline

/// Takes records out of data files, ledger and index, and decides again on the duplicates whose
/// keepers go. What went stays known by its digests.
///
/// Cost: every file that is concerned is read and, if something goes, written again; the index is
/// derived from the archive. Memory: one run's ledger, and the duplicates to decide on.
struct RecordRemoval {
    /// Which records go.
    enum Target {
        case ids(Set<String>)
        /// Everything that came with a run.
        case run(Int)
        /// The duplicates that came with some runs.
        case duplicates(ofRuns: Set<Int>)
    }

    let options: ArchiveActOptions
    let act: ArchiveAct
    let target: Target

    /// Removes and commits. Nothing is written if nothing goes, or for a dry run.
    func execute(
        progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws -> ArchiveActReport {
        var archive = try options.open()
        // `open` refuses an archive without commits.
        guard let commit = archive.store.commit else { return ArchiveActReport(act) }
        do {
            let report = try execute(in: &archive, commit, progress, stop)
            if report.run == nil { archive.abandon() }
            return report
        } catch {
            archive.abandon()
            throw error
        }
    }

    private func execute(
        in archive: inout WritableArchive, _ commit: Commit, _ progress: (RunProgress) -> Void,
        _ stop: () -> Bool
    ) throws -> ArchiveActReport {
        let clock = ActClock()
        var report = ArchiveActReport(act)
        report.filesBefore = commit.files.count
        report.segmentsBefore = commit.segments.count
        report.filesAfter = commit.files.count
        report.segmentsAfter = commit.segments.count
        report.notices = archive.notices
        let selection = RemovalSelection(
            target: target, keepers: try keepersThatGo(in: archive.store))
        let isForgetting = act == .forget
        var outcome = Outcome(
            staging: options.isDryRun ? nil : archive.makeReplacementStaging(),
            isForgetting: isForgetting)
        try rewrite(archive.store, selection, &outcome, stop)
        if case .ids(let ids) = target {
            let unknown = ids.subtracting(outcome.gone.ids).sorted()
            guard unknown.isEmpty else { throw Self.unknown(unknown) }
        }
        report.gone = act == .forget ? outcome.gone.ids : []
        report.counts = outcome.gone.counts
        if outcome.gone.counts.removed == 0 { return report }
        if options.isDryRun {
            if outcome.orphans.isEmpty { return report }
            // What would be kept is decided beside what stays: that has to be written for once.
            outcome = Outcome(
                staging: archive.makeReplacementStaging(), isForgetting: isForgetting)
            try rewrite(archive.store, selection, &outcome, stop)
        }
        guard var staging = outcome.staging else { return report }
        let known = commit.known + [try staging.write(outcome.gone.known)]
        let decider = OrphanDecider(
            store: archive.store.draft(outcome.files, known: known),
            hasContainment: RunPlan.hasContainment(commit),
            memoryBytes: options.memoryBytes)
        var index = try decider.deriveIndex(
            in: archive.makeSegmentStaging(), progress: progress, stop: stop)
        let arrivals = try decider.decide(outcome.orphans, in: &index, stop: stop)
        for arrival in arrivals {
            report.counts.move(arrival)
            report.decisions.append(ArchiveActReport.Decision(arrival))
        }
        if options.isDryRun { return report }
        let files = Self.ordered(
            outcome.files + (try staging.write(arrivals, shardBytes: options.shardBytes)))
        let segments = commit.isIndexed ? try index.finish(after: []) : []
        try staging.finish()
        if stop() { throw StopRequested() }
        report.filesAfter = files.count
        report.segmentsAfter = segments.count
        report.run = try archive.publish(
            ArchiveReplacement(
                act: act, files: files, segments: segments, known: known, counts: report.counts)
        ).run
        report.notices = archive.notices
        clock.record(&report, archive.store)
        if act == .forget {
            report.notices += try archive.setAsideNames().map {
                "\($0) was moved aside by an earlier run and is not the archive's; "
                    + "remove it if it may hold what was to be forgotten"
            }
        }
        return report
    }

    /// What going through the files gives.
    private struct Outcome: ~Copyable {
        var staging: ReplacementStaging?
        var files: [ArchivedFile] = []
        var gone: GoneRecords
        var orphans: [TakenDocument] = []

        init(staging: ReplacementStaging?, isForgetting: Bool) {
            self.staging = staging
            gone = GoneRecords(isForgetting: isForgetting)
        }
    }

    private func rewrite(
        _ store: ArchiveStore, _ selection: RemovalSelection, _ outcome: inout Outcome,
        _ stop: () -> Bool
    ) throws {
        var gone = GoneRecords(isForgetting: act == .forget)
        var orphans: [TakenDocument] = []
        outcome.files = try ArchiveRewrite(
            store, isConcerned: selection.isConcerned, document: selection.takes(_:_:),
            rejection: selection.takes(rejected:_:)
        ).execute(in: &outcome.staging) { record in
            if stop() { throw StopRequested() }
            if case .document(let document) = record, !selection.isGone(document) {
                orphans.append(document)
            } else {
                gone.take(record)
            }
        }
        outcome.gone = gone
        outcome.orphans = orphans
    }

    /// New files stand behind the others of their stream.
    private static func ordered(_ files: [ArchivedFile]) -> [ArchivedFile] {
        ArchiveStream.allCases.flatMap { stream in files.filter { $0.stream == stream } }
    }

    private static func unknown(_ ids: [String]) -> QuestionError {
        let named = ids.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
        let rest = ids.count > 10 ? " and \(ids.count - 10) more" : ""
        return QuestionError(
            description: "no record has the id \(named)\(rest); nothing was forgotten")
    }

    /// Ids of kept documents that go, where only their run is known; else empty.
    private func keepersThatGo(in store: ArchiveStore) throws -> Set<String> {
        switch target {
        case .ids(let ids): return ids
        case .duplicates: return []
        case .run(let run):
            var ids: Set<String> = []
            var nothing: ReplacementStaging?
            _ = try ArchiveRewrite(
                store,
                isConcerned: { file in
                    file.stream == .articles && file.shares.contains { $0.run == run }
                }, document: { _, origin in origin.run == run }, rejection: { _, _ in false }
            ).execute(in: &nothing) { record in
                if case .document(let document) = record {
                    ids.insert(String(decoding: document.id, as: UTF8.self))
                }
            }
            return ids
        }
    }
}
