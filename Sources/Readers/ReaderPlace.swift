// Where a reader is, so that a run that was stopped can go on from there.

internal import ByteIO
package import ByteText
internal import DocumentModel
internal import SystemPackage

/// A place between two batches of a reader. It holds for the same inputs, unchanged.
package struct ReaderPlace: Equatable, Sendable {
    /// Files and other entries that the inputs have given so far, the open file included.
    package var taken = 0
    /// Of their names, sizes and times.
    package var listing = ContentDigest.Value(high: 0, low: 0)
    /// True if the last of them is open.
    package var isOpen = false
    /// Records that the open file has given.
    package var records = 0
    /// Faults that it has given.
    package var faults = 0
    /// Files that were left for the next run: of which input, and how many.
    package var waitingInput = 0
    package var waitingCount = 0
    /// Bytes of input read so far, as they lie on disk.
    package var readBytes = 0

    package init() {}

    package func encode(to fields: inout FieldWriter) {
        for number in [
            taken, isOpen ? 1 : 0, records, faults, waitingInput, waitingCount, readBytes,
        ] {
            fields.number(number)
        }
        fields.word(listing.high)
        fields.word(listing.low)
    }

    package init(decoding fields: inout FieldReader) throws(FieldFault) {
        taken = try fields.number()
        isOpen = try fields.number() == 1
        records = try fields.number()
        faults = try fields.number()
        waitingInput = try fields.number()
        waitingCount = try fields.number()
        readBytes = try fields.number()
        let high = try fields.word()
        listing = ContentDigest.Value(high: high, low: try fields.word())
    }
}

/// What a reader notes of its way, and what it still has to repeat of it.
struct ReaderTrack: Sendable {
    private(set) var taken = 0
    private var listing = ContentDigest()
    /// Faults of the open file.
    var faults = 0
    /// True if something was opened that is no regular file: what it gives next time may differ,
    /// and nothing tells.
    private(set) var hasStream = false
    /// Where to go before anything is given out.
    var place: ReaderPlace?
    /// Of the open file, what was given out before.
    private(set) var repeated: ReaderPlace?
    private var repeatedFaults = 0
    private var repeatedRecords = 0
    private var file: (input: Int, path: [UInt8]) = (0, [])

    var hasPlace: Bool { place != nil }
    var isRepeating: Bool { repeated != nil }
    var listingValue: ContentDigest.Value { listing.value }

    /// Notes an entry of the inputs.
    mutating func take(_ listed: ListedInput) {
        taken += 1
        var fields = FieldWriter()
        switch listed {
        case .skipped(let input, let path, let message, _):
            fields.number(input)
            fields.run(path.bytes[...])
            fields.text(message)
        case .file(let file):
            fields.number(file.input)
            fields.run(file.location.bytes[...])
            fields.number(file.status?.sizeBytes ?? -1)
            fields.number(file.status?.modifiedNanoseconds ?? 0)
            fields.unsigned(file.status?.device ?? 0)
            fields.unsigned(file.status?.inode ?? 0)
        }
        listing.update(fields.bytes.span)
    }

    /// Notes that a file is being read from its start.
    mutating func begin(_ file: InputFile) {
        faults = 0
        if file.status == nil { hasStream = true }
    }

    /// The open file gives again what it gave up to a place.
    mutating func beginRepeating(_ file: InputFile, to place: ReaderPlace) {
        repeated = place.records > 0 || place.faults > 0 ? place : nil
        self.file = (file.input, file.relativePath.bytes)
    }

    /// Takes what was given out before out of a batch.
    mutating func removeRepeated(_ batch: inout DocumentBatch) {
        guard let place = repeated else { return }
        var count = 0
        for record in batch.records {
            guard record.number <= place.records, record.input == file.input,
                batch.bytes(record.path).elementsEqual(file.path)
            else { break }
            repeatedRecords = record.number
            count += 1
        }
        batch.records.removeFirst(count)
        let faults = min(batch.faults.count, place.faults - repeatedFaults)
        batch.faults.removeFirst(faults)
        repeatedFaults += faults
    }

    /// Ends the repetition once all was met. False if the file is another one than it was.
    mutating func endRepeating(isFileDone: Bool) -> Bool {
        guard let place = repeated else { return true }
        if repeatedRecords < place.records { return !isFileDone }
        if isFileDone || repeatedFaults == place.faults { repeated = nil }
        return true
    }
}

extension DumpReader {
    /// Where the reading is, behind the last batch; nil once a stream was opened, which has to be
    /// read from its start.
    package var place: ReaderPlace? {
        if track.hasStream { return nil }
        var place = ReaderPlace()
        place.taken = track.taken
        place.listing = track.listingValue
        place.isOpen = file != nil
        if file != nil {
            place.records = recordNumber
            place.faults = track.faults
        }
        place.waitingInput = waiting.input
        place.waitingCount = waiting.count
        place.readBytes = readByteCount
        return place
    }

    /// Goes to the place at which an earlier reading ended.
    mutating func resume() throws(ReaderError) {
        guard let place = track.place else { return }
        track.place = nil
        while track.taken < place.taken {
            guard let listed = lister.nextInput() else { throw changed() }
            track.take(listed)
            if track.taken == place.taken, place.isOpen {
                guard case .file(let file) = listed, track.listingValue == place.listing else {
                    throw changed()
                }
                openFile = file
                track.beginRepeating(file, to: place)
            } else if case .file(let file) = listed {
                passedBytes += file.sizeBytes ?? 0
            }
        }
        guard track.listingValue == place.listing else { throw changed() }
        waiting.input = place.waitingInput
        waiting.count = place.waitingCount
        earlierBytes = place.readBytes
    }

    /// Takes what was given out before out of a batch.
    mutating func removeRepeated(
        _ batch: inout DocumentBatch, isLast: Bool
    ) throws(ReaderError) {
        track.removeRepeated(&batch)
        let isFileDone = isLast || file == nil || fileCount > 1
        guard track.endRepeating(isFileDone: isFileDone) else { throw changed() }
    }

    private func changed() -> ReaderError {
        ReaderError(code: .changed, input: 0, path: "")
    }
}
