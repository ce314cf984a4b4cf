// What a run knows of the inputs of earlier runs, and what it leaves for the next one.

internal import Archive
internal import ByteIO
internal import ByteText
internal import Catalogue
internal import Pipeline
internal import Readers
internal import SystemPackage

/// Judges each input file by the catalogue and collects what is learned of those that are read.
///
/// The reader asks on its own thread, ahead of all decisions; nothing is written before `record`,
/// which is called when the run is committed.
final class InputHistory: InputMemory, @unchecked Sendable {
    // @unchecked: `lock` guards every var.
    private let lock = Lock()
    private let readings: [String]
    private let settleNanoseconds: [Int]
    private let isRereading: Bool
    private var startNanoseconds = WallClock.nanoseconds()
    private var start = ContinuousClock.now
    private let workingFolder = FilePath(".").madeAbsolute.bytes
    private var catalogue: Catalogue?
    private var hasInputs = false
    private var cursor = InputCursor()
    private var pending = PendingInputs()
    private var readCount = 0
    private var seenCount = 0
    private var complaints: [String] = []

    /// - Parameter isRereading: true if files that were seen are read all the same.
    init(plan: RunPlan, isRereading: Bool) {
        readings = plan.inputs.indices.map(plan.reading(ofInput:))
        settleNanoseconds = plan.configuration.inputs.map { $0.settleSeconds * 1_000_000_000 }
        self.isRereading = isRereading
    }

    /// What the user should know: a damaged catalogue, or one that cannot be used.
    var notices: [String] { locked { complaints } }

    /// Opens the catalogue of a locked archive and brings it up to the commit.
    ///
    /// Throws if a newer program has written it. Any other trouble is a notice: the run goes on
    /// and reads everything.
    func open(_ store: ArchiveStore) throws(CatalogueError) {
        lock.lock()
        defer { lock.unlock() }
        // Waiting for the archive's lock is no part of the run.
        startNanoseconds = WallClock.nanoseconds()
        start = .now
        do throws(CatalogueError) {
            let catalogue = try Catalogue(
                openingIn: store.stateFolder, setAside: store.setAsideFolder)
            complaints += catalogue.notices
            let forgotten = try catalogue.reconcile(with: CatalogueArchive(store.commit))
            if forgotten > 0 {
                complaints.append(
                    "\(forgotten) inputs are read again: the archive is not the one that held"
                        + " them any more")
            }
            hasInputs = try catalogue.inputCount() > 0
            try catalogue.beginLookups()
            self.catalogue = catalogue
        } catch  where error.code != .newerSchema {
            complaints.append("\(error); no input is remembered")
        }
    }

    // MARK: The reader's questions

    func verdict(on file: ListedFile) -> InputVerdict {
        let settle = settleNanoseconds[file.input]
        // A file from far in the future would wait for ever.
        if settle > 0, abs(locked { startNanoseconds } - file.status.modifiedNanoseconds) < settle {
            return .wait(
                "it changed less than \(settle / 1_000_000_000) s ago and is left for the next run")
        }
        return locked {
            guard let catalogue, hasInputs, !isRereading else { return .read }
            do throws(CatalogueError) {
                return try verdict(on: file, catalogue)
            } catch {
                giveUp(error)
                return .read
            }
        }
    }

    private func verdict(
        on file: ListedFile, _ catalogue: Catalogue
    ) throws(CatalogueError) -> InputVerdict {
        let status = file.status
        let path = path(of: file)
        let reading = readings[file.input]
        guard let mark = try cursor.mark(at: path, reading: reading, in: catalogue) else {
            return try catalogue.hasInput(ofSize: status.sizeBytes) ? .readIfNew : .read
        }
        if mark.sizeBytes == status.sizeBytes {
            guard mark.modifiedNanoseconds == status.modifiedNanoseconds,
                mark.device == status.device, mark.inode == status.inode
            else { return .readIfNew }
            seenCount += 1
            return .skip
        }
        if mark.sizeBytes < status.sizeBytes,
            let known = try catalogue.input(at: path, reading: reading),
            let place = known.continuation
        {
            return .goOn(
                InputContinuation(
                    records: place.records, storedOffset: place.storedOffset,
                    textOffset: place.textOffset),
                storedBytes: known.sizeBytes, digest: known.digest)
        }
        return try catalogue.hasInput(ofSize: status.sizeBytes) ? .readIfNew : .read
    }

    func recognises(_ digest: ContentDigest.Value, of file: ListedFile) -> Bool {
        locked {
            guard let catalogue else { return false }
            do throws(CatalogueError) {
                let reading = readings[file.input]
                guard
                    var known = try catalogue.input(
                        ofSize: file.status.sizeBytes, digest: digest, reading: reading)
                else { return false }
                known.path = path(of: file)
                known.modifiedNanoseconds = file.status.modifiedNanoseconds
                known.device = file.status.device
                known.inode = file.status.inode
                pending.append(known)
                seenCount += 1
                return true
            } catch {
                giveUp(error)
                return false
            }
        }
    }

