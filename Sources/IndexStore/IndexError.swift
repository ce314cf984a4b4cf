// What went wrong with a segment of the index, where, and what to do about it.

package import ByteIO
package import SystemPackage

/// A segment that cannot be used. It has given no answer that counts.
package struct IndexError: Error, Sendable, CustomStringConvertible {
    /// The closed list of failures.
    package enum Code: String, Sendable, CaseIterable {
        /// A segment does not hold what was written: a checksum or a size is wrong.
        case damaged
        /// The commit lists a segment that is not there.
        case missing
        /// A whole segment, but not the one that the commit lists.
        case foreign
        /// A newer Winnow wrote the segment.
        case newerFormat = "newer-format"
        /// A file operation failed.
        case file
        /// The work was to end before it was done; nothing is wrong.
        case stopped
    }

    package var code: Code
    package var path: FilePath
    /// Byte offset in the file, or -1 where none applies.
    package var offset: Int
    /// What happened, for people, without the path.
    package var reason: String
    /// The file operation that failed, if that was the cause.
    package var cause: FileError?

    init(_ code: Code, _ path: FilePath, offset: Int = -1, _ reason: String) {
        self.code = code
        self.path = path
        self.offset = offset
        self.reason = reason
    }

    package init(_ cause: FileError) {
        (code, reason) =
            switch (cause.code, cause.errno) {
            case (.map, .noSuchFileOrDirectory): (.missing, "the index segment is missing")
            case (.map, .invalidArgument): (.damaged, "the index segment is no regular file")
            default: (.file, "")
            }
        path = cause.path
        offset = -1
        self.cause = code == .file ? cause : nil
    }

    package var description: String {
        if let cause { return cause.description }
        let place = offset < 0 ? "" : " at byte \(offset)"
        return "\(path)\(place): \(reason); \(remedy)"
    }

    /// What to do next.
    package var remedy: String {
        code == .newerFormat
            ? "install a newer Winnow" : "`winnow repair` makes the index again from the archive"
    }
}

/// Runs a file operation and passes its failure on as an `IndexError`.
func onDisk<Result: ~Copyable>(
    _ operation: () throws(FileError) -> Result
) throws(IndexError) -> Result {
    do throws(FileError) { return try operation() } catch { throw IndexError(error) }
}
