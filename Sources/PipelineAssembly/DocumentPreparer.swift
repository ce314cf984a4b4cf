// The parallel part of a run: parse, clean, sketch, ask segments, rank, render. One preparer a
// worker.

internal import Archive
internal import Cleaners
internal import DocumentModel
internal import NearDuplicates
internal import Pipeline

/// Everything that can be done to a batch without knowing any other batch of the run.
final class DocumentPreparer {
    private var core: PreparationCore
    private var lookup: SegmentLookup
    private var containment: ContainmentLookup?
    /// Nil if the run decides at once.
    private let ranker: KeepRanker?
    private let segments: SharedValue<SegmentList>
    private let renderer: RecordRenderer
    private let rules: RuleTable

    init(plan: RunPlan, segments: SharedValue<SegmentList>) {
        core = PreparationCore(plan: plan)
        lookup = SegmentLookup(parameters: plan.parameters)
        containment = plan.containment.map { ContainmentLookup(parameters: $0) }
        ranker = plan.isCollected ? KeepRanker(plan.policy) : nil
        self.segments = segments
        renderer = RecordRenderer(originPrefixes: plan.originPrefixes)
        rules = plan.rules.table
    }

    func prepare(_ batch: inout WorkBatch) throws {
        core.prepare(&batch.documents, &batch.sketches)
        try ask(about: &batch)
        if let ranker { rank(&batch, ranker) }
        renderer.render(batch.documents, rules: rules, into: &batch.rendered)
        batch.releaseTexts()
    }

    /// Asks all segments about the sketched records of a batch.
    func ask(about batch: inout WorkBatch) throws {
        let list = segments.value
        batch.answers.end = list.end
        if list.segments.isEmpty { return }
        for sketch in batch.sketches.sketches {
            var answer = ArchivedAnswer()
            for (index, segment) in list.segments.enumerated() {
                try lookup.ask(
                    segment, about: sketch, in: batch.sketches,
                    isOfEarlierRun: index < list.earlierCount, into: &answer)
            }
            try containment?.ask(list.segments, about: sketch, in: batch.sketches, into: &answer)
            batch.answers.byRecord.append(answer)
        }
    }

    private func rank(_ batch: inout WorkBatch, _ ranker: KeepRanker) {
        var ranks: [UInt64] = []
        for (position, record) in batch.documents.records.enumerated() {
            let arena = batch.documents.arena.span
            ranks.append(
                ranker.rank(
                    wordCount: batch.sketches.sketches[position].wordCount,
                    created: arena.extracting(record.created.bounds),
                    source: arena.extracting(record.source.bounds)))
        }
        batch.ranks = ranks
    }
}
