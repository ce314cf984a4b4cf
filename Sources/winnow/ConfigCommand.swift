// winnow config: what a configuration may hold.

internal import ArgumentParser
internal import PipelineAssembly

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Tells about the configuration.",
        discussion: """
            Example:
              winnow config schema
            """,
        subcommands: [Schema.self])

    struct Schema: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "schema",
            abstract: "Prints the JSON Schema of pipeline.json.",
            discussion: """
                Example:
                  winnow config schema > pipeline.schema.json
                """)

        @Flag(help: "The schema is JSON in any case; accepted for uniformity.")
        var json = false

        mutating func run() throws {
            Console.print(ConfigurationSchema.json)
        }
    }
}
