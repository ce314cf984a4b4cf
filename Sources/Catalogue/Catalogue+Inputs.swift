// The inputs seen: finding them by path and by content.

package import ByteText
internal import GRDB

extension Catalogue {
    private static let byPath = "SELECT * FROM inputs WHERE path = ? AND reading = ?"
    private static let byContent = """
        SELECT * FROM inputs
        WHERE size = ? AND digest_high = ? AND digest_low = ? AND reading = ? ORDER BY path LIMIT 1
        """
    private static let bySize = "SELECT 1 FROM inputs WHERE size = ? LIMIT 1"
    private static let insertion =
        "INSERT OR REPLACE INTO inputs VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    /// Begins a transaction that the look-ups of a run share: without it each would lock and unlock
    /// the file. Other programs may read meanwhile; `endLookups` before anything is written.
    package func beginLookups() throws(CatalogueError) {
        try access { db in try db.execute(sql: "BEGIN") }
    }

    package func endLookups() throws(CatalogueError) {
        try access { db in if db.isInsideTransaction { try db.execute(sql: "COMMIT") } }
    }

    /// What is known of the file at a path, read in a certain way.
    package func input(
        at path: String, reading: String
    ) throws(CatalogueError) -> KnownInput? {
        try access { db in
            try Self.first(db, Self.byPath, [path, reading])
        }
    }

    /// A file of this content, wherever it was.
    package func input(
        ofSize sizeBytes: Int, digest: ContentDigest.Value, reading: String
    ) throws(CatalogueError) -> KnownInput? {
        try access { db in
            try Self.first(
                db, Self.byContent,
                [
                    sizeBytes, Int64(bitPattern: digest.high), Int64(bitPattern: digest.low),
                    reading,
                ])
        }
    }

    /// True if any known file has this size.
    package func hasInput(ofSize sizeBytes: Int) throws(CatalogueError) -> Bool {
        try access { db in
            let statement = try db.cachedStatement(sql: Self.bySize)
            return try Row.fetchOne(statement, arguments: [sizeBytes]) != nil
        }
    }

    /// How many inputs are known.
    package func inputCount() throws(CatalogueError) -> Int {
        try access { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM inputs") ?? 0 }
    }

    private static func first(
        _ db: Database, _ sql: String, _ arguments: StatementArguments
    ) throws -> KnownInput? {
        let statement = try db.cachedStatement(sql: sql)
        guard let row = try Row.fetchOne(statement, arguments: arguments) else {
            return nil
        }
        // By place, in the order of the table: names would cost more than the search.
        let device: Int64 = row[4]
        let inode: Int64 = row[5]
        let high: Int64 = row[6]
        let low: Int64 = row[7]
        let canContinue: Bool = row[10]
        return KnownInput(
            path: row[0], reading: row[1], sizeBytes: row[2], modifiedNanoseconds: row[3],
            device: UInt64(bitPattern: device), inode: UInt64(bitPattern: inode),
            digest: ContentDigest.Value(
                high: UInt64(bitPattern: high), low: UInt64(bitPattern: low)),
            form: row[8], records: row[9],
            continuation: canContinue
                ? KnownInput.Continuation(
                    records: row[11], storedOffset: row[12], textOffset: row[13]) : nil)
    }

    static func insert(_ inputs: PendingInputs, asOf run: Int, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: insertion)
        try inputs.forEach { input in
            let place = input.continuation
            try statement.execute(arguments: [
                input.path, input.reading, input.sizeBytes, input.modifiedNanoseconds,
                Int64(bitPattern: input.device), Int64(bitPattern: input.inode),
                Int64(bitPattern: input.digest.high), Int64(bitPattern: input.digest.low),
                input.form, input.records, place != nil, place?.records ?? 0,
                place?.storedOffset ?? 0, place?.textOffset ?? 0, run,
            ])
        }
    }
}
