import Glibc
import Synchronization
import SystemPackage
import TestFixtures
import Testing

@testable import ByteIO

/// Fails the k-th call of a kind, counted from 1, and those after it.
private final class Refusal: Sendable {
    private let kind: FileSystemCall.Kind
    private let first: Int
    private let error: Errno
    private let isLasting: Bool
    private let seen = Mutex(0)

    init(_ kind: FileSystemCall.Kind, from first: Int, _ error: Errno, isLasting: Bool = true) {
        self.kind = kind
        self.first = first
        self.error = error
        self.isLasting = isLasting
    }

    var count: Int { seen.withLock { $0 } }

    func judge(_ call: FileSystemCall) -> FileSystemTap.Verdict {
        guard call.kind == kind else { return .pass }
        let number = seen.withLock { seen in
            seen += 1
            return seen
        }
        return number == first || isLasting && number > first ? .fail(error) : .pass
    }
}

/// What a tap has seen.
private final class Seen: Sendable {
    private let calls = Mutex<[FileSystemCall]>([])

    var all: [FileSystemCall] { calls.withLock { $0 } }

    func take(_ call: FileSystemCall) -> FileSystemTap.Verdict {
        calls.withLock { $0.append(call) }
        return .pass
    }
}

/// Makes every kind of call at least once.
private func work(in folder: Folder) throws(FileError) {
    try folder.folder("a/b").create()
    try folder.replaceFile("small", with: [1, 2].span)
    _ = try FileLock(acquiring: folder.path("lock"), startText: "now")
    var writer = try FileWriter(creating: folder.path("a/large"))
    try writer.write([UInt8](repeating: 7, count: 100).span)
    try writer.sync()
    try writer.close()
    try folder.folder("a").move("large", to: folder, "moved")
    try folder.sync()
    try folder.removeFile("moved")
    try folder.removeTree("a")
}

@Suite struct FileSystemTapTests {
    private let place: ScratchFolder
    private let folder: Folder

    init() throws {
        place = try ScratchFolder()
        folder = Folder(place.path)
    }

