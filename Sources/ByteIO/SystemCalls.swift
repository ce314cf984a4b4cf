// Every system call of Winnow: one thin function each, errors as Errno, EINTR retried.
//
// This is the only file that talks to the kernel about files, so that tests can count, fail and
// reorder the calls in one place: `FileSystemTap`.

internal import Glibc
internal import SystemPackage

/// What kind of thing a name in a folder is.
package enum FileKind: Sendable {
    case regular, directory, symbolicLink, fifo, other
}

/// The facts of a file that Winnow looks at.
package struct FileStatus: Sendable {
    package var kind: FileKind
    package var sizeBytes: Int
    /// Last change of the content, nanoseconds since 1970.
    package var modifiedNanoseconds: Int
    /// Device and inode: the same pair is the same file.
    package var device: UInt64
    package var inode: UInt64
}

enum SystemCalls {
    // SAFETY: of the whole type: paths are NUL-terminated strings that live for their closure,
    // buffers belong to the caller and go with their own length, structures are locals of the call;
    // the kernel keeps no pointer beyond the call.

    static func open(_ path: FilePath, _ flags: Int32, mode: mode_t = 0o666) throws(Errno) -> Int32
    {
        try retrying {
            FileSystemTap.open(path, flags: flags) {
                unsafe path.withPlatformString { name in unsafe Glibc.open(name, flags, mode) }
            }
        }
    }

    static func close(_ descriptor: Int32) throws(Errno) {
        // Linux releases the descriptor even when close reports EINTR: never retry.
        guard FileSystemTap.close(descriptor, { Glibc.close(descriptor) }) == 0 else {
            throw Errno.current
        }
    }

