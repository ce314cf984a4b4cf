// What went wrong with a file, where, and what to do about it.

package import SystemPackage

/// A failed file operation. Bad environment, not bad data:
/// it stops a run with the last commit intact.
package struct FileError: Error, Sendable, CustomStringConvertible {
    /// What was being done to the file.
    package enum Code: String, Sendable {
        case open, read, write, sync, close, rename, remove, list, create, lock, inspect, truncate,
            map
    }

    package var code: Code
    package var path: FilePath
    package var errno: Errno
    /// What else the user should know, with the remedy: who holds a lock. Empty if nothing.
    package var detail = ""

    package init(_ code: Code, _ path: FilePath, _ errno: Errno) {
        self.code = code
        self.path = path
        self.errno = errno
    }

    /// True if the disk or the quota is full: free some space and run again.
    package var isOutOfSpace: Bool { errno == .noSpace || errno == .diskQuotaExceeded }

    package var description: String {
        if !detail.isEmpty { return "cannot \(code.rawValue) \(path): \(detail)" }
        let remedy =
            switch errno {
            case .noSpace, .diskQuotaExceeded: "; free some space and run again"
            case .permissionDenied, .notPermitted:
                "; check the owner and mode of the file and its folders"
            case .noSuchFileOrDirectory: "; check the spelling of the path"
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "; raise the limit with ulimit -n"
            default: ""
            }
        return "cannot \(code.rawValue) \(path): \(errno)\(remedy)"
    }
}
