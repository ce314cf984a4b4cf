// winnow compact: few files instead of many.

internal import Archive
internal import ArgumentParser
internal import Pipeline
internal import PipelineAssembly

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Puts small archive files of many runs together and merges the index.",
        discussion: """
            The records, their order and every answer stay as they are; compressed data is copied,
            not compressed again. Files are joined up to the shard size. The old files are removed
            at the end: a copy made with rsync gets the new ones and keeps the old ones unless
            --delete is given. If there is nothing to do, nothing is written.

            Examples:
              winnow compact
              winnow compact --index-only --output archive
            """)

    @OptionGroup var place: ActOptions
    @OptionGroup var answer: AnswerOptions

    @Flag(help: "Merges the segments of the index only.")
    var indexOnly = false

    @Flag(help: "Joins the data files only.")
    var archiveOnly = false

    mutating func validate() throws {
        if indexOnly, archiveOnly {
            throw ValidationError("--index-only or --archive-only, not both")
        }
    }

    mutating func run() throws {
        let scope: ArchiveCompactor.Scope = indexOnly ? .index : archiveOnly ? .files : .all
        try place.perform(.compact, isJSON: answer.json) { options, _ in
            try ArchiveCompactor(options, scope: scope)
                .execute(stop: { StopSignals.isStopRequested })
        }
    }
}
