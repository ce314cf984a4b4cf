// winnow compact: one segment, and few data files.

internal import Archive
internal import IndexStore
internal import Pipeline

/// Merges the segments of an archive and puts the small files of many runs together. Records, their
/// order and the index's answers stay as they are.
package struct ArchiveCompactor {
    /// Which parts of an archive are compacted.
    package enum Scope: Sendable {
        case all, index, files
    }

    private let options: ArchiveActOptions
    private let scope: Scope

    package init(_ options: ArchiveActOptions, scope: Scope = .all) {
        self.options = options
        self.scope = scope
    }

    /// Compacts and commits; if there is nothing to do, nothing is written.
    /// - Parameter stop: asked now and then; true ends the work with `StopRequested`.
    package func execute(stop: () -> Bool) throws -> ArchiveActReport {
        var archive = try options.open()
        // `open` refuses an archive without commits.
        guard let commit = archive.store.commit else { return ArchiveActReport(.compact) }
        do {
            let report = try execute(in: &archive, commit, stop)
            if report.run == nil { archive.abandon() }
            return report
        } catch {
            archive.abandon()
            throw error
        }
    }

    private func execute(
        in archive: inout WritableArchive, _ commit: Commit, _ stop: () -> Bool
    ) throws -> ArchiveActReport {
        let clock = ActClock()
        var report = ArchiveActReport(.compact)
        report.filesBefore = commit.files.count
        report.segmentsBefore = commit.segments.count
        var replacement = ArchiveReplacement(
            act: .compact, files: commit.files, segments: commit.segments, known: commit.known)
        var staging = archive.makeReplacementStaging()
        if scope != .index,
            let compaction = ArchiveCompaction(archive.store, shardBytes: options.shardBytes)
        {
            guard let files = try compaction.execute(in: &staging, stop: stop) else {
                throw StopRequested()
            }
            replacement.files = files
            if commit.known.count > 1 {
                replacement.known = [try staging.write(try archive.store.knownRecords())]
            }
        }
        if scope != .files, commit.isIndexed {
            replacement.segments = try merged(commit, archive, stop)
        }
        report.filesAfter = replacement.files.count
        report.segmentsAfter = replacement.segments.count
        report.notices = archive.notices
        if replacement.files == commit.files, replacement.segments == commit.segments,
            replacement.known == commit.known
        {
            return report
        }
        if options.isDryRun { return report }
        try staging.finish()
        if stop() { throw StopRequested() }
        report.run = try archive.publish(replacement).run
        report.notices = archive.notices
        clock.record(&report, archive.store)
        return report
    }

    /// Successive segments of the same parameters become one each.
    private func merged(
        _ commit: Commit, _ archive: borrowing WritableArchive, _ stop: () -> Bool
    ) throws -> [ArchivedSegment] {
        let segments = try ArchiveIndex.open(commit.segments, of: archive.store)
        let staging = archive.makeSegmentStaging()
        var list: [ArchivedSegment] = []
        var written = 0
        var start = 0
        while start < segments.count {
            let end =
                segments[start...].firstIndex { $0.parameters != segments[start].parameters }
                ?? segments.count
            if end - start == 1 {
                list.append(commit.segments[start])
            } else {
                if stop() { throw StopRequested() }
                let name = ArchivedSegment.name(run: staging.run, ordinal: written)
                let summary = try ArchiveIndex.merge(
                    Array(segments[start..<end]), to: try staging.path(name), stop: stop)
                list.append(ArchivedSegment(summary, run: staging.run, ordinal: written))
                written += 1
            }
            start = end
        }
        return list
    }
}
