// The kept documents that are not in a segment yet, in memory.

internal import ByteText
internal import CHashKernels
internal import DocumentModel

/// Kept documents in memory: band buckets, equality buckets, and per document its id and its coded
/// shingle set. About 2 KB for an article of 3 KB.
package struct MemoryIndex: ~Copyable {
    private struct Stored {
        var text: Digest
        /// The id, then the coded set and its padding.
        var blob: ChunkedBytes.Handle
        var idBytes: UInt32
        var shingleCount: UInt32
        var codedBytes: UInt32
    }

    /// Number of the first document, in archive order.
    package let base: Int
    /// How often a full bucket turned a document away.
    package private(set) var cappedCount = 0

    private let parameters: NearDuplicateParameters
    private var documents: [Stored] = []
    private var bytes = ChunkedBytes()
    private var texts = BucketTable()
    private var bands: BandTables
    /// Documents that no look-up finds any more.
    private var withdrawn: Set<Int> = []

    private var candidates = CandidateSet()
    private var blob: [UInt8] = []

    package init(parameters: NearDuplicateParameters, base: Int = 0) {
        self.parameters = parameters
        self.base = base
        bands = BandTables(parameters: parameters)
    }

    package var count: Int { documents.count }

    /// Bytes reserved for documents and tables.
    package var reservedBytes: Int {
        bytes.reservedBytes + texts.reservedBytes + bands.reservedBytes
            + documents.capacity * MemoryLayout<Stored>.stride + candidates.reservedBytes
    }

    /// The id of a kept document of this index.
    package func id(of keeper: Int) -> [UInt8] {
        let stored = documents[keeper - base]
        return bytes.withBytes(at: stored.blob) { all in
            var id: [UInt8] = []
            id.append(copying: all.extracting(first: Int(stored.idBytes)))
            return id
        }
    }

    /// The kept document that this one duplicates; nil if this one is kept, and then it is entered
    /// under `id` with the next number. The first one wins, and a document is compared with kept
    /// documents only, so clusters are stars around a kept document.
    ///
    /// - Parameter archived: what the segments say.
    package mutating func decide(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>,
        archived: ArchivedAnswer = ArchivedAnswer()
    ) -> Match? {
        if let match = match(sketch, in: sketches, archived: archived) { return match }
        insert(sketch, in: sketches, id: id, archived: archived)
        return nil
    }

    /// The best match of this index and the archived one.
    package mutating func match(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch,
        archived answer: ArchivedAnswer = ArchivedAnswer()
    ) -> Match? {
        let archived = answer.match
        // An equal text in the archive is older than all that is here.
        if let archived, archived.kind != .near { return archived }
        if let equal = documentWithEqualText(sketch) {
            return Match(
                keeper: base + equal, similarity: 1, kind: sketch.isShort ? .short : .exact)
        }
        if sketch.isShort { return nil }
        candidates.removeAll()
        bands.collectCandidates(of: sketch, in: sketches, into: &candidates)
        var search = MatchSearch(threshold: parameters.threshold, ours: sketch.shingleCount)
        let set = sketches.shingles.span.extracting(sketch.shingles)
        for candidate in candidates.documents where !withdrawn.contains(candidate) {
            let stored = documents[candidate]
            let theirs = Int(stored.shingleCount)
            guard let least = search.leastShared(with: theirs),
                let shared = sharedCount(of: stored, with: set, least: least)
            else { continue }
            search.consider(base + candidate, theirs: theirs, shared: shared)
        }
        if let archived, archived.isBetter(than: search.best) { return archived }
        return search.best
    }

    /// Enters a kept document under the next number, whatever it resembles.
    package mutating func insert(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>,
        archived: ArchivedAnswer = ArchivedAnswer()
    ) {
        let number = documents.count
        precondition(
            number < Int(UInt32.max) - 1, "the memory index is full at \(number) documents")
        blob.removeAll(keepingCapacity: true)
        blob.append(copying: id)
        encode(sketches.shingles.span.extracting(sketch.shingles))
        let codedBytes = blob.count - id.count
        blob.append(contentsOf: repeatElement(0, count: Int(WINNOW_CODED_PADDING)))
        let blob = blob
        documents.append(
            Stored(
                text: sketch.text, blob: bytes.append(blob.span), idBytes: UInt32(id.count),
                shingleCount: UInt32(sketch.shingleCount), codedBytes: UInt32(codedBytes)))
        candidates.makeRoom(for: number)
        texts.insert(number, at: texts.place(of: UInt32(truncatingIfNeeded: sketch.text.low)))
        if !sketch.isShort {
            cappedCount += bands.insert(
                number, sketch, in: sketches, archivedCounts: archived.bucketCounts)
        }
    }

    /// Lets no look-up find a document any more; its number stays taken.
    package mutating func withdraw(_ document: Int) {
        withdrawn.insert(document - base)
    }

    /// Calls `body` with each document: its text's digest, id, number of shingles and coded set.
    func forEachDocument<Failure: Error>(
        _ body: (Digest, Span<UInt8>, Int, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        for stored in documents {
            try bytes.withBytes(at: stored.blob) { (all) throws(Failure) in
                let idEnd = Int(stored.idBytes)
                try body(
                    stored.text, all.extracting(0..<idEnd), Int(stored.shingleCount),
                    all.extracting(idEnd..<idEnd + Int(stored.codedBytes)))
            }
        }
    }

    /// All entries of a band, `key << 32 | document`, documents numbered from 0.
    func entries(ofBand band: Int) -> [UInt64] { bands.entries(ofBand: band) }

    /// Entries of a segment's containment table, `key << 32 | document`, documents numbered from 0.
    func sampleEntries() -> [UInt64] {
        var entries: [UInt64] = []
        var set: [UInt32] = []
        for (document, stored) in documents.enumerated() where stored.shingleCount > 0 {
            decode(stored, into: &set)
            for index in 0..<ContainmentParameters.sampleCount(of: set.span) {
                let key = ContainmentParameters.key(of: set[index])
                entries.append(UInt64(key) &<< 32 | UInt64(document))
            }
        }
        return entries
    }

    private func decode(_ stored: Stored, into set: inout [UInt32]) {
        set.removeAll(keepingCapacity: true)
        let count = Int(stored.shingleCount)
        set.append(addingCapacity: count) { output in
            bytes.withBytes(at: stored.blob) { bytes in
                let coded = bytes.extracting(Int(stored.idBytes)...)
                // SAFETY: behind the id lies what `encode` wrote for `count` hashes, then padding;
                // the output has room for them.
                unsafe coded.withUnsafeBufferPointer { coded in
                    unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                        guard let from = coded.baseAddress, let to = buffer.baseAddress else {
                            return
                        }
                        unsafe winnow_decode_set(from, count, to)
                        initialized = count
                    }
                }
            }
        }
    }

    private func documentWithEqualText(_ sketch: DocumentSketch) -> Int? {
        var found: Int?
        _ = texts.forEach(at: texts.place(of: UInt32(truncatingIfNeeded: sketch.text.low))) {
            let stored = documents[$0]
            if stored.text == sketch.text, Int(stored.shingleCount) == sketch.shingleCount,
                !withdrawn.contains($0)
            {
                found = $0
            }
        }
        return found
    }

    private func sharedCount(
        of stored: Stored, with set: Span<UInt32>, least: Int
    ) -> Int? {
        // SAFETY: behind the id lies what `encode` wrote for `shingleCount` hashes, then padding.
        let shared = bytes.withBytes(at: stored.blob) { bytes in
            let coded = bytes.extracting(Int(stored.idBytes)...)
            return unsafe coded.withUnsafeBufferPointer { coded in
                unsafe set.withUnsafeBufferPointer { set in
                    unsafe winnow_shared_with_coded(
                        set.baseAddress, set.count, coded.baseAddress, Int(stored.shingleCount),
                        max(least, 0))
                }
            }
        }
        // SIZE_MAX of C is -1 here.
        return shared < 0 ? nil : shared
    }

    /// Appends a coded set to `blob`.
    private mutating func encode(_ set: Span<UInt32>) {
        // SAFETY: the output has `winnow_encoded_capacity` bytes; pointers stay in the closures.
        blob.append(addingCapacity: winnow_encoded_capacity(set.count)) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                unsafe set.withUnsafeBufferPointer { set in
                    guard let from = set.baseAddress, let to = buffer.baseAddress else { return }
                    initialized += unsafe winnow_encode_set(from, set.count, to + initialized)
                }
            }
        }
    }
}
