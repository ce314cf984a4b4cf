// winnow stats: the counts of an archive.

internal import Archive
internal import ArgumentParser
internal import DocumentModel
internal import JSONBytes
internal import SystemPackage

struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Counts of the archive and of each run.",
        discussion: """
            Example:
              winnow stats --json
            """)

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let path = try place.archive()
        let store = try ArchiveStore(opening: path)
        let totals = store.commit?.totals ?? RunCounts()
        let files = store.commit?.files ?? []
        if answer.json {
            Console.printJSON { json in
                json.field("archive", path.string)
                json.object("totals") { RunSummaryText.write(totals, to: &$0) }
                json.list("streams", ArchiveStream.allCases) { json, stream in
                    let own = files.filter { $0.stream == stream }
                    json.field("stream", stream.rawValue)
                    json.field("files", own.count)
                    json.field("records", own.reduce(0) { $0 + $1.records })
                    json.field("bytes", own.reduce(0) { $0 + $1.bytes })
                    json.field("uncompressed_bytes", own.reduce(0) { $0 + $1.uncompressedBytes })
                }
                json.list("runs", store.commit?.runs ?? []) { json, run in
                    json.field("run", run.run)
                    RunSummaryText.write(run.counts, to: &json)
                }
            }
            return
        }
        guard let commit = store.commit else {
            Console.print("\(path) holds no archive yet")
            return
        }
        var lines = [
            "\(path): \(Readable.count(commit.runs.count, "run")),"
                + " \(Readable.count(totals.read, "record")) read", "",
            "  stream           files      records      on disk  uncompressed",
        ]
        for stream in ArchiveStream.allCases {
            let own = files.filter { $0.stream == stream }
            lines.append(
                "  " + left(stream.rawValue, 12) + right("\(own.count)", 10)
                    + right(Readable.count(own.reduce(0) { $0 + $1.records }), 13)
                    + right(Readable.bytes(own.reduce(0) { $0 + $1.bytes }), 13)
                    + right(Readable.bytes(own.reduce(0) { $0 + $1.uncompressedBytes }), 14))
        }
        lines += ["", "  run         read         kept   duplicates     rejected         seen"]
        for run in commit.runs {
            let counts = run.counts
            let numbers = [
                counts.read, counts.kept, counts.duplicateCount, counts.rejectedCount, counts.seen,
            ]
            lines.append(
                right("\(run.run)", 5)
                    + numbers.map { right(Readable.count($0), 13) }.joined())
        }
        Console.print(lines.joined(separator: "\n"))
    }

    private func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
