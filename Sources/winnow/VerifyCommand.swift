// winnow verify: is the archive whole?

internal import Archive
internal import ArgumentParser
internal import DocumentModel
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Checks an archive against its commit: files, records, references, index, catalogue.",
        discussion: """
            Changes nothing and may run beside a run. Ends with status 1 if anything is wrong. What
            a killed run left undone and the next run does is only told.

            Examples:
              winnow verify
              winnow verify --quick --output archive
              winnow verify --subset 1/7
            """)

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var logging: LogOptions
    @OptionGroup var answer: AnswerOptions

    @Flag(help: "Sizes, the chain of commits and the roots of the index only.")
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
        Console.use(logging.log)
        Console.logStart("verify", output: path, configuration: place.configurationPath)
        let result = try StoreVerification.beside(path, scope: scope ?? .full)
        let (store, findings) = (result.store, result.findings)
        for notice in store.notices + result.notices { Console.notice(notice) }
        for finding in findings {
            Console.log(.fault, .error, "\(finding)", line: nil) { json in
                json.field("path", finding.path)
                json.field("remedy", finding.remedy)
            }
        }
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
                json.key("notices")
                json.beginArray()
                for notice in store.notices + result.notices { json.string(notice) }
                json.endArray()
            }
        } else if store.commit == nil {
            Console.print("\(path) holds no archive yet")
        } else if findings.isEmpty {
            Console.print(
                "\(path) is whole: commit \(store.commit?.run ?? 0),"
                    + " \(Readable.count(files, "file")),"
                    + " \(Readable.count(store.commit?.totals.kept ?? 0, "article"))")
        } else {
            for finding in findings { Console.print("\(finding)") }
        }
        if !findings.isEmpty || !store.notices.isEmpty { throw Outcome(.negative) }
    }
}
