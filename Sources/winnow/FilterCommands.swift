// winnow clean and winnow dedup: filters that keep no state.

internal import ArgumentParser
internal import ByteIO
internal import DocumentModel
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

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
        for fault in report.faults {
            let place = fault.byteOffset < 0 ? "" : " at byte \(fault.byteOffset)"
            Console.complain(
                "\(fault.isDamage ? "damaged" : "skipped"): \(fault.path)\(place): \(fault.message)"
            )
        }
        if json {
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("read", report.read)
            writer.field("kept", report.kept)
            writer.field("duplicates", report.duplicates)
            writer.field("rejected", report.rejected)
            writer.endObject()
            Console.complain(String(decoding: writer.bytes, as: UTF8.self))
        } else if report.rejected > 0 {
            Console.complain(
                "winnow: \(Readable.count(report.rejected)) of \(Readable.count(report.read))"
                    + " records were rejected")
        }
        if report.hasDamage { throw Outcome(.damagedInput) }
    }
}

struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Writes the cleaned documents of any input as JSON lines.",
        discussion: """
            Keeps no state: standard input or files in, standard output out.

            Example:
              winnow clean articles/ | head -1
            """)

    @OptionGroup var filter: FilterOptions

    mutating func run() throws {
        StopSignals.install()
        let report = try CleanFilter(configuration: filter.configuration()).execute(
            write: { try StandardStream.output.write($0.span) },
            stop: { StopSignals.isStopRequested })
        try filter.finish(report)
    }
}

struct DedupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dedup",
        abstract: "Writes the ids of the documents that duplicate no earlier one.",
        discussion: """
            Keeps no state and cleans nothing.

            Example:
              winnow dedup dump.jsonl.gz --pairs pairs.tsv > kept.txt
            """)

    @OptionGroup var filter: FilterOptions

    @Option(help: "Jaccard similarity from which texts are near-duplicates.")
    var threshold: Double?

    @Option(help: "Words a shingle.")
    var shingle: Int?

    @Option(
        help: "File for the dropped ids: each with its keeper's, similarity and kind, by tabs.",
        completion: .file())
    var pairs: String?

    mutating func run() throws {
        StopSignals.install()
        var settings: [String] = []
        if let threshold { settings.append("dedup.threshold=\(threshold)") }
        if let shingle { settings.append("dedup.shingle=\(shingle)") }
        let configuration = try filter.configuration(settings)
        let report: FilterReport
        if let pairs {
            // Written beside and renamed at the end: a file of this name is whole or as it was.
            let path = FilePath(pairs)
            let folder = Folder(path.removingLastComponent())
            let name = path.lastComponent?.string ?? pairs
            let part = Folder.temporaryName(for: name)
            _ = try folder.removeFile(part)
            var file = try FileWriter(creating: folder.path(part))
            report = try DedupFilter(configuration: configuration).execute(
                writeKept: { try StandardStream.output.write($0.span) },
                writePairs: { try file.write($0.span) },
                stop: { StopSignals.isStopRequested })
            try file.close()
            try folder.rename(part, to: name)
        } else {
            report = try DedupFilter(configuration: configuration).execute(
                writeKept: { try StandardStream.output.write($0.span) }, writePairs: nil,
                stop: { StopSignals.isStopRequested })
        }
        try filter.finish(report)
    }
}
