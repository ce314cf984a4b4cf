// The whole index of a run: segments on disk below, what is new in memory above.

internal import Archive
internal import ByteText
internal import IndexStore
internal import NearDuplicates
internal import Pipeline
internal import SystemPackage

/// The segments that can be asked at a moment, oldest first.
struct SegmentList: Sendable {
    var segments: [Segment] = []
    /// How many of them earlier runs committed.
    var earlierCount = 0
    /// True if the archive knows texts that were forgotten.
    var knowsTexts = false

    /// The first record that the segments do not cover.
    var end: RecordCounts { segments.last?.extent.end ?? RecordCounts() }
}

/// Answers for one batch, and which records they cover.
struct ArchivedAnswers {
    /// Empty stands for records that nobody knows anything of.
    var byRecord: [ArchivedAnswer] = []
    var end = RecordCounts()
}

/// Decides with segments and memory together, writes the memory to a segment when it has grown to
/// its share, and puts the run's segments in order at the end. It has one owner; workers ask the
/// shared list of segments by themselves.
struct LayeredIndex: ~Copyable {
    /// Records between two looks at the memory in use.
    private static let checkInterval = 64

    let list: SharedValue<SegmentList>
    private let parameters: NearDuplicateParameters
    private let isSketched: Bool
    private let hasContainment: Bool
    private let staging: SegmentStaging?
    private let memoryBytes: Int
    private var fresh: RunIndex
    private var lookup: SegmentLookup
    private var drafts: [(name: String, segment: Segment)] = []
    private var draftCount = 0
    private var addedCount = 0
    private var earlierCappedCount = 0
    /// Drafts that the last checkpoint lists: they stay until the next one is durable.
    private var listedDrafts: Set<String> = []
    /// Those of them that were merged into others since.
    private var outdatedDrafts: [String] = []

    /// - Parameters:
    ///   - isSketched: false if documents are archived without being compared.
    ///   - hasContainment: true if segments get the table that containment asks.
    ///   - memoryBytes: what the part in memory may grow to.
    ///   - earlier: the segments of earlier runs, oldest first.
    ///   - knowsTexts: true if the archive knows texts that were forgotten.
    ///   - staging: where segments are written; nil keeps everything in memory.
    init(
        parameters: NearDuplicateParameters, isSketched: Bool, hasContainment: Bool = false,
        memoryBytes: Int, earlier: [Segment], knowsTexts: Bool = false, staging: SegmentStaging?
    ) {
        list = SharedValue(
            SegmentList(
                segments: earlier, earlierCount: earlier.count, knowsTexts: knowsTexts))
        self.parameters = parameters
        self.isSketched = isSketched
        self.hasContainment = hasContainment
        self.staging = staging
        self.memoryBytes = memoryBytes
        fresh = RunIndex(parameters: parameters, first: list.value.end)
        lookup = SegmentLookup(parameters: parameters)
    }

    /// Bytes of the part in memory.
    var reservedBytes: Int { fresh.reservedBytes }

    /// How often a full bucket turned a document away.
    var cappedCount: Int { earlierCappedCount + fresh.documents.cappedCount }

    /// The answer of all segments, from that of those which a worker has asked.
    mutating func complete(
        _ answers: ArchivedAnswers, at position: Int, in sketches: borrowing SketchBatch
    ) throws -> ArchivedAnswer {
        let list = list.value
        let asked = answers.byRecord.isEmpty ? ArchivedAnswer() : answers.byRecord[position]
        if answers.end == list.end { return asked }
        // Merging may have put what was asked and what was not into one segment: ask all again.
        let next = list.segments.firstIndex { $0.extent.first == answers.end }
        var answer = next == nil ? ArchivedAnswer() : asked
        for index in (next ?? 0)..<list.segments.count {
            try lookup.ask(
                list.segments[index], about: sketches.sketches[position], in: sketches,
                isOfEarlierRun: index < list.earlierCount, knowsTexts: list.knowsTexts,
                into: &answer)
        }
        return answer
    }

    /// Takes an id into use; false if it was in use.
    mutating func claim(_ hash: UInt64, answer: ArchivedAnswer) -> Bool {
        let isFree = fresh.claim(hash)
        return isFree && !answer.isIDTaken
    }

