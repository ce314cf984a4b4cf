// winnow init: a configuration to start from.

internal import ArgumentParser
internal import ByteIO
internal import PipelineAssembly
internal import SystemPackage

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes a pipeline.json to start from.",
        discussion: """
            Never overwrites a file.

            Example:
              winnow init --input dumps --output archive
            """)

    @Option(help: "What to read.")
    var input = "dumps"

    @Option(help: "Where the archive goes.")
    var output = "output"

    @Argument(help: "The file to write.")
    var file = ConfigurationFile.defaultName

    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let text = ConfigurationTemplate.json(input: input, output: output)
        var writer = try newFile()
        try writer.write(Array(text.utf8).span)
        try writer.sync()
        try writer.close()
        if answer.json {
            Console.printJSON { $0.field("written", file) }
        } else {
            Console.print("\(file) is written; next: winnow check \(file), then winnow run \(file)")
        }
    }

    private func newFile() throws(FileError) -> FileWriter {
        do {
            return try FileWriter(creating: FilePath(file))
        } catch {
            var error = error
            if error.errno == .fileExists {
                error.detail = "it is there already and stays as it is; name another file"
            }
            throw error
        }
    }
}
