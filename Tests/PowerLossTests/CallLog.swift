// What a program did to the files below a folder, in order.

import ByteIO
import Synchronization
import SystemPackage

/// Records calls whose paths lie below a root, and can make some of them fail.
final class CallLog: Sendable {
    private struct State {
        var calls: [FileSystemCall] = []
        var seen = 0
        var firstRefused: FileSystemCall?
    }

    private let root: FilePath
    /// Which calls fail, counted from 0, and with what.
    private let failing: Range<Int>
    private let error: Errno
    private let state = Mutex(State())

    init(root: FilePath, failing: Range<Int> = 0..<0, with error: Errno = .ioError) {
        self.root = root
        self.failing = failing
        self.error = error
    }

    /// Every call from one on fails, as if the program had been killed.
    convenience init(root: FilePath, killingAt call: Int) {
        self.init(root: root, failing: call..<Int.max)
    }

    /// The calls that took place, their paths relative to the root.
    var calls: [FileSystemCall] { state.withLock { $0.calls } }

    /// The first call that did not take place.
    var firstRefused: FileSystemCall? { state.withLock { $0.firstRefused } }

    /// Runs `body` and records what it does.
    func recording<Result>(_ body: () throws -> Result) rethrows -> Result {
        try FileSystemTap.watching(root, { self.take($0) }, body)
    }

    private func take(_ call: FileSystemCall) -> FileSystemTap.Verdict {
        state.withLock { state in
            state.seen += 1
            if failing.contains(state.seen - 1) {
                state.firstRefused = state.firstRefused ?? call.mappingPaths(relative)
                return .fail(error)
            }
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