    /// Takes into use what is free first of `id~2`, `id~3` and so on.
    mutating func claimNext(
        after id: Span<UInt8>, hash: UInt64, mark: UInt8
    ) throws -> [UInt8] {
        let segments = list.value.segments
        return try fresh.claimNext(after: id, hash: hash, mark: mark) {
            (hash) throws(IndexError) in
            for segment in segments where try segment.holds(id: hash) { return true }
            return false
        }
    }

    /// The kept document that this one duplicates; nil if there is none.
    mutating func match(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, answer: ArchivedAnswer
    ) -> Match? {
        fresh.match(sketch, in: sketches, archived: answer)
    }

    /// Enters a document that is kept.
    mutating func insert(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>,
        answer: ArchivedAnswer
    ) {
        fresh.insert(sketch, in: sketches, id: id, archived: answer)
    }

    /// Enters a document of the archive whose place among the kept ones is known already.
    mutating func reinsert(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>
    ) throws {
        var answer = ArchivedAnswer()
        try countBuckets(of: sketch, in: sketches, into: &answer)
        fresh.insert(sketch, in: sketches, id: id, archived: answer)
    }

    /// Adds to an answer how full the segments' buckets are.
    /// - Parameter asked: how many segments the answer knows already.
    mutating func countBuckets(
        of sketch: DocumentSketch, in sketches: borrowing SketchBatch, after asked: Int = 0,
        into answer: inout ArchivedAnswer
    ) throws {
        if sketch.isShort { return }
        for segment in list.value.segments.dropFirst(asked) {
            try lookup.countBuckets(of: sketch, in: sketches, segment, into: &answer)
        }
    }

    /// Enters a record that was archived. A kept one must have been decided on or inserted.
    mutating func add(_ kind: RecordKind, identity: Digest, id: UInt64) throws {
        fresh.add(kind, identity: identity, id: id)
        addedCount += 1
        if let staging, addedCount % Self.checkInterval == 0, fresh.reservedBytes > memoryBytes {
            try spill(to: staging)
        }
    }

    /// The id of a kept document.
    func id(of keeper: Int) throws -> [UInt8] {
        if keeper >= fresh.documents.base { return fresh.documents.id(of: keeper) }
        let segments = list.value.segments
        guard let segment = segments.last(where: { $0.extent.first.kept <= keeper }) else {
            preconditionFailure("no segment holds document \(keeper)")
        }
        return try segment.id(of: keeper - segment.extent.first.kept)
    }

    /// Ends the run: what is new becomes a segment, small old ones are merged with it.
    ///
    /// The result depends on the records alone, not on how often memory was written to disk.
    /// - Parameters:
    ///   - committed: the commit's list for the segments of earlier runs.
    ///   - stop: asked now and then; true ends the work with `StopRequested`, and a checkpoint can
    ///     be made behind it.
    mutating func finish(
        after committed: [ArchivedSegment], stop: () -> Bool = { false }
    ) throws -> [ArchivedSegment] {
        let list = list.value
        let earlier = list.segments.prefix(list.earlierCount)
        let added = fresh.extent.counts.sum + drafts.reduce(0) { $0 + $1.segment.recordCount }
        guard added > 0, let staging else { return committed }
        let own = parameters.ofSegments(isSketched: isSketched, hasContainment: hasContainment)
        let fixed = earlier.lastIndex { $0.parameters != own }.map { $0 + 1 } ?? 0
        let sizes = earlier[fixed...].map(\.recordCount) + [added]
        let kept = fixed + (MergePolicy.firstToMerge(sizes: sizes) ?? sizes.count - 1)
        let merged = try writeLast(to: staging, below: Array(earlier[kept...]), stop)
        return Array(committed.prefix(kept)) + [merged]
    }

