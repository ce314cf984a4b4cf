// Writing a new file from its first byte to its last: exclusive creation, whole spans, fsync.

internal import Glibc
package import SystemPackage

/// A file that this process created, or goes on with, and writes front to back.
///
/// Creation is exclusive and follows no symbolic link, so a planted name is refused, never obeyed.
/// After a failed write or fsync the file's content is unknown: every later call fails with the
/// same error, and the caller gives the file up.
package struct FileWriter: ~Copyable, Sendable {
    package let path: FilePath
    /// Bytes written so far: where the next span will lie.
    package private(set) var offset = 0
    /// -1 once closed.
    private var descriptor: Int32
    private var failure: FileError?

    /// Creates the file, which must not exist. Mode 0666 less the umask.
    package init(creating path: FilePath) throws(FileError) {
        self.path = path
        do throws(Errno) {
            descriptor = try SystemCalls.open(
                path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)
        } catch {
            throw FileError(.create, path, error)
        }
    }

    /// Goes on with a file that an earlier process began: what lies behind `offset` is cut off.
    package init(continuing path: FilePath, at offset: Int) throws(FileError) {
        self.path = path
        self.offset = offset
        let opened: Int32
        do throws(Errno) {
            opened = try SystemCalls.open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        } catch {
            throw FileError(.open, path, error)
        }
        do throws(Errno) {
            try SystemCalls.truncate(opened, to: offset)
            try SystemCalls.seek(opened, to: offset)
        } catch {
            // The first error is the one to report; the descriptor is gone either way.
            try? SystemCalls.close(opened)
            throw FileError(.truncate, path, error)
        }
        descriptor = opened
    }

    deinit {
        // Only a file that is given up is closed here; an error has no one left to hear it.
        if descriptor >= 0 { try? SystemCalls.close(descriptor) }
    }

    /// Appends all bytes; a short write is continued.
    package mutating func write(_ bytes: Span<UInt8>) throws(FileError) {
        try checkUsable()
        let descriptor = descriptor
        do throws(Errno) {
            // SAFETY: the pointer is the span's own memory; every rebase stays within its count
            // and none leaves the closure.
            try unsafe bytes.withUnsafeBytes { (whole) throws(Errno) in
                var done = 0
                while done < whole.count {
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: whole[done...])
                    let written = try unsafe SystemCalls.write(descriptor, rest)
                    // A regular file never accepts nothing; guard against looping for ever.
                    guard written > 0 else { throw Errno.ioError }
                    done += written
                }
            }
        } catch {
            throw fail(.write, error)
        }
        offset += bytes.count
    }

    /// Makes the content durable. A failure is final: the kernel may have dropped the pages, so a
    /// second fsync that succeeds would prove nothing.
    package mutating func sync() throws(FileError) {
        try checkUsable()
        do throws(Errno) { try SystemCalls.fsync(descriptor) } catch { throw fail(.sync, error) }
    }

    /// Closes the file; without a `sync()` before it nothing is durable.
    package mutating func close() throws(FileError) {
        try checkUsable()
        let open = descriptor
        descriptor = -1
        do throws(Errno) { try SystemCalls.close(open) } catch { throw fail(.close, error) }
    }

    private func checkUsable() throws(FileError) {
        if let failure { throw failure }
        precondition(descriptor >= 0, "\(path) was closed")
    }

    private mutating func fail(_ code: FileError.Code, _ errno: Errno) -> FileError {
        let error = FileError(code, path, errno)
        failure = error
        return error
    }
}
