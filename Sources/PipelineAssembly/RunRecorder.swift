// The end of a run that owns index and members: what was decided is entered and appended here.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates

/// Appends records to members and enters them in the index, in the order of the archive. A
/// reference, as the stages of a run share it; only the deciding one calls it.
final class RunRecorder {
    var index: LayeredIndex
    private var assembler = ArchiveAssembler()
    private var faults: [InputFault] = []
    private var damagedRecords = DamagedRecords()
    private let originPrefixes: [String]

    init(plan: RunPlan, index: consuming LayeredIndex) {
        self.index = index
        originPrefixes = plan.originPrefixes
    }

    /// What has happened so far, without what only the archive knows.
    var report: RunReport {
        var report = RunReport()
        report.counts = assembler.counts
        report.faults = faults
        report.damagedRecords = damagedRecords
        report.indexBytes = index.reservedBytes
        report.cappedCount = index.cappedCount
        return report
    }

    /// The members that are full, or all of them at the end.
    func takeMembers(isLast: Bool) -> [Member] {
        isLast ? assembler.finish() : assembler.takeMembers()
    }

    /// Notes what was wrong with a batch's files.
    func takeFaults(of documents: borrowing DocumentBatch) {
        faults += documents.faults.map { $0.named(after: originPrefixes) }
    }

    /// Counts records that the run has read, before anything is decided on them.
    func countRead(_ records: Int) { assembler.countRead(records) }

    /// Counts a record that is archived already and leaves no trace.
    func countSeen() { assembler.countSeen() }

    /// Archives a rejected record.
    func reject(
        _ position: Int, of documents: borrowing DocumentBatch,
        _ rendered: borrowing RenderedBatch, _ reason: RejectionReason, _ sketch: DocumentSketch
    ) throws {
        let record = documents.records[position]
        assembler.appendRejected(rendered, at: position)
        damagedRecords.add(
            reason, detail: documents.bytes(record.rejectionDetail),
            prefix: originPrefixes[record.input])
        try index.add(.rejected, identity: sketch.identity, id: sketch.idHash)
    }

    /// Archives a duplicate.
    func drop(
        _ position: Int, _ rendered: borrowing RenderedBatch, _ mark: DuplicateMark,
        newID: [UInt8]?, _ sketch: DocumentSketch
    ) throws {
        assembler.appendDuplicate(rendered, at: position, mark: mark, newID: newID)
        try add(.duplicate, sketch, newID)
    }

    /// Archives a kept document.
    ///
    /// - Parameter answer: what the segments said, all of them that there are now.
    func keep(
        _ position: Int, of documents: borrowing DocumentBatch,
        _ rendered: borrowing RenderedBatch, _ fate: RecordFate, _ sketch: DocumentSketch,
        in sketches: borrowing SketchBatch, answer: ArchivedAnswer
    ) throws {
        assembler.appendKept(
            rendered, at: position, newID: fate.newID, predecessor: fate.predecessor)
        if let newID = fate.newID {
            index.insert(sketch, in: sketches, id: newID.span, answer: answer)
        } else {
            let id = documents.arena.span.extracting(documents.records[position].id.bounds)
            index.insert(sketch, in: sketches, id: id, answer: answer)
        }
        try add(.kept, sketch, fate.newID)
    }

    /// The whole index after the run; see `LayeredIndex.finish`.
    func finishIndex(
        after committed: [ArchivedSegment], stop: () -> Bool
    ) throws -> [ArchivedSegment] {
        try index.finish(after: committed, stop: stop)
    }

    // MARK: Checkpoints

    /// Appends what the next records go on from, but for the index.
    func encode(to fields: inout FieldWriter) {
        assembler.encode(to: &fields)
        damagedRecords.encode(to: &fields)
        fields.list(faults) { fields, fault in
            for number in [fault.input, fault.byteOffset, fault.isDamage ? 1 : 0] {
                fields.number(number)
            }
            fields.text(fault.path)
            fields.text(fault.message)
        }
    }

    /// Goes on from what `encode` has written.
    func decode(_ fields: inout FieldReader) throws(FieldFault) {
        try assembler.decode(&fields)
        damagedRecords = try DamagedRecords(decoding: &fields)
        faults = try fields.list { (fields) throws(FieldFault) in
            let (input, offset) = (try fields.number(), try fields.number())
            let isDamage = try fields.number() == 1
            return InputFault(
                input: input, path: try fields.text(), byteOffset: offset,
                message: try fields.text(), isDamage: isDamage)
        }
    }

    private func add(_ kind: RecordKind, _ sketch: DocumentSketch, _ newID: [UInt8]?) throws {
        try index.add(
            kind, identity: sketch.identity,
            id: newID.map { Digest(of: $0.span).low } ?? sketch.idHash)
    }
}
