// Each stage of a run on its own, timed.

internal import Archive
internal import Cleaners
internal import DocumentModel
internal import NearDuplicates
internal import Readers
internal import SystemPackage

/// Times the stages of a run over the same batches on one thread.
package struct StageBenchmark {
    /// What one stage can do.
    package struct Row: Sendable {
        package var stage: String
        /// Millions of decompressed input bytes a CPU-second.
        package var bestMegabytes: Double
        package var medianMegabytes: Double
        package var bestDocuments: Double
    }

    /// All stages and the input they were measured with.
    package struct Table: Sendable {
        package var documents: Int
        package var bytes: Int
        package var rows: [Row]
    }

    private enum Stage: String, CaseIterable {
        case read = "read, decompress, carve"
        case parse
        case clean
        case sketch = "words, shingles, sketch"
        case render
        case decide = "decide, assemble"
        case pack = "compress"
    }

    private let plan: RunPlan
    private let rounds: Int
    private let cpuSeconds: () -> Double

    /// - Parameter cpuSeconds: the CPU time of the calling thread.
    package init(input: String, rounds: Int, cpuSeconds: @escaping () -> Double) throws {
        var overrides = ConfigurationOverrides()
        overrides.inputs = [input]
        overrides.output = "-"
        plan = try RunPlan(PipelineConfiguration(file: nil, overrides: overrides))
        self.rounds = rounds
        self.cpuSeconds = cpuSeconds
    }

    /// Runs all rounds.
    package func run() throws -> Table {
        var seconds: [Stage: [Double]] = [:]
        var table = Table(documents: 0, bytes: 0, rows: [])
        for _ in 0..<rounds {
            let round = try runOnce(&table)
            for (stage, spent) in round { seconds[stage, default: []].append(spent) }
        }
        let megabytes = Double(table.bytes) / 1e6
        for stage in Stage.allCases {
            table.rows.append(row(stage.rawValue, seconds[stage] ?? [], megabytes, table.documents))
        }
        let wholes = (0..<rounds).map { round in
            Stage.allCases.reduce(0) { $0 + (seconds[$1]?[round] ?? 0) }
        }
        table.rows.append(row("all of it", wholes, megabytes, table.documents))
        return table
    }

    private func row(
        _ name: String, _ seconds: [Double], _ megabytes: Double, _ documents: Int
    ) -> Row {
        let sorted = seconds.sorted()
        let best = max(sorted.first ?? 0, 1e-9)
        let median = max(sorted.isEmpty ? 0 : sorted[sorted.count / 2], 1e-9)
        return Row(
            stage: name, bestMegabytes: megabytes / best, medianMegabytes: megabytes / median,
            bestDocuments: Double(documents) / best)
    }

    private func runOnce(_ table: inout Table) throws -> [Stage: Double] {
        var spent: [Stage: Double] = [:]
        var last = cpuSeconds()
        func count(_ stage: Stage) {
            let now = cpuSeconds()
            spent[stage, default: 0] += now - last
            last = now
        }
        let source = try plan.makeReader(excluding: nil, stop: { false })
        var parser = plan.makeParser()
        var cleaner = BatchCleaner(rules: plan.rules, options: plan.cleaningOptions)
        var sketcher = BatchSketcher(parameters: plan.parameters)
        let renderer = RecordRenderer(originPrefixes: plan.originPrefixes)
        let recorder = RunRecorder(
            plan: plan,
            index: LayeredIndex(
                parameters: plan.parameters, isSketched: true, memoryBytes: .max, earlier: [],
                staging: nil))
        var decider = ArchiveDecider(plan: plan, recorder: recorder)
        let packer = MemberPacker()
        var documents = 0
        count(.read)
        while let next = try source.nextBatch() {
            var batch = WorkBatch(next)
            documents += batch.documents.records.count
            count(.read)
            parser.parse(&batch.documents)
            count(.parse)
            cleaner.clean(&batch.documents)
            count(.clean)
            sketcher.sketch(&batch.documents, into: &batch.sketches)
            count(.sketch)
            renderer.render(batch.documents, rules: plan.rules.table, into: &batch.rendered)
            count(.render)
            try decider.decide(batch)
            let members = recorder.takeMembers(isLast: false)
            count(.decide)
            for member in members {
                var piece = ArchivePiece.full(member)
                packer.pack(&piece)
            }
            count(.pack)
        }
        table.documents = documents
        table.bytes = source.byteCount
        return spent
    }
}
