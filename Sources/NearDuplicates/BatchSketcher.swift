// From texts to sketches: words, shingles, sets, signatures, band keys. The dear part,
// run in parallel.

internal import ByteText
internal import CHashKernels
package import DocumentModel

/// Sketches documents; one per worker, its buffers are reused. A pure function of the text.
package struct BatchSketcher: ~Copyable {
    private let parameters: NearDuplicateParameters
    private let isIdentityOnly: Bool
    private let isRejecting: Bool
    private var scanner = WordScanner()
    private var hashes: [UInt32] = []
    private var scratch: [UInt32] = []
    private var counters: [UInt32] = []
    private var slots: [UInt32]
    /// Elements above which a buffer that a giant text made is given back after it.
    private static let keptCount = 1 << 21
    /// The bits of a shingle's hash that count: the high ones.
    private static let hashMask = UInt32.max << UInt32(WINNOW_SHINGLE_SHIFT)

    /// - Parameter isIdentityOnly: true where near-duplicates are not asked for; texts are then not
    ///   read for words, and none is rejected for having none.
    /// - Parameter isRejecting: false where records were taken in before: a text without words then
    ///   stays what it is, known by what was delivered.
    package init(
        parameters: NearDuplicateParameters, isIdentityOnly: Bool = false, isRejecting: Bool = true
    ) {
        self.parameters = parameters
        self.isIdentityOnly = isIdentityOnly
        self.isRejecting = isRejecting
        slots = [UInt32](repeating: 0, count: parameters.slotCount)
    }

    /// Fills `sketches` with one sketch a record and rejects the records whose text has no word.
    package mutating func sketch(
        _ batch: inout DocumentBatch, into sketches: inout SketchBatch
    ) {
        sketches.removeAll()
        for index in batch.records.indices {
            if batch.records[index].rejection == nil, !isIdentityOnly {
                let record = batch.records[index]
                scanner.scan(batch.arena.span.extracting(record.text.bounds))
                if !scanner.hashes.isEmpty {
                    sketches.sketches.append(sketch(record, batch.arena.span, into: &sketches))
                    continue
                }
                if isRejecting { batch.records[index].rejection = .noWords }
            }
            sketches.sketches.append(DocumentSketch(batch.records[index], in: batch.arena.span))
        }
    }

    private mutating func sketch(
        _ record: DocumentRecord, _ arena: Span<UInt8>, into sketches: inout SketchBatch
    ) -> DocumentSketch {
        var sketch = DocumentSketch(record, in: arena)
        sketch.wordCount = scanner.hashes.count
        sketch.shingleStart = sketches.shingles.count
        sketch.row = sketches.bandKeys.count / parameters.bandCount
        if scanner.hashes.count < parameters.shingleWords {
            sketch.text = Digest(ofWords: scanner.hashes.span)
            return sketch
        }
        sketch.shingleCount = shingleSet()
        enterSet(of: sketch, into: &sketches)
        return sketch
    }

    /// Appends a document that is known by its shingles alone, as measurements of the index make
    /// them: set, signature and band keys are those that a text with these shingles would get.
    ///
    /// - Parameter shingles: hashes evenly spread over 32 bits, in any order; not empty.
    package mutating func append(
        _ document: DocumentSketch, shingles: Span<UInt32>, to sketches: inout SketchBatch
    ) {
        precondition(!shingles.isEmpty, "a document without shingles")
        var sketch = document
        sketch.wordCount = shingles.count + parameters.shingleWords - 1
        sketch.shingleStart = sketches.shingles.count
        sketch.row = sketches.bandKeys.count / parameters.bandCount
        makeRoom(shingles.count)
        for index in shingles.indices { hashes[index] = shingles[index] & Self.hashMask }
        sketch.shingleCount = sortSet(shingles.count)
        enterSet(of: sketch, into: &sketches)
        sketches.sketches.append(sketch)
    }

    /// Enters the set at the front of `hashes`, and its band keys.
    private mutating func enterSet(of sketch: DocumentSketch, into sketches: inout SketchBatch) {
        sketches.shingles.append(contentsOf: hashes[..<sketch.shingleCount])
        sign(sketch.shingleCount)
        appendBandKeys(to: &sketches.bandKeys)
    }

    /// Leaves the sorted set of the words' shingle hashes at the front of `hashes`;
    /// returns its size.
    private mutating func shingleSet() -> Int {
        let words = scanner.hashes.count
        let count = words - parameters.shingleWords + 1
        makeRoom(count)
        // SAFETY: `hashes` has room for `count`; no pointer leaves the closures.
        unsafe scanner.hashes.withUnsafeBufferPointer { wordHashes in
            unsafe hashes.withUnsafeMutableBufferPointer { hashes in
                guard let from = wordHashes.baseAddress, let to = hashes.baseAddress else { return }
                unsafe winnow_hash_shingles(
                    from, words, parameters.shingleWords, parameters.seed, to)
            }
        }
        return sortSet(count)
    }

    /// Makes a sorted set of the first `count` hashes; returns its size.
    private mutating func sortSet(_ count: Int) -> Int {
        // SAFETY: `makeRoom` gave all buffers what the kernel asks for; no pointer leaves the
        // closures.
        unsafe hashes.withUnsafeMutableBufferPointer { hashes in
            unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                unsafe counters.withUnsafeMutableBufferPointer { counters in
                    guard let to = hashes.baseAddress, let scratch = scratch.baseAddress,
                        let counters = counters.baseAddress
                    else { return 0 }
                    return unsafe winnow_sort_unique(to, count, scratch, counters)
                }
            }
        }
    }

    private mutating func makeRoom(_ count: Int) {
        Self.grow(&hashes, to: count)
        Self.grow(&scratch, to: count)
        Self.grow(&counters, to: winnow_sort_counters(count))
    }

    private mutating func sign(_ count: Int) {
        // SAFETY: `hashes` holds `count` values, `slots` holds `slotCount`.
        unsafe hashes.withUnsafeBufferPointer { set in
            unsafe slots.withUnsafeMutableBufferPointer { slots in
                guard let set = set.baseAddress, let to = slots.baseAddress else { return }
                unsafe winnow_sketch(set, count, parameters.seed, to, parameters.slotCount)
            }
        }
    }

    private func appendBandKeys(to bandKeys: inout [UInt32]) {
        let slots = slots.span
        bandKeys.append(addingCapacity: parameters.bandCount) { keys in
            var slot = 0
            for band in 0..<parameters.bandCount {
                var key = UInt64(band) &* 0xA24B_AED4_963E_E407
                for _ in 0..<parameters.rowCount {
                    key = (key ^ UInt64(slots[slot])) &* 0x9FB2_1C65_1E98_DF25
                    key ^= key &>> 32
                    slot += 1
                }
                keys.append(UInt32(truncatingIfNeeded: (key &* 0xD6E8_FEB8_6659_FD93) &>> 32))
            }
        }
    }

    private static func grow<Element: FixedWidthInteger>(_ buffer: inout [Element], to count: Int) {
        let isOversized = buffer.count > keptCount && count < keptCount / 2
        if buffer.count < count || isOversized {
            buffer = [Element](repeating: 0, count: count + count / 2)
        }
    }
}
