// Standard output and standard error as places to write to.

internal import Glibc
internal import SystemPackage

/// Where a process talks to whoever started it. Writing goes straight through: what was written is
/// with the kernel, whatever happens next.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Gives closed standard streams a descriptor that cannot be used, so that no file that is
    /// opened later gets their number and with it what is meant for them.
    package static func reserveClosed() {
        for number in STDIN_FILENO...STDERR_FILENO {
            // Only a closed descriptor has no status; the lowest free number is taken, which it is.
            if (try? SystemCalls.status(number)) != nil { continue }
            // The wrong way round on purpose. Without /dev/null all is as it would have been.
            _ = try? SystemCalls.open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// True if a person looks at it.
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes all bytes.
    ///
    /// Throws `FileError` with `.brokenPipe` if nobody reads any more,
    /// which is no fault of a filter.
    package func write(_ bytes: Span<UInt8>) throws(FileError) {
        do throws(Errno) {
            // SAFETY: the pointer is the span's own memory; every rebase stays within its count
            // and none leaves the closure.
            try unsafe bytes.withUnsafeBytes { (whole) throws(Errno) in
                var done = 0
                while done < whole.count {
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: whole[done...])
                    done += try unsafe SystemCalls.write(rawValue, rest)
                }
            }
        } catch {
            let name = self == .output ? "standard output" : "standard error"
            throw FileError(.write, FilePath(name), error)
        }
    }

    package func write(_ text: String) throws(FileError) {
        try write(Array(text.utf8).span)
    }
}
