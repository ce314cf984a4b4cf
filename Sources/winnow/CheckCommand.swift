// winnow check: the configuration and the inputs, looked at before a run.

internal import ArgumentParser
internal import DocumentModel
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks configuration, rule packs, inputs and archive, and runs nothing.",
        discussion: """
            Prints the configuration as a run would use it.

            Example:
              winnow check nightly.json
            """)

    @Argument(help: "Configuration; ./pipeline.json if there is none.", completion: .file())
    var configurationFile: String?

    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let configuration = try pipeline.configuration(file: configurationFile)
        let check = try ConfigurationReview(configuration)
        for warning in configuration.warnings { Console.notice(warning) }
        if answer.json {
            Console.printJSON { json in
                json.list("inputs", check.inputs) { json, input in
                    json.field("path", input.name)
                    json.field("files", input.files)
                    json.field("bytes", input.bytes)
                }
                json.list("skipped", check.faults) { json, fault in
                    json.field("file", fault.path)
                    json.field("message", fault.message)
                }
                json.field("output", configuration.output.string)
                json.field("archive_articles", check.archivedArticles)
                json.field("rules", check.ruleCount)
                json.field("bands", check.bandCount)
                json.field("rows", check.rowCount)
                json.field("threads", check.threads)
            }
            return
        }
        var lines: [String] = []
        for input in check.inputs {
            let what = input.name == "-" ? "standard input" : Readable.count(input.files, "file")
            lines.append("input   \(input.name): \(what), \(Readable.bytes(input.bytes))")
        }
        for fault in check.faults {
            lines.append("        " + Readable.oneLine("\(fault.path): \(fault.message)"))
        }
        lines.append(
            configuration.cleaning == nil ? "clean   off" : "clean   \(check.ruleCount) rules")
        if let dedup = configuration.deduplication {
            lines.append(
                "dedup   Jaccard \(dedup.threshold) over \(dedup.shingleWords)-word shingles,"
                    + " \(check.bandCount) bands of \(check.rowCount) rows")
        } else {
            lines.append("dedup   off")
        }
        lines.append(
            "output  \(configuration.output): "
                + (check.archivedArticles > 0
                    ? "\(Readable.count(check.archivedArticles, "article")) so far" : "empty"))
        lines.append("threads \(check.threads)")
        let isReadable = !check.faults.contains(where: \.isDamage)
        lines.append(
            isReadable
                ? "all is well; nothing was run, no file was opened"
                : "some input cannot be read; nothing was run")
        Console.print(lines.joined(separator: "\n"))
    }
}
