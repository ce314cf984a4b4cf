// Is this text known? Asks an archive's index about texts that stay outside.

internal import Archive
internal import Cleaners
internal import DocumentModel
internal import IndexStore
internal import JSONBytes
internal import NearDuplicates
internal import Pipeline
internal import Readers
internal import SystemPackage

/// Which archived documents an answer names beside the verdict.
package struct NeighbourSearch: Sendable {
    /// How many, at most.
    package var limit: Int
    /// True compares with every archived document, false with those that share a bucket.
    package var isThorough: Bool

    package init(limit: Int = 5, isThorough: Bool = false) {
        self.limit = limit
        self.isThorough = isThorough
    }
}

/// Asks an archive about every text of an input. Reads only, takes no lock.
package struct IndexQuery {
    /// Answers held back so that the archive's files are read once for many of them.
    private static let lotTexts = 4_096

    private let plan: RunPlan
    private let index: ReadableIndex
    private let search: NeighbourSearch
    private let readsRecords: Bool
    private let notices: [String]

    /// Opens the index.
    ///
    /// - Parameters:
    ///   - configuration: its only input is asked about; `output` is the archive.
    ///   - isNamed: false if only the archive is known; then texts are cleaned and compared as its
    ///     last run did.
    ///   - search: which near documents answers name.
    ///   - readsRecords: true to read title, source and date of the documents from the archive.
    /// - Throws: `QuestionError` if there is no archive, `ArchiveError` and `IndexError` if it
    ///   cannot answer, `ConfigurationError` if it was made with other parameters.
    package init(
        configuration: PipelineConfiguration, isNamed: Bool, search: NeighbourSearch,
        readsRecords: Bool
    ) throws {
        let index = try ReadableIndex.open(configuration.output)
        guard let commit = index.store.commit else {
            throw QuestionError(noArchive: configuration.output)
        }
        var configuration = configuration
        configuration.adopt(commit, isCleaning: !isNamed)
        plan = try RunPlan(configuration)
        try plan.checkParameters(of: commit, in: configuration.output)
        try index.checkComparable(by: plan.parameters)
        self.index = index
        self.search = search
        self.readsRecords = readsRecords
        notices = index.store.notices + Self.packNotice(plan, commit)
    }

    /// Other rule packs clean otherwise: equal texts may then differ.
    private static func packNotice(_ plan: RunPlan, _ commit: Commit) -> [String] {
        // A commit's parameters are JSON that this program wrote; other text names no packs.
        guard let then = try? JSONTree(parsing: commit.parameters.span),
            plan.configuration.cleaning != nil,
            let packs = then["packs"]?.array?.compactMap(\.string), then["clean"]?.boolean == true
        else { return [] }
        let own = Set(plan.rules.table.packs).sorted()
        return own == packs
            ? []
            : [
                "texts are cleaned with \(own.joined(separator: ", ")), those of the last run with"
                    + " \(packs.joined(separator: ", ")); --config names the pipeline"
            ]
    }

    /// Answers for each text, in the input's order.
    ///
    /// - Parameter answer: called on this thread.
    package func execute(
        answer: @escaping (QueryAnswer) throws -> Void, stop: @escaping @Sendable () -> Bool
    ) throws -> QueryReport {
        let source = try plan.makeReader(excluding: nil, stop: stop)
        var report = QueryReport()
        report.notices = notices
        var lot = AnswerLot(index: index, readsRecords: readsRecords)
        func flush() throws {
            for item in try lot.take() { try answer(item) }
        }
        try StagedRun.run(
            Stages<QueriedBatch, NoPiece>(
                read: {
                    guard let documents = try source.nextBatch() else { return nil }
                    return QueriedBatch(documents: documents)
                },
                makePreparer: {
                    let preparer = QueryPreparer(plan: plan, index: index, search: search)
                    return { try preparer.prepare(&$0) }
                },
                decide: { batch, _ in
                    add(batch, to: &lot, &report)
                    if lot.count >= Self.lotTexts { try flush() }
                },
                finish: { _ in try flush() },
                makePacker: { { _ in } },
                write: { _ in }),
            threads: plan.threads, stop: stop)
        return report
    }

    private func add(
        _ batch: borrowing QueriedBatch, to lot: inout AnswerLot, _ report: inout QueryReport
    ) {
        let documents = batch.documents.records.count
        report.faults += batch.documents.faults.map { $0.named(after: plan.originPrefixes) }
        report.read += documents
        for position in 0..<documents {
            let record = batch.documents.records[position]
            let finding = batch.findings[position]
            if let reason = record.rejection, finding.seen == nil {
                report.damagedRecords.add(
                    reason, detail: batch.documents.bytes(record.rejectionDetail),
                    prefix: plan.originPrefixes[record.input])
            }
            let isKnown = lot.add(
                finding, id: String(decoding: batch.documents.bytes(record.id), as: UTF8.self),
                source: String(decoding: batch.documents.bytes(record.source), as: UTF8.self),
                rejection: record.rejection)
            if isKnown { report.known += 1 }
        }
    }
}

/// Nothing is packed or written: answers are handed over one by one.
private struct NoPiece: ~Copyable {}

/// A batch with what the index says of each record.
private struct QueriedBatch: ~Copyable {
    var documents: DocumentBatch
    var sketches = SketchBatch()
    var findings: [IndexFinding] = []
}

/// Parses, cleans and sketches as a run does, and asks the segments.
private final class QueryPreparer {
    private var core: PreparationCore
    private var lookup: SegmentLookup
    private let segments: [Segment]
    private let search: NeighbourSearch

    init(plan: RunPlan, index: ReadableIndex, search: NeighbourSearch) {
        core = PreparationCore(plan: plan)
        lookup = SegmentLookup(parameters: plan.parameters)
        segments = index.segments
        self.search = search
    }

    func prepare(_ batch: inout QueriedBatch) throws {
        core.prepare(&batch.documents, &batch.sketches)
        for sketch in batch.sketches.sketches {
            var finding = IndexFinding()
            for segment in segments {
                try lookup.ask(
                    segment, about: sketch, in: batch.sketches, isOfEarlierRun: true,
                    into: &finding.answer)
                if finding.answer.isSeen, finding.seen == nil,
                    let row = try segment.row(ofIdentity: sketch.identity)
                {
                    finding.seen = SeenRecord(
                        place: segment.extent.place(ofRow: row),
                        idHash: try segment.record(at: row).id)
                }
                try lookup.addNeighbours(
                    of: sketch, in: batch.sketches, segment, limit: search.limit,
                    isThorough: search.isThorough, to: &finding.neighbours)
            }
            batch.findings.append(finding)
        }
    }
}
