// What is done to a system call, in the words of strace and in those of the messages.

/// A fault that strace injects.
enum Fault: CustomStringConvertible {
    /// `kill -9` as the call begins: the calls before it are done, it is not.
    case kill
    /// The call fails; with `isLasting` every later one of its kind and thread fails as well.
    case error(String, isLasting: Bool)

    /// The errors of the sweeps with what a message calls them.
    static let causes = [
        "EIO": "Input/output error", "ENOSPC": "No space left on device",
        "EDQUOT": "Disk quota exceeded", "EROFS": "Read-only file system",
        "EMFILE": "Too many open files", "EINTR": "Interrupted system call",
    ]

    static let errors = causes.keys.sorted().flatMap {
        [Fault.error($0, isLasting: false), .error($0, isLasting: true)]
    }

    var description: String {
        switch self {
        case .kill: "kill"
        case .error(let name, let isLasting): name + (isLasting ? " from then on" : " once")
        }
    }

    /// The argument of `strace -e`.
    func injection(at point: SystemCallPoint) -> String {
        switch self {
        case .kill: "inject=\(point.call):signal=KILL:when=\(point.ordinal)"
        case .error(let name, let isLasting):
            "inject=\(point.call):error=\(name):when=\(point.ordinal)\(isLasting ? "+" : "")"
        }
    }
}
