// winnow dedup: which documents to keep, without cleaning and without an archive.

internal import Archive
internal import DocumentModel
internal import NearDuplicates
internal import Pipeline
internal import Readers

/// Reads dumps and names the documents that are no duplicates of earlier ones.
package struct DedupFilter {
    private let configuration: PipelineConfiguration

    /// - Parameter configuration: its inputs, deduplication and threads count.
    package init(configuration: PipelineConfiguration) {
        self.configuration = configuration
    }

    /// Runs the filter.
    ///
    /// - Parameters:
    ///   - writeKept: gets the ids of kept documents, one a line.
    ///   - writePairs: gets a line for each dropped document: its id, its keeper's, similarity and
    ///     kind, separated by tabs; nil if nobody wants them.
    package func execute(
        writeKept: @escaping ([UInt8]) throws -> Void,
        writePairs: (([UInt8]) throws -> Void)?,
        stop: @escaping @Sendable () -> Bool
    ) throws -> FilterReport {
        let plan = try RunPlan(configuration)
        let source = try plan.makeReader(excluding: nil, stop: stop)
        var decider = DedupDecider(plan: plan, hasPairs: writePairs != nil)
        try StagedRun.run(
            Stages<SketchedBatch, DedupLines>(
                read: {
                    guard let documents = try source.nextBatch() else { return nil }
                    return SketchedBatch(documents: documents)
                },
                makePreparer: {
                    let preparer = SketchPreparer(plan: plan)
                    return { preparer.prepare(&$0) }
                },
                decide: { batch, passOn in try passOn(decider.decide(batch)) },
                finish: { _ in },
                makePacker: { { _ in } },
                write: { lines in
                    try writeKept(lines.kept)
                    if let writePairs { try writePairs(lines.pairs) }
                }),
            threads: plan.threads, stop: stop)
        return decider.report
    }
}

/// A batch with its sketches and nothing else.
private struct SketchedBatch: ~Copyable {
    var documents: DocumentBatch
    var sketches = SketchBatch()
}

/// Output of one batch.
private struct DedupLines: ~Copyable {
    var kept: [UInt8] = []
    var pairs: [UInt8] = []
}

/// Parses, takes the text as it is, and sketches.
private final class SketchPreparer {
    private var parser: RecordParser
    private var sketcher: BatchSketcher

    init(plan: RunPlan) {
        parser = plan.makeParser()
        sketcher = BatchSketcher(parameters: plan.parameters)
    }

    func prepare(_ batch: inout SketchedBatch) {
        parser.parse(&batch.documents)
        for index in batch.documents.records.indices {
            batch.documents.records[index].text = batch.documents.records[index].delivered
        }
        sketcher.sketch(&batch.documents, into: &batch.sketches)
    }
}

private struct DedupDecider: ~Copyable {
    private var index: MemoryIndex
    private let hasPairs: Bool
    private let originPrefixes: [String]
    private(set) var report = FilterReport()

    init(plan: RunPlan, hasPairs: Bool) {
        index = MemoryIndex(parameters: plan.parameters)
        originPrefixes = plan.originPrefixes
        self.hasPairs = hasPairs
    }

    mutating func decide(_ batch: borrowing SketchedBatch) -> DedupLines {
        report.faults += batch.documents.faults.map { $0.named(after: originPrefixes) }
        report.read += batch.documents.records.count
        var lines = DedupLines()
        for position in 0..<batch.documents.records.count {
            let record = batch.documents.records[position]
            if let reason = record.rejection {
                report.addRejected(
                    reason, detail: batch.documents.bytes(record.rejectionDetail),
                    prefix: originPrefixes[record.input])
                continue
            }
            let id = batch.documents.bytes(record.id)
            let sketch = batch.sketches.sketches[position]
            if let match = index.decide(sketch, in: batch.sketches, id: id.span) {
                report.duplicates += 1
                if hasPairs { append(id, match, to: &lines.pairs) }
            } else {
                report.kept += 1
                Self.append(id, to: &lines.kept)
                lines.kept.append(UInt8(ascii: "\n"))
            }
        }
        return lines
    }

    private func append(_ id: ArraySlice<UInt8>, _ match: Match, to pairs: inout [UInt8]) {
        Self.append(id, to: &pairs)
        pairs.append(UInt8(ascii: "\t"))
        Self.append(index.id(of: match.keeper)[...], to: &pairs)
        pairs.append(UInt8(ascii: "\t"))
        DuplicateMark.append(similarity: match.similarity, to: &pairs)
        pairs.append(contentsOf: "\t\(match.kind.rawValue)\n".utf8)
    }

    /// An id on one line and in one column: tabs, line ends and backslashes are escaped as in JSON.
    private static func append(_ id: ArraySlice<UInt8>, to output: inout [UInt8]) {
        for byte in id {
            switch byte {
            case UInt8(ascii: "\t"): output.append(contentsOf: "\\t".utf8)
            case UInt8(ascii: "\n"): output.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): output.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
            default: output.append(byte)
            }
        }
    }
}
