// What a run has to know to go on from where an earlier attempt at it was stopped or killed.

internal import Archive
internal import ByteIO
internal import ByteText
internal import IndexStore
internal import Readers

/// Where the index of a run is durable.
struct IndexCheckpoint: Sendable {
    struct Draft: Sendable {
        var name: String
        var root: Digest
    }

    /// The run's own segments so far, in order.
    var drafts: [Draft] = []
    var draftCount = 0
    var cappedCount = 0
    /// Segments that the checkpoint before this one lists and this one does not.
    var outdated: [String] = []

    func encode(to fields: inout FieldWriter) {
        fields.number(draftCount)
        fields.number(cappedCount)
        fields.list(drafts) { fields, draft in
            fields.text(draft.name)
            fields.digest(draft.root)
        }
    }

    init(drafts: [Draft] = [], draftCount: Int = 0, cappedCount: Int = 0, outdated: [String] = []) {
        self.drafts = drafts
        self.draftCount = draftCount
        self.cappedCount = cappedCount
        self.outdated = outdated
    }

    init(decoding fields: inout FieldReader) throws(FieldFault) {
        draftCount = try fields.number()
        cappedCount = try fields.number()
        drafts = try fields.list { (fields) throws(FieldFault) in
            let name = try fields.text()
            return Draft(name: name, root: try fields.digest())
        }
    }
}

/// A checkpoint of a run.
///
/// It holds for the archive and the plan that it was made with; the output does not depend on where
/// it is.
struct RunCheckpoint {
    /// What was staged.
    let staged: StagedCheckpoint
    let documents: Int
    let place: ReaderPlace
    private let index: IndexCheckpoint
    /// The fields of the inputs, of the recorder and of the spool.
    private var rest: FieldReader

    /// The fields that every checkpoint begins with; those of the recorder and the spool follow.
    static func fields(
        _ identity: Digest, documents: Int, _ place: ReaderPlace, _ index: IndexCheckpoint,
        _ history: InputHistory, _ inputs: InputHistory.Mark
    ) -> FieldWriter {
        var fields = FieldWriter()
        fields.digest(identity)
        fields.number(documents)
        place.encode(to: &fields)
        index.encode(to: &fields)
        history.encode(upTo: inputs, to: &fields)
        return fields
    }

    /// The checkpoint in an archive's staging; nil if there is none, or one of another run.
    init?(in archive: borrowing WritableArchive, identity: Digest) throws {
        guard let staged = try archive.stagedCheckpoint() else { return nil }
        var fields = FieldReader(staged.state)
        do throws(FieldFault) {
            guard try fields.digest() == identity else { return nil }
            documents = try fields.number()
            place = try ReaderPlace(decoding: &fields)
            index = try IndexCheckpoint(decoding: &fields)
        } catch {
            return nil
        }
        self.staged = staged
        rest = fields
    }

    /// Brings what the run begins with to the state of the checkpoint.
    ///
    /// Throws `UnusableCheckpoint` if what it tells of is not there.
    func restore(
        _ recorder: RunRecorder, _ history: InputHistory, _ staging: inout ArchiveStaging
    ) throws -> EarlierAttempt {
        do {
            var fields = rest
            try staging.resume(staged)
            try history.decode(&fields)
            try recorder.decode(&fields)
            try recorder.index.resume(from: index)
            return EarlierAttempt(
                documents: documents, spool: try fields.number() == 1 ? fields : nil)
        } catch {
            throw UnusableCheckpoint(cause: error)
        }
    }
}

/// What a run that goes on has taken over.
struct EarlierAttempt: Sendable {
    var documents: Int
    /// The fields of a spool, if one was filled.
    var spool: FieldReader?
}

/// Thrown where a checkpoint, or what it tells of, is damaged: the run has to begin anew.
struct UnusableCheckpoint: Error {
    var cause: any Error
}

extension WritableArchive {
    /// True if an error says that something in the run's staging cannot be read.
    func isDamageOfStaging(_ error: any Error) -> Bool {
        switch error {
        case let error as IndexError:
            holdsStaged(error.path) && error.cause.map { isReading($0) } ?? true
        case let error as FileError: holdsStaged(error.path) && isReading(error)
        case is FieldFault: true
        default: false
        }
    }

    private func isReading(_ error: FileError) -> Bool {
        error.code == .read || error.code == .open || error.code == .map
    }
}

/// Thrown by a run that was asked to stop and has made a checkpoint.
package struct StoppedAtCheckpoint: Error {
    /// Documents of the run so far.
    package var documents: Int
}

/// When the next checkpoint is due.
struct CheckpointSchedule {
    /// Documents between two checkpoints; 0 for any number.
    let documents: Int
    /// Seconds between two checkpoints; 0 for any time.
    let seconds: Int
    private var lastDocuments = 0
    private var lastTime = ContinuousClock.now

    init(documents: Int, seconds: Int) {
        self.documents = documents
        self.seconds = seconds
    }

    /// True if one is due now, which is taken to be made then.
    mutating func isDue(at count: Int) -> Bool {
        let isFull = documents > 0 && count - lastDocuments >= documents
        let isLate = seconds > 0 && ContinuousClock.now - lastTime >= .seconds(seconds)
        guard isFull || isLate else { return false }
        lastDocuments = count
        lastTime = .now
        return true
    }

    /// Counts from here.
    mutating func begin(at count: Int) { lastDocuments = count }
}
