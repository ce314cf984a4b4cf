// winnow prune: old duplicates that nobody needs any more.

internal import Archive
internal import ArgumentParser
internal import ByteIO
internal import Pipeline
internal import PipelineAssembly

struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Takes the duplicates of old runs out of the archive; articles stay.",
        discussion: """
            The duplicates go with their entries in the ledger, so they cannot be restored any more.
            They stay known: when a later dump repeats them, they count as seen. Times of runs come
            from the catalogue (`winnow runs`). The files that hold the duplicates are written
            again, and the index is derived from the archive again.

            Examples:
              winnow prune --keep-duplicates 90d
              winnow prune --through-run 12 --dry-run
            """)

    @Option(
        help: ArgumentHelp(
            "Duplicates of runs that ended longer ago, in days or weeks: 90d, 12w, 0d.",
            valueName: "age"))
    var keepDuplicates: DuplicateAge?

    @Option(help: "Duplicates of all runs up to this one.")
    var throughRun: Int?

    @OptionGroup var place: ActOptions
    @OptionGroup var answer: AnswerOptions

    mutating func validate() throws {
        guard (keepDuplicates == nil) != (throughRun == nil) else {
            throw ValidationError("--keep-duplicates or --through-run, one of them")
        }
    }

    mutating func run() throws {
        let before = keepDuplicates?.before(WallClock.nanoseconds() / 1_000_000)
        let last = throughRun ?? 0
        try place.perform(.prune, isJSON: answer.json) { options, show in
            let act =
                before.map { PruneAct(options, endedBefore: $0) }
                ?? PruneAct(options, throughRun: last)
            return try act.execute(progress: show, stop: { StopSignals.isStopRequested })
        }
    }
}
