// winnow clean: a filter that keeps no state.

internal import ArgumentParser
internal import ByteIO
internal import PipelineAssembly

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
