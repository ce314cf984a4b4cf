// Going through a folder and all below it in the byte order of the paths.

package import SystemPackage

/// What a walk came across. Paths are relative to the walk's root.
package enum WalkEvent: Sendable {
    case file(FilePath, FileStatus)
    /// A link, a FIFO, a device or a socket: never opened, never followed.
    case skipped(FilePath, FileKind)
    /// A folder or file that cannot be looked at.
    case unreadable(FilePath, FileError)
}

/// A depth-first walk that gives files in ascending byte order of their relative paths.
///
/// Names with a leading dot are passed over, folders included. Links are not followed, so the walk
/// ends on every tree. One folder's names are in memory for each level.
package struct DirectoryWalk: Sendable {
    private struct Entry {
        var path: FilePath
        var status: FileStatus
        /// The name, with a slash behind a folder's, so that `a.txt` comes before `a/b`.
        var key: [UInt8]
    }

    package let root: FilePath
    private let excluded: FileStatus?
    /// What is still to be visited, the next one last.
    private var stack: [Entry] = []
    private var waiting: [WalkEvent] = []

    /// `excluded` is a folder that is passed over wherever it turns up: a run's own output.
    package init(root: FilePath, excluding excluded: FileStatus? = nil) {
        self.root = root
        self.excluded = excluded
        list(FilePath())
    }

    /// The next event, or nil at the end.
    package mutating func next() -> WalkEvent? {
        while true {
            if let event = waiting.popLast() { return event }
            guard let entry = stack.popLast() else { return nil }
            switch entry.status.kind {
            case .regular: return .file(entry.path, entry.status)
            case .directory: list(entry.path)
            case .symbolicLink, .fifo, .other: return .skipped(entry.path, entry.status.kind)
            }
        }
    }

    private mutating func list(_ folder: FilePath) {
        let absolute = folder.isEmpty ? root : root.pushing(folder)
        let names: [FilePath.Component]
        do { names = try SystemCalls.names(in: absolute) } catch {
            waiting.append(.unreadable(folder, FileError(.list, absolute, error)))
            return
        }
        var entries: [Entry] = []
        entries.reserveCapacity(names.count)
        for name in names {
            var key = name.bytes
            if key.first == UInt8(ascii: ".") { continue }
            let path = folder.appending(name)
            do {
                let status = try FileStatus(of: root.pushing(path), isFollowingLinks: false)
                if let excluded, excluded.isSame(as: status) { continue }
                if status.kind == .directory { key.append(UInt8(ascii: "/")) }
                entries.append(Entry(path: path, status: status, key: key))
            } catch {
                waiting.append(.unreadable(path, error))
            }
        }
        entries.sort { $1.key.lexicographicallyPrecedes($0.key) }
        stack.append(contentsOf: entries)
    }
}

extension FilePath.Component {
    /// The name's bytes, which need not be UTF-8.
    package var bytes: [UInt8] {
        // SAFETY: the string is NUL-terminated and read within the closure only.
        unsafe withPlatformString { name in
            unsafe UnsafeRawBufferPointer(start: name, count: nulTerminatedLength(name)).map { $0 }
        }
    }
}

extension FilePath {
    /// The path's bytes, which need not be UTF-8.
    package var bytes: [UInt8] {
        // SAFETY: the string is NUL-terminated and read within the closure only.
        unsafe withPlatformString { name in
            unsafe UnsafeRawBufferPointer(start: name, count: nulTerminatedLength(name)).map { $0 }
        }
    }
}

// SAFETY: the caller owns the string for the length of the call; it ends with a NUL, and the loop
// stops there.
@unsafe private func nulTerminatedLength(_ name: UnsafePointer<CChar>) -> Int {
    var length = 0
    while unsafe name[length] != 0 { length += 1 }
    return length
}
