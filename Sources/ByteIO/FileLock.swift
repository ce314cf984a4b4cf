// One writer at a time: an exclusive flock on a file that names its holder.

internal import Glibc
package import SystemPackage

/// An exclusive advisory lock, held until it is released or the process ends, however it ends.
///
/// The file stays when the lock goes: removing it would let two processes lock two files of one
/// name. It tells who holds the lock, for the message to the one who comes too late.
package struct FileLock: ~Copyable, Sendable {
    /// More than a holder line ever needs.
    private static let holderLimitBytes = 256

    package let path: FilePath
    private let descriptor: Int32

    /// Takes the lock at once or fails with `.lock` and `Errno.wouldBlock`, the holder in `detail`.
    ///
    /// - Parameter startText: when the holder started, for people.
    package init(acquiring path: FilePath, startText: String) throws(FileError) {
        let opened: Int32
        do throws(Errno) {
            opened = try SystemCalls.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC)
        } catch {
            throw FileError(.lock, path, error)
        }
        do throws(Errno) {
            try SystemCalls.lock(opened, LOCK_EX | LOCK_NB)
            try SystemCalls.truncate(opened, to: 0)
            try Self.write("pid \(getpid()), started \(startText)\n", to: opened)
        } catch {
            var refusal = FileError(.lock, path, error)
            if error == .wouldBlock { refusal.detail = Self.holder(opened) }
            // The refusal is the error to report; the descriptor is gone either way.
            try? SystemCalls.close(opened)
            throw refusal
        }
        self.path = path
        descriptor = opened
    }

    deinit {
        // Closing drops the lock; there is nothing to do about an error.
        try? SystemCalls.close(descriptor)
    }

    /// Gives the lock up before the value's life ends.
    package consuming func release() {}

    private static func write(_ line: String, to descriptor: Int32) throws(Errno) {
        let bytes = Array(line.utf8)
        // SAFETY: the pointer is the array's own memory and stays within the closure. A holder
        // line is far below a page; a short write would cut a message for people, nothing else.
        _ = try unsafe bytes.span.withUnsafeBytes { (whole) throws(Errno) in
            try unsafe SystemCalls.write(descriptor, whole)
        }
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: holderLimitBytes)
        var space = bytes.mutableSpan
        // SAFETY: the kernel writes at most `buffer.count` bytes of the array's own memory.
        let count = unsafe space.withUnsafeMutableBytes { buffer in
            // Who holds it is a courtesy: unreadable means unknown.
            (try? unsafe SystemCalls.pread(descriptor, into: buffer, at: 0)) ?? 0
        }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
            .split(whereSeparator: \.isNewline).first.map(String.init)
        return "held by another run (\(text ?? "holder unknown")); wait for it to end and try again"
    }
}
