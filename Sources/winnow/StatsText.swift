// The counts of an archive and the size of its index, in words and in JSON.

internal import Archive
internal import DocumentModel
internal import IndexStore
internal import JSONBytes
internal import SystemPackage

enum StatsText {
    static func lines(_ path: FilePath, _ commit: Commit) -> [String] {
        let totals = commit.totals
        let runs = commit.runs.filter { $0.act == .run }.count
        var lines = [
            "\(path): \(Readable.count(runs, "run")),"
                + " \(Readable.count(totals.read, "record")) read", "",
        ]
        lines += streamLines(commit)
        lines += ["", "  fate                        records     share"]
        lines += fates(totals).filter { $0.count > 0 }.map {
            "  " + left($0.name, 24) + right(Readable.count($0.count), 11)
                + right(percent($0.count, of: totals.read), 10)
        }
        lines += [""] + indexLines(commit)
        lines += ["", "  run         read         kept   duplicates     rejected         seen"]
        for run in commit.runs {
            let counts = run.counts
            let numbers = [
                counts.read, counts.kept, counts.duplicateCount, counts.rejectedCount, counts.seen,
            ]
            lines.append(
                right("\(run.run)", 5) + numbers.map { right(Readable.count($0), 13) }.joined()
                    + (run.act == .run ? "" : "  (\(run.act.rawValue))"))
        }
        lines += ["", "made with \(String(decoding: commit.parameters, as: UTF8.self))"]
        return lines
    }

    private static func streamLines(_ commit: Commit) -> [String] {
        ["  stream           files      records      on disk  uncompressed"]
            + ArchiveStream.allCases.map { stream in
                let own = commit.files(of: stream)
                return "  " + left(stream.rawValue, 12) + right("\(own.count)", 10)
                    + right(Readable.count(own.reduce(0) { $0 + $1.records }), 13)
                    + right(Readable.bytes(own.reduce(0) { $0 + $1.bytes }), 13)
                    + right(Readable.bytes(own.reduce(0) { $0 + $1.uncompressedBytes }), 14)
            }
    }

    private static func indexLines(_ commit: Commit) -> [String] {
        guard commit.isIndexed else {
            return ["index: none that covers the archive; the next run makes it"]
        }
        let figures = IndexFigures(commit)
        var lines = [
            "index: \(Readable.bytes(figures.bytes)) in"
                + " \(Readable.count(commit.segments.count, "segment")),"
                + " \(Readable.count(figures.bytesPerDocument)) bytes a kept document"
        ]
        for segment in commit.segments {
            let counts = segment.extent.counts
            lines.append(
                "  " + left(segment.name, 20) + right(Readable.bytes(segment.bytes), 12)
                    + right(Readable.count(counts.kept), 13) + " kept"
                    + right(Readable.count(counts.duplicates), 11) + " duplicates"
                    + right(Readable.count(counts.rejected), 9) + " rejected")
        }
        lines.append("full buckets turned documents away: \(Readable.count(figures.capped)) times")
        return lines
    }

    static func printJSON(_ path: FilePath, _ commit: Commit?) {
        let totals = commit?.totals ?? RunCounts()
        Console.printJSON { json in
            json.field("archive", path.string)
            json.object("totals") { RunSummaryText.write(totals, to: &$0) }
            json.object("shares") { json in
                for fate in fates(totals) {
                    json.field(fate.key, share(fate.count, of: totals.read))
                }
            }
            json.list("streams", ArchiveStream.allCases) { json, stream in
                let own = commit?.files(of: stream) ?? []
                json.field("stream", stream.rawValue)
                json.field("files", own.count)
                json.field("records", own.reduce(0) { $0 + $1.records })
                json.field("bytes", own.reduce(0) { $0 + $1.bytes })
                json.field("uncompressed_bytes", own.reduce(0) { $0 + $1.uncompressedBytes })
            }
            json.object("index") { json in
                let figures = commit.map(IndexFigures.init)
                json.key("is_whole")
                json.boolean(commit?.isIndexed ?? true)
                json.field("bytes", figures?.bytes ?? 0)
                json.field("bytes_per_document", figures?.bytesPerDocument ?? 0)
                json.field("capped", figures?.capped ?? 0)
                json.list("segments", commit?.segments ?? []) { json, segment in
                    json.field("name", segment.name)
                    json.field("run", segment.run)
                    json.field("bytes", segment.bytes)
                    json.field("kept", segment.extent.counts.kept)
                    json.field("duplicates", segment.extent.counts.duplicates)
                    json.field("rejected", segment.extent.counts.rejected)
                }
            }
            json.list("runs", commit?.runs ?? []) { json, run in
                json.field("run", run.run)
                json.field("act", run.act.rawValue)
                RunSummaryText.write(run.counts, to: &json)
                json.field("capped", run.capped)
            }
            json.key("parameters")
            let parameters = commit?.parameters ?? Array("{}".utf8)
            json.raw(parameters.span)
        }
    }

    private struct IndexFigures {
        var bytes: Int
        var bytesPerDocument: Int
        var capped: Int

        init(_ commit: Commit) {
            let documents = commit.segments.reduce(0) { $0 + $1.extent.counts.kept }
            bytes = commit.segments.reduce(0) { $0 + $1.bytes }
            bytesPerDocument = documents == 0 ? 0 : (bytes + documents / 2) / documents
            capped = commit.runs.reduce(0) { $0 + $1.capped }
        }
    }

    private struct Fate {
        var name: String
        var key: String
        var count: Int
    }

    private static func fates(_ counts: RunCounts) -> [Fate] {
        [Fate(name: "kept", key: "kept", count: counts.kept)]
            + DuplicateKind.allCases.map {
                Fate(
                    name: "duplicate (\($0.rawValue))", key: "duplicate_\($0.rawValue)",
                    count: counts[$0])
            }
            + [
                Fate(name: "rejected", key: "rejected", count: counts.rejectedCount),
                Fate(name: "seen before", key: "seen", count: counts.seen),
            ]
    }

    private static func share(_ count: Int, of total: Int) -> Double {
        total == 0 ? 0 : (Double(count) / Double(total) * 1_000_000).rounded() / 1_000_000
    }

    private static func percent(_ count: Int, of total: Int) -> String {
        "\(Readable.decimals(share(count, of: total) * 100, 2)) %"
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
