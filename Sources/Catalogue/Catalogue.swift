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
    /// How long a locked file is waited for.
    private static let patienceSeconds = 5.0

    package let path: FilePath
    /// True if there was no catalogue, or a damaged one: what the commit says is not in it yet.
    package let isNew: Bool
    /// What opening had to do, one sentence each.
    package let notices: [String]
    private let queue: DatabaseQueue

    /// Opens the catalogue for writing, or makes it.
    ///
    /// What is damaged or no catalogue is moved to `setAside` first. The caller holds the archive's
    /// lock. Throws `.newerSchema`, `.unusablePath`, or `.failed` where SQLite or the file system
    /// refuse.
    package init(
        openingIn state: Folder, setAside: Folder
    ) throws(CatalogueError) {
        let path = state.path(Self.fileName)
        var notices = try Self.clearCompanions(state, setAside)
        var opened: (queue: DatabaseQueue, isNew: Bool)?
        do throws(CatalogueError) {
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
    }

    private static func connect(
        _ path: FilePath, in state: Folder
    ) throws(CatalogueError) -> (queue: DatabaseQueue, isNew: Bool) {
        let status = try onDisk(path) { () throws(FileError) in try state.status(of: fileName) }
        // SQLite would follow a link to wherever it leads.
        if let status, status.kind != .regular {
            throw CatalogueError(code: .damaged, path: path, detail: "it is no regular file")
        }
        let queue = try open(path, isReadOnly: false)
        return try run(path) {
            let isNew = try queue.inDatabase { db in
                let answer = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
                guard answer == "ok" else {
                    throw CatalogueError(
                        code: .damaged, path: path, detail: answer ?? "the check says nothing")
                }
                return try check(db, path)
            }
            try CatalogueSchema.migrator.migrate(queue)
            return (queue, isNew)
        }
    }

    /// True if the database is empty; throws if it is not this program's to use.
    @discardableResult
    private static func check(_ db: Database, _ path: FilePath) throws -> Bool {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if tables == 0 { return true }
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

    private static func open(
        _ path: FilePath, isReadOnly: Bool
    ) throws(CatalogueError) -> DatabaseQueue {
        // From the root on: a name such as ":memory:" would mean something else to SQLite.
        let whole = path.madeAbsolute
        guard FilePath(whole.string) == whole else {
            throw CatalogueError(code: .unusablePath, path: path, detail: "")
        }
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

    /// Moves the file and its journal away under a free name; returns where to.
    private static func moveAside(
        _ state: Folder, _ setAside: Folder
    ) throws(CatalogueError) -> FilePath {
        try onDisk(state.path(fileName)) { () throws(FileError) in
            try setAside.create()
            var free = fileName
            var attempt = 1
            while try setAside.status(of: free) != nil {
                attempt += 1
                free = "\(attempt)-\(fileName)"
            }
            try state.move(fileName, to: setAside, free)
            // Played back into a new file it would bring the damage along.
            if try state.status(of: fileName + "-journal") != nil {
                try state.move(fileName + "-journal", to: setAside, free + "-journal")
            }
            try setAside.sync()
            try state.sync()
            return setAside.path(free)
        }
    }

    private static func onDisk<Result>(
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
