// The reading ends of a run.

internal import ByteIO
internal import DocumentModel
internal import Readers
internal import SystemPackage

extension RunPlan {
    /// A parser of raw records, one a worker.
    func makeParser() -> RecordParser { RecordParser(inputs: inputs) }

    /// A reader over all inputs that never reads the archive it writes.
    ///
    /// Once `stop` says true, input that nobody writes any more looks ended; whoever reads has to
    /// ask `stop` before believing it.
    ///
    /// `history` is asked which files need not be read again; `place` is where an earlier attempt
    /// ended.
    func makeReader(
        excluding output: FilePath?, history: InputHistory? = nil, from place: ReaderPlace? = nil,
        stop: @escaping @Sendable () -> Bool
    ) throws -> BatchSource {
        BatchSource(
            try DumpReader(
                inputs: inputs, limits: limits, excluding: output, memory: history, from: place,
                isStopped: stop),
            history: history)
    }
}

/// What was read when a batch ended: where to go on, and what was learned of the inputs by then.
struct ReadingMark: Sendable {
    var place: ReaderPlace
    var inputs: InputHistory.Mark
}

/// Numbers the batches of a reader.
final class BatchSource {
    private var reader: DumpReader
    private let history: InputHistory?
    private var nextOrdinal = 0

    init(_ reader: consuming DumpReader, history: InputHistory? = nil) {
        self.reader = reader
        self.history = history
    }

    /// What was read by now; nil if it cannot be gone on from.
    private var mark: ReadingMark? {
        guard let history, let place = reader.place else { return nil }
        return ReadingMark(place: place, inputs: history.mark)
    }

    /// Share of all input bytes read so far; nil for streams, whose end is not known.
    var share: Double? {
        guard let total = reader.storedByteTotal, total > 0 else { return nil }
        return Double(reader.storedByteCount) / Double(total)
    }

    /// Bytes read so far, decompressed.
    var byteCount: Int { reader.byteCount }

    /// Bytes of input read so far, as they lie on disk.
    var readByteCount: Int { reader.readByteCount }

    /// The next batch for the stages of a run.
    func nextWork() throws -> WorkBatch? {
        guard let documents = try nextBatch() else { return nil }
        var batch = WorkBatch(documents)
        batch.share = share
        batch.mark = mark
        return batch
    }

    /// The next batch; nil at the end of all inputs.
    func nextBatch() throws -> DocumentBatch? {
        var batch = DocumentBatch(ordinal: nextOrdinal)
        guard try reader.next(into: &batch) else { return nil }
        nextOrdinal += 1
        return batch
    }
}
