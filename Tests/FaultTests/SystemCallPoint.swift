// One system call of a run, found in the recording of strace, at which a fault can be put.

import Foundation

/// The n-th call of its kind in its thread.
struct SystemCallPoint: CustomStringConvertible {
    /// Name of the system call.
    var call: String
    /// From 1 on, counted as `when=` of strace counts: per call and thread.
    var ordinal: Int
    /// The file that the call is about, as it names it; empty if none.
    var path: String
    /// What strace wrote of the call.
    var line: String
    /// Threads are numbered in the order in which they appear, the main one is 0.
    var thread: Int
    /// False while the program is loaded.
    var isOwn: Bool

    var description: String {
        "\(call) \(ordinal)" + (thread == 0 ? "" : " of thread \(thread)") + " (\(line))"
    }

    /// Calls that change what is on disk, or what the process holds of it.
    static let changing = [
        "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink",
        "mkdir", "rmdir", "close", "mmap",
    ]
    static let reading = ["read", "pread64", "getdents64"]

    /// True if a kill here comes out differently than one at the call before.
    var isChange: Bool {
        switch call {
        case "openat": line.contains("O_CREAT")
        case "mmap", "close": path.contains("/out/") || path.contains("/in/")
        case "write", "ftruncate": !path.hasPrefix("/proc")
        default: Self.changing.contains(call)
        }
    }

    /// True if the call is about the archive or the inputs.
    var isOnFiles: Bool {
        ["/out", "out", "/in", "in"].contains { path == $0 || path.hasSuffix("/" + $0) }
            || path.hasPrefix("out/") || path.hasPrefix("in/")
            || path.contains("/out/") || path.contains("/in/")
    }

    /// True if the file is an input.
    var isOnInput: Bool {
        path == "in" || path.hasPrefix("in/") || path.contains("/in/") || path.hasSuffix("/in")
    }

    /// True if the call is about the catalogue.
    var isOnCatalogue: Bool { path.contains("/catalogue.") }

    /// The calls in what `strace -f -y` has written, in order.
    static func points(in recording: String) -> [SystemCallPoint] {
        var points: [SystemCallPoint] = []
        var threads: [Substring: Int] = [:]
        var counts: [String: Int] = [:]
        var hasBegun = false
        for line in recording.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let thread = threads[parts[0], default: threads.count]
            threads[parts[0]] = thread
            let text = parts[1].drop { $0 == " " }
            guard let open = text.firstIndex(of: "("), text.first != "<", text.first != "+" else {
                continue
            }
            let call = String(text[..<open])
            counts["\(thread) \(call)", default: 0] += 1
            let path = path(in: text[open...], call)
            var point = SystemCallPoint(
                call: call, ordinal: counts["\(thread) \(call)"] ?? 0, path: path,
                line: String(text.prefix(160)), thread: thread, isOwn: false)
            hasBegun = hasBegun || point.isOnFiles
            point.isOwn = hasBegun
            points.append(point)
        }
        return points
    }

    /// A path that is an argument, else the one strace knows for the descriptor.
    private static func path(in arguments: Substring, _ call: String) -> String {
        let isByName = ["openat", "rename", "unlink", "mkdir", "rmdir"].contains(call)
        let (opening, closing): (Character, Character) = isByName ? ("\"", "\"") : ("<", ">")
        guard let first = arguments.firstIndex(of: opening) else { return "" }
        let rest = arguments[arguments.index(after: first)...]
        return String(rest[..<(rest.firstIndex(of: closing) ?? rest.endIndex)])
    }
}
