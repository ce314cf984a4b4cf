// The outcome of forget, compact and prune in words and in JSON.

internal import Archive
internal import DocumentModel
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

enum ActReportText {
    /// Records of a kind that are listed before the rest is only counted.
    private static let listedRecords = 20

    static func print(_ report: ArchiveActReport, _ options: ArchiveActOptions) {
        var lines: [String] = []
        switch report.act {
        case .compact: lines = compaction(report, options)
        default: lines = removal(report, options)
        }
        Console.print(lines.joined(separator: "\n"))
    }

    private static func compaction(
        _ report: ArchiveActReport, _ options: ArchiveActOptions
    ) -> [String] {
        let isChange =
            report.run != nil || report.filesBefore != report.filesAfter
            || report.segmentsBefore != report.segmentsAfter
        guard isChange else { return ["Nothing to compact: \(options.archive) is as it was."] }
        let head =
            options.isDryRun
            ? "Dry run: nothing was changed."
            : "Commit \(report.run ?? 0) is in \(options.archive)."
        return [
            head,
            "  data files  \(Readable.count(report.filesBefore))"
                + " -> \(Readable.count(report.filesAfter))",
            "  segments    \(Readable.count(report.segmentsBefore))"
                + " -> \(Readable.count(report.segmentsAfter))",
        ]
    }

    private static func removal(
        _ report: ArchiveActReport, _ options: ArchiveActOptions
    ) -> [String] {
        let counts = report.counts
        guard counts.removed > 0 else {
            return ["Nothing to \(report.act.rawValue): \(options.archive) is as it was."]
        }
        var lines = [
            options.isDryRun
                ? "Dry run: nothing was changed."
                : "Commit \(report.run ?? 0) is in \(options.archive).",
            "  taken out         \(Readable.count(counts.removed, "record"))",
        ]
        for id in report.gone.prefix(listedRecords) where report.gone.count > 1 {
            lines.append("    \(id)")
        }
        let restGone = report.gone.count - listedRecords
        if restGone > 0 { lines.append("    and \(Readable.count(restGone)) more") }
        let kept = report.decisions.count { $0.keeper == nil }
        if !report.decisions.isEmpty {
            lines.append("  kept from now on  \(Readable.count(kept, "duplicate"))")
            let others = report.decisions.count - kept
            lines.append("  another keeper    \(Readable.count(others, "duplicate"))")
        }
        for decision in report.decisions.prefix(listedRecords) {
            if let keeper = decision.keeper {
                lines.append("    \(decision.id) is a duplicate of \(keeper)")
            } else {
                lines.append("    \(decision.id) is kept")
            }
        }
        let rest = report.decisions.count - listedRecords
        if rest > 0 { lines.append("    and \(Readable.count(rest)) more") }
        return lines
    }

    static func printJSON(_ report: ArchiveActReport, _ options: ArchiveActOptions) {
        Console.printJSON { json in
            json.field("archive", options.archive.string)
            json.field("act", report.act.rawValue)
            json.field("commit", report.run ?? 0)
            json.key("dry_run")
            json.boolean(options.isDryRun)
            json.field("removed", report.counts.removed)
            json.field("kept", report.counts.kept)
            json.field("duplicates", report.counts.duplicateCount)
            json.field("rejected", report.counts.rejectedCount)
            json.key("gone")
            json.beginArray()
            for id in report.gone { json.string(id) }
            json.endArray()
            json.list("decisions", report.decisions) { json, decision in
                json.field("id", decision.id)
                json.field("run", decision.run)
                json.field("keeper", decision.keeper ?? "")
                json.key("similarity")
                json.double(decision.similarity)
            }
            json.field("files_before", report.filesBefore)
            json.field("files_after", report.filesAfter)
            json.field("segments_before", report.segmentsBefore)
            json.field("segments_after", report.segmentsAfter)
        }
    }
}
