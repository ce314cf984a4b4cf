// The outcome of a run in words and in JSON.

internal import Archive
internal import DocumentModel
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

enum RunSummaryText {
    static func print(_ report: RunReport, _ configuration: PipelineConfiguration) {
        let counts = report.counts
        var lines: [String] = []
        if let run = report.run {
            lines.append("Run \(run) is in \(configuration.output).")
        } else {
            lines.append("Nothing new: \(configuration.output) is as it was.")
        }
        if report.resumedDocuments > 0 {
            let documents = Readable.count(report.resumedDocuments, "document")
            lines.append("It went on from a checkpoint behind \(documents).")
        }
        if report.filesSeen > 0 {
            let were = report.filesSeen == 1 ? "was" : "were"
            let files = Readable.count(report.filesSeen, "file")
            lines.append("\(files) \(were) seen before and not read again.")
        }
        lines.append("")
        lines.append(row("read", counts.read, ""))
        lines.append(row("kept", counts.kept, "articles/"))
        for kind in DuplicateKind.allCases where counts[kind] > 0 {
            lines.append(row("duplicate (\(kind.rawValue))", counts[kind], "duplicates/"))
        }
        for reason in RejectionReason.allCases where counts[reason] > 0 {
            lines.append(row("rejected (\(reason.rawValue))", counts[reason], "rejected/"))
        }
        if counts.seen > 0 { lines.append(row("seen before", counts.seen, "not archived again")) }
        if counts.renamed > 0 {
            lines.append(row("id made unique", counts.renamed, "the input's id is in metadata"))
        }
        lines.append("")
        let rate = report.seconds > 0 ? Int(Double(counts.read) / report.seconds) : 0
        var effort = "\(Readable.seconds(report.seconds)), \(Readable.count(rate)) documents/s"
        if report.archivedBytes > 0 {
            effort += "; \(Readable.bytes(report.uncompressedBytes)) of records in"
            effort += " \(Readable.bytes(report.archivedBytes))"
        }
        lines.append(effort)
        if report.totals.kept != counts.kept {
            lines.append("The archive holds \(Readable.count(report.totals.kept, "article")).")
        }
        lines += containedLines(report.archivedParts)
        if report.cappedCount > 0 {
            lines.append(
                "A bucket was full \(Readable.count(report.cappedCount)) times: very many documents"
                    + " share one template; some of their near-copies may have been kept.")
        }
        if report.run != nil {
            let output = quoted(configuration.output.string)
            lines.append("Next: winnow explain ID --output \(output)")
            lines.append("      winnow verify --output \(output)")
            lines.append("      zcat \(output)/articles/*.gz")
        }
        Console.print(lines.joined(separator: "\n"))
    }

    /// Archived documents that new ones contain.
    private static func containedLines(_ archived: ArchivedParts) -> [String] {
        if archived.count == 0 { return [] }
        let parts = Readable.count(archived.count, "archived one")
        var lines = ["New articles contain \(parts), kept as before:"]
        for part in archived.parts {
            lines.append(
                "  \(Readable.oneLine(part.id)) in \(Readable.oneLine(part.container)),"
                    + " containment \(Readable.decimals(part.containment, 4))")
        }
        if archived.count > archived.parts.count {
            lines.append("  and \(Readable.count(archived.count - archived.parts.count)) more")
        }
        return lines
    }

    /// A path as a shell takes it.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...0xFF:
                true
            default: false
            }
        }
        if isPlain { return path }
        let parts = path.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }

    private static func row(_ name: String, _ number: Int, _ place: String) -> String {
        let count = Readable.count(number)
        let gap = String(repeating: " ", count: max(1, 34 - name.count - count.count))
        return "  \(name)\(gap)\(count)" + (place.isEmpty ? "" : "  \(place)")
    }

    static func printJSON(_ report: RunReport, _ configuration: PipelineConfiguration) {
        Console.printJSON { json in
            json.field("output", configuration.output.string)
            json.field("run", report.run ?? 0)
            write(report.counts, to: &json)
            json.list("faults", report.faults) { json, fault in
                json.field("file", fault.path)
                json.field("offset", fault.byteOffset)
                json.field("message", fault.message)
                json.key("damage")
                json.boolean(fault.isDamage)
            }
            json.field("archived_parts", report.archivedParts.count)
            json.list("archived_parts_named", report.archivedParts.parts) { json, part in
                json.field("id", part.id)
                json.field("container", part.container)
                json.field("containment", part.containment)
            }
            json.field("resumed_documents", report.resumedDocuments)
            json.field("checkpoints", report.checkpoints)
            json.field("files_read", report.filesRead)
            json.field("files_seen", report.filesSeen)
            json.field("archive_articles", report.totals.kept)
            json.field("archived_bytes", report.archivedBytes)
            json.field("uncompressed_bytes", report.uncompressedBytes)
            json.field("index_bytes", report.indexBytes)
            json.field("capped", report.cappedCount)
            json.field("seconds", (report.seconds * 1_000).rounded() / 1_000)
        }
    }

    /// Writes counts as fields: read, kept, duplicates by kind, rejected by reason, seen, renamed,
    /// and how many were taken out if any were.
    static func write(_ counts: RunCounts, to json: inout JSONWriter) {
        json.field("read", counts.read)
        json.field("kept", counts.kept)
        json.field("duplicates", counts.duplicateCount)
        json.field("rejected", counts.rejectedCount)
        json.field("seen", counts.seen)
        json.field("renamed", counts.renamed)
        if counts.removed > 0 { json.field("removed", counts.removed) }
        json.object("duplicates_by_kind") { json in
            for kind in DuplicateKind.allCases { json.field(kind.rawValue, counts[kind]) }
        }
        json.object("rejected_by_reason") { json in
            for reason in RejectionReason.allCases where counts[reason] > 0 {
                json.field(reason.rawValue, counts[reason])
            }
        }
    }
}
