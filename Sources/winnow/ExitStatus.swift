// Exit statuses, and which error means which. docs/exit-codes.md is the contract.

internal import Archive
internal import ArgumentParser
internal import ByteIO
internal import Catalogue
internal import Cleaners
internal import IndexStore
internal import JSONBytes
internal import Pipeline
internal import PipelineAssembly
internal import Readers
internal import SystemPackage

/// How a command ended, for the shell.
enum ExitStatus: Int32 {
    case done = 0
    /// A question was answered with no: nothing found, or faults found.
    case negative = 1
    /// Done and committed, but some input was damaged.
    case damagedInput = 3
    case usage = 64
    /// `--strict` and damaged input.
    case badInput = 65
    case internalError = 70
    case cannotCreate = 73
    case inputOutput = 74
    /// Locked by another run, or stopped by a signal.
    case tryAgain = 75
    case configuration = 78
}

/// Ends a command with a status after everything was said.
struct Outcome: Error {
    var status: ExitStatus

    init(_ status: ExitStatus) { self.status = status }
}

extension ExitStatus {
    /// Says what went wrong on standard error and tells the status for it.
    ///
    /// - Parameter whenStopped: what to say if a signal ended the command.
    init(
        reporting error: any Error,
        whenStopped: String = "stopped before the end; run it again for the rest"
    ) {
        switch error {
        case let error as FileError where error.errno == .brokenPipe: self = .done
        case let error as ConfigurationError: self = Self.say("\(error)", .configuration)
        case let error as ArchiveError where error.cause?.errno == .interrupted:
            self = Self.say("\(error)", error.status, .stopped)
        case let error as ArchiveError: self = Self.say("\(error)", error.status)
        case let error as IndexError: self = Self.say("\(error)", error.status)
        case let error as FileError: self = Self.say("\(error)", error.status)
        case let error as CatalogueError: self = Self.say("\(error)", .inputOutput)
        case let error as ReaderError: self = Self.say("\(error)", .configuration)
        case let error as CleaningRulesError: self = Self.say("\(error)", .configuration)
        case let error as QuestionError: self = Self.say("\(error)", .negative)
        case let outcome as Outcome: self = outcome.status
        case let refusal as StrictRefusal:
            DamageText.list(refusal.report.faults, refusal.report.damagedRecords)
            self = Self.say("damaged input and --strict: nothing was committed", .badInput)
        case is StopRequested: self = Self.say(whenStopped, .tryAgain, .stopped)
        case let stop as StoppedAtCheckpoint:
            self = Self.say(
                "stopped at a checkpoint after \(Readable.count(stop.documents)) documents; run"
                    + " again to go on from there", .tryAgain, .stopped)
        default:
            // ArgumentParser's own errors, help and version included.
            let code = Winnow.exitCode(for: error)
            let text = Winnow.fullMessage(for: error)
            if code == .success {
                Console.print(text)
                self = .done
            } else {
                Console.log(.error, .error, text, line: text)
                self = code == .validationFailure ? .usage : .internalError
            }
        }
    }

    private static func say(
        _ message: String, _ status: ExitStatus, _ event: LogEvent = .error
    ) -> ExitStatus {
        let level: LogLevel = event == .error ? .error : .warning
        Console.log(event, level, message, line: "winnow: \(message)") { json in
            json.field("status", Int(status.rawValue))
        }
        return status
    }
}

extension ArchiveError {
    fileprivate var status: ExitStatus {
        switch code {
        case .locked, .busy: .tryAgain
        case .notAnArchive, .inTheWay: .cannotCreate
        case .file: cause?.status ?? .inputOutput
        default: .inputOutput
        }
    }
}

extension IndexError {
    fileprivate var status: ExitStatus { cause?.status ?? .inputOutput }
}

extension FileError {
    fileprivate var status: ExitStatus {
        switch code {
        case .create: isOutOfSpace ? .inputOutput : .cannotCreate
        // An archive of somebody else's.
        case .lock where errno == .permissionDenied || errno == .notPermitted: .cannotCreate
        default: .inputOutput
        }
    }
}
