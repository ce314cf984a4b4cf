// System calls of SQLite that a signal interrupts: called again, but not for ever.

internal import GRDBSQLite
internal import Glibc

/// SQLite repeats an interrupted call until it is not interrupted. A file system that answers
/// nothing else (a broken network or user-space one) would make a run hang; here it becomes an
/// error, as it does in ByteIO.
enum InterruptedCalls {
    /// Far more signals than a run gets during one call.
    private static let limit = 100

    /// Puts the limit in; the second time nothing happens.
    static func bound() { _ = isBound }

    // SAFETY: of the whole type: SQLite's table of calls lives as long as the process, each
    // function has the type that SQLite calls its entry with, and paths and buffers are SQLite's
    // own for the length of the call.
    private static let isBound: Bool = {
        guard let files = unsafe sqlite3_vfs_find(nil),
            let replace = unsafe files.pointee.xSetSystemCall
        else { return false }
        let open: @convention(c) (UnsafePointer<CChar>, Int32, Int32) -> Int32 = {
            (name, flags, mode) in
            bounded { unsafe Glibc.open(name, flags, mode_t(mode)) }
        }
        let read: @convention(c) (Int32, UnsafeMutableRawPointer, Int) -> Int = {
            (file, buffer, count) in
            bounded { unsafe Glibc.read(file, buffer, count) }
        }
        let readAt: @convention(c) (Int32, UnsafeMutableRawPointer, Int, Int) -> Int = {
            (file, buffer, count, offset) in
            bounded { unsafe pread(file, buffer, count, offset) }
        }
        let write: @convention(c) (Int32, UnsafeRawPointer, Int, Int) -> Int = {
            (file, bytes, count, offset) in
            bounded { unsafe pwrite(file, bytes, count, offset) }
        }
        let truncate: @convention(c) (Int32, Int) -> Int32 = { (file, size) in
            bounded { ftruncate(file, size) }
        }
        let calls = unsafe [
            ("open", unsafeBitCast(open, to: sqlite3_syscall_ptr.self)),
            ("read", unsafeBitCast(read, to: sqlite3_syscall_ptr.self)),
            ("pread", unsafeBitCast(readAt, to: sqlite3_syscall_ptr.self)),
            ("pread64", unsafeBitCast(readAt, to: sqlite3_syscall_ptr.self)),
            ("pwrite", unsafeBitCast(write, to: sqlite3_syscall_ptr.self)),
            ("pwrite64", unsafeBitCast(write, to: sqlite3_syscall_ptr.self)),
            ("ftruncate", unsafeBitCast(truncate, to: sqlite3_syscall_ptr.self)),
        ]
        // A name that this SQLite does not know is no call of its.
        for (name, call) in calls { unsafe _ = replace(files, name, call) }
        return true
    }()

    private static func bounded<Result: SignedInteger>(_ call: () -> Result) -> Result {
        for _ in 0..<limit {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
        errno = EIO
        return -1
    }
}
