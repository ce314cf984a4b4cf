// What a commit says of the archive, as the catalogue repeats it.

package import DocumentModel

/// Counts of a run.
package struct CatalogueCounts: Equatable, Sendable {
    package var read = 0
    package var kept = 0
    package var duplicates: [DuplicateKind: Int] = [:]
    package var rejected = 0
    package var seen = 0
    package var renamed = 0

    package init() {}

    /// All duplicates, whatever their kind.
    package var duplicateCount: Int { duplicates.values.reduce(0, +) }
}

/// The archive as its commit lists it. The commit is the truth; this is a copy to look things up.
package struct CatalogueArchive: Equatable, Sendable {
    /// A commit: a run that archived something, or another act.
    package struct Run: Equatable, Sendable {
        /// The name of the act of a run.
        package static let run = "run"

        package var number: Int
        /// What the commit did, as it names it. All acts but a run may rewrite older files.
        package var act: String
        package var counts: CatalogueCounts

        package init(number: Int, act: String = Run.run, counts: CatalogueCounts) {
            self.number = number
            self.act = act
            self.counts = counts
        }
    }

    /// A data file.
    package struct File: Equatable, Sendable {
        package var path: String
        package var run: Int
        package var bytes: Int
        package var uncompressedBytes: Int
        package var records: Int
        package var sha256: String

        package init(
            path: String, run: Int, bytes: Int, uncompressedBytes: Int, records: Int,
            sha256: String
        ) {
            self.path = path
            self.run = run
            self.bytes = bytes
            self.uncompressedBytes = uncompressedBytes
            self.records = records
            self.sha256 = sha256
        }
    }

    /// A segment of the index.
    package struct Segment: Equatable, Sendable {
        package var name: String
        package var run: Int
        package var bytes: Int
        package var documents: Int
        package var records: Int
        /// The checksum that stands for all of the segment.
        package var root: String

        package init(
            name: String, run: Int, bytes: Int, documents: Int, records: Int, root: String
        ) {
            self.name = name
            self.run = run
            self.bytes = bytes
            self.documents = documents
            self.records = records
            self.root = root
        }
    }

    /// By number.
    package var runs: [Run] = []
    /// By path.
    package var files: [File] = []
    /// By name.
    package var segments: [Segment] = []
    package var parameters: [String: String] = [:]

    package init() {}

    /// Number of the last run; 0 before the first.
    package var lastRun: Int { runs.last?.number ?? 0 }
}
