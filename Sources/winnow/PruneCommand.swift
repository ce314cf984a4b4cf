// winnow prune: old duplicates that nobody needs any more.

internal import Archive
internal import ArgumentParser
internal import Pipeline
internal import PipelineAssembly

struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Takes the duplicates of old runs out of the archive; articles stay.",
        discussion: """
            The duplicates go with their entries in the ledger, so they cannot be restored any more.
            They stay known: when a later dump repeats them, they count as seen. The files that hold
            them are written again, and the index is derived from the archive again.

            Examples:
              winnow prune --through-run 12 --dry-run
            """)

    @Option(help: "Duplicates of all runs up to this one.")
    var throughRun: Int

    @OptionGroup var place: ActOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let options = try place.options()
        let last = throughRun
        let report = try ActProgress.follow { progress, stop in
            try PruneAct(options, throughRun: last).execute(progress: progress, stop: stop)
        }
        if answer.json {
            ActReportText.printJSON(report, options)
        } else {
            ActReportText.print(report, options)
        }
    }
}
