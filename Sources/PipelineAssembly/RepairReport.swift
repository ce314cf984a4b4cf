// The outcome of a repair.

package import Archive

/// What a repair found, saved and could not save; for a dry run what it would.
package struct RepairReport: Sendable {
    /// Number of the commit that it made; nil if none was needed.
    package var run: Int?
    /// The last commit after the repair; nil if there is no archive.
    package var commit: Commit?
    /// What was wrong.
    package var findings: [ArchiveFinding] = []
    /// What of data files and lists of known records is gone.
    package var losses: [ArchiveLoss] = []
    /// Ids of documents that are gone, as far as they can be told; sorted.
    package var lostIDs: [String] = []
    /// Ids of documents that are there, but whose text as it was delivered is lost; sorted.
    package var unrestorableIDs: [String] = []
    /// Records of lost commits that were taken back in.
    package var foundCount = 0
    /// What the repair adds to the archive's counts: what is gone is below zero.
    package var counts = RunCounts()
    /// Duplicates whose keepers are gone, in archive order.
    package var decisions: [ArchiveActReport.Decision] = []
    /// True if the index was derived again.
    package var isIndexMade = false
    /// What could not be known any more, and what was moved aside; one sentence each.
    package var notices: [String] = []

    /// True if anything was lost.
    package var hasLosses: Bool { !losses.isEmpty }

    /// True if nothing was wrong and nothing was done.
    package var isWhole: Bool { run == nil && findings.isEmpty && losses.isEmpty }
}