    /// Makes one segment of what is new and of some earlier segments.
    private mutating func writeLast(
        to staging: SegmentStaging, below earlier: [Segment], _ stop: () -> Bool
    ) throws -> ArchivedSegment {
        let path = try staging.path(ArchivedSegment.name(run: staging.run))
        if earlier.isEmpty, drafts.isEmpty {
            let summary = try fresh.write(
                to: path, isSketched: isSketched, hasContainment: hasContainment, isDurable: true)
            return ArchivedSegment(summary, run: staging.run)
        }
        if !fresh.isEmpty { try writeDraft(to: staging) }
        let summary = try ArchiveIndex.merge(earlier + drafts.map(\.segment), to: path, stop: stop)
        for draft in drafts { try remove(draft.name, from: staging) }
        return ArchivedSegment(summary, run: staging.run)
    }

    /// Removes a draft, unless a checkpoint lists it: then it goes with the next one.
    private mutating func remove(_ name: String, from staging: SegmentStaging) throws {
        if listedDrafts.contains(name) {
            outdatedDrafts.append(name)
        } else {
            try staging.remove(name)
        }
    }

    // MARK: Checkpoints

    /// Makes everything that is new durable and tells where it is.
    /// - Precondition: segments are written to a staging.
    /// - Parameter isLast: true leaves what could be merged to the attempt that goes on.
    mutating func checkpoint(isLast: Bool) throws -> IndexCheckpoint {
        guard let staging else { preconditionFailure("an index without files") }
        if !fresh.isEmpty {
            if isLast { try writeDraft(to: staging) } else { try spill(to: staging) }
        }
        let names = drafts.map(\.name)
        try staging.sync(names.filter { !listedDrafts.contains($0) })
        let outdated = outdatedDrafts
        listedDrafts = Set(names)
        outdatedDrafts = []
        return IndexCheckpoint(
            drafts: drafts.map { IndexCheckpoint.Draft(name: $0.name, root: $0.segment.root) },
            draftCount: draftCount, cappedCount: earlierCappedCount, outdated: outdated)
    }

    /// Goes on from a checkpoint of an earlier attempt at the run; nothing was entered yet.
    mutating func resume(from checkpoint: IndexCheckpoint) throws {
        guard let staging else { preconditionFailure("an index without files") }
        let names = checkpoint.drafts.map(\.name)
        try staging.clear(except: names)
        for draft in checkpoint.drafts {
            drafts.append(
                (
                    draft.name,
                    try Segment(opening: try staging.path(draft.name), root: draft.root)
                ))
        }
        listedDrafts = Set(names)
        draftCount = checkpoint.draftCount
        earlierCappedCount = checkpoint.cappedCount
        listDrafts()
        fresh = RunIndex(parameters: parameters, first: list.value.end)
    }

    /// Writes the memory to a segment of its own, and merges those that have become many.
    private mutating func spill(to staging: SegmentStaging) throws {
        try writeDraft(to: staging)
        let sizes = drafts.map(\.segment.recordCount)
        if let first = MergePolicy.firstToMerge(sizes: sizes) {
            let inputs = Array(drafts[first...])
            let draft = try nextDraft(in: staging)
            let summary = try SegmentMerge(inputs.map(\.segment))
                .write(to: draft.path, isDurable: false)
            let merged = try Segment(opening: draft.path, root: summary.root)
            for input in inputs { try remove(input.name, from: staging) }
            drafts.replaceSubrange(first..., with: [(draft.name, merged)])
        }
        listDrafts()
    }

    private func listDrafts() {
        var current = list.value
        current.segments.replaceSubrange(current.earlierCount..., with: drafts.map(\.segment))
        list.value = current
    }

    private mutating func writeDraft(to staging: SegmentStaging) throws {
        let draft = try nextDraft(in: staging)
        let summary = try fresh.write(
            to: draft.path, isSketched: isSketched, hasContainment: hasContainment,
            isDurable: false)
        drafts.append((draft.name, try Segment(opening: draft.path, root: summary.root)))
        earlierCappedCount += fresh.documents.cappedCount
        fresh = RunIndex(parameters: parameters, first: summary.extent.end)
    }

    private mutating func nextDraft(
        in staging: SegmentStaging
    ) throws -> (name: String, path: FilePath) {
        let name = "draft-\(draftCount)"
        draftCount += 1
        return (name, try staging.path(name))
    }
}
