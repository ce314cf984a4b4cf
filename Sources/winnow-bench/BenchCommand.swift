// winnow-bench: what each stage of a run costs, measured on one thread.

internal import ArgumentParser
internal import ByteIO
internal import PipelineAssembly
internal import SystemPackage

/// Takes the stages of a run apart and times each over the same batches.
@main
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "winnow-bench",
        abstract: "Times each stage of a run: MB of text and documents a CPU-second.",
        discussion: """
            CPU time of one thread, the stages one after the other over the same batches, several
            rounds in one process. MB are of decompressed input.

            Example:
              winnow-bench dump.jsonl.gz --rounds 7
            """)

    @Argument(help: "A dump to measure with; made-up articles if there is none.")
    var input: String?

    @Option(help: "Rounds; the best and the median are shown.")
    var rounds = 7

    @Option(help: "Made-up articles, if no dump is named.")
    var documents = 20_000

    mutating func validate() throws {
        guard rounds > 0, documents > 0 else {
            throw ValidationError("rounds and documents must be above 0")
        }
    }

    mutating func run() throws {
        var made: FilePath?
        if input == nil {
            let path = FilePath("/tmp").appending("winnow-bench-\(documents).jsonl")
            var articles = MadeArticles(count: documents)
            try articles.write(to: path)
            made = path
        }
        let path = input ?? made?.string ?? ""
        let table = try StageBenchmark(input: path, rounds: rounds).run()
        if let made {
            try Folder(made.removingLastComponent()).removeFile(made.lastComponent?.string ?? "")
        }
        print(
            "\(path): \(table.documents) documents, \(table.bytes / 1_000_000) MB, \(rounds) rounds"
        )
        print("")
        print("| stage | MB/s best | MB/s median | documents/s best |")
        print("| --- | ---: | ---: | ---: |")
        for row in table.rows {
            print(
                "| \(row.stage) | \(Int(row.bestMegabytes)) | \(Int(row.medianMegabytes)) |"
                    + " \(Int(row.bestDocuments)) |")
        }
    }
}
