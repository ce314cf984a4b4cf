// winnow runs: what each run did, and when.

internal import Archive
internal import ArgumentParser
internal import Catalogue
internal import DocumentModel
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "What each run did, when, and how it ended.",
        discussion: """
            Runs without a number archived nothing. A dash stands for what only the lost catalogue
            knew.

            Example:
              winnow runs --json
            """)

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let path = try place.archive()
        let store = try ArchiveStore(opening: path)
        let history = try RunHistory(store)
        for notice in store.notices + history.notices { Console.notice(notice) }
        if answer.json {
            Console.printJSON { json in
                json.field("archive", path.string)
                json.list("runs", history.runs) { Self.write($1, to: &$0) }
            }
        } else if history.runs.isEmpty {
            Console.print("\(path) has no runs yet")
        } else {
            Console.print(([Self.head] + history.runs.map(Self.line)).joined(separator: "\n"))
        }
    }

    /// Numbers that are not known are 0 and times are empty: `started` tells.
    private static func write(_ run: CatalogueRun, to json: inout JSONWriter) {
        let counts = run.counts
        json.field("run", run.number ?? 0)
        json.field("started", run.startedMilliseconds.map(StartTime.text(ofMilliseconds:)) ?? "")
        json.field("ended", run.endedMilliseconds.map(StartTime.text(ofMilliseconds:)) ?? "")
        json.field("seconds", run.seconds ?? 0)
        json.field("act", run.act)
        json.field("outcome", run.outcome.rawValue)
        json.field("read", counts.read)
        json.field("kept", counts.kept)
        json.field("duplicates", counts.duplicateCount)
        json.field("rejected", counts.rejected)
        json.field("seen", counts.seen)
        json.field("renamed", counts.renamed)
        json.object("duplicates_by_kind") { json in
            for kind in DuplicateKind.allCases {
                json.field(kind.rawValue, counts.duplicates[kind] ?? 0)
            }
        }
        json.field("files_read", run.filesRead)
        json.field("files_seen", run.filesSeen)
        json.field("bytes_in", run.bytesIn)
        json.field("bytes_out", run.bytesOut)
        json.field("program", run.program)
    }

    private static let head =
        "  run  started                     took         read         kept   duplicates"
        + "     rejected         seen  outcome"

    private static func line(_ run: CatalogueRun) -> String {
        let counts = run.counts
        let numbers = [
            counts.read, counts.kept, counts.duplicateCount, counts.rejected, counts.seen,
        ]
        let started = run.startedMilliseconds.map(StartTime.text(ofMilliseconds:)) ?? "-"
        return right(run.number.map { "\($0)" } ?? "-", 5) + "  "
            + started + right(run.seconds.map(Readable.seconds) ?? "-", 32 - started.count)
            + numbers.map { right(Readable.count($0), 13) }.joined()
            + "  "
            + (run.outcome == .archived && run.act != CatalogueArchive.Run.run
                ? run.act : run.outcome.rawValue)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
