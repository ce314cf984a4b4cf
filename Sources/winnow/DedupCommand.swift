// winnow dedup: a filter that keeps no state.

internal import ArgumentParser
internal import ByteIO
internal import PipelineAssembly
internal import SystemPackage

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

    mutating func validate() throws {
        if pairs == "-" || pairs?.isEmpty == true {
            throw ValidationError("--pairs wants the name of a file")
        }
    }

    mutating func run() throws {
        StopSignals.install()
        var settings: [String] = []
        if let threshold { settings.append("dedup.threshold=\(threshold)") }
        if let shingle { settings.append("dedup.shingle=\(shingle)") }
        let configuration = try filter.configuration(settings)
        if configuration.deduplication?.isCollected == true {
            Console.notice(
                "dedup.keep and dedup.containment are for `winnow run`; this filter keeps"
                    + " the first document and looks for no parts")
        }
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
