// What the two filters share: options, configuration, the way out.

internal import ArgumentParser
internal import DocumentModel
internal import JSONBytes
internal import PipelineAssembly

/// Options of the two filters.
struct FilterOptions: ParsableArguments {
    @Argument(help: "Files, folders or globs; - is standard input.", completion: .file())
    var files: [String]

    @Option(help: "Working threads; 0 is one a processor.")
    var threads: Int?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Overrides a key as in pipeline.json.", valueName: "key=value"))
    var settings: [String] = []

    @Flag(help: "A summary in JSON on standard error.")
    var json = false

    func configuration(_ moreSettings: [String] = []) throws -> PipelineConfiguration {
        var overrides = ConfigurationOverrides()
        overrides.inputs = files
        // The filters have no archive; the configuration wants a name.
        overrides.output = "-"
        overrides.settings = settings + moreSettings
        overrides.threads = threads
        return try PipelineConfiguration(file: nil, overrides: overrides)
    }

    /// Says what happened on standard error and how the command ends.
    func finish(_ report: FilterReport) throws {
        DamageText.list(report.faults, report.damagedRecords)
        if json {
            Console.say(
                Console.line { json in
                    json.field("read", report.read)
                    json.field("kept", report.kept)
                    json.field("duplicates", report.duplicates)
                    json.field("rejected", report.rejected)
                })
        } else if report.rejected > 0 {
            Console.notice(
                "\(Readable.count(report.rejected)) of"
                    + " \(Readable.count(report.read, "record")) rejected")
        }
        if report.hasDamage { throw Outcome(.damagedInput) }
    }
}
