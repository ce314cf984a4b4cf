// The pass of a run over its input, with the checkpoints on its way.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import Pipeline

/// What the passes of a run work with; one pass decides on each record when it comes. A reference,
/// as the stages share it: the deciding one owns the count and the schedule, the writing one the
/// staging.
final class RunPasses {
    let plan: RunPlan
    let recorder: RunRecorder
    let history: InputHistory
    let progress: (RunProgress) -> Void
    let stop: @Sendable () -> Bool
    private var staging: ArchiveStaging
    private let segments: SegmentStaging
    private let identity: Digest
    private var schedule: CheckpointSchedule
    /// Documents decided on so far, those of earlier attempts included.
    private(set) var documents: Int
    /// Where the reading was behind the last batch that was decided on.
    private var mark: ReadingMark?
    /// Counted where they are written, told where documents are decided on.
    private let writtenCheckpoints = SharedValue(0)
    private var isDurable: Bool
    /// The spool of an earlier attempt.
    private var earlierSpool: FieldReader?

    /// - Parameter earlier: what an earlier attempt has done, restored by now.
    init(
        plan: RunPlan, recorder: RunRecorder, history: InputHistory,
        staging: consuming ArchiveStaging, segments: SegmentStaging, identity: Digest,
        earlier: EarlierAttempt?, progress: @escaping (RunProgress) -> Void,
        stop: @escaping @Sendable () -> Bool
    ) {
        self.plan = plan
        self.recorder = recorder
        self.history = history
        self.staging = staging
        self.segments = segments
        self.identity = identity
        self.progress = progress
        self.stop = stop
        documents = earlier?.documents ?? 0
        isDurable = earlier != nil
        earlierSpool = earlier?.spool
        schedule = plan.checkpoints
        schedule.begin(at: documents)
    }

    /// One pass: each record is decided on when it comes.
    ///
    /// Throws `StoppedAtCheckpoint`, or `StopRequested` where no checkpoint can be made.
    func run(from source: BatchSource) throws -> RunReport {
        let list = recorder.index.list
        let plan = plan
        var decider = ArchiveDecider(plan: plan, recorder: recorder)
        let gate = StopGate(source: source, stop: stop)
        try StagedRun.run(
            Stages<WorkBatch, ArchivePiece>(
                read: { try gate.nextWork() },
                makePreparer: {
                    let preparer = DocumentPreparer(plan: plan, segments: list)
                    return { try preparer.prepare(&$0) }
                },
                decide: { [self] batch, passOn in
                    try decider.decide(batch)
                    note(batch)
                    for member in recorder.takeMembers(isLast: false) { try passOn(.full(member)) }
                    if isCheckpointDue, let state = try state(isLast: false) {
                        try passOn(.checkpoint(state))
                    }
                },
                finish: { [self] passOn in
                    if gate.isStopped {
                        if documents > 0, let state = try state(isLast: true) {
                            try passOn(.checkpoint(state))
                        }
                        return
                    }
                    for member in recorder.takeMembers(isLast: true) { try passOn(.full(member)) }
                },
                makePacker: {
                    let packer = MemberPacker()
                    return { packer.pack(&$0) }
                },
                write: { [self] piece in try write(piece) }),
            threads: plan.threads, stop: { false })
        if gate.isStopped { throw stopped() }
        var report = recorder.report
        report.checkpoints = checkpointCount
        return report
    }

    /// Notes that all before a batch's end was decided on or collected.
    func note(_ batch: borrowing WorkBatch) {
        documents += batch.documents.records.count
        mark = batch.mark
        progress(
            RunProgress(
                phase: .running, documents: documents, share: batch.share,
                checkpoints: checkpointCount))
    }

    /// Checkpoints of this attempt.
    var checkpointCount: Int { writtenCheckpoints.value }

    /// The run's state behind the last batch; nil if it cannot be gone on from.
    private func state(isLast: Bool) throws -> StagedState? {
        guard let mark else { return nil }
        let index = try recorder.index.checkpoint(isLast: isLast)
        var fields = RunCheckpoint.fields(
            identity, documents: documents, mark.place, index, history, mark.inputs)
        recorder.encode(to: &fields)
        fields.number(0)
        return StagedState(bytes: fields.bytes, outdatedDrafts: index.outdated)
    }

    /// True if a checkpoint is due behind this batch.
    var isCheckpointDue: Bool { schedule.isDue(at: documents) }

    // MARK: Runs that collect first

    /// Gives a spool what an earlier attempt has collected.
    func restore(_ spool: BatchSpool) throws {
        guard var fields = earlierSpool else { return }
        earlierSpool = nil
        try spool.resume(&fields)
    }

    /// The state behind what was collected, but for the spool: nothing is archived yet. Nil if it
    /// cannot be gone on from.
    func collectedState() -> FieldWriter? {
        guard let mark else { return nil }
        var fields = RunCheckpoint.fields(
            identity, documents: documents, mark.place, IndexCheckpoint(), history, mark.inputs)
        recorder.encode(to: &fields)
        fields.number(1)
        return fields
    }

    /// Makes the spool durable and writes a checkpoint behind it.
    func writeCheckpoint(_ collected: FieldWriter?, _ spool: BatchSpool) throws {
        guard var fields = collected else { return }
        try spool.checkpoint(to: &fields)
        try staging.writeCheckpoint(fields.bytes, isEmpty: true)
        writtenCheckpoints.value += 1
        isDurable = true
    }

    /// Writes what comes to the end of the stages.
    func write(_ piece: consuming ArchivePiece) throws {
        switch consume piece {
        case .packed(let member): try staging.append(member)
        case .checkpoint(let state): try write(state)
        case .full: preconditionFailure("a member that was not packed")
        }
    }

    private func write(_ state: StagedState) throws {
        try staging.writeCheckpoint(state.bytes)
        for name in state.outdatedDrafts { try segments.remove(name) }
        writtenCheckpoints.value += 1
        isDurable = true
    }

    /// Ends the index and makes what was staged durable; see `LayeredIndex.finish` and
    /// `ArchiveStaging.finish`.
    ///
    /// Throws `StoppedAtCheckpoint`, or `StopRequested` where no checkpoint can be made.
    func finish(
        after committed: [ArchivedSegment]
    ) throws -> (segments: [ArchivedSegment], files: [ArchivedFile]) {
        do {
            // What was collected is gone by now: the rest takes less time than to do it again.
            let segments = try recorder.finishIndex(
                after: committed, stop: plan.isCollected ? { false } : stop)
            return (segments, try staging.finish())
        } catch is StopRequested {
            if let state = try state(isLast: true) { try write(state) }
            throw stopped()
        }
    }

    /// What a run that was asked to stop ends with.
    func stopped() -> any Error {
        isDurable ? StoppedAtCheckpoint(documents: documents) : StopRequested()
    }
}

/// Ends the reading of a run that is asked to stop, so that what was read is still decided on.
final class StopGate {
    private let source: BatchSource
    private let stop: @Sendable () -> Bool
    /// Set by the reading stage before its end, read by the others behind it.
    private(set) var isStopped = false

    init(source: BatchSource, stop: @escaping @Sendable () -> Bool) {
        self.source = source
        self.stop = stop
    }

    func nextWork() throws -> WorkBatch? {
        let batch = try source.nextWork()
        // A stop ends the waiting for a stream, and what was read then may be half a record.
        guard stop() else { return batch }
        isStopped = true
        return nil
    }
}
