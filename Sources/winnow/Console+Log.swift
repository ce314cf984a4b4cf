// Messages on standard error, as sentences or as JSON: the one way to say what is no result.

internal import JSONBytes
internal import PipelineAssembly
internal import Synchronization
internal import SystemPackage

extension Console {
    private static let isJSON = Atomic<Bool>(false)
    private static let start = ContinuousClock.now

    /// Seconds since the program began to work, on a clock that never goes back.
    static var elapsedSeconds: Double {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return (seconds * 1_000).rounded() / 1_000
    }

    /// Settles how messages look, from now on.
    static func use(_ form: LogForm) {
        isJSON.store(form == .json, ordering: .relaxed)
        // Touched here, so that the clock runs.
        _ = start
    }

    /// True if messages are JSON.
    static var isLoggingJSON: Bool { isJSON.load(ordering: .relaxed) }

    /// Says something.
    ///
    /// - Parameters:
    ///   - message: one sentence.
    ///   - line: the line for people; nil for what only a log wants to know.
    ///   - fields: what belongs to the event beside its message.
    static func log(
        _ event: LogEvent, _ level: LogLevel, _ message: String, line: String?,
        fields: (inout JSONWriter) -> Void = { _ in }
    ) {
        guard isLoggingJSON else {
            if let line { say(Array(Readable.harmless(line).utf8)) }
            return
        }
        say(
            Self.line { json in
                json.field("time", StartTime.preciseText())
                json.field("level", level.rawValue)
                json.field("event", event.rawValue)
                json.field("message", Readable.oneLine(message))
                fields(&json)
            })
    }

    /// Says what the user should know and what stops nothing.
    static func notice(_ message: String) {
        log(.notice, .warning, message, line: "winnow: \(message)")
    }

    /// Says what was passed over while an archive was asked.
    static func notice(about questions: ArchiveQuestions) {
        for message in questions.notices { notice(message) }
    }

    /// The first line of a log of JSON.
    static func logStart(_ command: String, output: FilePath, configuration: String?) {
        let message = "winnow \(command) \(ProgramVersion.text) starts"
        log(.start, .info, message, line: nil) { json in
            json.field("command", command)
            json.field("version", ProgramVersion.text)
            json.field("configuration", configuration ?? "")
            json.field("output", output.string)
        }
    }

    /// The last line of a log of JSON.
    static func logEnd(_ status: ExitStatus) {
        let level: LogLevel =
            switch status {
            case .done: .info
            case .negative, .damagedInput: .warning
            default: .error
            }
        log(.end, level, "ended with status \(status.rawValue)", line: nil) { json in
            json.field("status", Int(status.rawValue))
            json.field("seconds", elapsedSeconds)
        }
    }
}
