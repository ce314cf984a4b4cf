// The passes of a run that is decided as a whole: collect, decide, write.

internal import Archive
internal import ByteIO
internal import DocumentModel
internal import NearDuplicates
internal import Pipeline

/// Runs that keep another document than the first one, or that look for parts of documents.
///
/// The input is read once. Whatever waits between the passes waits in a spool. A checkpoint is a
/// durable spool: the passes behind it are done again from their start.
struct CollectedPasses {
    private let passes: RunPasses
    private let plan: RunPlan
    private let recorder: RunRecorder
    private let spool: BatchSpool

    /// - Parameter folder: for what does not fit in memory; it goes with the run.
    init(_ passes: RunPasses, folder: Folder) throws {
        self.passes = passes
        plan = passes.plan
        recorder = passes.recorder
        spool = BatchSpool(
            folder: folder, memoryLimitBytes: plan.unsavedSpoolBytes,
            parameters: plan.parameters)
        try passes.restore(spool)
    }

    /// Does all passes. What was archived is in the recorder then.
    ///
    /// Throws `StoppedAtCheckpoint`, or `StopRequested` where no checkpoint can be made.
    /// - Returns: the report, without what only the archive knows.
    func run(from source: BatchSource) throws -> RunReport {
        try collect(from: source)
        let collected = passes.collectedState()
        do {
            let outcome = try decide()
            try archive(outcome)
            var report = recorder.report
            report.checkpoints = passes.checkpointCount
            report.indexBytes = max(outcome.indexBytes, report.indexBytes)
            report.cappedCount = outcome.cappedCount
            report.archivedParts = outcome.archivedParts
            return report
        } catch is StopRequested {
            try passes.writeCheckpoint(collected, spool)
            throw passes.stopped()
        }
    }

    private func collect(from source: BatchSource) throws {
        let (plan, recorder, spool, passes) = (plan, recorder, spool, passes)
        let segments = recorder.index.list
        let gate = StopGate(source: source, stop: passes.stop)
        try StagedRun.run(
            Stages<WorkBatch, Never>(
                read: { try gate.nextWork() },
                makePreparer: {
                    let preparer = DocumentPreparer(plan: plan, segments: segments)
                    return { try preparer.prepare(&$0) }
                },
                decide: { batch, _ in
                    recorder.takeFaults(of: batch.documents)
                    let answers = batch.answers.byRecord
                    let ranks = batch.ranks.indices.map { position in
                        !answers.isEmpty && answers[position].isKnown ? nil : batch.ranks[position]
                    }
                    if ranks.allSatisfy({ $0 == nil }) {
                        recorder.countRead(ranks.count)
                        for _ in ranks { recorder.countSeen() }
                    } else {
                        try spool.append(batch, ranks: ranks)
                    }
                    passes.note(batch)
                    if passes.isCheckpointDue {
                        try passes.writeCheckpoint(passes.collectedState(), spool)
                    }
                },
                finish: { _ in
                    if gate.isStopped || passes.checkpointCount > 0 {
                        try passes.writeCheckpoint(passes.collectedState(), spool)
                    }
                },
                makePacker: { { _ in } }, write: { _ in }),
            threads: plan.threads, stop: { false })
        if gate.isStopped { throw passes.stopped() }
    }

    /// Decides on all rows. What it holds in memory is gone when it returns.
    private func decide() throws -> CollectedOutcome {
        var run = SpooledRun(plan: plan, spool: spool, recorder: recorder)
        guard
            let decision = try CollectedDecision.decide(
                &run, order: KeepRanker.order(spool.ranks), containment: plan.containment,
                stop: passes.stop)
        else { throw StopRequested() }
        return try run.outcome(of: decision)
    }

    private func archive(_ outcome: CollectedOutcome) throws {
        let (recorder, spool, passes) = (recorder, spool, passes)
        let writer = CollectedWriter(outcome: outcome, recorder: recorder)
        var next = 0
        var documents = 0
        try StagedRun.run(
            Stages<DecidedBatch, ArchivePiece>(
                read: {
                    guard next < spool.batchCount else { return nil }
                    next += 1
                    return try DecidedBatch(next - 1, of: spool, outcome)
                },
                makePreparer: { { _ in } },
                decide: { batch, passOn in
                    try writer.write(batch)
                    documents += batch.entry.rows.count
                    passes.progress(
                        RunProgress(phase: .writing, documents: documents, share: batch.share))
                    for member in recorder.takeMembers(isLast: false) { try passOn(.full(member)) }
                },
                finish: { passOn in
                    for member in recorder.takeMembers(isLast: true) { try passOn(.full(member)) }
                },
                makePacker: {
                    let packer = MemberPacker()
                    return { packer.pack(&$0) }
                },
                write: { try passes.write($0) }),
            threads: plan.threads, stop: passes.stop)
    }
}

/// A batch that comes back from the spool, with what the index needs of its kept documents.
private struct DecidedBatch: ~Copyable {
    let entry: BatchSpool.Entry
    /// Of the kept documents, in order.
    let sketches: SketchBatch
    let answers: [ArchivedAnswer]
    let share: Double

    /// Reads all that the batch needs; the spool has one reader.
    init(_ ordinal: Int, of spool: BatchSpool, _ outcome: CollectedOutcome) throws {
        let entry = try spool.batch(ordinal)
        var sketches = SketchBatch()
        var answers: [ArchivedAnswer] = []
        var row = SpooledRow()
        for case .some(let number) in entry.rows where outcome.marks[number] == nil {
            try spool.load(number, into: &row)
            sketches.append(row.sketches, bandCount: spool.bandCount)
            answers.append(row.answer)
        }
        self.entry = entry
        self.sketches = sketches
        self.answers = answers
        share = Double(ordinal + 1) / Double(spool.batchCount)
    }
}

/// Archives decided records in input order.
private struct CollectedWriter {
    let outcome: CollectedOutcome
    let recorder: RunRecorder

    func write(_ batch: borrowing DecidedBatch) throws {
        let count = batch.entry.rows.count
        recorder.countRead(count)
        var kept = 0
        for position in 0..<count {
            if batch.entry.isSeen[position] {
                recorder.countSeen()
                continue
            }
            let sketch = batch.entry.sketches[position]
            if let reason = batch.entry.documents.records[position].rejection {
                try recorder.reject(
                    position, of: batch.entry.documents, batch.entry.rendered, reason, sketch)
                continue
            }
            guard let row = batch.entry.rows[position] else {
                preconditionFailure("record \(position) is no row")
            }
            let fate = outcome.fate(of: row)
            if let mark = fate.mark {
                try recorder.drop(
                    position, batch.entry.rendered, mark, newID: fate.newID, sketch)
                continue
            }
            let full = batch.sketches.sketches[kept]
            var answer = batch.answers[kept]
            kept += 1
            // Segments that this pass has written meanwhile.
            try recorder.index.countBuckets(
                of: full, in: batch.sketches, after: recorder.index.list.value.earlierCount,
                into: &answer)
            try recorder.keep(
                position, of: batch.entry.documents, batch.entry.rendered, fate, full,
                in: batch.sketches, answer: answer)
        }
    }
}
