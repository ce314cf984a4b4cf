// Opening the index that an archive's commit lists, and making it where there is none.

internal import Archive
internal import ByteText
internal import IndexStore
internal import NearDuplicates
internal import Pipeline
internal import SystemPackage

/// The index of an archive as a run of certain parameters needs it.
struct ArchiveIndex {
    let plan: RunPlan

    private var isSketched: Bool { plan.configuration.deduplication != nil }
    private var needsContainment: Bool { plan.containment != nil }

    /// Opens the index, after deriving it from the archive if the commit lists none, if earlier
    /// runs did not compare their documents or made no table for containment, or if that is asked
    /// for. What was derived is committed by itself. Once an archive has the table for containment,
    /// all runs that compare documents add to it.
    ///
    /// Throws `ConfigurationError` if the archive was made with other parameters, and
    /// `IndexError` if a segment is not what the commit says.
    func open(
        for archive: inout WritableArchive, isRebuilding: Bool,
        progress: (RunProgress) -> Void, stop: () -> Bool, notices: inout [String]
    ) throws -> LayeredIndex {
        var segments: [Segment] = []
        if let commit = archive.store.commit {
            if !isRebuilding {
                try plan.checkParameters(of: commit, in: plan.configuration.output)
                segments = try Self.open(commit.segments, of: archive.store)
            }
            if needsContainment, !segments.allSatisfy(\.parameters.hasContainment) {
                notices.append(
                    "earlier runs looked for no parts: their index was derived again, once")
            }
            if isRebuilding || !commit.isIndexed || !isUsable(segments) {
                let derived = try IndexRebuild(
                    store: archive.store, parameters: plan.parameters, isSketched: isSketched,
                    hasContainment: needsContainment, memoryBytes: plan.indexMemoryBytes
                ).execute(in: archive.makeSegmentStaging(), progress: progress, stop: stop)
                let added = try archive.publish(
                    [], segments: derived, act: .reindex, counts: RunCounts(), faults: [],
                    parameters: plan.parametersJSON(after: commit))
                segments = try Self.open(added.segments, of: archive.store)
            }
        }
        return LayeredIndex(
            parameters: plan.parameters, isSketched: isSketched,
            hasContainment: isSketched
                && (needsContainment || segments.contains(where: \.parameters.hasContainment)),
            memoryBytes: plan.unsavedIndexBytes, earlier: segments,
            knowsTexts: archive.store.commit?.known.contains { $0.texts > 0 } ?? false,
            staging: archive.makeSegmentStaging())
    }

    /// Documents without shingle sets, or with sets that were made otherwise, cannot be compared
    /// with, and those without a table of their samples are not found by their parts.
    private func isUsable(_ segments: [Segment]) -> Bool {
        !isSketched
            || segments.allSatisfy {
                $0.parameters.fingerprint == plan.parameters.fingerprint
                    && $0.parameters.isSketched
                    && ($0.parameters.hasContainment || !needsContainment)
            }
    }

    static func open(
        _ listed: [ArchivedSegment], of store: ArchiveStore
    ) throws(IndexError) -> [Segment] {
        var segments: [Segment] = []
        for item in listed {
            segments.append(
                try Segment(opening: store.path(of: item), root: Digest(hexadecimal: item.root)))
        }
        return segments
    }

    /// Makes one durable segment of several; `stop` is asked now and then, and true ends the work
    /// with `StopRequested`.
    static func merge(
        _ segments: [Segment], to path: FilePath, stop: () -> Bool
    ) throws -> SegmentSummary {
        try withoutActuallyEscaping(stop) { stop in
            do throws(IndexError) {
                return try SegmentMerge(segments, stop: stop).write(to: path)
            } catch  where error.code == .stopped {
                throw StopRequested()
            }
        }
    }
}
