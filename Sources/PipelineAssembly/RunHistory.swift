// All runs of an archive: what the commit and the catalogue know of them together.

package import Archive
package import Catalogue

/// The runs of an archive. The commit says which there are, the catalogue when they were; runs that
/// archived nothing stand in the catalogue only.
package struct RunHistory {
    /// In the order in which they took place. Those that only the commit knows have no times.
    package private(set) var runs: [CatalogueRun] = []
    /// Why times are missing, if the catalogue cannot be read.
    package private(set) var notices: [String] = []

    /// Throws if a newer program has written the catalogue.
    package init(_ store: ArchiveStore) throws(CatalogueError) {
        var known: [CatalogueRun] = []
        do throws(CatalogueError) {
            known = try Catalogue(readingIn: store.stateFolder)?.runs() ?? []
        } catch  where error.code != .newerSchema {
            notices.append("\(error)")
        }
        let commit = CatalogueArchive(store.commit)
        let committed = Set(commit.runs.map(\.number))
        // A number that the commit does not have is of a commit that was lost.
        runs = known.filter {
            $0.startedMilliseconds != nil && $0.number.map(committed.contains) ?? true
        }
        let timed = Set(runs.compactMap(\.number))
        for run in commit.runs where !timed.contains(run.number) {
            let place = runs.lastIndex { $0.number.map { $0 < run.number } ?? false }
            runs.insert(CatalogueRun(run), at: place.map { $0 + 1 } ?? 0)
        }
    }
}
