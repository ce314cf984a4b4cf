// winnow run: from inputs to a commit in the archive.

internal import Archive
internal import ArgumentParser
internal import DocumentModel
internal import JSONBytes
internal import Pipeline
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
        StopSignals.install()
        let configuration = try pipeline.configuration(file: configurationFile)
        for warning in configuration.warnings { Console.complain("winnow: \(warning)") }
        var line = ProgressLine()
        let result: RunReport
        do {
            result = try ArchiveRun(
                configuration: configuration, isStrict: strict, isRebuilding: rebuild,
                isRereading: reread
            ).execute(
                startText: StartTime.text(),
                progress: {
                    line.show($0.phase.rawValue, documents: $0.documents, share: $0.share)
                },
                stop: { StopSignals.isStopRequested })
        } catch let refusal as StrictRefusal {
            line.clear()
            DamageText.list(refusal.report.faults, refusal.report.damagedRecords)
            Console.complain("winnow: damaged input and --strict: nothing was committed")
            throw Outcome(.badInput)
        } catch let stop as StoppedAtCheckpoint {
            line.clear()
            Console.complain(
                "winnow: stopped at a checkpoint after \(Readable.count(stop.documents))"
                    + " documents; run again to go on from there")
            throw Outcome(.tryAgain)
        } catch is StopRequested {
            line.clear()
            Console.complain("winnow: stopped; nothing was committed, run again to do all of it")
            throw Outcome(.tryAgain)
        } catch {
            line.clear()
            throw error
        }
        line.clear()
        if answer.json {
            RunSummaryText.printJSON(result, configuration, seconds: line.elapsedSeconds)
        } else {
            RunSummaryText.print(result, configuration, seconds: line.elapsedSeconds)
        }
        if result.hasDamage { throw Outcome(.damagedInput) }
    }
}
