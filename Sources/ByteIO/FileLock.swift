// One writer at a time: an exclusive flock on a file that names its holder.

internal import Glibc
package import SystemPackage

/// An exclusive advisory lock, held until it is released or the process ends, however it ends.
///
/// The file stays when the lock goes: removing it would let two processes lock two files of one
/// name. While the lock is held the file tells by whom, for the message to those who come too late.
package struct FileLock: ~Copyable, Sendable {
    /// More than what a holder writes.
    private static let holderLimitBytes = 512
    /// Between two looks at a lock that is held.
    private static let pauseMilliseconds: Int32 = 200

    package let path: FilePath
    private let descriptor: Int32

    /// Takes the lock, or fails with `.lock`: with `Errno.wouldBlock` if it is held and the wait,
    /// if any, is over, with `Errno.interrupted` if the wait was stopped; `detail` names the
    /// holder. Fails with `.create` if something that is no file stands at the path; nothing is
    /// followed, waited for or changed then.
    ///
    /// - Parameters:
    ///   - startText: when the asker started, for people; letters, digits and `:.-_` only.
    ///   - terms: how long to wait, and who asks.
    package init(
        acquiring path: FilePath, startText: String, terms: LockTerms = LockTerms()
    ) throws(FileError) {
        let start = ContinuousClock.now
        var isFirst = true
        while true {
            switch try Self.attempt(path) {
            case .taken(let taken):
                let line = LockHolder.content(
                    command: terms.command, process: getpid(), host: SystemCalls.hostName(),
                    startText: startText)
                do throws(Errno) {
                    try Self.sign(taken, with: line)
                } catch {
                    // The failure to sign is the one to report; the descriptor is gone either way.
                    try? SystemCalls.close(taken)
                    throw FileError(.lock, path, error)
                }
                self.path = path
                descriptor = taken
                return
            case .replaced: continue
            case .held(let holder):
                let waited = (ContinuousClock.now - start) / .seconds(1)
                if terms.isStopped() {
                    throw Self.stopped(path, holder, waited)
                }
                if waited >= Double(terms.waitSeconds) {
                    throw Self.refusal(path, holder, waitSeconds: terms.waitSeconds)
                }
                terms.onWait(
                    LockWait(
                        holder: holder, isFirst: isFirst, waitedSeconds: waited,
                        limitSeconds: terms.waitSeconds))
                isFirst = false
                SystemCalls.pause(milliseconds: Self.pauseMilliseconds)
            }
        }
    }

    deinit {
        // Nobody holds it any more. The name is a courtesy, and closing drops the lock; there is
        // nothing to do about an error of either.
        try? SystemCalls.truncate(descriptor, to: 0)
        // As above.
        try? SystemCalls.close(descriptor)
    }

    /// Gives the lock up before the value's life ends.
    package consuming func release() {}

    /// Who says to hold the lock, by the file alone: nothing is locked. Nil if nobody does, or if
    /// that cannot be told.
    package static func holder(of path: FilePath) -> LockHolder? {
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        // A file that is not there or cannot be read names nobody.
        guard let descriptor = try? SystemCalls.open(path, flags) else { return nil }
        // Nothing was written through it.
        defer { try? SystemCalls.close(descriptor) }
        let holder = holder(descriptor)
        return holder.isKnown ? holder : nil
    }

    private enum Attempt {
        case taken(Int32)
        case held(LockHolder)
        /// The file went while it was being locked: somebody has removed or replaced it.
        case replaced
    }

    private static func attempt(_ path: FilePath) throws(FileError) -> Attempt {
        // Looked at first: opening alone has effects on some devices.
        if let kind = try kind(at: path), kind != .regular { throw obstacle(path, kind) }
        do throws(Errno) {
            let opened = try SystemCalls.open(
                path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
            let attempt: Attempt
            do throws(Errno) {
                attempt = try self.attempt(opened, path)
            } catch {
                // The error before is the one to report.
                try? SystemCalls.close(opened)
                throw error
            }
            if case .taken = attempt { return attempt }
            try SystemCalls.close(opened)
            return attempt
        } catch {
            throw FileError(.lock, path, error)
        }
    }

    private static func attempt(_ opened: Int32, _ path: FilePath) throws(Errno) -> Attempt {
        do throws(Errno) {
            try SystemCalls.lock(opened, LOCK_EX | LOCK_NB)
        } catch .wouldBlock {
            return .held(holder(opened))
        }
        let locked = try SystemCalls.status(opened)
        guard locked.kind == .regular else { throw Errno.invalidArgument }
        // A file that is gone meanwhile locks nothing any more.
        let isStillThere = try FileStatus.ifPresent(path)?.isSame(as: locked) == true
        return isStillThere ? .taken(opened) : .replaced
    }

    private static func kind(at path: FilePath) throws(FileError) -> FileKind? {
        do throws(Errno) {
            return try FileStatus.ifPresent(path)?.kind
        } catch {
            throw FileError(.lock, path, error)
        }
    }

    private static func obstacle(_ path: FilePath, _ kind: FileKind) -> FileError {
        let name =
            switch kind {
            case .regular: "a file"
            case .directory: "a folder"
            case .symbolicLink: "a symbolic link"
            case .fifo: "a FIFO"
            case .other: "a device or socket"
            }
        var error = FileError(.create, path, .fileExists)
        error.detail =
            "\(name) stands where the archive has its lock; remove it or move it away and run again"
        return error
    }

    private static func refusal(
        _ path: FilePath, _ holder: LockHolder, waitSeconds: Int
    ) -> FileError {
        var error = FileError(.lock, path, .wouldBlock)
        error.detail =
            waitSeconds == 0
            ? "held by \(holder); wait for it to end and try again, or let --lock-wait wait for it"
            : "held by \(holder); waited \(LockHolder.words(seconds: waitSeconds)) in vain,"
                + " try again later"
        return error
    }

    private static func stopped(
        _ path: FilePath, _ holder: LockHolder, _ waitedSeconds: Double
    ) -> FileError {
        var error = FileError(.lock, path, .interrupted)
        let waited = LockHolder.words(seconds: Int(waitedSeconds))
        error.detail = "stopped after waiting \(waited) for \(holder); nothing was done"
        return error
    }

    private static func sign(_ descriptor: Int32, with line: String) throws(Errno) {
        try SystemCalls.truncate(descriptor, to: 0)
        let bytes = Array(line.utf8)
        // SAFETY: the pointer is the array's own memory and stays within the closure. What a holder
        // writes is far below a page; a short write would cut a message for people, nothing else.
        _ = try unsafe bytes.span.withUnsafeBytes { (whole) throws(Errno) in
            try unsafe SystemCalls.write(descriptor, whole)
        }
    }

    private static func holder(_ descriptor: Int32) -> LockHolder {
        // Who holds it is a courtesy: what cannot be read is unknown.
        guard let status = try? SystemCalls.status(descriptor), status.kind == .regular else {
            return LockHolder()
        }
        var bytes = [UInt8](repeating: 0, count: holderLimitBytes)
        var space = bytes.mutableSpan
        // SAFETY: the kernel writes at most `buffer.count` bytes of the array's own memory.
        let count = unsafe space.withUnsafeMutableBytes { buffer in
            // As above.
            (try? unsafe SystemCalls.pread(descriptor, into: buffer, at: 0)) ?? 0
        }
        return LockHolder(
            reading: Array(bytes[..<count]), taken: status.modifiedNanoseconds,
            now: SystemCalls.wallClock(), ownHost: SystemCalls.hostName(),
            isAlive: { SystemCalls.isAlive(Int32($0)) })
    }
}

extension FileStatus {
    /// The facts of what stands at a path, of the link itself; nil if there is nothing.
    fileprivate static func ifPresent(_ path: FilePath) throws(Errno) -> FileStatus? {
        do throws(Errno) {
            return try SystemCalls.status(path, followingLinks: false)
        } catch {
            if error == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }
}
