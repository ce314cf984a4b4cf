// What is known of a record, in words and in JSON.

internal import Archive
internal import DocumentModel
internal import JSONBytes
internal import NearDuplicates
internal import PipelineAssembly

enum ExplanationText {
    static func lines(_ explanation: Explanation) -> [String] {
        let record = explanation.record
        var lines = [Readable.oneLine(explanation.id), ""]
        lines.append(fate(explanation))
        lines.append("archived  \(explanation.archiveFile)")
        lines.append("origin    \(origin(record))")
        for name in ["source", "title", "created", "language", "url"] {
            if let value = record[name]?.string, !value.isEmpty {
                lines.append("\(padded(name))\(Readable.oneLine(value))")
            }
        }
        let authors = record["authors"]?.array?.compactMap(\.string) ?? []
        if !authors.isEmpty {
            lines.append("authors   \(Readable.oneLine(authors.joined(separator: ", ")))")
        }
        if explanation.stream != .rejected {
            lines.append("")
            lines += ledgerLines(explanation.ledger)
        }
        if let comparison = explanation.comparison, let keeper = record["keeper"]?.string {
            lines.append("")
            lines += comparisonLines(comparison, keeper, isContained: isContained(record))
        }
        return lines
    }

    private static func isContained(_ record: JSONTree) -> Bool {
        record["kind"]?.string == DuplicateKind.contained.rawValue
    }

    private static func comparisonLines(
        _ comparison: TextComparison, _ keeper: String, isContained: Bool
    ) -> [String] {
        let similarity = comparison.similarity
        let head = "against \(Readable.oneLine(keeper)):"
        if isContained {
            // What the container has beside its part says nothing.
            return [
                head + " containment \(Readable.decimals(similarity.containment, 6)),"
                    + " \(similarity.sharedCount) of its \(similarity.secondCount) shingles"
            ] + DifferenceText.missing(comparison.differences)
        }
        return [
            head + " Jaccard \(Readable.decimals(similarity.jaccard, 6)),"
                + " \(similarity.sharedCount) of"
                + " \(similarity.firstCount + similarity.secondCount - similarity.sharedCount)"
                + " shingles shared"
        ] + DifferenceText.lines(comparison.differences)
    }

    private static func fate(_ explanation: Explanation) -> String {
        let record = explanation.record
        switch explanation.stream {
        case .articles: return "fate      kept"
        case .duplicates:
            let kind = record["kind"]?.string ?? ""
            let similarity = Readable.decimals(record["similarity"]?.double ?? 0, 4)
            let keeper = Readable.oneLine(record["keeper"]?.string ?? "")
            let measure = isContained(record) ? "containment" : "similarity"
            return "fate      duplicate (\(kind)) of \(keeper), \(measure) \(similarity)"
        default:
            let detail = Readable.oneLine(record["detail"]?.string ?? "")
            return "fate      rejected: \(record["reason"]?.string ?? "")"
                + (detail.isEmpty ? "" : " (\(detail))")
        }
    }

    private static func origin(_ record: JSONTree) -> String {
        let origin = record["origin"]
        let number = origin?["record"]?.integer ?? 0
        let offset = origin?["offset"]?.integer ?? 0
        let file = Readable.oneLine(origin?["file"]?.string ?? "")
        return "\(file), record \(number), byte \(offset)"
    }

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(1, 10 - name.count))
    }

    private static func ledgerLines(_ ledger: LedgerEntry?) -> [String] {
        guard let ledger else { return ["the text is as it was read"] }
        var lines = ["changes   \(ledger.steps.count)"]
        for step in ledger.steps {
            var line = "  byte \(step.start), \(step.rule) (\(step.pack))"
            if step.score != 0 { line += ", score \(Readable.decimals(step.score, 2))" }
            lines.append(line)
            if !step.removed.isEmpty { lines.append("    - \(shown(step.removed))") }
            if !step.inserted.isEmpty { lines.append("    + \(shown(step.inserted))") }
        }
        if !ledger.original.isEmpty {
            lines.append("  the original bytes are kept (\(ledger.encoding))")
        }
        return lines
    }

    /// Bytes on one line: control characters escaped, long runs cut.
    private static func shown(_ bytes: [UInt8]) -> String {
        let limit = 160
        var text = Readable.oneLine(String(decoding: bytes, as: UTF8.self))
        if text.count > limit { text = text.prefix(limit) + "... (\(bytes.count) bytes)" }
        return text
    }

    static func printJSON(_ explanation: Explanation) {
        Console.printJSON { json in
            json.field("id", explanation.id)
            json.field("stream", explanation.stream.rawValue)
            json.field("archive_file", explanation.archiveFile)
            let record = explanation.record
            for name in ["reason", "detail", "keeper", "kind", "source", "title", "created", "url"]
            {
                if let value = record[name]?.string { json.field(name, value) }
            }
            if let similarity = record["similarity"]?.double {
                json.field("similarity", similarity)
            }
            json.object("origin") { json in
                json.field("file", record["origin"]?["file"]?.string ?? "")
                json.field("record", record["origin"]?["record"]?.integer ?? 0)
                json.field("offset", record["origin"]?["offset"]?.integer ?? 0)
            }
            json.list("edits", explanation.ledger?.steps ?? []) { json, step in
                json.field("at", step.start)
                json.field("removed", String(decoding: step.removed, as: UTF8.self))
                json.field("inserted", String(decoding: step.inserted, as: UTF8.self))
                json.field("rule", step.rule)
                json.field("pack", step.pack)
                json.field("score", step.score)
            }
            if let comparison = explanation.comparison {
                json.field("jaccard", comparison.similarity.jaccard)
                if isContained(record) {
                    json.field("containment", comparison.similarity.containment)
                }
                json.list("differences", comparison.differences) { json, difference in
                    json.field("keeper", difference.first.joined(separator: " "))
                    json.field("duplicate", difference.second.joined(separator: " "))
                }
            }
        }
    }
}
