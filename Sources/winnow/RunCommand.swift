// winnow run: from inputs to a commit in the archive.

internal import Archive
internal import ArgumentParser
internal import PipelineAssembly

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Cleans, deduplicates and archives the input.",
        discussion: """
            Adds one run to the archive; what is archived stays. Documents that the archive holds
            already are recognised. Files that were read before are passed over; of those that have
            grown the rest is read.

            Examples:
              winnow run
              winnow run nightly.json --set dedup.threshold=0.7
              winnow run --set dedup.threshold=0.7 --rebuild
              winnow run --input dump.jsonl.gz --output archive
            """)

    @Argument(help: "Configuration; ./pipeline.json if there is none.", completion: .file())
    var configurationFile: String?

    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var writer: WriterOptions
    @OptionGroup var answer: AnswerOptions

    @Flag(help: "Ends with status 65 and commits nothing if any input is damaged.")
    var strict = false

    @Flag(help: "Reads files again that earlier runs have read.")
    var reread = false

    @Flag(
        help: ArgumentHelp(
            "Derives the index from the archive again first, with the parameters of this run.",
            discussion: "What is archived stays as it is."))
    var rebuild = false

    mutating func run() throws {
        let configuration = try pipeline.configuration(file: configurationFile)
        let operation = Operation(
            "run", on: configuration.output, configuration: pipeline.path(configurationFile),
            writer)
        for warning in configuration.warnings { Console.notice(warning) }
        let report = try operation.perform(
            whenStopped: "stopped; nothing was committed, run again to do all of it"
        ) {
            try ArchiveRun(
                configuration: configuration, isStrict: strict, isRebuilding: rebuild,
                isRereading: reread
            ).execute(
                startText: operation.startText, lock: operation.lock,
                progress: { operation.show($0) }, stop: { StopSignals.isStopRequested })
        }
        DamageText.list(report.faults, report.damagedRecords)
        let status: ExitStatus = report.hasDamage ? .damagedInput : .done
        operation.end(status, run: report.run, notices: report.notices, counts: report.counts) {
            $0.add(report)
        }
        if answer.json {
            RunSummaryText.printJSON(report, configuration)
        } else {
            RunSummaryText.print(report, configuration)
        }
        if status != .done { throw Outcome(status) }
    }
}
