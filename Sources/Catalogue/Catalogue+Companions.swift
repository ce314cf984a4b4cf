// The files that SQLite keeps beside a database: what else may stand at their names.

internal import ByteIO

extension Catalogue {
    /// Endings of the names at which SQLite opens files beside the database.
    private static let companions = ["-journal", "-wal", "-shm"]

    /// Moves what is no regular file, a link for instance, out of the way of SQLite's companion
    /// files: it would keep the catalogue from being used night after night. Says what was moved.
    static func clearCompanions(
        _ state: Folder, _ setAside: Folder
    ) throws(CatalogueError) -> [String] {
        var notices: [String] = []
        do throws(FileError) {
            for ending in companions {
                let name = fileName + ending
                guard let status = try state.status(of: name), status.kind != .regular else {
                    continue
                }
                try setAside.create()
                var free = name
                var attempt = 1
                while try setAside.status(of: free) != nil {
                    attempt += 1
                    free = "\(attempt)-\(name)"
                }
                try state.move(name, to: setAside, free)
                try setAside.sync()
                try state.sync()
                notices.append(
                    "\(state.path(name)) is no regular file; it was moved to"
                        + " \(setAside.path(free))")
            }
        } catch {
            throw CatalogueError(code: .failed, path: state.path(fileName), detail: "\(error)")
        }
        return notices
    }
}
