// What went wrong with an archive, where, and what to do about it.

package import ByteIO
package import SystemPackage

/// A failed archive operation; the last commit is intact.
package struct ArchiveError: Error, Sendable, CustomStringConvertible {
    /// The closed list of failures.
    package enum Code: String, Sendable, CaseIterable {
        /// The output folder holds something else than a Winnow archive.
        case notAnArchive = "not-an-archive"
        /// A newer Winnow wrote the archive.
        case newerFormat = "newer-format"
        /// There are commits, but none is whole.
        case noWholeCommit = "no-whole-commit"
        /// A file does not hold what the commit says.
        case damaged = "damaged"
        /// A name of the archive is taken by something else: a link, a file instead of a folder.
        case inTheWay = "in-the-way"
        /// Another run holds the lock, or the wait for it was stopped.
        case locked = "locked"
        /// Others keep changing the archive while it is looked at.
        case busy = "busy"
        /// The archive has no index that could answer.
        case notIndexed = "not-indexed"
        /// A file operation failed.
        case file = "file"
    }

    package var code: Code
    package var path: FilePath
    /// Byte offset in the file (decompressed for a data file), or -1 where none applies.
    package var offset: Int
    /// What happened, for people, without the path.
    package var reason: String
    /// What to do next.
    package var remedy: String
    /// The file operation that failed, if that was the cause.
    package var cause: FileError?

    package init(
        _ code: Code, _ path: FilePath, offset: Int = -1, _ reason: String, remedy: String
    ) {
        self.code = code
        self.path = path
        self.offset = offset
        self.reason = reason
        self.remedy = remedy
    }

    package init(_ cause: FileError) {
        let isHeld = cause.errno == .wouldBlock || cause.errno == .interrupted
        code = cause.code == .lock && isHeld ? .locked : .file
        path = cause.path
        offset = -1
        reason = ""
        remedy = ""
        self.cause = cause
    }

    package var description: String {
        if let cause { return cause.description }
        let place = offset < 0 ? "" : " at byte \(offset)"
        return "\(path)\(place): \(reason); \(remedy)"
    }
}

/// Runs a file operation and passes its failure on as an `ArchiveError`.
func onDisk<Result: ~Copyable>(
    _ operation: () throws(FileError) -> Result
) throws(ArchiveError) -> Result {
    do throws(FileError) { return try operation() } catch { throw ArchiveError(error) }
}
