// The beginning and the end of each file: whether it is read, and what is remembered of it.

internal import ByteIO
internal import ByteText
internal import DocumentModel
internal import SystemPackage

extension DumpReader {
    /// Files that may be passed over without asking whether the run is to stop.
    private static let patienceFiles = 1_024

    /// Opens the next file that is to be read; false if there is none, or if the run is to stop.
    mutating func openNext(_ batch: inout DocumentBatch) -> Bool {
        for _ in 0..<Self.patienceFiles {
            guard let listed = nextListed() else {
                tellWaiting(before: nil, &batch)
                return false
            }
            switch listed {
            case .skipped(let input, let path, let message, let isDamage):
                batch.faults.append(
                    InputFault(
                        input: input, path: String(decoding: path.bytes, as: UTF8.self),
                        byteOffset: -1, message: message, isDamage: isDamage))
                return true
            case .file(let next):
                tellWaiting(before: next.input, &batch)
                do throws(FileError) {
                    if try open(next, &batch) { return true }
                } catch {
                    report(
                        next, StreamFault(byteOffset: -1, message: "\(error)", isLossy: true),
                        &batch)
                    return true
                }
            }
        }
        return !(isStopped?() ?? false)
    }

    /// The next entry of the inputs; the one that was open when an earlier reading ended first.
    private mutating func nextListed() -> ListedInput? {
        if let file = openFile {
            openFile = nil
            return .file(file)
        }
        guard let listed = lister.nextInput() else { return nil }
        track.take(listed)
        return listed
    }

    /// Opens a file; false if it was passed over.
    private mutating func open(
        _ next: InputFile, _ batch: inout DocumentBatch
    ) throws(FileError) -> Bool {
        history = FileHistory()
        guard let memory, let status = next.status else {
            try stream.open(next.location)
            start(next, &batch)
            return true
        }
        var listed = ListedFile(input: next.input, location: next.location, status: status)
        let verdict = memory.verdict(on: listed)
        switch verdict {
        case .skip:
            passedBytes += status.sizeBytes
            return false
        case .wait(let reason):
            passedBytes += status.sizeBytes
            leave(next, reason, &batch)
            return false
        case .read, .readIfNew, .goOn: break
        }
        try stream.open(next.location, isDigesting: true)
        listed.status = stream.status ?? status
        history.listed = listed
        if case .goOn(let place, let storedBytes, let digest) = verdict {
            if try stream.pass(storedBytes), stream.digest.count == storedBytes,
                stream.digest.value == digest
            {
                try stream.goOn(at: place)
                goOn(next, place)
                return true
            }
            try stream.open(next.location, isDigesting: true)
        }
        if verdict == .readIfNew {
            if listed.status.sizeBytes < SourceStream.pieceBytes {
                history.isAwaitingJudgement = true
            } else if try stream.pass(.max), isWholeDigest,
                memory.recognises(stream.digest.value, of: listed)
            {
                passOver(listed)
                return false
            } else {
                try stream.open(next.location, isDigesting: true)
            }
        }
        let faults = batch.faults.count
        start(next, &batch)
        // The first piece was the whole file: it is judged before anything of it is given out.
        if history.isAwaitingJudgement, stream.isRead, isWholeDigest, !history.isChanging,
            memory.recognises(stream.digest.value, of: listed)
        {
            batch.faults.removeSubrange(faults...)
            fileCount -= 1
            file = nil
            carver = nil
            passOver(listed)
            return false
        }
        return true
    }

    /// True if the digest is that of the file as it was when it was opened.
    private var isWholeDigest: Bool { stream.digest.count == history.listed?.status.sizeBytes }

    private mutating func passOver(_ listed: ListedFile) {
        stream.close()
        passedBytes += listed.status.sizeBytes
    }

    /// Begins to read an open file at its start.
    private mutating func start(_ next: InputFile, _ batch: inout DocumentBatch) {
        begin(next)
        fill(next, &batch)
        let format = formats[next.input]
        let name = next.relativePath.bytes
        let kind = ContentKind.of(window.span, format: format, name: name)
        carver = kind == .text ? nil : RecordCarver(kind)
        if kind != .text { cursor = ContentKind.startOfText(window.span) }
        history.staysLines =
            kind == .lines && ContentKind.staysLines(window.span, format: format, name: name)
    }

    /// Begins to read an open file of lines behind what was read of it.
    private mutating func goOn(_ next: InputFile, _ place: InputContinuation) {
        begin(next)
        recordNumber = place.records
        windowOffset = place.textOffset
        carver = RecordCarver(.lines)
        history.staysLines = true
    }

