// winnow forget: documents that must go, and not come back.

internal import Archive
internal import ArgumentParser
internal import Pipeline
internal import PipelineAssembly

struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Takes documents out of the archive, its ledger and its index, for good.",
        discussion: """
            The files that hold them are written again and the old ones removed. They are not taken
            in again when a later dump repeats them, under the same id or with the same text.
            Duplicates that named a forgotten document are decided on again, in archive order: they
            name another document, or are kept from now on. All ids or none: an id that the archive
            does not hold ends the command with status 1. Counts and a digest of each record remain.

            The index is derived from the archive again, which takes about as long as reading it.

            Examples:
              winnow forget news.jsonl#4711
              winnow forget --run 12 --dry-run
            """)

    @Argument(help: "Ids of documents or rejected records.")
    var ids: [String] = []

    @Option(name: .customLong("run"), help: "Everything that came with this run.")
    var runNumber: Int?

    @OptionGroup var place: ActOptions
    @OptionGroup var answer: AnswerOptions

    mutating func validate() throws {
        guard (runNumber == nil) != ids.isEmpty else {
            throw ValidationError("name ids, or --run")
        }
    }

    mutating func run() throws {
        let target = runNumber.map(ForgetAct.Target.run) ?? .ids(ids)
        try place.perform(.forget, isJSON: answer.json) { options, show in
            try ForgetAct(options, target)
                .execute(progress: show, stop: { StopSignals.isStopRequested })
        }
    }
}
