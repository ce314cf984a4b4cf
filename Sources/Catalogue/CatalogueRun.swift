// A run as the catalogue remembers it: what it did, when, and how it ended.

/// One row of the table of runs.
package struct CatalogueRun: Equatable, Sendable {
    /// How a run ended.
    package enum Outcome: String, Sendable {
        /// It added a commit.
        case archived
        /// There was nothing new: no commit was made.
        case unchanged
        /// A signal ended it; nothing was committed.
        case stopped
        /// Damaged input and `--strict`: nothing was committed.
        case refused
        /// An error ended it; nothing was committed.
        case failed
        /// No run: an act that put files together.
        case compacted
        /// No run: an act that took records out for good.
        case forgotten
        /// No run: an act that took old duplicates out.
        case pruned
        /// No run: an act that saved what was whole of a damaged archive.
        case repaired
    }

    /// The number of its commit; nil for a run that archived nothing.
    package var number: Int?
    /// What its commit did: `run`, or another act.
    package var act = CatalogueArchive.Run.run
    /// Milliseconds since 1970; nil where only the commit tells of the run.
    package var startedMilliseconds: Int?
    package var endedMilliseconds: Int?
    /// How long it took, by a clock that is never set; nil as above.
    package var seconds: Double?
    package var outcome = Outcome.archived
    package var counts = CatalogueCounts()
    /// Input files that were read, and files that were known and passed over.
    package var filesRead = 0
    package var filesSeen = 0
    /// Bytes of input read, as they lie on disk, and bytes of archive written.
    package var bytesIn = 0
    package var bytesOut = 0
    /// Version of the program; empty where it is not known.
    package var program = ""

    package init() {}

    /// What a commit alone tells of one of its runs.
    package init(_ run: CatalogueArchive.Run) {
        number = run.number
        act = run.act
        counts = run.counts
    }
}
