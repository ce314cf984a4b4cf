// Who holds a lock, as far as the lock's file tells, in words that cannot do harm.

internal import Glibc

/// The holder of a lock. Everything in it was read from a file that anybody may have written, so
/// only what looks like a name, a number or a time gets in.
package struct LockHolder: Equatable, Sendable {
    /// Longer fields are not of our writing.
    private static let fieldLimitBytes = 64
    /// A file's time may be a little ahead of the clock.
    private static let skewSeconds = 5
    /// What would be older comes from a clock that was wrong.
    private static let longestSeconds = 366 * 86_400

    /// The command that holds it, for instance `run`; empty if unknown.
    package var command = ""
    /// 0 if unknown.
    package var process = 0
    /// Name of its machine; empty if it is this one or unknown.
    package var host = ""
    /// When it started, as it said; empty if unknown.
    package var startText = ""
    /// How long it has held the lock; nil where the clock has been set back, or makes no sense.
    package var heldSeconds: Int?

    /// True if the file tells who it is.
    package var isKnown: Bool { process > 0 }

    init() {}

    /// - Parameters:
    ///   - content: what stands in the lock's file.
    ///   - taken: when it was written, and `now`, both in nanoseconds since 1970.
    ///   - ownHost: name of this machine.
    ///   - isAlive: tells of a process of this machine; one that has ended holds nothing, whatever
    ///     it left in the file.
    init(
        reading content: [UInt8], taken: Int, now: Int, ownHost: String, isAlive: (Int) -> Bool
    ) {
        var fields: [Substring: String] = [:]
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2, Self.isPlain(parts[1]) { fields[parts[0]] = String(parts[1]) }
        }
        guard let process = fields["pid"].flatMap({ Int($0) }), process > 0,
            process <= Int(Int32.max)
        else { return }
        let host = fields["host"] ?? ""
        let isHere = host.isEmpty || host == ownHost
        if isHere, !isAlive(process) { return }
        self.process = process
        self.host = isHere ? "" : host
        command = fields["command"] ?? ""
        startText = fields["started"] ?? ""
        let seconds = (now - taken) / 1_000_000_000
        if (-Self.skewSeconds...Self.longestSeconds).contains(seconds) {
            heldSeconds = max(0, seconds)
        }
    }

    /// What the holder writes into the file.
    static func content(command: String, process: Int32, host: String, startText: String) -> String
    {
        "command \(command)\npid \(process)\nhost \(host)\nstarted \(startText)\n"
    }

    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.count <= fieldLimitBytes
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ":"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// Seconds as "45 s", "12 min", "3 h 12 min" or "2 d 4 h".
    package static func words(seconds: Int) -> String {
        let (minutes, hours) = (seconds / 60, seconds / 3_600)
        if seconds < 60 { return "\(seconds) s" }
        if minutes < 60 { return "\(minutes) min" }
        if hours < 24 { return "\(hours) h \(minutes % 60) min" }
        return "\(hours / 24) d \(hours % 24) h"
    }
}

extension LockHolder: CustomStringConvertible {
    /// For instance "winnow run for 3 h 12 min (pid 2977, started 2026-11-21T03:21:15Z)".
    package var description: String {
        guard isKnown else { return "another program, which has not said who it is" }
        let name = command.isEmpty ? "another run" : "winnow \(command)"
        let age = heldSeconds.map { " for \(Self.words(seconds: $0))" } ?? ""
        let place = host.isEmpty ? "" : " on \(host)"
        let start = startText.isEmpty ? "" : ", started \(startText)"
        return "\(name)\(age) (pid \(process)\(place)\(start))"
    }
}