    private mutating func begin(_ next: InputFile) {
        file = next
        track.begin(next)
        fileCount += 1
        recordNumber = 0
        window.removeAll(keepingCapacity: true)
        cursor = 0
        windowOffset = 0
        isAtEnd = false
        isCut = false
        droppedBytes = 0
    }

    mutating func closeFile(_ file: InputFile, _ batch: inout DocumentBatch) {
        if let memory, let listed = history.listed { settle(file, listed, memory, &batch) }
        stream.close()
        self.file = nil
        carver = nil
        // A huge record's memory is given back.
        if window.capacity > 16 * Self.batchBytes { window = [] }
    }

    // MARK: What is learned

    /// Looks whether the file was written to; what was read is whole if it was not.
    mutating func noteEnd() {
        guard let opened = history.listed?.status else { return }
        let now = stream.status
        history.isChanging =
            now?.sizeBytes != opened.sizeBytes
            || now?.modifiedNanoseconds != opened.modifiedNanoseconds
    }

    mutating func noteFault(_ fault: StreamFault) {
        history.hasFault = true
        if fault.isReadError {
            history.hasReadError = true
        } else if stream.isRead {
            noteEnd()
        }
    }

    /// Notes a record that begins at a place of the decompressed file and ends in the window.
    mutating func noteRecord(at offset: Int, _ next: Int) {
        let isOpen = next == window.count && window.last != UInt8(ascii: "\n")
        history.openRecordOffset = isOpen ? offset : nil
    }

    /// True if a record that ends here may be the first half of one that is being written.
    func isHalf(_ next: Int, _ carver: RecordCarver) -> Bool {
        history.isChanging && (isAtEnd || isCut) && next == window.count
            && (carver.endsWhereCut || window.last != UInt8(ascii: "\n"))
    }

    /// Tells the memory what was read, or the user why it is not remembered.
    private mutating func settle(
        _ file: InputFile, _ listed: ListedFile, _ memory: any InputMemory,
        _ batch: inout DocumentBatch
    ) {
        if history.hasReadError { return }
        do throws(FileError) {
            // What need not be read for its records is read for the digest.
            if !stream.isRead {
                guard try stream.pass(.max) else { return }
                noteEnd()
            }
        } catch {
            report(file, StreamFault(byteOffset: -1, message: "\(error)", isLossy: true), &batch)
            return
        }
        if history.isChanging {
            tell(
                file.input, file.relativePath,
                "the file changed while it was read; what is new in it is left for the next run",
                &batch)
            return
        }
        guard isWholeDigest else { return }
        let form: ContentKind =
            carver.map { $0.endsWhereCut ? .document : .lines } ?? .text
        memory.remember(
            ReadFile(
                listed: listed, digest: stream.digest.value, form: form.name,
                records: carver == nil ? 1 : recordNumber, continuation: continuation))
    }

    /// Where to go on once the file has grown.
    private var continuation: InputContinuation? {
        guard history.staysLines, isAtEnd, !history.hasFault, !history.hasOpenEnd else {
            return nil
        }
        let end = windowOffset + window.count
        guard let offset = history.openRecordOffset else {
            return InputContinuation(
                records: recordNumber, storedOffset: stream.digest.count, textOffset: end)
        }
        // The last line may grow, so it is read again; inside of a gzip member nothing can be.
        guard end == stream.digest.count, !stream.isCompressed else { return nil }
        return InputContinuation(
            records: recordNumber - 1, storedOffset: offset, textOffset: offset)
    }

    // MARK: What is left for the next run

    private mutating func leave(
        _ file: InputFile, _ reason: String, _ batch: inout DocumentBatch
    ) {
        waiting.input = file.input
        waiting.count += 1
        if waiting.count <= WaitingFiles.namedCount {
            tell(file.input, file.relativePath, reason, &batch)
        }
    }

    /// Tells how many more files of the input before this one wait.
    private mutating func tellWaiting(before input: Int?, _ batch: inout DocumentBatch) {
        guard waiting.count > 0, input != waiting.input else { return }
        defer { waiting = WaitingFiles() }
        let more = waiting.count - WaitingFiles.namedCount
        guard more > 0 else { return }
        tell(
            waiting.input, FilePath(""),
            "\(more) more files changed just now and are left for the next run", &batch)
    }

    private func tell(
        _ input: Int, _ path: FilePath, _ message: String, _ batch: inout DocumentBatch
    ) {
        batch.faults.append(
            InputFault(
                input: input, path: String(decoding: path.bytes, as: UTF8.self), byteOffset: -1,
                message: message, isDamage: false))
    }
}
