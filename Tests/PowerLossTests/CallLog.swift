// What a program did to the files below a folder, in order.

import ByteIO
import Synchronization
import SystemPackage

/// Records calls whose paths lie below a root, and can end the program's life at one of them.
final class CallLog: Sendable {
    private struct State {
        var calls: [FileSystemCall] = []
        var isDead = false
    }

    private let root: FilePath
    /// The call at which everything begins to fail, as if the program had been killed.
    private let fatalCall: Int?
    private let state = Mutex(State())

    init(root: FilePath, killingAt fatalCall: Int? = nil) {
        self.root = root
        self.fatalCall = fatalCall
    }

    /// The calls that took place, their paths relative to the root.
    var calls: [FileSystemCall] { state.withLock { $0.calls } }

    /// Runs `body` and records what it does.
    func recording<Result>(_ body: () throws -> Result) rethrows -> Result {
        try FileSystemTap.watching(root, { self.take($0) }, body)
    }

    private func take(_ call: FileSystemCall) -> FileSystemTap.Verdict {
        state.withLock { state in
            if let fatalCall, state.calls.count >= fatalCall { return .fail(.ioError) }
            state.calls.append(call.mappingPaths(relative))
            return .pass
        }
    }

    private func relative(_ path: FilePath) -> FilePath {
        FilePath(String(path.string.dropFirst(root.string.count + 1)))
    }
}

extension FileSystemCall {
    func mappingPaths(_ map: (FilePath) -> FilePath) -> FileSystemCall {
        func mapped(_ file: TappedFile) -> TappedFile {
            TappedFile(number: file.number, path: map(file.path))
        }
        return switch self {
        case .open(let file, let flags): .open(mapped(file), flags: flags)
        case .write(let file, let offset, let bytes):
            .write(mapped(file), offset: offset, bytes: bytes)
        case .truncate(let file, let size): .truncate(mapped(file), sizeBytes: size)
        case .sync(let file): .sync(mapped(file))
        case .close(let file): .close(mapped(file))
        case .rename(let path, let target): .rename(map(path), to: map(target))
        case .unlink(let path): .unlink(map(path))
        case .makeFolder(let path): .makeFolder(map(path))
        case .removeFolder(let path): .removeFolder(map(path))
        }
    }
}
