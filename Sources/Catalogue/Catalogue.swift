// The catalogue of an archive: a SQLite file of what people and runs look up.

package import ByteIO
internal import GRDB
package import SystemPackage

/// Runs, inputs seen, data files, segments and parameters of one archive.
///
/// It is derived: the commits are the truth, and a catalogue that is lost costs one reading of the
/// inputs. One program writes at a time, the holder of the archive's lock; others may read beside
/// it. Writes are durable when they return (`synchronous=FULL`), and there is a rollback journal
/// only while one is going on.
package final class Catalogue: Sendable {
    /// The file's name in the archive's state folder.
    package static let fileName = "catalogue.sqlite"
    /// SQLite's rollback journal: there while the file is being changed, or to be played back.
    package static let journalName = fileName + "-journal"
    /// How long a locked file is waited for.
    private static let patienceSeconds = 5.0

    package let path: FilePath
    /// True if there was no catalogue, or a damaged one: what the commit says is not in it yet.
    package let isNew: Bool
    /// What opening had to do, one sentence each.
    package let notices: [String]
    private let queue: DatabaseQueue
    private let state: Folder

    /// Opens the catalogue for writing, or makes it.
    ///
    /// What is damaged (by its checksum, or where that says nothing by SQLite's own check) or no
    /// catalogue is moved to `setAside` first. The caller holds the archive's
    /// lock. Throws `.newerSchema`, `.unusablePath`, or `.failed` where SQLite or the file system
    /// refuse.
    package init(
        openingIn state: Folder, setAside: Folder
    ) throws(CatalogueError) {
        let path = state.path(Self.fileName)
        var notices = try Self.clearCompanions(state, setAside)
        _ = try Self.usable(path)
        var opened: (queue: DatabaseQueue, isNew: Bool)?
        do throws(CatalogueError) {
            if try Self.sumState(path, in: state) == .missing {
                notices.append(
                    "the catalogue \(path) was gone; it was made again, and all inputs are read"
                        + " once more")
            }
            opened = try Self.connect(path, in: state)
        } catch  where error.code == .damaged {
            let place = try Self.moveAside(state, setAside)
            notices.append(
                "the catalogue \(path) is damaged (\(error.detail)); it was moved to \(place) and"
                    + " made again, and all inputs are read once more")
        }
        if opened == nil { opened = try Self.connect(path, in: state) }
        guard let opened else { throw CatalogueError(code: .failed, path: path, detail: "") }
        queue = opened.queue
        isNew = opened.isNew
        self.state = state
        self.path = path
        self.notices = notices
    }

    /// Opens the catalogue to look at it; nothing is changed, and a run may go on meanwhile.
    ///
    /// Nil if there is none. Throws as the other initialiser, and `.damaged`.
    package init?(readingIn state: Folder) throws(CatalogueError) {
        let path = state.path(Self.fileName)
        let status = try Self.onDisk(path) { () throws(FileError) in
            try state.status(of: Self.fileName)
        }
        guard status != nil else { return nil }
        let queue = try Self.open(path, isReadOnly: true)
        try Self.run(path) {
            _ = try queue.inDatabase { db in try Self.check(db, path) }
        }
        self.queue = queue
        self.state = state
        self.path = path
        isNew = false
        notices = []
    }

    /// Runs statements, outside of a transaction of their own.
    func access<Result>(
        _ body: (Database) throws -> Result
    ) throws(CatalogueError) -> Result {
        try Self.run(path) { try queue.inDatabase(body) }
    }

    /// Runs statements that become durable together or not at all.
    func change(_ body: (Database) throws -> Void) throws(CatalogueError) {
        try Self.run(path) { try queue.write(body) }
        Self.seal(state)
    }

    /// Writes the checksum of a file that was changed.
    private static func seal(_ state: Folder) {
        // The change counts without it: an old checksum is known to be of another state.
        try? CatalogueSum.write(in: state)
    }

    private static func sumState(
        _ path: FilePath, in state: Folder
    ) throws(CatalogueError) -> CatalogueSum.State {
        try onDisk(path) { () throws(FileError) in
            try CatalogueSum.state(in: state, isReading: true)
        }
    }

    private static func connect(
        _ path: FilePath, in state: Folder
    ) throws(CatalogueError) -> (queue: DatabaseQueue, isNew: Bool) {
        let found = try sumState(path, in: state)
        switch found {
        // Among it what is no regular file: SQLite would follow a link to wherever it leads.
        case .damaged(let detail):
            throw CatalogueError(code: .damaged, path: path, detail: detail)
        case .absent, .missing:
            try onDisk(path) { () throws(FileError) in try CatalogueSum.clear(in: state) }
        case .whole, .stale, .unsealed: break
        }
        let queue = try open(path, isReadOnly: false)
        return try run(path) {
            let isNew = try queue.inDatabase { db in
                // Bytes that are as they were written need no second opinion.
                if found != .whole { try checkPages(db, path, "quick_check") }
                return try check(db, path)
            }
            let isCurrent = try queue.read(CatalogueSchema.migrator.hasCompletedMigrations)
            if !isCurrent { try CatalogueSchema.migrator.migrate(queue) }
            if !isCurrent || found != .whole { seal(state) }
            return (queue, isNew)
        }
    }

    /// Lets SQLite compare the pages with each other; `pragma` says how thoroughly.
    static func checkPages(_ db: Database, _ path: FilePath, _ pragma: String) throws {
        let answer = try String.fetchOne(db, sql: "PRAGMA \(pragma)(1)")
        guard answer == "ok" else {
            throw CatalogueError(
                code: .damaged, path: path, detail: answer ?? "the check says nothing")
        }
    }

    /// True if the database is empty; throws if it is not this program's to use.
    @discardableResult
    private static func check(_ db: Database, _ path: FilePath) throws -> Bool {
        if try isEmpty(db) { return true }
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id")
        guard id == CatalogueSchema.applicationID else {
            throw CatalogueError(
                code: .damaged, path: path, detail: "it is another program's database")
        }
        let migrator = CatalogueSchema.migrator
        guard try !migrator.hasBeenSuperseded(db) else {
            let known = migrator.migrations.last ?? ""
            let applied =
                try migrator.appliedIdentifiers(db)
                .subtracting(migrator.migrations).sorted().last ?? ""
            throw CatalogueError(
                code: .newerSchema, path: path,
                detail: "it has schema \(applied), this program knows up to \(known)")
        }
        return false
    }

    /// True if no table was made yet. The list of migrations comes first, by itself: a run may have
    /// been killed behind it.
    static func isEmpty(_ db: Database) throws -> Bool {
        let tables = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
        return try Int.fetchOne(db, sql: tables) ?? 0 == 0
    }

    private static func open(
        _ path: FilePath, isReadOnly: Bool
    ) throws(CatalogueError) -> DatabaseQueue {
        let whole = try usable(path)
        InterruptedCalls.bound()
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = .timeout(patienceSeconds)
        // Look-ups of one run share a transaction; see `beginLookups`.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            if isReadOnly { return }
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        return try run(path) {
            try DatabaseQueue(path: whole.string, configuration: configuration)
        }
    }

    /// The path from the root on: a name such as ":memory:" would mean something else to SQLite.
    private static func usable(_ path: FilePath) throws(CatalogueError) -> FilePath {
        let whole = path.madeAbsolute
        guard FilePath(whole.string) == whole else {
            throw CatalogueError(code: .unusablePath, path: path, detail: "")
        }
        return whole
    }

    /// Moves the file and its journal away under a free name; returns where to.
    private static func moveAside(
        _ state: Folder, _ setAside: Folder
    ) throws(CatalogueError) -> FilePath {
        try onDisk(state.path(fileName)) { () throws(FileError) in
            // Before the file: a sum without a database says that one is gone.
            try CatalogueSum.clear(in: state)
            try setAside.create()
            var free = fileName
            var attempt = 1
            while try setAside.status(of: free) != nil {
                attempt += 1
                free = "\(attempt)-\(fileName)"
            }
            try state.move(fileName, to: setAside, free)
            // Played back into a new file it would bring the damage along.
            if try state.status(of: journalName) != nil {
                try state.move(journalName, to: setAside, free + "-journal")
            }
            try setAside.sync()
            try state.sync()
            return setAside.path(free)
        }
    }

    static func onDisk<Result>(
        _ path: FilePath, _ body: () throws(FileError) -> Result
    ) throws(CatalogueError) -> Result {
        do throws(FileError) { return try body() } catch {
            throw CatalogueError(code: .failed, path: path, detail: "\(error)")
        }
    }

    private static func run<Result>(
        _ path: FilePath, _ body: () throws -> Result
    ) throws(CatalogueError) -> Result {
        do { return try body() } catch let error as CatalogueError {
            throw error
        } catch let error as DatabaseError {
            let isDamage = [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
            throw CatalogueError(
                code: isDamage ? .damaged : .failed, path: path,
                detail: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        } catch {
            throw CatalogueError(code: .failed, path: path, detail: "\(error)")
        }
    }
}
