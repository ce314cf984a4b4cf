// A folder whose entries are created, renamed and removed durably.

internal import Glibc
package import SystemPackage

/// A folder and the operations on its entries that a durable store needs.
///
/// A change to a folder (a new, renamed or removed entry) is durable after `sync()` only.
package struct Folder: Equatable, Hashable, Sendable {
    package let path: FilePath

    /// The empty path means the current folder.
    package init(_ path: FilePath) { self.path = path.isEmpty ? FilePath(".") : path }

    /// The path of an entry; `name` may hold several components.
    package func path(_ name: String) -> FilePath {
        precondition(!name.utf8.starts(with: "/".utf8), "\(name) is not relative to \(path)")
        return path.appending(name)
    }

    package func folder(_ name: String) -> Folder { Folder(path(name)) }

    /// Creates the folder and its missing parents, each made durable in its own parent.
    /// A folder that is there already is fine, also behind a symbolic link.
    package func create() throws(FileError) {
        if try isFolder() { return }
        if path.lastComponent != nil, path.removingLastComponent() != path {
            if try parent.isFolder() {
                // Who made it may have been killed before the sync.
                try parent.syncInParent()
            } else {
                try parent.create()
            }
        }
        do throws(Errno) {
            try SystemCalls.makeDirectory(path)
        } catch {
            // Another process may have been quicker; that is fine if it made a folder.
            if error == .fileExists, try isFolder() { return }
            throw FileError(.create, path, error)
        }
        try parent.sync()
    }

    /// The folder that holds this one.
    package var parent: Folder { Folder(path.removingLastComponent()) }

    /// Makes the folder's own name durable.
    ///
    /// A parent that may not be read, or whose file system is read-only and knows no sync, is
    /// passed over: whoever made the folder there has seen to it.
    package func syncInParent() throws(FileError) {
        do throws(FileError) { try parent.sync() } catch {
            let isNotOurs = [.permissionDenied, .invalidArgument, .readOnlyFileSystem]
                .contains(error.errno)
            if !isNotOurs { throw error }
        }
    }

    /// Makes the folder's list of entries durable.
    package func sync() throws(FileError) { try Self.sync(path, O_DIRECTORY) }

    /// Makes the content of a file durable that is written to no more.
    package func syncFile(_ name: String) throws(FileError) {
        try Self.sync(self.path(name), O_NOFOLLOW)
    }

    private static func sync(_ path: FilePath, _ flags: Int32) throws(FileError) {
        do throws(Errno) {
            let descriptor = try SystemCalls.open(path, O_RDONLY | flags | O_CLOEXEC)
            do throws(Errno) {
                try SystemCalls.fsync(descriptor)
            } catch {
                // The fsync's error is the one to report; the descriptor is gone either way.
                try? SystemCalls.close(descriptor)
                throw error
            }
            try SystemCalls.close(descriptor)
        } catch {
            throw FileError(.sync, path, error)
        }
    }

    /// Status of an entry, its own if it is a symbolic link; nil if there is none.
    package func status(of name: String) throws(FileError) -> FileStatus? {
        try Self.status(path(name), followingLinks: false)
    }

    /// Names of all entries in byte order, without "." and "..".
    package func names() throws(FileError) -> [String] {
        do throws(Errno) {
            // Sorted by bytes: the order of strings with other normal forms is not that of names.
            return try SystemCalls.names(in: path).map(\.string)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw FileError(.list, path, error)
        }
    }

    /// Renames an entry, replacing what stands at the new name, be it a symbolic link.
    package func rename(_ name: String, to newName: String) throws(FileError) {
        try move(name, to: self, newName)
    }

    /// Moves an entry to another folder of the same file system by one rename.
    package func move(_ name: String, to other: Folder, _ newName: String) throws(FileError) {
        do throws(Errno) {
            try SystemCalls.rename(path(name), to: other.path(newName))
        } catch {
            throw FileError(.rename, path(name), error)
        }
    }

    /// Removes a file or symbolic link; false if it was not there.
    @discardableResult
    package func removeFile(_ name: String) throws(FileError) -> Bool {
        do throws(Errno) {
            try SystemCalls.unlink(path(name))
            return true
        } catch {
            if error == .noSuchFileOrDirectory { return false }
            throw FileError(.remove, path(name), error)
        }
    }

    /// Removes an entry with everything below it, following no symbolic link. Nothing if absent.
    package func removeTree(_ name: String) throws(FileError) {
        guard let status = try status(of: name) else { return }
        guard status.kind == .directory else {
            try removeFile(name)
            return
        }
        let below = folder(name)
        for entry in try below.names() { try below.removeTree(entry) }
        do throws(Errno) {
            try SystemCalls.removeDirectory(below.path)
        } catch {
            throw FileError(.remove, below.path, error)
        }
    }

    /// Puts a small file at a name by one rename: readers see the old content or the new one.
    ///
    /// A left-over of a killed attempt (`.<name>.tmp`) is replaced. Only one process may do this
    /// for a name at a time: hold a `FileLock`, or choose another name for each process.
    ///
    /// - Parameter temporary: the name until the rename; nil is the usual one.
    package func replaceFile(
        _ name: String, with bytes: Span<UInt8>, temporary: String? = nil
    ) throws(FileError) {
        let temporary = temporary ?? Self.temporaryName(for: name)
        try removeFile(temporary)
        var writer = try FileWriter(creating: path(temporary))
        try writer.write(bytes)
        try writer.sync()
        try writer.close()
        try rename(temporary, to: name)
        try sync()
    }

    /// Where `replaceFile` writes before its rename: hidden,
    /// so that no pattern of a reader meets it.
    package static func temporaryName(for name: String) -> String { ".\(name).tmp" }

    /// True if there is a folder at the path, also behind a symbolic link.
    package func isFolder() throws(FileError) -> Bool {
        try Self.status(path, followingLinks: true)?.kind == .directory
    }

    /// True if there is anything at the path, be it a file or a link that leads nowhere.
    package func exists() throws(FileError) -> Bool {
        try Self.status(path, followingLinks: false) != nil
    }

    private static func status(
        _ path: FilePath, followingLinks: Bool
    ) throws(FileError) -> FileStatus? {
        do throws(Errno) {
            return try SystemCalls.status(path, followingLinks: followingLinks)
        } catch {
            if error == .noSuchFileOrDirectory { return nil }
            throw FileError(.inspect, path, error)
        }
    }
}
