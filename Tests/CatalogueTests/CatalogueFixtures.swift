import ByteIO
import GRDB
import SystemPackage
import TestFixtures

extension ScratchFolder {
    var folder: Folder { Folder(path) }

    var setAside: Folder { folder.folder("set-aside") }

    /// The names in the folder, and in the folder of what was moved aside.
    func names() throws -> [String] {
        let aside = try setAside.isFolder() ? setAside.names().map { "set-aside/\($0)" } : []
        return try folder.names().filter { $0 != "set-aside" } + aside
    }

    /// Runs statements of SQL on a database beside the catalogue's own code.
    func sql(_ statements: String, in name: String) throws {
        let queue = try DatabaseQueue(path: folder.path(name).string)
        try queue.write { db in try db.execute(sql: statements) }
        try queue.close()
    }
}
