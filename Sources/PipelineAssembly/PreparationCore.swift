// What is done to every text before the index is asked, whoever asks.

internal import Cleaners
internal import DocumentModel
internal import NearDuplicates
internal import Readers

/// Parses, cleans and sketches a batch. One a worker.
struct PreparationCore: ~Copyable {
    private var parser: RecordParser
    private var cleaner: BatchCleaner
    private var sketcher: BatchSketcher

    init(plan: RunPlan) {
        parser = plan.makeParser()
        cleaner = BatchCleaner(rules: plan.rules, options: plan.cleaningOptions)
        sketcher = BatchSketcher(
            parameters: plan.parameters,
            isIdentityOnly: plan.configuration.deduplication == nil)
    }

    mutating func prepare(_ documents: inout DocumentBatch, _ sketches: inout SketchBatch) {
        parser.parse(&documents)
        cleaner.clean(&documents)
        sketcher.sketch(&documents, into: &sketches)
    }
}