    /// Reads up to `buffer.count` bytes; 0 at the end of the file.
    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) throws(Errno)
        -> Int
    {
        try retrying { unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    static func pread(
        _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(Errno) -> Int {
        try retrying { unsafe Glibc.pread(descriptor, buffer.baseAddress, buffer.count, offset) }
    }

    /// Maps a file's first `count` bytes for reading; `count` is not 0.
    static func map(_ descriptor: Int32, count: Int) throws(Errno) -> UnsafeRawPointer {
        guard let address = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0),
            unsafe address != MAP_FAILED
        else { throw Errno.current }
        return UnsafeRawPointer(address)
    }

    static func unmap(_ address: UnsafeRawPointer, count: Int) {
        // Fails for wrong arguments alone, and these come from `map`.
        unsafe munmap(UnsafeMutableRawPointer(mutating: address), count)
    }

    /// Sets where the next read begins.
    static func seek(_ descriptor: Int32, to offset: Int) throws(Errno) {
        guard lseek(descriptor, offset, SEEK_SET) == offset else { throw Errno.current }
    }

    /// True if a read would not wait, at the end of a file too; false when the time is up.
    static func isReadable(
        _ descriptor: Int32, withinMilliseconds time: Int32
    ) throws(Errno) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&request, 1, time) >= 0 { return request.revents != 0 }
        // A signal is what the caller wants to hear of.
        guard Errno.current == .interrupted else { throw Errno.current }
        return false
    }

    /// Writes some of the bytes; a short write is the caller's to continue.
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
        try retrying {
            FileSystemTap.write(
                descriptor, unsafe Array(bytes), count: bytes.count,
                offset: lseek(descriptor, 0, SEEK_CUR)
            ) { count in
                unsafe Glibc.write(descriptor, bytes.baseAddress, count)
            }
        }
    }

    static func fsync(_ descriptor: Int32) throws(Errno) {
        // Not retried and never ignored: after a failed fsync the kernel may
        // have dropped the pages.
        let result = FileSystemTap.pass(descriptor, { .sync($0) }) { Glibc.fsync(descriptor) }
        guard result == 0 else { throw Errno.current }
    }

    static func truncate(_ descriptor: Int32, to sizeBytes: Int) throws(Errno) {
        _ = try retrying {
            FileSystemTap.pass(descriptor, { .truncate($0, sizeBytes: sizeBytes) }) {
                Glibc.ftruncate(descriptor, sizeBytes)
            }
        }
    }

    static func lock(_ descriptor: Int32, _ operation: Int32) throws(Errno) {
        // The annotation picks the function; `flock` is a structure's name, too.
        let call: (Int32, Int32) -> Int32 = flock
        _ = try retrying { call(descriptor, operation) }
    }

    /// Sleeps; a signal ends it early.
    static func pause(milliseconds: Int32) {
        // Without a descriptor to watch only the time or a signal ends the call.
        _ = poll(nil, 0, milliseconds)
    }

    /// True if there is a process of this number on this machine, whoever it belongs to.
    static func isAlive(_ process: Int32) -> Bool {
        // Signal 0 is sent to nobody.
        Glibc.kill(process, 0) == 0 || Errno.current == .notPermitted
    }

    /// This machine's name; empty if it has none.
    static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        var space = name.mutableSpan
        let status = unsafe space.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return Int32(-1) }
            // One byte less than there is, so that the name ends whatever is written.
            return unsafe gethostname(base, buffer.count - 1)
        }
        guard status == 0 else { return "" }
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func rename(_ from: FilePath, to: FilePath) throws(Errno) {
        let result = FileSystemTap.pass(.rename(from, to: to)) {
            unsafe from.withPlatformString { old in
                unsafe to.withPlatformString { new in unsafe Glibc.rename(old, new) }
            }
        }
        guard result == 0 else { throw Errno.current }
    }

    static func unlink(_ path: FilePath) throws(Errno) {
        let result = FileSystemTap.pass(.unlink(path)) {
            unsafe path.withPlatformString { unsafe Glibc.unlink($0) }
        }
        guard result == 0 else { throw Errno.current }
    }

    static func makeDirectory(_ path: FilePath) throws(Errno) {
        let result = FileSystemTap.pass(.makeFolder(path)) {
            unsafe path.withPlatformString { unsafe Glibc.mkdir($0, 0o777) }
        }
        guard result == 0 else { throw Errno.current }
    }

    static func removeDirectory(_ path: FilePath) throws(Errno) {
        let result = FileSystemTap.pass(.removeFolder(path)) {
            unsafe path.withPlatformString { unsafe Glibc.rmdir($0) }
        }
        guard result == 0 else { throw Errno.current }
    }

    static func status(_ descriptor: Int32) throws(Errno) -> FileStatus {
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else { throw Errno.current }
        return FileStatus(facts)
    }

    static func status(_ path: FilePath, followingLinks: Bool) throws(Errno) -> FileStatus {
        var facts = stat()
        let result = unsafe path.withPlatformString { name in
            followingLinks ? unsafe stat(name, &facts) : unsafe lstat(name, &facts)
        }
        guard result == 0 else { throw Errno.current }
        return FileStatus(facts)
    }

    /// The names in a folder, without "." and "..", in no order.
    static func names(in path: FilePath) throws(Errno) -> [FilePath.Component] {
        guard let directory = unsafe path.withPlatformString({ unsafe opendir($0) }) else {
            throw Errno.current
        }
        defer { unsafe closedir(directory) }
        var names: [FilePath.Component] = []
        while true {
            Glibc.errno = 0
            guard let entry = unsafe readdir(directory) else {
                if Glibc.errno != 0 { throw Errno.current }
                return names
            }
            // SAFETY: d_name is NUL-terminated and lives until the next readdir on this stream.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { text in
                    unsafe FilePath.Component(platformString: text)
                }
            }
            if let name, name.kind == .regular { names.append(name) }
        }
    }

    /// The folder that relative paths begin at.
    static func workingFolder() throws(Errno) -> FilePath {
        guard let name = unsafe getcwd(nil, 0) else { throw Errno.current }
        defer { unsafe free(name) }
        return unsafe FilePath(platformString: name)
    }

    /// The clock of the day, nanoseconds since 1970.
    static func wallClock() -> Int {
        var now = timespec()
        // The real-time clock is always there.
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int(now.tv_sec) * 1_000_000_000 + Int(now.tv_nsec)
    }

    /// Calls again what a signal interrupted, but not for ever: a file system that answers nothing
    /// else (a broken network or user-space one) is an error to report, not a run that hangs.
    private static func retrying<Result: SignedInteger>(_ call: () -> Result) throws(Errno)
        -> Result
    {
        for _ in 0..<interruptionLimit {
            let result = call()
            if result != -1 { return result }
            let error = Errno.current
            if error != .interrupted { throw error }
        }
        throw .interrupted
    }

    /// Far more signals than a run gets during one call: it handles two, and the first stops it.
    private static let interruptionLimit = 100
}

extension Errno {
    static var current: Errno { Errno(rawValue: Glibc.errno) }
}

extension FileStatus {
    fileprivate init(_ facts: stat) {
        kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .fifo
            default: .other
            }
        sizeBytes = Int(facts.st_size)
        modifiedNanoseconds = Int(facts.st_mtim.tv_sec) * 1_000_000_000 + Int(facts.st_mtim.tv_nsec)
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }
}
