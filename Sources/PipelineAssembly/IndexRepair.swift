// Making the index of an archive whole again.

package import Archive
package import ByteIO
internal import NearDuplicates
internal import Pipeline
package import SystemPackage

/// What a repair found and did.
package struct RepairReport: Sendable {
    /// Number of the commit that lists the new index; nil if all was whole and nothing was done.
    package var run: Int?
    /// The last commit after the repair; nil if there is no archive.
    package var commit: Commit?
    /// What was wrong with the index.
    package var findings: [ArchiveFinding] = []
    /// What opening the archive had to do or to pass over.
    package var notices: [String] = []
}

/// Derives the index from the archive again if a segment is damaged, missing or foreign, or if
/// there is no index.
package struct IndexRepair {
    private let path: FilePath
    private let indexMemoryBytes: Int

    /// - Parameter memoryBytes: what a run of the archive may take.
    package init(
        archive path: FilePath, memoryBytes: Int = PipelineConfiguration.defaultMemoryBytes
    ) {
        self.path = path
        indexMemoryBytes = RunPlan.indexMemoryBytes(ofMemory: memoryBytes)
    }

    /// Checks every segment and commits a new index if one is needed, with the parameters of the
    /// last commit.
    ///
    /// Throws whatever keeps it from doing so; then nothing is committed.
    package func execute(
        startText: String, lock: LockTerms = LockTerms(), progress: (RunProgress) -> Void,
        stop: () -> Bool
    ) throws -> RepairReport {
        var report = RepairReport()
        // Asking must not make an archive.
        guard try ArchiveStore(opening: path).commit != nil else { return report }
        var archive = try WritableArchive(opening: path, startText: startText, lock: lock)
        guard let commit = archive.store.commit else { return report }
        report.findings = try ArchiveVerifier.indexFindings(in: archive.store)
        if !commit.isIndexed || !report.findings.isEmpty {
            let known = RunPlan.indexParameters(commit)
            let segments = try IndexRebuild(
                store: archive.store, parameters: known ?? NearDuplicateParameters(),
                isSketched: known != nil,
                hasContainment: RunPlan.hasContainment(commit), memoryBytes: indexMemoryBytes
            ).execute(in: archive.makeSegmentStaging(), progress: progress, stop: stop)
            report.run = try archive.publish(
                [], segments: segments, act: .reindex, counts: RunCounts(), faults: [],
                parameters: commit.parameters
            ).run
        }
        report.commit = archive.store.commit
        report.notices = archive.notices
        return report
    }
}
