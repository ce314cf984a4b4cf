// Decides on documents in input order, each as soon as it comes.

internal import Archive
internal import DocumentModel
internal import NearDuplicates

/// Decides what becomes of each record and has it archived.
struct ArchiveDecider: ~Copyable {
    private let recorder: RunRecorder
    private let isDeduplicating: Bool
    private let isKeepingVersions: Bool

    init(plan: RunPlan, recorder: RunRecorder) {
        self.recorder = recorder
        isDeduplicating = plan.configuration.deduplication != nil
        isKeepingVersions = plan.configuration.deduplication?.isKeepingVersions ?? false
    }

    /// Decides on every record of a batch.
    mutating func decide(_ batch: borrowing WorkBatch) throws {
        recorder.takeFaults(of: batch.documents)
        recorder.countRead(batch.documents.records.count)
        for position in 0..<batch.documents.records.count {
            try decide(position, batch)
        }
    }

    private mutating func decide(_ position: Int, _ batch: borrowing WorkBatch) throws {
        let record = batch.documents.records[position]
        let sketch = batch.sketches.sketches[position]
        let answer = try recorder.index.complete(batch.answers, at: position, in: batch.sketches)
        if answer.isKnown { return recorder.countSeen() }
        if let reason = record.rejection {
            return try recorder.reject(
                position, of: batch.documents, batch.rendered, reason, sketch)
        }
        let match =
            isDeduplicating
            ? recorder.index.match(sketch, in: batch.sketches, answer: answer) : nil
        let isIDFree = recorder.index.claim(sketch.idHash, answer: answer)
        let fate = try recorder.index.fate(
            of: batch.documents.arena.span.extracting(record.id.bounds), hash: sketch.idHash,
            isIDFree: isIDFree,
            keeper: try match.map { ($0, try recorder.index.id(of: $0.keeper)) },
            isKeepingVersions: isKeepingVersions)
        if let mark = fate.mark {
            try recorder.drop(position, batch.rendered, mark, newID: fate.newID, sketch)
        } else {
            try recorder.keep(
                position, of: batch.documents, batch.rendered, fate, sketch, in: batch.sketches,
                answer: answer)
        }
    }
}
