// winnow repair: the index of an archive made whole again.

internal import Archive
internal import ArgumentParser
internal import IndexStore
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Makes the index again from the archive if a part of it is damaged or missing.",
        discussion: """
            Checks every segment of the index. If all are whole, nothing is changed. Otherwise all
            archived records are read back and the new index is committed; no record changes.

            Examples:
              winnow repair
              winnow repair --output archive
            """)

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var writer: WriterOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let path = try place.archive()
        let operation = Operation(
            "repair", on: path, configuration: place.configurationPath, writer)
        let report = try operation.perform(
            whenStopped: "stopped before the end; run it again for the rest"
        ) {
            try IndexRepair(archive: path).execute(
                startText: operation.startText, lock: operation.lock,
                progress: { operation.show($0) }, stop: { StopSignals.isStopRequested })
        }
        operation.end(.done, run: report.run, notices: report.notices, counts: RunCounts()) {
            $0.add(report)
        }
        if answer.json {
            printJSON(report, path)
        } else {
            Console.print(text(report, path))
        }
    }

    private func text(_ report: RepairReport, _ path: FilePath) -> String {
        guard let commit = report.commit else { return "\(path) holds no archive yet" }
        let segments = Readable.count(commit.segments.count, "segment")
        guard report.run != nil else {
            return "The index of \(path) is whole: \(segments); nothing was done."
        }
        var lines = report.findings.map { "\($0.path): \($0.reason)" }
        if lines.isEmpty { lines.append("There was no index.") }
        let counts = commit.recordCounts
        lines.append(
            "The index was made again from \(Readable.count(counts.sum, "record")): \(segments) in"
                + " commit \(commit.run) of \(path).")
        return lines.joined(separator: "\n")
    }

    private func printJSON(_ report: RepairReport, _ path: FilePath) {
        Console.printJSON { json in
            json.field("archive", path.string)
            json.field("commit", report.commit?.run ?? 0)
            json.key("repaired")
            json.boolean(report.run != nil)
            json.field("segments", report.commit?.segments.count ?? 0)
            json.list("findings", report.findings) { json, finding in
                json.field("path", finding.path)
                json.field("reason", finding.reason)
            }
        }
    }
}
