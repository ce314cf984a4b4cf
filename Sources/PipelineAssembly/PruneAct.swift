// winnow prune: old duplicates that nobody needs any more.

package import Archive
internal import Catalogue
internal import Pipeline

/// Takes the duplicates of some runs out of the archive, with their entries in the ledger. They
/// stay known: when they come again, they count as seen. Articles are never touched.
package struct PruneAct {
    private let options: ArchiveActOptions
    private let runs: (Commit) throws -> Set<Int>

    /// - Parameter runs: chooses the runs whose duplicates go from those of the archive.
    package init(_ options: ArchiveActOptions, runs: @escaping (Commit) throws -> Set<Int>) {
        self.options = options
        self.runs = runs
    }

    /// The duplicates of all runs up to one.
    package init(_ options: ArchiveActOptions, throughRun last: Int) {
        self.init(options) { commit in Set(commit.runs.map(\.run).filter { $0 <= last }) }
    }

    /// Prunes and commits; if there is nothing to do, nothing is written.
    package func execute(
        progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws -> ArchiveActReport {
        guard let commit = try ArchiveStore(opening: options.archive).commit else {
            throw QuestionError(
                description: "\(options.archive) holds no archive yet; `winnow run` makes one")
        }
        return try RecordRemoval(
            options: options, act: .prune, target: .duplicates(ofRuns: try runs(commit))
        ).execute(progress: progress, stop: stop)
    }
}

extension PruneAct {
    /// The duplicates of all runs that ended before a time, in milliseconds since 1970.
    ///
    /// A run whose time nobody knows any more counts as old as the first later one whose time is
    /// known, and stays if there is none.
    package init(_ options: ArchiveActOptions, endedBefore cutoffMilliseconds: Int) {
        self.init(options) { commit in
            let history = try RunHistory(try ArchiveStore(opening: options.archive))
            var ended: [Int: Int] = [:]
            for run in history.runs {
                if let number = run.number { ended[number] = run.endedMilliseconds }
            }
            var later: Int?
            var old: Set<Int> = []
            for run in commit.runs.reversed() {
                later = ended[run.run] ?? later
                if let later, later < cutoffMilliseconds { old.insert(run.run) }
            }
            return old
        }
    }
}
