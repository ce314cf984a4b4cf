// Deciding again on duplicates whose keepers are gone.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates
internal import Pipeline

/// Compares documents with what an archive keeps, as if they came in now.
struct OrphanDecider {
    /// The archive without the documents.
    let store: ArchiveStore
    let memoryBytes: Int

    /// What the archive compared documents by; nil if it never did.
    private var recorded: NearDuplicateParameters? {
        store.commit.flatMap(RunPlan.indexParameters)
    }

    private var parameters: NearDuplicateParameters { recorded ?? NearDuplicateParameters() }

    /// Derives the index of the archive.
    func deriveIndex(
        in staging: SegmentStaging, progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws -> LayeredIndex {
        try IndexRebuild(
            store: store, parameters: parameters, isSketched: recorded != nil,
            memoryBytes: max(memoryBytes / 2, 16_000_000)
        ).derive(in: staging, progress: progress, stop: stop)
    }

    /// Decides in the order given; documents that are kept are compared with by those that follow.
    func decide(
        _ orphans: [TakenDocument], in index: inout LayeredIndex, stop: () -> Bool
    ) throws -> [ArrivedDocument] {
        var sketcher = BatchSketcher(parameters: parameters, isIdentityOnly: recorded == nil)
        var batch = ArchivedBatch()
        var arrivals: [ArrivedDocument] = []
        for orphan in orphans {
            if stop() { throw StopRequested() }
            batch.removeAll()
            batch.append(orphan)
            batch.sketch(with: &sketcher)
            let sketch = batch.sketches.sketches[0]
            let answer = try index.complete(ArchivedAnswers(), at: 0, in: batch.sketches)
            let match = index.decide(sketch, in: batch.sketches, id: orphan.id.span, answer: answer)
            let mark = try match.map { try self.mark($0, orphan, in: index) }
            try index.add(
                match == nil ? .kept : .duplicate, identity: sketch.identity,
                id: Digest(of: orphan.id.span).low)
            arrivals.append(ArrivedDocument(orphan, mark: mark))
        }
        return arrivals
    }

    private func mark(
        _ match: Match, _ orphan: TakenDocument, in index: borrowing LayeredIndex
    ) throws -> DuplicateMark {
        let keeper = try index.id(of: match.keeper)
        // The keeper has the id that this record had to give up: a new version of it.
        let isUpdate =
            match.kind == .near && orphan.id != orphan.originalID && keeper == orphan.originalID
        return DuplicateMark(
            keeper: keeper, similarity: match.similarity, kind: isUpdate ? .update : match.kind)
    }
}

extension ArchiveActReport.Decision {
    init(_ arrival: ArrivedDocument) {
        id = String(decoding: arrival.document.id, as: UTF8.self)
        run = arrival.document.origin.run
        keeper = arrival.mark.map { String(decoding: $0.keeper, as: UTF8.self) }
        similarity = arrival.mark?.similarity ?? 0
    }
}