    @Test func `calls are seen in order, with what they do`() throws {
        let seen = Seen()
        try FileSystemTap.watching(place.path, { seen.take($0) }) {
            try folder.folder("a").create()
            var writer = try FileWriter(creating: folder.path("a/f"))
            try writer.write([1, 2].span)
            try writer.write([3].span)
            try writer.sync()
            try writer.close()
            try folder.move("a/f", to: folder, "g")
            try folder.removeFile("g")
            try folder.removeTree("a")
        }
        try folder.replaceFile("after", with: [1].span)
        let path = place.path
        let name = path.appending("a/f")
        let calls = seen.all.filter { $0.kind != .open || $0.isCreation }
        let file = TappedFile(number: 2, path: name)
        #expect(
            calls.filter { $0.path != path } == [
                .makeFolder(path.appending("a")),
                .open(file, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC),
                .write(file, offset: 0, bytes: [1, 2]), .write(file, offset: 2, bytes: [3]),
                .sync(file), .close(file), .rename(name, to: path.appending("g")),
                .unlink(path.appending("g")), .removeFolder(path.appending("a")),
            ])
        // Making the folder has synced the one it is in.
        #expect(calls.contains(.sync(TappedFile(number: 1, path: path))))
    }

    @Test func `neighbours and names that only begin alike are not seen`() throws {
        let seen = Seen()
        try FileSystemTap.watching(place.path.appending("in"), { seen.take($0) }) {
            try folder.folder("in").create()
            try folder.replaceFile("inner", with: [1].span)
            try folder.replaceFile("out", with: [1].span)
            try folder.move("out", to: folder.folder("in"), "moved")
        }
        #expect(
            seen.all == [
                .makeFolder(place.path.appending("in")),
                .rename(place.path.appending("out"), to: place.path.appending("in/moved")),
            ])
    }

    @Test func `what was open before is not seen, and a descriptor's next file is another`() throws
    {
        var before = try FileWriter(creating: folder.path("before"))
        let seen = Seen()
        try FileSystemTap.watching(place.path, { seen.take($0) }) {
            try before.write([1].span)
            try before.close()
            for name in ["x", "y"] {
                var writer = try FileWriter(creating: folder.path(name))
                try writer.write([2].span)
                try writer.close()
            }
        }
        #expect(
            seen.all.map(\.description) == [
                "create \(place.path)/x", "write \(place.path)/x 1 bytes at 0",
                "close \(place.path)/x", "create \(place.path)/y",
                "write \(place.path)/y 1 bytes at 0", "close \(place.path)/y",
            ])
    }

    @Test(arguments: FileSystemCall.Kind.allCases, [Errno.ioError, .noSpace, .readOnlyFileSystem])
    func `each call that fails ends the work with path and cause`(
        kind: FileSystemCall.Kind, errno: Errno
    ) throws {
        var number = 0
        while true {
            number += 1
            let scratch = try ScratchFolder()
            let refusal = Refusal(kind, from: number, errno)
            do throws(FileError) {
                try FileSystemTap.watching(scratch.path, { refusal.judge($0) }) {
                    () throws(FileError) in try work(in: Folder(scratch.path))
                }
                // Closing a lock, a lost file or one that was only read has nothing to lose.
                if kind != .close || refusal.count < number { break }
            } catch {
                #expect(error.errno == errno, "\(kind) \(number): \(error)")
                #expect(error.path.starts(with: scratch.path), "\(kind) \(number): \(error)")
                #expect(error.description.contains(errno.description))
            }
            if refusal.count < number { break }
        }
        #expect(number > 1, "no \(kind) at all")
    }

    @Test func `a call that was interrupted is made again`() throws {
        for kind in [FileSystemCall.Kind.open, .write, .truncate] {
            let scratch = try ScratchFolder()
            let refusal = Refusal(kind, from: 1, .interrupted, isLasting: false)
            try FileSystemTap.watching(scratch.path, { refusal.judge($0) }) {
                try work(in: Folder(scratch.path))
            }
            #expect(refusal.count > 1, "\(kind)")
        }
    }

    @Test(arguments: [1, 2, 3, 7, 99, 100, 1_000])
    func `a short write is continued`(limit: Int) throws {
        let bytes = (0..<100).map { UInt8($0) }
        let seen = Seen()
        try FileSystemTap.watching(
            place.path,
            { call in
                _ = seen.take(call)
                return .cut(to: limit)
            }
        ) {
            var writer = try FileWriter(creating: folder.path("file"))
            try writer.write(bytes.span)
            try writer.sync()
            try writer.close()
            #expect(writer.offset == 100)
        }
        #expect(try folder.contents(of: "file") == bytes)
        let offsets = seen.all.compactMap { call -> Int? in
            if case .write(_, let offset, _) = call { offset } else { nil }
        }
        #expect(offsets == Array(stride(from: 0, to: 100, by: limit)))
    }

    @Test func `a write that takes nothing is an error, not a loop`() throws {
        let error = try FileSystemTap.watching(place.path, { _ in .cut(to: 0) }) {
            var writer = try FileWriter(creating: folder.path("file"))
            return #expect(throws: FileError.self) { try writer.write([1].span) }
        }
        #expect(error?.errno == .ioError)
        #expect(error?.path == folder.path("file"))
    }

    @Test(arguments: [FileSystemCall.Kind.write, .sync])
    func `after a failure a file takes nothing any more`(kind: FileSystemCall.Kind) throws {
        let refusal = Refusal(kind, from: 1, .ioError, isLasting: false)
        let errors = try FileSystemTap.watching(place.path, { refusal.judge($0) }) {
            var writer = try FileWriter(creating: folder.path("file"))
            var errors: [FileError] = []
            for step in 0..<6 {
                do throws(FileError) {
                    switch step {
                    case 0, 2: try writer.write([1].span)
                    case 1, 3, 4: try writer.sync()
                    default: try writer.close()
                    }
                } catch {
                    errors.append(error)
                }
            }
            return errors
        }
        #expect(errors.count == (kind == .write ? 6 : 5))
        #expect(errors.allSatisfy { $0.code.rawValue == kind.rawValue && $0.errno == .ioError })
        #expect(refusal.count == 1, "the file was not asked again")
    }

    @Test func `a close that fails has closed the file`() throws {
        let refusal = Refusal(.close, from: 1, .ioError, isLasting: false)
        let before = try openFiles()
        try FileSystemTap.watching(place.path, { refusal.judge($0) }) {
            var writer = try FileWriter(creating: folder.path("file"))
            let error = #expect(throws: FileError.self) { try writer.close() }
            #expect(error?.code == .close)
        }
        #expect(try openFiles().subtracting(before) == [])
    }

    private func openFiles() throws -> Set<String> {
        // The files of this test's folder that are open; other tests have theirs.
        var names: Set<String> = []
        for descriptor in 0..<256 {
            let link = FilePath("/proc/self/fd/\(descriptor)")
            // A number that is not in use is no file.
            guard let status = try? FileStatus(of: link),
                let own = try? FileStatus(of: folder.path("file")), status.isSame(as: own)
            else { continue }
            names.insert("\(descriptor)")
        }
        return names
    }
}
