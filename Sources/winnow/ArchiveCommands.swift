// winnow verify and stats: questions about a whole archive.

internal import Archive
internal import ArgumentParser
internal import DocumentModel
internal import JSONBytes
internal import SystemPackage

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks an archive against its commit: every file, member, record and reference.",
        discussion: """
            Changes nothing. Ends with status 1 if anything is wrong.

            Examples:
              winnow verify
              winnow verify --quick --output archive
              winnow verify --subset 1/7
            """)

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var answer: AnswerOptions

    @Flag(help: "Sizes and the chain of commits only.")
    var quick = false

    @Option(help: ArgumentHelp("Contents of every n-th file from the k-th on.", valueName: "k/n"))
    var subset: String?

    mutating func validate() throws {
        if quick, subset != nil { throw ValidationError("--quick or --subset, not both") }
        if subset != nil, scope == nil {
            throw ValidationError("--subset wants k/n with 1 <= k <= n, for instance 1/7")
        }
    }

    private var scope: VerificationScope? {
        if quick { return .quick }
        guard let subset else { return .full }
        let parts = subset.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let part = Int(parts[0]), let count = Int(parts[1]), part >= 1,
            part <= count
        else { return nil }
        return .subset(part, of: count)
    }

    mutating func run() throws {
        let path = try place.archive()
        let store = try ArchiveStore(opening: path)
        let findings = try ArchiveVerifier.findings(in: store, scope: scope ?? .full)
        for notice in store.notices { Console.complain("winnow: \(notice)") }
        let files = store.commit?.files.count ?? 0
        if answer.json {
            Console.printJSON { json in
                json.field("archive", path.string)
                json.field("commit", store.commit?.run ?? 0)
                json.field("files", files)
                json.list("findings", findings) { json, finding in
                    json.field("path", finding.path)
                    json.field("reason", finding.reason)
                    json.field("remedy", finding.remedy)
                }
            }
        } else if store.commit == nil {
            Console.print("\(path) holds no archive yet")
        } else if findings.isEmpty {
            Console.print(
                "\(path) is whole: commit \(store.commit?.run ?? 0), \(files) files,"
                    + " \(Readable.count(store.commit?.totals.kept ?? 0)) articles")
        } else {
            for finding in findings { Console.print("\(finding)") }
        }
        if !findings.isEmpty || !store.notices.isEmpty { throw Outcome(.negative) }
    }
}

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
            "\(path): \(commit.runs.count) runs, \(Readable.count(totals.read)) records read", "",
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
