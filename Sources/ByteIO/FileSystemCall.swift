// A call that may change the file system, as a tap sees it.

internal import Glibc
package import SystemPackage

/// A file or folder that was opened while a tap was installed.
package struct TappedFile: Equatable, Sendable {
    /// Counts the openings that the tap has seen, from 1.
    package var number: Int
    /// The name it was opened by, which may be another's by now.
    package var path: FilePath

    package init(number: Int, path: FilePath) {
        self.number = number
        self.path = path
    }
}

/// A call to the kernel before it takes place. Reading and looking are no such calls; opening is,
/// for reading too, because it can fail and because what was opened for reading can be synced.
package enum FileSystemCall: Equatable, Sendable, CustomStringConvertible {
    /// - Parameter flags: as `open(2)` takes them.
    case open(TappedFile, flags: Int32)
    case write(TappedFile, offset: Int, bytes: [UInt8])
    case truncate(TappedFile, sizeBytes: Int)
    /// Of a file or of a folder.
    case sync(TappedFile)
    case close(TappedFile)
    case rename(FilePath, to: FilePath)
    case unlink(FilePath)
    case makeFolder(FilePath)
    case removeFolder(FilePath)

    /// Which call it is.
    package enum Kind: String, CaseIterable, Sendable {
        case open, write, truncate, sync, close, rename, unlink, makeFolder, removeFolder
    }

    package var kind: Kind {
        switch self {
        case .open: .open
        case .write: .write
        case .truncate: .truncate
        case .sync: .sync
        case .close: .close
        case .rename: .rename
        case .unlink: .unlink
        case .makeFolder: .makeFolder
        case .removeFolder: .removeFolder
        }
    }

    /// What it is about; the old name of a rename.
    package var path: FilePath {
        switch self {
        case .open(let file, _), .write(let file, _, _), .truncate(let file, _), .sync(let file),
            .close(let file):
            file.path
        case .rename(let path, _), .unlink(let path), .makeFolder(let path),
            .removeFolder(let path):
            path
        }
    }

    /// True for an opening that makes a file where there is none.
    package var isCreation: Bool {
        if case .open(_, let flags) = self { flags & O_CREAT != 0 } else { false }
    }

    /// False if the call leaves names and contents alone: opening a file that is there, closing,
    /// and making durable.
    package var isChange: Bool {
        switch kind {
        case .open: isCreation
        case .sync, .close: false
        case .write, .truncate, .rename, .unlink, .makeFolder, .removeFolder: true
        }
    }

    package var description: String {
        switch self {
        case .write(_, let offset, let bytes): "write \(path) \(bytes.count) bytes at \(offset)"
        case .truncate(_, let sizeBytes): "truncate \(path) to \(sizeBytes) bytes"
        case .rename(_, let target): "rename \(path) to \(target)"
        case .open: isCreation ? "create \(path)" : "open \(path)"
        case .sync, .close, .unlink, .makeFolder, .removeFolder: "\(kind.rawValue) \(path)"
        }
    }
}
