// The tables of the catalogue, and how older ones become these.

internal import GRDB

/// The schema's versions, each a migration that is never changed once it was released.
enum CatalogueSchema {
    /// "WNNW", in the header of the file: this database is a catalogue and no other program's.
    static let applicationID = 0x574E_4E57

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: versionOne) }
        return migrator
    }

    /// `docs/catalogue.md` says what each column means.
    private static let versionOne = """
        CREATE TABLE runs(
            id INTEGER PRIMARY KEY,
            number INTEGER UNIQUE,
            act TEXT NOT NULL,
            started INTEGER,
            ended INTEGER,
            seconds REAL,
            outcome TEXT NOT NULL,
            read INTEGER NOT NULL,
            kept INTEGER NOT NULL,
            duplicates_exact INTEGER NOT NULL,
            duplicates_near INTEGER NOT NULL,
            duplicates_short INTEGER NOT NULL,
            duplicates_contained INTEGER NOT NULL,
            duplicates_update INTEGER NOT NULL,
            rejected INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            renamed INTEGER NOT NULL,
            files_read INTEGER NOT NULL,
            files_seen INTEGER NOT NULL,
            bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL,
            program TEXT NOT NULL
        ) STRICT;
        CREATE TABLE inputs(
            path TEXT NOT NULL,
            reading TEXT NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            device INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            digest_high INTEGER NOT NULL,
            digest_low INTEGER NOT NULL,
            form TEXT NOT NULL,
            records INTEGER NOT NULL,
            can_continue INTEGER NOT NULL,
            continue_record INTEGER NOT NULL,
            continue_stored INTEGER NOT NULL,
            continue_text INTEGER NOT NULL,
            run INTEGER NOT NULL,
            PRIMARY KEY(path, reading)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX inputs_by_content ON inputs(size, digest_high);
        CREATE TABLE archives(
            path TEXT PRIMARY KEY,
            run INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            uncompressed_bytes INTEGER NOT NULL,
            records INTEGER NOT NULL,
            sha256 TEXT NOT NULL
        ) STRICT;
        CREATE TABLE segments(
            name TEXT PRIMARY KEY,
            run INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            documents INTEGER NOT NULL,
            records INTEGER NOT NULL,
            root TEXT NOT NULL
        ) STRICT;
        CREATE TABLE parameters(
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT;
        PRAGMA application_id = \(applicationID);
        """
}
