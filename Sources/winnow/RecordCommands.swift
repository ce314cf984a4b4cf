// winnow get, restore and explain: questions about single records.

internal import Archive
internal import ArgumentParser
internal import ByteText
internal import JSONBytes
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
        for id in ids {
            Console.print(bytes: try questions.line(of: id).bytes + [UInt8(ascii: "\n")])
        }
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Gives the input back: the text as it was before cleaning.",
        discussion: """
            One id gives the bytes of its text file, or the value of its JSON field. Several ids, or
            --all, give JSON lines with id and text (base64 where it is not UTF-8).

            Examples:
              winnow restore 001-harbour-cranes.txt > 001.txt
              winnow restore --all > originals.jsonl
            """)

    @Argument(help: "Ids of records.")
    var ids: [String] = []

    @Flag(help: "Every record of the archive.")
    var all = false

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var answer: AnswerOptions

    mutating func validate() throws {
        guard all != !ids.isEmpty else { throw ValidationError("name ids, or --all") }
    }

    mutating func run() throws {
        let questions = try ArchiveQuestions(archive: place.archive())
        if all {
            try questions.restoreAll { id, bytes in printLine(id, bytes) }
        } else if ids.count == 1, !answer.json, let id = ids.first {
            Console.print(bytes: try questions.restore(id))
        } else {
            for id in ids { printLine(id, try questions.restore(id)) }
        }
    }

    private func printLine(_ id: String, _ bytes: [UInt8]) {
        Console.printJSON { json in
            json.field("id", id)
            if UTF8Text.isValid(bytes.span) {
                json.key("text")
                json.string(bytes.span)
            } else {
                json.key("base64")
                var digits: [UInt8] = []
                Base64.encode(bytes.span, to: &digits)
                json.string(digits.span)
            }
        }
    }
}

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
        let explanation = try questions.explain(id)
        if answer.json {
            ExplanationText.printJSON(explanation)
        } else {
            Console.print(ExplanationText.lines(explanation).joined(separator: "\n"))
        }
    }
}
