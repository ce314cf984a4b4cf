// winnow-bench: what each stage of a run costs, measured on one thread.

internal import ByteIO
internal import Glibc
internal import PipelineAssembly
internal import SystemPackage

/// Takes the stages of a run apart and times each over the same batches.
@main
enum BenchMain {
    private static let usage = """
        usage: winnow-bench [DUMP] [--rounds N] [--documents N] [--script NAME]
               winnow-bench DUMP --containment SHARE [--keep longest] [--prefix PATH]
               winnow-bench index STEP ... (see winnow-bench index --help)

        Times each stage of a run on one thread: MB of decompressed input and documents a
        CPU-second, best and median of the rounds. Without a dump it makes articles up,
        in Latin letters or as --script says: latin, chinese, japanese, thai.
        With --containment it decides on the dump as one collected run and times the
        near-duplicate pass and the containment pass; PATH.kept and PATH.pairs get the outcome.

        example: winnow-bench dump.jsonl.gz --rounds 7

        """

    static func main() throws {
        var input: String?
        var numbers = ["--rounds": 7, "--documents": 20_000]
        var texts = ["--containment": "", "--keep": "first", "--prefix": ""]
        var script = MadeArticles.Script.latin
        var arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "index" {
            if try IndexCommand.run(arguments.dropFirst()) { return }
            try StandardStream.error.write(IndexCommand.usage)
            exit(arguments.contains("--help") ? 0 : 64)
        }
        while let argument = arguments.popFirst() {
            if numbers[argument] != nil, let value = arguments.popFirst().flatMap({ Int($0) }),
                value > 0
            {
                numbers[argument] = value
            } else if texts[argument] != nil, let value = arguments.popFirst() {
                texts[argument] = value
            } else if argument == "--script",
                let named = arguments.popFirst().flatMap(MadeArticles.Script.init(rawValue:))
            {
                script = named
            } else if !argument.hasPrefix("-"), input == nil {
                input = argument
            } else {
                try StandardStream.error.write(usage)
                exit(argument == "--help" ? 0 : 64)
            }
        }
        if let share = texts["--containment"].flatMap({ Double($0) }), let input {
            let isLongest = texts["--keep"] == "longest"
            try decide(input, share, isLongest: isLongest, prefix: texts["--prefix"] ?? "")
            return
        }
        try measure(
            input, rounds: numbers["--rounds", default: 1], numbers["--documents", default: 1],
            script)
    }

    private static func measure(
        _ input: String?, rounds: Int, _ documents: Int, _ script: MadeArticles.Script
    ) throws {
        let madeName = "winnow-bench-\(getpid()).jsonl"
        let folder = Folder(FilePath("/tmp"))
        if input == nil {
            var articles = MadeArticles(count: documents, script: script)
            try articles.write(to: folder.path(madeName))
        }
        let path = input ?? folder.path(madeName).string
        let table = try StageBenchmark(input: path, rounds: rounds, cpuSeconds: cpuSeconds).run()
        if input == nil { _ = try folder.removeFile(madeName) }
        var lines = [
            "\(path): \(table.documents) documents, \(table.bytes / 1_000_000) MB,"
                + " \(rounds) rounds",
            "", "| stage | MB/s best | MB/s median | documents/s best |",
            "| --- | ---: | ---: | ---: |",
        ]
        for row in table.rows {
            let cells = [row.bestMegabytes, row.medianMegabytes, row.bestDocuments].map { Int($0) }
            lines.append("| \(row.stage) | \(cells[0]) | \(cells[1]) | \(cells[2]) |")
        }
        try StandardStream.output.write(lines.joined(separator: "\n") + "\n")
    }

    private static func decide(
        _ input: String, _ share: Double, isLongest: Bool, prefix: String
    ) throws {
        let result = try CollectedBenchmark(
            input: input, containment: share, isLongest: isLongest, cpuSeconds: cpuSeconds
        ).run()
        let milliseconds = [result.sketchSeconds, result.nearSeconds, result.bothSeconds]
            .map { Int($0 * 1_000) }
        try StandardStream.output.write(
            """
            \(input): \(result.documents) documents
            sketches \(milliseconds[0]) ms, near-duplicates \(milliseconds[1]) ms, \
            with containment \(milliseconds[2]) ms of CPU
            \(result.nearDrops) near-duplicates; with containment \(result.contained) contained, \
            full lists met \(result.cappedCount) times, \(result.roundCount) rounds of orphans

            """)
        if prefix.isEmpty { return }
        for (ending, bytes) in [("kept", result.kept), ("pairs", result.pairs)] {
            var writer = try FileWriter(creating: FilePath("\(prefix).\(ending)"))
            try writer.write(bytes.span)
            try writer.close()
        }
    }

    /// CPU time of this thread.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        // SAFETY: the structure is this function's own.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
