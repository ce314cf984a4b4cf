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
    /// True if the index had the table that containment asks.
    let hasContainment: Bool
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
            hasContainment: hasContainment,
            memoryBytes: RunPlan.indexMemoryBytes(ofMemory: memoryBytes)
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
            let match = index.match(sketch, in: batch.sketches, answer: answer)
            let fate = try index.fate(
                of: orphan.originalID.span, hash: sketch.idHash,
                isIDFree: orphan.id == orphan.originalID,
                keeper: try match.map { ($0, try index.id(of: $0.keeper)) },
                isKeepingVersions: false, renamed: orphan.id)
            if match == nil {
                index.insert(sketch, in: batch.sketches, id: orphan.id.span, answer: answer)
            }
            try index.add(
                match == nil ? .kept : .duplicate, identity: sketch.identity,
                id: Digest(of: orphan.id.span).low)
            arrivals.append(ArrivedDocument(orphan, mark: fate.mark))
        }
        return arrivals
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
