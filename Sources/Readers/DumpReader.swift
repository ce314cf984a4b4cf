// From a list of inputs to batches of raw records, in order, with every fault told.

internal import ByteIO
internal import ByteText
internal import Codecs
package import DocumentModel
internal import JSONBytes
package import SystemPackage

/// Reads all inputs one after the other and fills batches with undecoded records.
///
/// Batches end at 256 records or about 1 MiB; a larger record has a batch of its own. Where they
/// end depends on the input alone. Memory: one batch, plus a window of at most the longest record.
package struct DumpReader: ~Copyable, Sendable {
    static let batchRecords = 256
    static let batchBytes = 1 << 20
    /// How much of a record that is too long goes to `rejected/`.
    static let excerptBytes = 4096

    let limits: ReaderLimits
    let formats: [InputFormat]
    var lister: InputLister
    var stream: SourceStream
    /// Who remembers earlier runs; nil reads everything.
    let memory: (any InputMemory)?
    let isStopped: (@Sendable () -> Bool)?

    // The file that is being read.
    var file: InputFile?
    var history = FileHistory()
    var carver: RecordCarver?
    var recordNumber = 0
    /// A record that waits for a batch of its own.
    private var held: Carving?
    /// Bytes of the file, decompressed; records begin at `cursor`.
    var window: [UInt8] = []
    var cursor = 0
    /// Offset in the decompressed file of the window's first byte.
    var windowOffset = 0
    var isAtEnd = false
    /// True if bytes are missing behind the window's end.
    var isCut = false
    /// Bytes of the record at the cursor that were dropped because it is too long.
    var droppedBytes = 0
    private var excerpt: [UInt8] = []

    /// Files and decompressed bytes that have been read so far.
    package internal(set) var fileCount = 0
    package private(set) var byteCount = 0
    /// Bytes on disk of files that were passed over.
    var passedBytes = 0
    /// Bytes that an earlier reading read before its place.
    var earlierBytes = 0
    /// Files of the current input that were left for the next run.
    var waiting = WaitingFiles()
    /// How far the reading is, for a run that has to begin again.
    var track = ReaderTrack()
    /// The file that was open at the place to go on from; it is opened first.
    var openFile: InputFile?

    /// Bytes read or passed over so far as they lie on disk, for telling how far a run has come.
    package var storedByteCount: Int { stream.storedByteCount + passedBytes }
    /// Bytes read so far as they lie on disk, also before the place that was gone on from.
    package var readByteCount: Int { stream.storedByteCount + earlierBytes }
    /// Size on disk of all inputs if they are single files; nil with trees and streams.
    package var storedByteTotal: Int? { lister.storedByteTotal }

    /// Looks at all inputs; `excluding` is the run's output folder, which is never input.
    ///
    /// `memory` is asked about each regular file and told of those that were read; `place` is where
    /// an earlier reading of the same inputs ended, nil for their start.
    package init(
        inputs: [InputSpec], limits: ReaderLimits = ReaderLimits(),
        excluding output: FilePath? = nil, memory: (any InputMemory)? = nil,
        from place: ReaderPlace? = nil, isStopped: (@Sendable () -> Bool)? = nil
    ) throws(ReaderError) {
        track.place = place
        self.limits = limits
        self.memory = memory
        self.isStopped = isStopped
        formats = inputs.map(\.format)
        lister = try InputLister(inputs, excluding: output)
        stream = SourceStream(limits: limits.gzip, isStopped: isStopped)
    }

    /// Fills an empty batch; false if there was nothing left to read.
    ///
    /// Throws `.changed` if the inputs are not those that the place to go on from was in.
    package mutating func next(into batch: inout DocumentBatch) throws(ReaderError) -> Bool {
        if track.hasPlace { try resume() }
        while true {
            let hasMore = fillBatch(&batch)
            guard track.isRepeating else { return hasMore }
            try removeRepeated(&batch, isLast: !hasMore)
            if !batch.records.isEmpty || !batch.faults.isEmpty { return true }
            batch = DocumentBatch(ordinal: batch.ordinal)
        }
    }

    private mutating func fillBatch(_ batch: inout DocumentBatch) -> Bool {
        while !isFull(batch) {
            guard let file else {
                guard openNext(&batch) else { break }
                continue
            }
            let isDone = carver == nil ? readText(file, &batch) : carve(file, &batch)
            if isDone { closeFile(file, &batch) } else { break }
        }
        return !batch.records.isEmpty || !batch.faults.isEmpty
    }

    private func isFull(_ batch: borrowing DocumentBatch) -> Bool {
        batch.records.count >= Self.batchRecords || batch.arena.count >= Self.batchBytes
            || batch.faults.count >= Self.batchRecords
    }

    /// Reads about 1 MiB more of the file into the window.
    mutating func fill(_ file: InputFile, _ batch: inout DocumentBatch) {
        let before = window.count
        let target = before + Self.batchBytes
        while window.count < target && !isAtEnd && !isCut {
            switch stream.fill(&window, upTo: target - window.count) {
            case .more: continue
            case .end:
                isAtEnd = true
                noteEnd()
            case .fault(let fault):
                noteFault(fault)
                // What ends early because it is being written is no damage.
                if !history.isChanging { report(file, fault, &batch) }
                isCut = fault.isLossy
            }
        }
        byteCount += window.count - before
    }

    mutating func report(
        _ file: InputFile, _ fault: StreamFault, _ batch: inout DocumentBatch
    ) {
        track.faults += 1
        batch.faults.append(
            InputFault(
                input: file.input,
                path: String(decoding: file.relativePath.bytes, as: UTF8.self),
                byteOffset: fault.byteOffset, message: fault.message))
    }

    // MARK: Text files

    /// Adds the whole file as one record; false if it has to wait for the next batch.
    private mutating func readText(_ file: InputFile, _ batch: inout DocumentBatch) -> Bool {
        let isKnownTooLong = file.sizeBytes.map { $0 > limits.recordBytes } ?? false
        while !isAtEnd && !isCut && !isKnownTooLong && window.count <= limits.recordBytes {
            fill(file, &batch)
        }
        let isTooLong = window.count > limits.recordBytes || (isKnownTooLong && !isAtEnd)
        // The fault has been told, and there is nothing to set aside.
        if isCut && window.isEmpty { return true }
        // Half a text would be archived as a whole one.
        if history.isChanging { return true }
        if !batch.records.isEmpty && window.count > Self.batchBytes && !isTooLong { return false }
        reserve(&batch, isTooLong ? Self.excerptBytes : window.count)
        let kept = isTooLong ? Self.excerptBytes : window.count
        let raw = batch.append(window.span.extracting(0..<min(kept, window.count)))
        let path = batch.append(file.relativePath.bytes.span)
        var record = DocumentRecord(
            input: file.input, form: .textFile, path: path, number: 1, byteOffset: 0, raw: raw)
        if isTooLong {
            let size = file.sizeBytes.map { "\($0)" } ?? "more than \(window.count)"
            reject(&record, .recordTooLong, tooLongDetail(size), &batch)
        } else if isCut {
            reject(
                &record, .cutOff, "the compressed file is damaged; these are the bytes before it",
                &batch)
        }
        batch.records.append(record)
        return true
    }

    private func tooLongDetail(_ size: String) -> String {
        "\(size) bytes, the limit is \(limits.recordBytes); the first \(Self.excerptBytes) are kept"
    }

    private func reject(
        _ record: inout DocumentRecord, _ reason: RejectionReason, _ detail: String,
        _ batch: inout DocumentBatch
    ) {
        let path = String(decoding: batch.bytes(record.path), as: UTF8.self)
        let place =
            record.form == .textFile
            ? path : "\(path), record \(record.number) at byte \(record.byteOffset)"
        record.rejection = reason
        record.rejectionDetail = batch.append("\(place): \(detail)")
    }

    /// Room for the records, their decoded texts and metadata: growing later would copy it all.
    private func reserve(_ batch: inout DocumentBatch, _ rawBytes: Int) {
        let needed = batch.arena.count + rawBytes
        if batch.arena.capacity < needed {
            batch.arena.reserveCapacity(max(2 * needed + needed / 4, 64 << 10))
        }
    }

    // MARK: JSON

    /// Adds records until the batch is full or the file ends; true at the file's end.
    private mutating func carve(_ file: InputFile, _ batch: inout DocumentBatch) -> Bool {
        guard var carver else { return true }
        defer { self.carver = carver }
        let path = batch.append(file.relativePath.bytes.span)
        // Records are numbered into the arena as if the bytes from `regionStart` on stood there.
        var regionStart = cursor
        var base = batch.arena.count
        func flush(_ batch: inout DocumentBatch, _ window: borrowing [UInt8], _ end: Int) {
            _ = batch.append(window.span.extracting(regionStart..<end))
            regionStart = end
            base = batch.arena.count
        }
        reserve(&batch, Self.batchBytes)
        while true {
            let isFull =
                batch.records.count >= Self.batchRecords
                || base + cursor - regionStart >= Self.batchBytes
                || batch.faults.count >= Self.batchRecords
            if isFull {
                flush(&batch, window, cursor)
                return false
            }
            var found =
                held ?? carver.next(window.span, from: cursor, isEnd: isAtEnd || isCut)
            held = nil
            if droppedBytes > 0 {
                // The rest of a record that is too long may be nothing but space.
                switch found {
                case .nothing(let next): found = .record(cursor..<cursor, next: next)
                case .finished: found = .record(cursor..<cursor, next: cursor)
                default: break
                }
            }
            switch found {
            case .record(_, let next) where isHalf(next, carver):
                // The next run reads it whole.
                cursor = next
                droppedBytes = 0
            case .record(let range, let next):
                let bytes = range.count + droppedBytes
                if bytes > limits.recordBytes {
                    flush(&batch, window, cursor)
                    addTooLong(file, path, range, &batch)
                    cursor = next
                    regionStart = cursor
                    base = batch.arena.count
                    continue
                }
                let isLarge = range.count > Self.batchBytes
                if isLarge && !batch.records.isEmpty {
                    flush(&batch, window, cursor)
                    held = found
                    return false
                }
                if isLarge { reserve(&batch, next - regionStart) }
                recordNumber += 1
                batch.records.append(
                    DocumentRecord(
                        input: file.input, form: .json, path: path, number: recordNumber,
                        byteOffset: windowOffset + range.lowerBound,
                        raw: ByteRange(
                            start: base + range.lowerBound - regionStart, count: range.count)))
                noteRecord(at: windowOffset + range.lowerBound, next)
                cursor = next
            case .nothing(let next): cursor = next
            case .fault(let message, let next):
                let fault = StreamFault(
                    byteOffset: windowOffset + cursor, message: message, isLossy: true)
                noteFault(fault)
                if !(history.isChanging && carver.isStopped) { report(file, fault, &batch) }
                if carver.isStopped {
                    flush(&batch, window, cursor)
                    return true
                }
                cursor = next
            case .needsMore:
                flush(&batch, window, cursor)
                dropIfTooLong(&carver)
                compact()
                fill(file, &batch)
                regionStart = cursor
            case .finished:
                flush(&batch, window, cursor)
                if isAtEnd || carver.endsWhereCut { return true }
                isCut = false
            }
        }
    }

    /// Moves the window's rest to its front.
    private mutating func compact() {
        windowOffset += cursor
        window.removeSubrange(0..<cursor)
        cursor = 0
    }

    /// Stops holding a record that has outgrown the limit, but not looking for its end.
    private mutating func dropIfTooLong(_ carver: inout RecordCarver) {
        let held = window.count - cursor
        guard held + droppedBytes > limits.recordBytes else { return }
        if droppedBytes == 0 {
            excerpt = Array(window[cursor..<min(cursor + Self.excerptBytes, window.count)])
        }
        droppedBytes += held
        windowOffset += held
        window.removeSubrange(cursor...)
        carver.dropScanned()
    }

    private mutating func addTooLong(
        _ file: InputFile, _ path: ByteRange, _ range: Range<Int>, _ batch: inout DocumentBatch
    ) {
        history.noteOpenEnd()
        if droppedBytes == 0 {
            excerpt = Array(window[range.prefix(Self.excerptBytes)])
        }
        let bytes = range.count + droppedBytes
        recordNumber += 1
        var record = DocumentRecord(
            input: file.input, form: .json, path: path, number: recordNumber,
            byteOffset: windowOffset + range.lowerBound - droppedBytes,
            raw: batch.append(excerpt.span))
        reject(&record, .recordTooLong, tooLongDetail("\(bytes)"), &batch)
        batch.records.append(record)
        droppedBytes = 0
        excerpt = []
    }
}
