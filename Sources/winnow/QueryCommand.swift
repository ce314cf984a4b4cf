// winnow query: is this text known?

internal import ArgumentParser
internal import PipelineAssembly

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Tells whether texts are in the archive already, and what is nearest to them.",
        discussion: """
            Takes a text file or any dump that a run takes, cleans and compares it as a run would,
            and changes nothing. May run beside a run. Ends with 0 if all texts are known, with 1
            if one is not, with 3 if input was damaged.

            Known is a record that is archived itself (seen), and a text that a run would drop as
            a duplicate. Also named are the nearest archived documents, as far as the index finds
            them: those much less alike than the threshold are found by chance, or with --thorough.

            Without --config texts are cleaned and compared as the archive's last run did.

            Examples:
              winnow query morning.txt --output archive
              curl -s https://example.com/export.jsonl | winnow query - --json
            """)

    @Argument(help: "Text file, dump, folder or glob; - is standard input.", completion: .file())
    var file: String

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var answer: AnswerOptions

    @Option(help: ArgumentHelp("How many near documents to name.", valueName: "k"))
    var nearest = 5

    @Flag(
        help: ArgumentHelp(
            "Compare each text with every archived document.",
            discussion: """
                Finds the nearest ones surely; takes about 6 seconds a text for each million.
                """))
    var thorough = false

    @Flag(
        help: ArgumentHelp(
            "Name documents by id alone.",
            discussion: "Spares reading their title, source and date from the archive's files."))
    var bare = false

    @Flag(help: "Ends with status 65 if any input is damaged.")
    var strict = false

    @Option(help: "Working threads; 0 is one a processor.")
    var threads: Int?

    mutating func validate() throws {
        guard (0...1_000).contains(nearest) else {
            throw ValidationError("--nearest takes 0 to 1000")
        }
    }

    mutating func run() throws {
        var configuration = try place.configuration(threads: threads)
        configuration.ask(about: file)
        StopSignals.install()
        let query = try IndexQuery(
            configuration: configuration, isNamed: place.namesPipeline,
            search: NeighbourSearch(limit: nearest, isThorough: thorough), readsRecords: !bare)
        let isJSON = answer.json
        let report = try query.execute(
            answer: { isJSON ? QueryText.printJSON($0) : QueryText.print($0) },
            stop: { StopSignals.isStopRequested })
        for notice in report.notices { Console.notice(notice) }
        DamageText.list(report.faults, report.damagedRecords)
        if report.hasDamage { throw Outcome(strict ? .badInput : .damagedInput) }
        if report.read == 0 { Console.notice("\(file) holds no text") }
        if report.read == 0 || report.known < report.read { throw Outcome(.negative) }
    }
}
