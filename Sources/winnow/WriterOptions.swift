// Options of every command that changes an archive, and of those that are logged.

internal import ArgumentParser

/// How a command tells what happens.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Messages on standard error: text, or json with one object a line.",
            valueName: "form"))
    var log = LogForm.text

    @Option(
        help: ArgumentHelp(
            "Seconds between two lines about the progress in a log of JSON.", valueName: "seconds"))
    var logEvery = 60

    mutating func validate() throws {
        guard (1...86_400).contains(logEvery) else {
            throw ValidationError("--log-every takes 1 to 86400 seconds")
        }
    }
}

/// What all commands that take the lock of an archive have in common.
struct WriterOptions: ParsableArguments {
    /// A year: whoever wants to wait longer has mistyped.
    private static let longestWaitSeconds = 31_536_000

    @Option(
        help: ArgumentHelp(
            "Seconds to wait if another command works on the archive; 0 ends with 75 at once.",
            valueName: "seconds"))
    var lockWait = 0

    @Option(
        help: ArgumentHelp(
            "File for figures of this command in the text format of Prometheus.",
            discussion: "Replaced by one rename at the end, however the command ends.",
            valueName: "path"),
        completion: .file())
    var metricsFile: String?

    @OptionGroup var logging: LogOptions

    mutating func validate() throws {
        guard (0...Self.longestWaitSeconds).contains(lockWait) else {
            throw ValidationError("--lock-wait takes 0 to \(Self.longestWaitSeconds) seconds")
        }
        if metricsFile?.isEmpty == true {
            throw ValidationError("--metrics-file wants the name of a file")
        }
    }
}
