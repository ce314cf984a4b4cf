// The decision over a collected run, timed: near-duplicates alone and with containment.

internal import DocumentModel
internal import NearDuplicates
internal import Readers

/// Reads a dump whole, sketches its texts as they stand and decides on one thread.
package struct CollectedBenchmark {
    /// What the passes cost and gave.
    package struct Result: Sendable {
        package var documents = 0
        package var sketchSeconds = 0.0
        /// The near-duplicate pass alone.
        package var nearSeconds = 0.0
        /// Both passes.
        package var bothSeconds = 0.0
        package var nearDrops = 0
        package var contained = 0
        /// How often a full list turned a document away.
        package var cappedCount = 0
        /// How often documents had to be decided again because their keeper went.
        package var roundCount = 0
        /// Ids of the kept documents, one a line.
        package var kept: [UInt8] = []
        /// Id, keeper's id, similarity and kind of the dropped ones, by tabs.
        package var pairs: [UInt8] = []
    }

    private let plan: RunPlan
    private let containment: ContainmentParameters
    private let policy: KeepPolicy
    private let cpuSeconds: () -> Double

    /// - Parameters:
    ///   - isLongest: true decides on long texts first, not in input order.
    ///   - cpuSeconds: the CPU time of the calling thread.
    package init(
        input: String, containment: Double, isLongest: Bool, cpuSeconds: @escaping () -> Double
    ) throws {
        var overrides = ConfigurationOverrides()
        overrides.inputs = [input]
        overrides.output = "-"
        plan = try RunPlan(PipelineConfiguration(file: nil, overrides: overrides))
        self.containment = ContainmentParameters(threshold: containment)
        policy = isLongest ? .longest : .first
        self.cpuSeconds = cpuSeconds
    }

    /// Reads and decides.
    package func run() throws -> Result {
        var result = Result()
        var ids: [[UInt8]] = []
        var ranks: [UInt64] = []
        var all = SketchBatch()
        let ranker = KeepRanker(policy)
        let source = try plan.makeReader(excluding: nil, stop: { false })
        var parser = plan.makeParser()
        var sketcher = BatchSketcher(parameters: plan.parameters)
        var sketches = SketchBatch()
        var documents: [Int] = []
        while var batch = try source.nextBatch() {
            parser.parse(&batch)
            for index in batch.records.indices {
                batch.records[index].text = batch.records[index].delivered
            }
            let start = cpuSeconds()
            sketcher.sketch(&batch, into: &sketches)
            result.sketchSeconds += cpuSeconds() - start
            for (index, record) in batch.records.enumerated() where record.rejection == nil {
                documents.append(all.sketches.count + index)
                ids.append(Array(batch.bytes(record.id)))
                ranks.append(
                    ranker.rank(
                        wordCount: sketches.sketches[index].wordCount,
                        created: batch.arena.span.extracting(record.created.bounds),
                        source: batch.arena.span.extracting(record.source.bounds)))
            }
            all.append(sketches, bandCount: plan.parameters.bandCount)
        }
        result.documents = documents.count
        let order = KeepRanker.order(ranks)
        for pass in [nil, containment] {
            var copy = SketchBatch()
            copy.append(all, bandCount: plan.parameters.bandCount)
            let start = cpuSeconds()
            var run = MemoryCollection(
                copy, documents: documents, parameters: plan.parameters, containment: pass)
            guard
                let decision = try CollectedDecision.decide(&run, order: order, containment: pass)
            else { continue }
            let spent = cpuSeconds() - start
            if pass == nil {
                result.nearSeconds = spent
                result.nearDrops = decision.drops.count { $0 != nil }
            } else {
                result.bothSeconds = spent
                result.contained = decision.drops.count { $0?.kind == .contained }
                result.cappedCount = decision.cappedCount
                result.roundCount = decision.roundCount
                for (row, drop) in decision.drops.enumerated() {
                    append(ids, row, drop, to: &result)
                }
            }
        }
        return result
    }

    private func append(
        _ ids: [[UInt8]], _ row: Int, _ drop: CollectedDrop?, to result: inout Result
    ) {
        guard let drop, case .collected(let keeper) = drop.keeper else {
            result.kept += ids[row] + [UInt8(ascii: "\n")]
            return
        }
        let tab = [UInt8(ascii: "\t")]
        result.pairs += ids[row] + tab + ids[keeper] + tab
        result.pairs += Array("\(drop.similarity)\t\(drop.kind.rawValue)\n".utf8)
    }
}
