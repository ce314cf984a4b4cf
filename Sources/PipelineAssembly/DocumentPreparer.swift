// The parallel part of a run: parse, clean, sketch, render. One preparer per worker.

internal import Archive
internal import Cleaners
internal import DocumentModel
internal import NearDuplicates
internal import Readers

/// Everything that can be done to a batch without knowing any other batch.
final class DocumentPreparer {
    private var parser: RecordParser
    private var cleaner: BatchCleaner
    private var sketcher: BatchSketcher
    private let renderer: RecordRenderer
    private let rules: RuleTable

    init(plan: RunPlan) {
        parser = plan.makeParser()
        cleaner = BatchCleaner(rules: plan.rules, options: plan.cleaningOptions)
        sketcher = BatchSketcher(
            parameters: plan.parameters,
            isIdentityOnly: plan.configuration.deduplication == nil)
        renderer = RecordRenderer(originPrefixes: plan.originPrefixes)
        rules = plan.rules.table
    }

    func prepare(_ batch: inout WorkBatch) {
        parser.parse(&batch.documents)
        cleaner.clean(&batch.documents)
        sketcher.sketch(&batch.documents, into: &batch.sketches)
        renderer.render(batch.documents, rules: rules, into: &batch.rendered)
        batch.releaseTexts()
    }
}
