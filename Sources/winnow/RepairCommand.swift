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
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let path = try place.archive()
        StopSignals.install()
        var line = ProgressLine()
        let report: RepairReport
        do {
            report = try IndexRepair(archive: path).execute(
                startText: StartTime.text(),
                progress: {
                    line.show($0.phase.rawValue, documents: $0.documents, share: $0.share)
                },
                stop: { StopSignals.isStopRequested })
        } catch {
            line.clear()
            throw error
        }
        line.clear()
        for notice in report.notices { Console.complain("winnow: \(notice)") }
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
