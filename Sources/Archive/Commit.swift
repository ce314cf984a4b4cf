// A commit: everything that is visible in the archive after a run, and the proof of it.

package import DocumentModel

/// Counts of one run as a commit keeps them.
package struct RunSummary: Equatable, Sendable {
    package var run: Int
    package var counts: RunCounts
}

/// The state of the whole archive after a run.
package struct Commit: Equatable, Sendable {
    /// The version of the archive's format that this program writes and reads.
    package static let formatVersion = 1

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

    /// Counts of all runs together.
    package var totals: RunCounts {
        runs.reduce(into: RunCounts()) { $0 += $1.counts }
    }

    /// The files of one stream in archive order.
    package func files(of stream: ArchiveStream) -> [ArchivedFile] {
        files.filter { $0.stream == stream }
    }

    /// The commit that follows `base` (or is the first).
    ///
    /// - Precondition: `counts` are balanced and not empty.
    static func following(
        _ base: (commit: Commit, sha256: String)?, adding files: [ArchivedFile],
        counts: RunCounts, faults: [InputFault], parameters: [UInt8]
    ) -> Commit {
        precondition(counts.isBalanced, "a run whose records are not accounted for: \(counts)")
        precondition(!counts.isEmpty, "a run that archived nothing leaves no commit")
        let run = (base?.commit.run ?? 0) + 1
        precondition(files.allSatisfy { $0.run == run }, "files of another run than \(run)")
        var all: [ArchivedFile] = []
        for stream in ArchiveStream.allCases {
            all += base?.commit.files(of: stream) ?? []
            all += files.filter { $0.stream == stream }
        }
        return Commit(
            run: run, previous: base?.sha256 ?? "", parameters: parameters,
            runs: (base?.commit.runs ?? []) + [RunSummary(run: run, counts: counts)],
            faults: faults, files: all)
    }
}
