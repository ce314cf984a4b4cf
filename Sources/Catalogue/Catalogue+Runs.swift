// The runs in the catalogue.

internal import DocumentModel
internal import GRDB

extension Catalogue {
    /// Adds a run that has ended, with what it learned of its inputs and the archive that it left.
    ///
    /// To be called when the commit is durable. A crash before it costs one more reading of the
    /// run's inputs, whose records all count as seen.
    package func record(
        _ run: CatalogueRun, inputs: PendingInputs, archive: CatalogueArchive
    ) throws(CatalogueError) {
        try change { db in
            try Self.insert(run, db)
            try Self.insert(inputs, asOf: archive.lastRun, db)
            try Self.replace(archive, db)
        }
    }

    /// Adds a run that committed nothing and learned nothing.
    package func record(_ run: CatalogueRun) throws(CatalogueError) {
        try change { db in try Self.insert(run, db) }
    }

    /// All runs in the order in which they became known.
    package func runs() throws(CatalogueError) -> [CatalogueRun] {
        try access { db in
            try Row.fetchAll(db, sql: "SELECT * FROM runs ORDER BY id").map(Self.run)
        }
    }

    private static func run(_ row: Row) -> CatalogueRun {
        var run = CatalogueRun()
        run.number = row["number"]
        run.act = row["act"]
        run.startedMilliseconds = row["started"]
        run.endedMilliseconds = row["ended"]
        run.seconds = row["seconds"]
        run.outcome = CatalogueRun.Outcome(rawValue: row["outcome"]) ?? .failed
        run.counts.read = row["read"]
        run.counts.kept = row["kept"]
        for kind in DuplicateKind.allCases {
            let count: Int = row["duplicates_\(kind.rawValue)"]
            if count > 0 { run.counts.duplicates[kind] = count }
        }
        run.counts.rejected = row["rejected"]
        run.counts.seen = row["seen"]
        run.counts.renamed = row["renamed"]
        run.filesRead = row["files_read"]
        run.filesSeen = row["files_seen"]
        run.bytesIn = row["bytes_in"]
        run.bytesOut = row["bytes_out"]
        run.program = row["program"]
        return run
    }

    static func insert(_ run: CatalogueRun, _ db: Database) throws {
        let counts = run.counts
        let kinds = DuplicateKind.allCases
        var columns = ["number", "act", "started", "ended", "seconds", "outcome"]
        var values: [(any DatabaseValueConvertible)?] = [
            run.number, run.act, run.startedMilliseconds, run.endedMilliseconds, run.seconds,
            run.outcome.rawValue,
        ]
        columns += ["read", "kept", "rejected", "seen", "renamed"]
        values += [counts.read, counts.kept, counts.rejected, counts.seen, counts.renamed]
        columns += kinds.map { "duplicates_\($0.rawValue)" }
        values += kinds.map { counts.duplicates[$0] ?? 0 }
        columns += ["files_read", "files_seen", "bytes_in", "bytes_out", "program"]
        values += [run.filesRead, run.filesSeen, run.bytesIn, run.bytesOut, run.program]
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        try db.execute(
            sql:
                "INSERT OR REPLACE INTO runs(\(columns.joined(separator: ", "))) VALUES(\(places))",
            arguments: StatementArguments(values))
    }
}
