// winnow compare: how alike two texts are.

internal import ArgumentParser
internal import ByteIO
internal import JSONBytes
internal import NearDuplicates
internal import PipelineAssembly
internal import SystemPackage

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Tells how alike two text files are, exactly.",
        discussion: """
            Compares the sets of shingles as words, without hashing and without cleaning.

            Example:
              winnow compare morning.txt evening.txt
            """)

    @Argument(help: "A text file.", completion: .file())
    var first: String

    @Argument(help: "Another text file.", completion: .file())
    var second: String

    @Option(help: "Words a shingle.")
    var shingle = 5

    @OptionGroup var answer: AnswerOptions

    mutating func validate() throws {
        guard (1...64).contains(shingle) else {
            throw ValidationError("a shingle has 1 to 64 words")
        }
    }

    mutating func run() throws {
        let comparison = TextComparison(
            try text(first), try text(second), shingleWords: shingle)
        if answer.json {
            Console.printJSON { json in
                json.field("jaccard", comparison.similarity.jaccard)
                json.field("containment", comparison.similarity.containment)
                json.field("shingles_first", comparison.similarity.firstCount)
                json.field("shingles_second", comparison.similarity.secondCount)
                json.field("shingles_shared", comparison.similarity.sharedCount)
            }
            return
        }
        let similarity = comparison.similarity
        var lines = [
            "Jaccard      \(Readable.decimals(similarity.jaccard, 6))",
            "containment  \(Readable.decimals(similarity.containment, 6))",
            "shingles     \(similarity.firstCount) and \(similarity.secondCount),"
                + " \(similarity.sharedCount) shared (\(shingle) words each)",
        ]
        lines += DifferenceText.lines(comparison.differences)
        Console.print(lines.joined(separator: "\n"))
    }

    private func text(_ path: String) throws -> [UInt8] {
        try FileReader.contents(of: FilePath(path))
    }
}

/// Differing words as lines for people.
enum DifferenceText {
    private static let shown = 20

    static func lines(_ differences: [WordDifference]) -> [String] {
        if differences.isEmpty { return ["the words are the same"] }
        var lines = ["differing words:"]
        for difference in differences.prefix(shown) {
            lines.append("  - \(words(difference.first))")
            lines.append("  + \(words(difference.second))")
        }
        if differences.count > shown {
            lines.append("  ... and \(differences.count - shown) more places")
        }
        return lines
    }

    /// The words of the second text that the first one has not.
    static func missing(_ differences: [WordDifference]) -> [String] {
        let places = differences.map(\.second).filter { !$0.isEmpty }
        if places.isEmpty { return ["all its words are there, in this order"] }
        var lines = ["words that are not there:"] + places.prefix(shown).map { "  + \(words($0))" }
        if places.count > shown { lines.append("  ... and \(places.count - shown) more places") }
        return lines
    }

    private static func words(_ words: [String]) -> String {
        if words.isEmpty { return "(nothing)" }
        let limit = 12
        let head = words.prefix(limit).joined(separator: " ")
        return words.count > limit ? "\(head) ... (\(words.count) words)" : head
    }
}
