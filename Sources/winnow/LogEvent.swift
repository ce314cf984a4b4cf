// What a line of the log is about.

internal import ArgumentParser

/// The names of the events of `--log json`. docs/operations.md lists them with their fields.
enum LogEvent: String {
    /// A command begins its work.
    case start
    /// The archive is locked and the command waits for it.
    case lockWait = "lock-wait"
    /// Something that the operator should know and that stops nothing.
    case notice
    /// A damaged or skipped input file, or a damaged record.
    case fault
    /// How far a command is.
    case progress
    /// What a run has done so far is durable.
    case checkpoint
    /// The archive has a new commit.
    case commit
    /// There was nothing to do: the archive is as it was.
    case unchanged
    /// A signal ended the command.
    case stopped
    /// What ended the command.
    case error
    /// The last line, with the exit status.
    case end
}

/// How much a line of the log matters.
enum LogLevel: String {
    case info, warning, error
}

/// How messages on standard error look.
enum LogForm: String, CaseIterable, ExpressibleByArgument {
    /// Sentences for people; nothing that needs no attention.
    case text
    /// One JSON object a line, the uneventful included.
    case json
}
