// winnow repair: saving what is whole of an archive, and making again what can be made.

internal import Archive
internal import Catalogue
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates
internal import Pipeline

/// Makes an archive whole again, if need be smaller: undamaged members of damaged data files go to
/// new files, records of lost commits come back in, duplicates whose keepers are gone are decided
/// on again, and everything derived is made again. All of it is one commit.
///
/// Records that are lost are not forgotten: the inputs that held them are read again.
package struct ArchiveRepair {
    private let options: ArchiveActOptions

    package init(_ options: ArchiveActOptions) { self.options = options }

    /// Checks everything and repairs what is not as it should be.
    ///
    /// Throws whatever keeps it from doing so; then nothing is committed.
    package func execute(
        progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws -> RepairReport {
        // Asking must not make an archive.
        let seen = try ArchiveStore(salvaging: options.archive)
        guard seen.commit != nil || !seen.notices.isEmpty else { return RepairReport() }
        if options.isDryRun { return try examine(seen, progress, stop) }
        var archive = try WritableArchive(
            repairing: options.archive, startText: options.startText, lock: options.lock)
        do {
            return try repair(&archive, progress, stop)
        } catch {
            archive.abandon()
            throw error
        }
    }

    /// What is to be done, before anything is.
    private struct Job {
        var report = RepairReport()
        var needsCommit = false
        var needsSalvage = false
        var needsIndex = false
    }

    private func look(at store: ArchiveStore) throws -> Job {
        var job = Job()
        let check = try StoreVerification.check(store)
        job.report.findings = check.findings
        job.report.commit = store.commit
        guard let commit = store.commit else {
            job.report.findings = store.notices.map {
                ArchiveFinding(path: "manifest.json", reason: $0, remedy: "it is made again")
            }
            (job.needsCommit, job.needsSalvage, job.needsIndex) = (true, true, true)
            return job
        }
        let isBehind = try store.lastNumber() > commit.run
        let isIndexDamaged = check.findings.contains {
            ArchiveVerifier.isAboutIndex($0, of: commit)
        }
        job.needsSalvage = isBehind || check.findings.contains(where: \.isAboutRecords)
        job.needsIndex = job.needsSalvage || isIndexDamaged || !commit.isIndexed
        job.needsCommit = job.needsIndex || check.findings.contains { !$0.isCuredByRun }
        return job
    }

    private func examine(
        _ store: ArchiveStore, _ progress: (RunProgress) -> Void, _ stop: () -> Bool
    ) throws -> RepairReport {
        let job = try look(at: store)
        var report = job.report
        report.notices = store.notices
        guard job.needsSalvage else { return report }
        var salvage = try ArchiveSalvage(store)
        try salvage.survey { if stop() { throw StopRequested() } }
        let records = LostRecords(store)
        report.take(salvage, try savedKnown(store, salvage, records), records)
        return report
    }

    /// The lists of known records; what is missing of them the index knows as well. It does not
    /// tell them from rejected records: only where no file of those is damaged is it asked.
    private func savedKnown(
        _ store: ArchiveStore, _ salvage: borrowing ArchiveSalvage, _ records: LostRecords
    ) throws -> KnownSalvage {
        var known = try KnownSalvage(store)
        if !known.losses.isEmpty, salvage.isWhole(.rejected),
            let digests = try records.knownDigests(besides: store)
        {
            known.complete(with: digests)
        }
        return known
    }

    private func repair(
        _ archive: inout WritableArchive, _ progress: (RunProgress) -> Void, _ stop: () -> Bool
    ) throws -> RepairReport {
        let clock = ActClock()
        var job = try look(at: archive.store)
        if job.needsCommit {
            try commit(&archive, &job, progress, stop)
            job.report.notices = archive.notices + job.report.notices
            job.report.notices += clock.record(
                .repair, number: job.report.run, job.report.counts, archive.store)
        } else {
            if !job.report.findings.isEmpty || !archive.store.notices.isEmpty {
                try archive.restoreDerivedFiles()
            }
            job.report.notices = archive.notices + bringUpCatalogue(archive.store)
        }
        job.report.commit = archive.store.commit
        return job.report
    }

    private func commit(
        _ archive: inout WritableArchive, _ job: inout Job,
        _ progress: (RunProgress) -> Void, _ stop: () -> Bool
    ) throws {
        try archive.discardStaging()
        let records = LostRecords(archive.store)
        let base: Commit
        var outcome: Outcome
        if job.needsSalvage {
            (base, outcome) = try salvage(&archive, &job, records, stop)
        } else {
            guard let last = archive.store.commit else { return }
            base = last
            outcome = Outcome(
                staging: archive.makeReplacementStaging(), files: last.files, known: last.known)
        }
        var segments = base.segments
        if job.needsIndex {
            let decider = OrphanDecider(
                store: archive.store.draft(outcome.files, known: outcome.known),
                hasContainment: RunPlan.hasContainment(base) || records.hasContainment,
                memoryBytes: options.memoryBytes)
            var index = try decider.deriveIndex(
                in: archive.makeSegmentStaging(), progress: progress, stop: stop)
            let arrivals = try decider.decide(outcome.orphans, in: &index, stop: stop)
            for arrival in arrivals {
                job.report.counts.move(arrival)
                job.report.decisions.append(ArchiveActReport.Decision(arrival))
            }
            outcome.files += try outcome.staging.write(arrivals, shardBytes: options.shardBytes)
            segments = try index.finish(after: [])
            job.report.isIndexMade = true
        }
        try outcome.staging.finish()
        if stop() { throw StopRequested() }
        if let run = outcome.firstRunLost {
            job.report.notices += forgetInputs(fromRun: run, archive.store)
        }
        job.report.run = try archive.publish(
            ArchiveReplacement(
                act: .repair,
                files: ArchiveStream.allCases.flatMap { stream in
                    outcome.files.filter { $0.stream == stream }
                }, segments: segments, known: outcome.known, counts: job.report.counts)
        ).run
    }

    /// The files as they will be, before the orphans are decided on.
    private struct Outcome {
        var staging: ReplacementStaging
        var files: [ArchivedFile]
        var known: [KnownFile]
        var orphans: [TakenDocument] = []
        /// The first run of which records are missing.
        var firstRunLost: Int?
    }

    private func salvage(
        _ archive: inout WritableArchive, _ job: inout Job, _ records: LostRecords,
        _ stop: () -> Bool
    ) throws -> (Commit, Outcome) {
        let before = archive.store
        var salvage = try ArchiveSalvage(before)
        try salvage.survey { if stop() { throw StopRequested() } }
        let known = try savedKnown(before, salvage, records)
        job.report.take(salvage, known, records)
        var lost = LostCommit(before, fingerprint: records.fingerprint)
        var base = salvage.base(parameters: lost.parameters, last: try before.lastNumber())
        if before.commit == nil {
            lost.complete(&base)
            job.report.notices += lost.notices
        }
        try archive.rebase(on: base)
        var staging = archive.makeReplacementStaging()
        var outcome = Outcome(
            staging: staging,
            files: try salvage.write(into: &staging) { if stop() { throw StopRequested() } },
            known: known.files)
        if !known.records.isEmpty { outcome.known.append(try staging.write(known.records)) }
        let runs = salvage.runsWithLostEntries
        if !runs.isEmpty {
            let concerned = outcome.files.filter { runs.contains($0.run) }
            let ids = try records.unrestorableIDs(
                of: archive.store.draft(concerned, known: []), stop: stop)
            job.report.unrestorableIDs = ids.sorted()
            if !records.isWhole {
                job.report.notices.append(
                    "which documents cannot be restored any more can only be told in part: the"
                        + " index is damaged, too")
            }
        }
        job.report.counts = salvage.balance(against: base)
        if salvage.hasOrphans {
            let saved = salvage.saved
            var writing: ReplacementStaging? = staging
            var orphans: [TakenDocument] = []
            outcome.files = try ArchiveRewrite(
                archive.store.draft(outcome.files, known: outcome.known),
                isConcerned: { $0.stream == .duplicates },
                document: { document, _ in !saved.holds(document.keeper.span) },
                rejection: { _, _ in false }
            ).execute(in: &writing) { record in
                if stop() { throw StopRequested() }
                if case .document(let document) = record { orphans.append(document) }
            }
            outcome.orphans = orphans
            staging = writing ?? staging
        }
        outcome.staging = staging
        outcome.firstRunLost = salvage.firstRunLost
        return (base, outcome)
    }

    /// Lets the inputs be read again that held what is lost. Before the commit: a crash between
    /// the two costs a reading.
    private func forgetInputs(fromRun run: Int, _ store: ArchiveStore) -> [String] {
        do throws(CatalogueError) {
            let catalogue = try Catalogue(
                openingIn: store.stateFolder, setAside: store.setAsideFolder)
            let count = try catalogue.forgetInputs(fromRun: run)
            return catalogue.notices
                + ["the next run reads \(count) inputs again, which may hold what is lost"]
        } catch {
            return ["\(error); `winnow run --reread` takes in again what is lost"]
        }
    }

    /// Makes the catalogue again if it is damaged.
    private func bringUpCatalogue(_ store: ArchiveStore) -> [String] {
        do throws(CatalogueError) {
            let catalogue = try Catalogue(
                openingIn: store.stateFolder, setAside: store.setAsideFolder)
            try catalogue.reconcile(with: CatalogueArchive(store.commit))
            return catalogue.notices
        } catch {
            return ["\(error)"]
        }
    }
}

extension RepairReport {
    /// Takes over what a survey tells.
    fileprivate mutating func take(
        _ salvage: borrowing ArchiveSalvage, _ known: KnownSalvage, _ records: LostRecords
    ) {
        losses = salvage.losses + known.losses
        foundCount = salvage.foundCount
        let ids = records.articleIDs(salvage.damagedArticles, notIn: salvage.saved)
        lostIDs = salvage.lostIDs.union(ids).sorted()
    }
}

extension ArchiveSalvage {
    /// What a repair adds to the counts of the state from which it goes on.
    fileprivate func balance(against base: Commit) -> RunCounts {
        var counts = counts
        let totals = base.totals
        counts.subtract(totals)
        (counts.seen, counts.removed) = (0, 0)
        counts.read = foundOfKnownRuns
        counts.removed =
            counts.read - counts.kept - counts.duplicateCount - counts.rejectedCount
        return counts
    }
}
