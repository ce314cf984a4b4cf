// The index of kept documents in memory.

internal import CHashKernels
internal import DocumentModel

/// Kept documents in memory: band buckets, equality buckets, and per document its signature,
/// its coded shingle set and its id. About 2 KB for an article of 3 KB.
package struct MemoryIndex: DocumentIndex, ~Copyable {
    private struct Stored {
        var text: Digest
        /// Signature, then the coded set.
        var sketch: ChunkedBytes.Handle
        var shingleCount: UInt32
        var id: ChunkedBytes.Handle
        var idBytes: UInt32
    }

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
    private var decoded: [UInt32] = []
    private var coded: [UInt8] = []

    package init(parameters: NearDuplicateParameters) {
        self.parameters = parameters
        bands = BandTables(parameters: parameters)
    }

    package var count: Int { documents.count }

    /// Bytes reserved for documents and tables.
    package var reservedBytes: Int {
        bytes.reservedBytes + texts.reservedBytes + bands.reservedBytes
            + documents.capacity * MemoryLayout<Stored>.stride + candidates.reservedBytes
    }

    package func id(of keeper: Int) -> [UInt8] {
        let stored = documents[keeper]
        return bytes.withBytes(at: stored.id) { all in
            let id = all.extracting(first: Int(stored.idBytes))
            return [UInt8](capacity: id.count) { output in
                for position in id.indices { output.append(id[position]) }
            }
        }
    }

    package mutating func match(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch
    ) -> Match? {
        if let equal = documentWithEqualText(sketch) {
            return Match(keeper: equal, similarity: 1, kind: sketch.isShort ? .short : .exact)
        }
        if sketch.isShort { return nil }
        candidates.removeAll()
        bands.collectCandidates(of: sketch, in: sketches, into: &candidates)
        var best: Match?
        for position in 0..<candidates.documents.count {
            let candidate = candidates.documents[position]
            if withdrawn.contains(candidate) { continue }
            guard let similarity = similarity(of: sketch, in: sketches, to: candidate) else {
                continue
            }
            let isBetter =
                if let best {
                    similarity > best.similarity
                        || similarity == best.similarity && candidate < best.keeper
                } else { true }
            if isBetter { best = Match(keeper: candidate, similarity: similarity, kind: .near) }
        }
        return best
    }

    package mutating func insert(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: Span<UInt8>
    ) {
        let number = documents.count
        precondition(
            number < Int(UInt32.max) - 1, "the memory index is full at \(number) documents")
        let idHandle = bytes.append(id)
        encode(sketch, in: sketches)
        let coded = coded
        documents.append(
            Stored(
                text: sketch.text, sketch: bytes.append(coded.span),
                shingleCount: UInt32(sketch.shingleCount), id: idHandle,
                idBytes: UInt32(id.count)))
        candidates.makeRoom(for: number)
        texts.insert(number, at: texts.place(of: UInt32(truncatingIfNeeded: sketch.text.low)))
        if !sketch.isShort {
            cappedCount += bands.insert(number, sketch, in: sketches)
        }
    }

    /// Lets no look-up find a document any more; its number stays taken.
    package mutating func withdraw(_ document: Int) {
        withdrawn.insert(document)
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

    /// The exact similarity, or nil where it is below the threshold.
    private mutating func similarity(
        of sketch: DocumentSketch, in sketches: borrowing SketchBatch, to candidate: Int
    ) -> Double? {
        let stored = documents[candidate]
        let theirs = Int(stored.shingleCount)
        let ours = sketch.shingleCount
        // The smaller set bounds the intersection, the larger one the union.
        if Double(min(ours, theirs)) < parameters.threshold * Double(max(ours, theirs)) {
            return nil
        }
        let slotCount = parameters.slotCount
        let signature = sketches.signatures.span
            .extracting(sketch.row * slotCount..<(sketch.row + 1) * slotCount)
        let set = sketches.shingles.span
            .extracting(sketch.shingleStart..<sketch.shingleStart + ours)
        if decoded.count < theirs { decoded = [UInt32](repeating: 0, count: theirs * 2) }
        let leastEqual = parameters.leastEqualSlots
        // SAFETY: a stored document's bytes are its signature of `slotCount` bytes and the coding
        // of `theirs` hashes with its padding, as `encode` wrote them; `decoded` has room for them.
        let shared: Int? = bytes.withBytes(at: stored.sketch) { bytes in
            unsafe bytes.withUnsafeBufferPointer { stored in
                unsafe signature.withUnsafeBufferPointer { signature in
                    unsafe set.withUnsafeBufferPointer { set in
                        unsafe decoded.withUnsafeMutableBufferPointer { decoded in
                            guard let stored = stored.baseAddress,
                                let signature = signature.baseAddress, let set = set.baseAddress,
                                let decoded = decoded.baseAddress
                            else { return nil }
                            let equal = unsafe winnow_equal_bytes(stored, signature, slotCount)
                            if equal < leastEqual { return nil }
                            unsafe winnow_decode_set(stored + slotCount, theirs, decoded)
                            return unsafe winnow_intersection(set, ours, decoded, theirs)
                        }
                    }
                }
            }
        }
        guard let shared else { return nil }
        let similarity = Double(shared) / Double(ours + theirs - shared)
        return similarity >= parameters.threshold ? similarity : nil
    }

    /// Leaves signature and coded set in `coded`; nothing for a short text.
    private mutating func encode(_ sketch: DocumentSketch, in sketches: borrowing SketchBatch) {
        coded.removeAll(keepingCapacity: true)
        if sketch.isShort { return }
        let slotCount = parameters.slotCount
        coded.append(
            contentsOf: sketches.signatures[sketch.row * slotCount..<(sketch.row + 1) * slotCount])
        let set = sketches.shingles.span
            .extracting(sketch.shingleStart..<sketch.shingleStart + sketch.shingleCount)
        // SAFETY: the output has `winnow_encoded_capacity` bytes; pointers stay in the closures.
        coded.append(addingCapacity: winnow_encoded_capacity(set.count)) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                unsafe set.withUnsafeBufferPointer { set in
                    guard let from = set.baseAddress, let to = buffer.baseAddress else { return }
                    initialized = unsafe winnow_encode_set(from, set.count, to)
                }
            }
        }
    }
}
