// A batch of documents: one byte arena plus fixed-size records, moved from stage to stage.

/// A fault of an input file that is not one record's: a cut-off stream, a wrong checksum.
package struct InputFault: Equatable, Sendable {
    /// Index of the input in the run's list of inputs.
    package var input: Int
    /// The file's path relative to the input, made valid UTF-8.
    package var path: String
    /// Offset in the file as it lies on disk, or -1 where it is not known.
    package var byteOffset: Int
    /// What is wrong and what was lost, for people; one sentence without a full stop.
    package var message: String
    /// False for things that were skipped by rule and lose nothing of a dump: a link, a FIFO.
    package var isDamage: Bool

    package init(
        input: Int, path: String, byteOffset: Int, message: String, isDamage: Bool = true
    ) {
        self.input = input
        self.path = path
        self.byteOffset = byteOffset
        self.message = message
        self.isDamage = isDamage
    }
}

/// Some hundred documents that share one arena. It has one owner at a time.
package struct DocumentBatch: ~Copyable {
    /// Place of the batch in input order, from 0.
    package let ordinal: Int
    /// All bytes that the records' ranges point into.
    package var arena: [UInt8]
    package var records: [DocumentRecord]
    /// Author names; `DocumentRecord.authors` points here.
    package var names: [ByteRange]
    /// Edit scripts of all documents, one after the other; `DocumentRecord.edits` points here.
    package var edits: [Edit]
    /// Faults of the input files that were met while this batch was read.
    package var faults: [InputFault]

    package init(ordinal: Int, arenaCapacityBytes: Int = 0) {
        self.ordinal = ordinal
        arena = []
        arena.reserveCapacity(arenaCapacityBytes)
        records = []
        names = []
        edits = []
        faults = []
    }

    /// Appends bytes to the arena and tells where they lie.
    package mutating func append(_ bytes: Span<UInt8>) -> ByteRange {
        let start = arena.count
        // SAFETY: the buffer is the span's own memory, read inside the closure only.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe arena.append(contentsOf: buffer)
        }
        return ByteRange(start: start, count: bytes.count)
    }

    /// Appends a string's UTF-8 to the arena and tells where it lies. For rare, short texts.
    package mutating func append(_ string: String) -> ByteRange {
        let start = arena.count
        arena.append(contentsOf: string.utf8)
        return ByteRange(start: start, count: arena.count - start)
    }

    /// Empties the batch and keeps its memory.
    package mutating func removeAll() {
        arena.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
        edits.removeAll(keepingCapacity: true)
        faults.removeAll(keepingCapacity: true)
    }

    /// The bytes of a range of the arena.
    package func bytes(_ range: ByteRange) -> ArraySlice<UInt8> {
        arena[range.bounds]
    }
}
