// The outcome of a repair in words and in JSON.

internal import Archive
internal import IndexStore
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

enum RepairText {
    /// Things of a kind that are listed before the rest is only counted.
    private static let listed = 20

    static func text(_ report: RepairReport, _ options: ArchiveActOptions) -> String {
        let path = options.archive
        guard report.commit != nil || !report.findings.isEmpty else {
            return "\(path) holds no archive yet"
        }
        if report.isWhole {
            let segments = Readable.count(report.commit?.segments.count ?? 0, "segment")
            return "\(path) is whole: \(segments); nothing was done."
        }
        var lines = list(report.findings.map { "\($0.path): \($0.reason)" }, "finding")
        for loss in report.losses {
            let lost = loss.records.map { Readable.count($0, "record") } ?? "some records"
            lines.append(
                "lost: \(loss.path): \(loss.reason); \(lost) lost,"
                    + " \(Readable.count(loss.saved)) saved")
        }
        lines += list(report.lostIDs.map { "lost: document \($0)" }, "document")
        lines += list(
            report.unrestorableIDs.map { "lost: what \($0) was before it was cleaned" }, "document")
        if options.isDryRun {
            return (lines + ["Dry run: nothing was changed."]).joined(separator: "\n")
        }
        if report.foundCount > 0 {
            lines.append(
                "\(Readable.count(report.foundCount, "record")) came back in from files that no"
                    + " commit listed.")
        }
        let kept = report.decisions.count { $0.keeper == nil }
        if !report.decisions.isEmpty {
            lines.append(
                "\(Readable.count(report.decisions.count, "duplicate")) had lost their keepers:"
                    + " \(Readable.count(kept)) kept from now on,"
                    + " \(Readable.count(report.decisions.count - kept)) with another keeper.")
        }
        if report.isIndexMade, let commit = report.commit {
            lines.append(
                "The index was made again from"
                    + " \(Readable.count(commit.recordCounts.sum, "record")):"
                    + " \(Readable.count(commit.segments.count, "segment")) in commit"
                    + " \(commit.run) of \(path).")
        } else if let run = report.run {
            lines.append("Commit \(run) is in \(path).")
        } else {
            lines.append("\(path) is whole again.")
        }
        return lines.joined(separator: "\n")
    }

    private static func list(_ lines: [String], _ noun: String) -> [String] {
        guard lines.count > listed else { return lines }
        return lines.prefix(listed)
            + ["... and \(Readable.count(lines.count - listed, "more " + noun))"]
    }

    static func printJSON(_ report: RepairReport, _ options: ArchiveActOptions) {
        Console.printJSON { json in
            json.field("archive", options.archive.string)
            json.field("commit", report.commit?.run ?? 0)
            json.key("dry_run")
            json.boolean(options.isDryRun)
            json.key("repaired")
            json.boolean(!options.isDryRun && !report.isWhole)
            json.field("segments", report.commit?.segments.count ?? 0)
            json.field("records_lost", report.counts.removed)
            json.field("records_found", report.foundCount)
            json.list("findings", report.findings) { json, finding in
                json.field("path", finding.path)
                json.field("reason", finding.reason)
            }
            json.list("losses", report.losses) { json, loss in
                json.field("path", loss.path)
                json.field("reason", loss.reason)
                json.field("records", loss.records ?? -1)
                json.field("saved", loss.saved)
            }
            json.strings("lost", report.lostIDs)
            json.strings("unrestorable", report.unrestorableIDs)
            json.list("decisions", report.decisions) { json, decision in
                json.field("id", decision.id)
                json.field("keeper", decision.keeper ?? "")
            }
            json.strings("notices", report.notices)
        }
    }
}

extension JSONWriter {
    /// Writes a key with a list of strings.
    mutating func strings(_ name: String, _ items: [String]) {
        key(name)
        beginArray()
        for item in items { string(item) }
        endArray()
    }
}
