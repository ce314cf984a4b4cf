// A commit: everything that is visible in the archive after a run, and the proof of it.

package import DocumentModel
package import IndexStore

/// What a commit did to the archive.
package enum ArchiveAct: String, CaseIterable, Sendable {
    /// It added records.
    case run
    /// It derived the index from the archive again.
    case reindex
    /// It put small files together and merged the index.
    case compact
    /// It took records out, and what they were is known as forgotten.
    case forget
    /// It took old duplicates out.
    case prune
    /// It saved what was whole of a damaged archive.
    case repair

    /// True if files of earlier commits went: none of those can be fallen back to.
    package var replacesFiles: Bool {
        switch self {
        case .run, .reindex: false
        case .compact, .forget, .prune, .repair: true
        }
    }
}

/// One commit's part of the archive's history.
package struct RunSummary: Equatable, Sendable {
    package var run: Int
    package var act = ArchiveAct.run
    package var counts: RunCounts
    /// How often a full bucket turned a document away.
    package var capped = 0
}

/// What an act that replaces files leaves.
package struct ArchiveReplacement: Sendable {
    package var act: ArchiveAct
    /// Every data file of the archive.
    package var files: [ArchivedFile]
    /// The whole index.
    package var segments: [ArchivedSegment]
    /// All that is known of records that were taken out.
    package var known: [KnownFile]
    package var counts: RunCounts

    package init(
        act: ArchiveAct, files: [ArchivedFile], segments: [ArchivedSegment], known: [KnownFile],
        counts: RunCounts = RunCounts()
    ) {
        self.act = act
        self.files = files
        self.segments = segments
        self.known = known
        self.counts = counts
    }
}

/// The state of the whole archive after a run.
package struct Commit: Equatable, Sendable {
    /// The version of the archive's format that this program writes and reads.
    package static let formatVersion = 2

    /// Number of the run and of the commit, from 1.
    package var run: Int
    /// SHA-256 of the file of the commit before, in hexadecimal digits; empty for the first.
    package var previous: String
    /// What the run was made with: a JSON object of the caller's.
    package var parameters: [UInt8]
    /// Every run so far, the last one's at the end.
    package var runs: [RunSummary]
    /// Damage of the last run's input.
    package var faults: [InputFault]
    /// Every data file of the archive by stream, run and shard.
    package var files: [ArchivedFile]
    /// The index, in archive order. A commit of format 1 has none.
    package var segments: [ArchivedSegment]
    /// What is known of records that were taken out.
    package var known: [KnownFile] = []
    /// Paths of the data files that this commit takes away.
    package var removed: [String] = []

    /// Counts of all runs together.
    package var totals: RunCounts {
        runs.reduce(into: RunCounts()) { $0 += $1.counts }
    }

    /// The files of one stream in archive order.
    package func files(of stream: ArchiveStream) -> [ArchivedFile] {
        files.filter { $0.stream == stream }
    }

    /// How many records of each kind the index holds. What is known of records that were taken out
    /// is counted with the rejected ones: neither may come again, and neither holds an id.
    package var recordCounts: RecordCounts {
        let totals = totals
        return RecordCounts(
            kept: totals.kept, duplicates: totals.duplicateCount,
            rejected: totals.rejectedCount + known.reduce(0) { $0 + $1.count })
    }

    /// The oldest commit whose files are all there: an act that replaces files leaves nothing of
    /// the commits before it.
    package var oldestUsable: Int { runs.last { $0.act.replacesFiles }?.run ?? 1 }

    /// True if the segments cover all records, one after the other.
    package var isIndexed: Bool {
        var end = RecordCounts()
        for segment in segments {
            if segment.extent.first != end { return false }
            end = segment.extent.end
        }
        return end == recordCounts
    }

    /// The commit that follows `base` (or is the first).
    ///
    /// - Precondition: `counts` are balanced, and not empty if records were added.
    static func following(
        _ base: (commit: Commit, sha256: String)?, adding files: [ArchivedFile],
        segments: [ArchivedSegment], act: ArchiveAct, counts: RunCounts, capped: Int = 0,
        faults: [InputFault], parameters: [UInt8]
    ) -> Commit {
        precondition(counts.isBalanced, "a run whose records are not accounted for: \(counts)")
        precondition(!counts.isEmpty || act != .run, "a run that archived nothing leaves no commit")
        let run = (base?.commit.run ?? 0) + 1
        precondition(files.allSatisfy { $0.run == run }, "files of another run than \(run)")
        var all: [ArchivedFile] = []
        for stream in ArchiveStream.allCases {
            all += base?.commit.files(of: stream) ?? []
            all += files.filter { $0.stream == stream }
        }
        return Commit(
            run: run, previous: base?.sha256 ?? "", parameters: parameters,
            runs: (base?.commit.runs ?? [])
                + [RunSummary(run: run, act: act, counts: counts, capped: capped)],
            faults: faults, files: all, segments: segments, known: base?.commit.known ?? [])
    }

    /// The commit of an act that replaces files.
    static func replacing(
        _ base: (commit: Commit, sha256: String), with replacement: ArchiveReplacement
    ) -> Commit {
        let (act, counts) = (replacement.act, replacement.counts)
        precondition(act.replacesFiles, "\(act) replaces no files")
        precondition(counts.isBalanced, "an act whose records are not accounted for: \(counts)")
        let run = base.commit.run + 1
        var files: [ArchivedFile] = []
        for stream in ArchiveStream.allCases {
            let own = replacement.files.filter { $0.stream == stream }
            precondition(
                zip(own, own.dropFirst()).allSatisfy { $0.run <= $1.run },
                "files of \(stream) are not in the order of their runs")
            files += own
        }
        let stays = Set(files.map(\.path))
        return Commit(
            run: run, previous: base.sha256, parameters: base.commit.parameters,
            runs: base.commit.runs + [RunSummary(run: run, act: act, counts: counts)], faults: [],
            files: files, segments: replacement.segments, known: replacement.known,
            removed: base.commit.files.map(\.path).filter { !stays.contains($0) })
    }
}
