import ByteIO
import Foundation
import GRDB
import SystemPackage

/// A folder of a test's own, gone with the value.
final class ScratchFolder {
    let folder: Folder

    init() throws {
        folder = Folder(
            SystemPackage.FilePath(NSTemporaryDirectory())
                .appending("winnow-catalogue-\(UUID().uuidString)"))
        try folder.create()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.path.string) }

    var setAside: Folder { folder.folder("set-aside") }

    /// The names in the folder, and in the folder of what was moved aside.
    func names() throws -> [String] {
        let aside = try setAside.isFolder() ? setAside.names().map { "set-aside/\($0)" } : []
        return try folder.names().filter { $0 != "set-aside" } + aside
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name).string))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: folder.path(name).string)))
    }

    /// Runs statements of SQL on a database beside the catalogue's own code.
    func sql(_ statements: String, in name: String) throws {
        let queue = try DatabaseQueue(path: folder.path(name).string)
        try queue.write { db in try db.execute(sql: statements) }
        try queue.close()
    }
}
