// The archive in the catalogue: files, segments, parameters, and what the commit knows of runs.

internal import DocumentModel
internal import GRDB

extension Catalogue {
    /// Takes over what the commit says: the rows of files, segments and parameters are replaced,
    /// runs that are not known are added without their times. Known runs and inputs stay.
    package func replaceArchive(_ archive: CatalogueArchive) throws(CatalogueError) {
        try change { db in try Self.replace(archive, db) }
    }

    /// Forgets what does not follow from this archive, then takes it over.
    ///
    /// An archive may have gone back to an earlier commit, or have been put back from a backup:
    /// what a run read that is not archived any more has to be read again. Runs and inputs from the
    /// first run on whose files are not those that the catalogue has are forgotten. Where an act
    /// that the catalogue does not know of has rewritten files, the counts alone are compared.
    ///
    /// - Returns: how many inputs were forgotten.
    @discardableResult
    package func reconcile(with archive: CatalogueArchive) throws(CatalogueError) -> Int {
        let held = try self.archive()
        if held == archive { return 0 }
        var forgotten = 0
        try change { db in
            if let run = Self.firstDifference(held, archive) {
                forgotten =
                    try Int.fetchOne(
                        db, sql: "SELECT count(*) FROM inputs WHERE run >= ?", arguments: [run])
                    ?? 0
                try db.execute(sql: "DELETE FROM inputs WHERE run >= ?", arguments: [run])
                try db.execute(sql: "DELETE FROM runs WHERE number >= ?", arguments: [run])
            }
            try Self.replace(archive, db)
        }
        return forgotten
    }

    /// Forgets the inputs that were read in a run or later: they are read again.
    /// - Returns: how many they were.
    @discardableResult
    package func forgetInputs(fromRun run: Int) throws(CatalogueError) -> Int {
        var forgotten = 0
        try change { db in
            try db.execute(sql: "DELETE FROM inputs WHERE run >= ?", arguments: [run])
            forgotten = db.changesCount
        }
        return forgotten
    }

    /// The first run that the catalogue knows otherwise than the archive; nil if there is none.
    private static func firstDifference(
        _ held: CatalogueArchive, _ archive: CatalogueArchive
    ) -> Int? {
        let heldFiles = Dictionary(grouping: held.files, by: \.run)
        let files = Dictionary(grouping: archive.files, by: \.run)
        let runs = Dictionary(archive.runs.map { ($0.number, $0) }) { first, _ in first }
        let isRewritten = archive.runs.contains {
            $0.number > held.lastRun && $0.act != CatalogueArchive.Run.run
        }
        return held.runs.first { run in
            runs[run.number] != run
                || !isRewritten && heldFiles[run.number] != files[run.number]
        }?.number
    }

    /// The archive as the catalogue has it.
    package func archive() throws(CatalogueError) -> CatalogueArchive {
        var archive = CatalogueArchive()
        archive.runs = try runs().compactMap { run in
            run.number.map { CatalogueArchive.Run(number: $0, act: run.act, counts: run.counts) }
        }.sorted { $0.number < $1.number }
        return try access { db in
            archive.files = try Row.fetchAll(db, sql: "SELECT * FROM archives ORDER BY path").map {
                CatalogueArchive.File(
                    path: $0["path"], run: $0["run"], bytes: $0["bytes"],
                    uncompressedBytes: $0["uncompressed_bytes"], records: $0["records"],
                    sha256: $0["sha256"])
            }
            archive.segments = try Row.fetchAll(db, sql: "SELECT * FROM segments ORDER BY name")
                .map {
                    CatalogueArchive.Segment(
                        name: $0["name"], run: $0["run"], bytes: $0["bytes"],
                        documents: $0["documents"], records: $0["records"], root: $0["root"])
                }
            for row in try Row.fetchAll(db, sql: "SELECT * FROM parameters ORDER BY key") {
                archive.parameters[row["key"]] = row["value"]
            }
            return archive
        }
    }

    static func replace(_ archive: CatalogueArchive, _ db: Database) throws {
        for run in archive.runs {
            let isKnown = try Bool.fetchOne(
                db, sql: "SELECT 1 FROM runs WHERE number = ?", arguments: [run.number])
            if isKnown == nil { try insert(CatalogueRun(run), db) }
        }
        try db.execute(sql: "DELETE FROM archives")
        for file in archive.files {
            try db.execute(
                sql: "INSERT INTO archives VALUES(?, ?, ?, ?, ?, ?)",
                arguments: [
                    file.path, file.run, file.bytes, file.uncompressedBytes, file.records,
                    file.sha256,
                ])
        }
        try db.execute(sql: "DELETE FROM segments")
        for segment in archive.segments {
            try db.execute(
                sql: "INSERT INTO segments VALUES(?, ?, ?, ?, ?, ?)",
                arguments: [
                    segment.name, segment.run, segment.bytes, segment.documents, segment.records,
                    segment.root,
                ])
        }
        try db.execute(sql: "DELETE FROM parameters")
        for (key, value) in archive.parameters.sorted(by: { $0.key < $1.key }) {
            try db.execute(
                sql: "INSERT INTO parameters VALUES(?, ?)", arguments: [key, value])
        }
    }
}
