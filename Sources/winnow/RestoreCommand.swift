// winnow restore: texts as they were read.

internal import Archive
internal import ArgumentParser
internal import ByteText
internal import JSONBytes
internal import PipelineAssembly

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
        defer { Console.notice(about: questions) }
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
