// winnow clean: any input format to clean JSON lines, without an archive.

internal import Archive
internal import Cleaners
internal import DocumentModel
internal import Pipeline
internal import Readers

/// Reads dumps and writes every document, cleaned, as a line of the archive's record format.
package struct CleanFilter {
    private let configuration: PipelineConfiguration

    /// - Parameter configuration: its inputs, cleaning and threads count.
    package init(configuration: PipelineConfiguration) {
        self.configuration = configuration
    }

    /// Runs the filter; `write` gets whole lines in input order.
    package func execute(
        write: @escaping ([UInt8]) throws -> Void, stop: @escaping @Sendable () -> Bool
    ) throws -> FilterReport {
        let plan = try RunPlan(configuration)
        let source = try plan.makeReader(excluding: nil, stop: stop)
        var report = FilterReport()
        try StagedRun.run(
            Stages<CleanedBatch, CleanLines>(
                read: {
                    guard let documents = try source.nextBatch() else { return nil }
                    return CleanedBatch(documents: documents)
                },
                makePreparer: {
                    let preparer = CleanPreparer(plan: plan)
                    return { preparer.prepare(&$0) }
                },
                decide: { batch, passOn in
                    report.faults += batch.documents.faults.map {
                        $0.named(after: plan.originPrefixes)
                    }
                    var lines = CleanLines()
                    for position in 0..<batch.documents.records.count {
                        report.read += 1
                        let record = batch.documents.records[position]
                        if let reason = record.rejection {
                            report.addRejected(
                                reason, detail: batch.documents.bytes(record.rejectionDetail),
                                prefix: plan.originPrefixes[record.input])
                            continue
                        }
                        report.kept += 1
                        let line = batch.rendered.records[position].line
                        lines.bytes.append(contentsOf: batch.rendered.bytes[line.bounds])
                    }
                    try passOn(lines)
                },
                finish: { _ in },
                makePacker: { { _ in } },
                write: { lines in try write(lines.bytes) }),
            threads: plan.threads, stop: stop)
        return report
    }
}

private struct CleanedBatch: ~Copyable {
    var documents: DocumentBatch
    var rendered = RenderedBatch()
}

private struct CleanLines: ~Copyable {
    var bytes: [UInt8] = []
}

private final class CleanPreparer {
    private var parser: RecordParser
    private var cleaner: BatchCleaner
    private let renderer: RecordRenderer
    private let rules: RuleTable

    init(plan: RunPlan) {
        parser = plan.makeParser()
        cleaner = BatchCleaner(rules: plan.rules, options: plan.cleaningOptions)
        renderer = RecordRenderer(originPrefixes: plan.originPrefixes)
        rules = plan.rules.table
    }

    func prepare(_ batch: inout CleanedBatch) {
        parser.parse(&batch.documents)
        cleaner.clean(&batch.documents)
        renderer.render(batch.documents, rules: rules, into: &batch.rendered)
    }
}