    func remember(_ file: ReadFile) {
        let status = file.listed.status
        locked {
            readCount += 1
            pending.append(
                KnownInput(
                    path: path(of: file.listed), reading: readings[file.listed.input],
                    sizeBytes: status.sizeBytes,
                    modifiedNanoseconds: status.modifiedNanoseconds, device: status.device,
                    inode: status.inode, digest: file.digest, form: file.form,
                    records: file.records,
                    continuation: file.continuation.map {
                        KnownInput.Continuation(
                            records: $0.records, storedOffset: $0.storedOffset,
                            textOffset: $0.textOffset)
                    }))
        }
    }

    // MARK: Checkpoints

    /// How much was learned by a moment.
    struct Mark: Sendable {
        var pending = 0
        var read = 0
        var seen = 0
    }

    var mark: Mark { locked { Mark(pending: pending.count, read: readCount, seen: seenCount) } }

    /// Appends what was learned by a moment.
    func encode(upTo mark: Mark, to fields: inout FieldWriter) {
        let pending = locked { self.pending }
        fields.number(mark.read)
        fields.number(mark.seen)
        pending.encode(first: mark.pending, to: &fields)
    }

    /// Goes on from what `encode` has written.
    func decode(_ fields: inout FieldReader) throws(FieldFault) {
        let read = try fields.number()
        let seen = try fields.number()
        let known = try PendingInputs(decoding: &fields)
        locked {
            readCount = read
            seenCount = seen
            pending = known
        }
    }

    // MARK: The end of the run

    /// Writes the run and its inputs to the catalogue; what goes wrong becomes a notice.
    ///
    /// The commit, if there is one, is durable. All threads of the run have ended.
    func record(_ report: inout RunReport, _ store: ArchiveStore, bytesIn: Int) {
        lock.lock()
        defer { lock.unlock() }
        report.filesRead = readCount
        report.filesSeen = seenCount
        report.inputBytes = bytesIn
        var run = ended(report.run == nil ? .unchanged : .archived)
        report.seconds = run.seconds ?? 0
        guard let catalogue else { return }
        run.number = report.run
        run.counts = CatalogueCounts(report.counts)
        run.bytesIn = bytesIn
        run.bytesOut = report.archivedBytes
        do throws(CatalogueError) {
            try catalogue.endLookups()
            try catalogue.record(run, inputs: pending, archive: CatalogueArchive(store.commit))
        } catch {
            report.notices.append("\(error); the next run reads these inputs again")
        }
    }

    /// Writes a run that ended with an error to the catalogue, as far as that can be done.
    func record(_ error: any Error) {
        lock.lock()
        defer { lock.unlock() }
        guard let catalogue else { return }
        let outcome: CatalogueRun.Outcome =
            switch error {
            case is StopRequested, is StoppedAtCheckpoint: .stopped
            case is StrictRefusal: .refused
            default: .failed
            }
        // The error of the run is the one to report.
        try? catalogue.endLookups()
        // As above.
        try? catalogue.record(ended(outcome))
    }

    private func ended(_ outcome: CatalogueRun.Outcome) -> CatalogueRun {
        var run = CatalogueRun()
        run.outcome = outcome
        run.startedMilliseconds = startNanoseconds / 1_000_000
        run.endedMilliseconds = WallClock.nanoseconds() / 1_000_000
        let elapsed = (ContinuousClock.now - start).components
        run.seconds =
            Double(elapsed.seconds) + Double(elapsed.attoseconds / 1_000_000_000_000) / 1e6
        run.filesRead = readCount
        run.filesSeen = seenCount
        run.program = ProgramVersion.text
        return run
    }

    /// Reads on without the catalogue; the next run makes it again if it is damaged.
    private func giveUp(_ error: CatalogueError) {
        complaints.append("\(error); no input is remembered")
        catalogue = nil
    }

    private func path(of file: ListedFile) -> String {
        var path = file.location.bytes
        if path.first != UInt8(ascii: "/") {
            path = workingFolder + [UInt8(ascii: "/")] + path
        }
        // Only what has empty or dotted components needs the slow way.
        let slash = UInt8(ascii: "/")
        let isPlain = zip(path, path.dropFirst()).allSatisfy {
            $0 != slash || ($1 != slash && $1 != UInt8(ascii: "."))
        }
        return InputPath.text(of: isPlain ? path : file.location.madeAbsolute.bytes)
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return body()
    }
}
