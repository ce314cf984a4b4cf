// The command line tool: its root command and the way out.

internal import ArgumentParser
internal import ByteIO
internal import Glibc
internal import PipelineAssembly

/// `winnow`: turns article dumps into clean, deduplicated, compressed archives.
@main
struct Winnow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "winnow",
        abstract: "Turns article dumps into clean, deduplicated, compressed archives.",
        discussion: """
            Start here:
              winnow run --input dump.jsonl.gz --output archive
              winnow init && winnow run
            """,
        version: ProgramVersion.text,
        subcommands: [
            RunCommand.self, InitCommand.self, CheckCommand.self, VerifyCommand.self,
            RepairCommand.self,
            ExplainCommand.self, RestoreCommand.self, GetCommand.self, QueryCommand.self,
            CompareCommand.self, StatsCommand.self, RunsCommand.self, ForgetCommand.self,
            CompactCommand.self, PruneCommand.self, CleanCommand.self, DedupCommand.self,
            ConfigCommand.self,
        ])

    static func main() {
        StandardStream.reserveClosed()
        // A reader that goes away ends a filter quietly, through the error of the write.
        signal(SIGPIPE, SIG_IGN)
        // So is a file that may not grow further: disk full, by decree.
        signal(SIGXFSZ, SIG_IGN)
        var status = ExitStatus.done
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            status = ExitStatus(reporting: error)
        }
        Console.logEnd(status)
        Glibc.exit(status.rawValue)
    }
}
