// winnow explain: why a record is as it is.

internal import ArgumentParser
internal import PipelineAssembly

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells why a record is as it is: its origin, what was removed, what it matched.",
        discussion: """
            Example:
              winnow explain 022-chess-cafe-reprint.txt
            """)

    @Argument(help: "Id of a record.")
    var id: String

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let questions = try ArchiveQuestions(archive: place.archive())
        defer { Console.notice(about: questions) }
        let explanation = try questions.explain(id)
        if answer.json {
            ExplanationText.printJSON(explanation)
        } else {
            Console.print(ExplanationText.lines(explanation).joined(separator: "\n"))
        }
    }
}
