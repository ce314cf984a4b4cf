// Deriving the index from the archive again.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates
internal import Pipeline

/// Reads all runs back and makes the segments that their documents give. Texts are sketched as they
/// stand, not cleaned again. The caps count documents in archive order, as the runs did.
struct IndexRebuild {
    /// Documents sketched together.
    private static let batchRecords = 256

    let store: ArchiveStore
    let parameters: NearDuplicateParameters
    /// False where the archive was never deduplicated.
    let isSketched: Bool
    /// True if the segments get the table that containment asks.
    let hasContainment: Bool
    let memoryBytes: Int

    /// Makes the segments in a run's staging and lists them.
    func execute(
        in staging: SegmentStaging, progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws -> [ArchivedSegment] {
        var index = try derive(in: staging, progress: progress, stop: stop)
        return try index.finish(after: [])
    }

    /// Enters everything that the archive holds.
    func derive(
        in staging: SegmentStaging, progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws -> LayeredIndex {
        var index = LayeredIndex(
            parameters: parameters, isSketched: isSketched, hasContainment: hasContainment,
            memoryBytes: memoryBytes, earlier: [], staging: staging)
        try fill(&index, progress, stop)
        return index
    }

    private func fill(
        _ index: inout LayeredIndex, _ progress: (RunProgress) -> Void, _ stop: () -> Bool
    ) throws {
        var sketcher = BatchSketcher(
            parameters: parameters, isIdentityOnly: !isSketched, isRejecting: false)
        // A duplicate's keeper stands for it: only its identity and id are entered.
        var identities = BatchSketcher(parameters: parameters, isIdentityOnly: true)
        var batch = ArchivedBatch()
        var count = 0
        var failure: (any Error)?
        func flush() -> Bool {
            do {
                if batch.kinds.first == .kept {
                    batch.sketch(with: &sketcher)
                } else {
                    batch.sketch(with: &identities)
                }
                try enter(batch, into: &index)
                count += batch.ids.count
                progress(RunProgress(phase: .indexing, documents: count, share: nil))
                batch.removeAll()
                if stop() { throw StopRequested() }
            } catch {
                failure = error
            }
            return failure == nil
        }
        func makeRoom(for kind: RecordKind) -> Bool {
            let isFull = batch.ids.count == Self.batchRecords
            return isFull || (batch.kinds.first ?? kind) != kind ? flush() : true
        }
        try ArchiveReader(store).forEachRecord(
            document: { document, stream, delivered in
                let kind = stream == .articles ? RecordKind.kept : .duplicate
                guard makeRoom(for: kind) else { return false }
                batch.append(document, kind, delivered: delivered)
                return true
            },
            rejection: { rejection in
                guard makeRoom(for: .rejected) else { return false }
                batch.append(rejection)
                return true
            },
            known: { digest in
                // Numbered behind all that was read so far.
                guard batch.ids.isEmpty || flush() else { return false }
                do { try index.add(.rejected, identity: digest, id: 0) } catch { failure = error }
                return failure == nil
            })
        if failure == nil { _ = flush() }
        if let failure { throw failure }
    }

    private func enter(
        _ batch: borrowing ArchivedBatch, into index: inout LayeredIndex
    ) throws {
        for position in batch.ids.indices {
            let sketch = batch.sketches.sketches[position]
            let id = batch.documents.arena.span.extracting(batch.ids[position].bounds)
            if batch.kinds[position] == .kept {
                try index.reinsert(sketch, in: batch.sketches, id: id)
            }
            try index.add(
                batch.kinds[position], identity: sketch.identity, id: Digest(of: id).low)
        }
    }
}
