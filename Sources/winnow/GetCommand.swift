// winnow get: records as they are archived.

internal import Archive
internal import ArgumentParser
internal import PipelineAssembly

struct GetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Prints archived records as they stand in the archive.",
        discussion: """
            Example:
              winnow get 001-harbour-cranes.txt
            """)

    @Argument(help: "Ids of records.")
    var ids: [String]

    @OptionGroup var place: ArchiveOptions

    @Flag(help: "Records are JSON in any case; accepted for uniformity.")
    var json = false

    mutating func run() throws {
        let questions = try ArchiveQuestions(archive: place.archive())
        defer { Console.notice(about: questions) }
        for id in ids {
            Console.print(bytes: try questions.line(of: id).bytes + [UInt8(ascii: "\n")])
        }
    }
}
