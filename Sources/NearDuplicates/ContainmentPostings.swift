// From a sampled shingle hash to the kept documents that have it.

internal import CHashKernels

/// An inverted index over the samples of documents, wherever it lies.
package protocol ShinglePostings: ~Copyable {
    associatedtype Failure: Error

    /// Calls `body` with each document entered under the hash; returns how many there are.
    func forEachDocument(under hash: UInt32, _ body: (Int) -> Void) throws(Failure) -> Int

    /// Told which hashes are asked for next.
    func prepare(for hashes: Span<UInt32>)
}

/// The inverted index in memory: about 450 bytes an article of 3 KB.
///
/// Most hashes lead to one document, which stands in the hash's slot itself; only those of several
/// have a list.
package struct ContainmentPostings: ShinglePostings, ~Copyable {
    private struct Entry {
        var document: UInt32
        /// The next older entry.
        var older: UInt32
        /// How many documents the list has from here on.
        var rank: UInt8
    }

    /// Marks a slot's value as the newest entry of a list instead of a document.
    private static let listMark: UInt32 = 1 << 31

    private let cap: Int
    /// Hash in the high half, document or list in the low half, plus one; 0 is free.
    private var slots: [UInt64]
    private var entries: [Entry] = []
    private var hashCount = 0
    /// The table has two to this many slots.
    private var bits: UInt32
    /// How often a full list turned a document away.
    package private(set) var cappedCount = 0

    /// - Parameter hashes: how many are expected, so that the table need not grow for them.
    package init(parameters: ContainmentParameters, hashes: Int = 0) {
        cap = parameters.postingCap
        bits = 10
        while hashes * 5 > 4 << bits { bits += 1 }
        slots = [UInt64](repeating: 0, count: 1 << bits)
    }

    package var reservedBytes: Int {
        slots.capacity * 8 + entries.capacity * MemoryLayout<Entry>.stride
    }

    /// Enters a document under the hashes of its sample. A document is entered once.
    package mutating func insert(_ document: Int, _ set: Span<UInt32>) {
        precondition(document < Int(Self.listMark) - 1, "document \(document) is out of range")
        for index in 0..<ContainmentParameters.sampleCount(of: set) {
            insert(UInt32(document), under: set[index])
        }
    }

    package func forEachDocument(under hash: UInt32, _ body: (Int) -> Void) -> Int {
        let slot = slots[place(of: hash)]
        if slot == 0 { return 0 }
        let value = UInt32(truncatingIfNeeded: slot) - 1
        if value & Self.listMark == 0 {
            body(Int(value))
            return 1
        }
        var entry = entries[Int(value & ~Self.listMark)]
        let count = Int(entry.rank)
        while true {
            body(Int(entry.document))
            if entry.rank == 1 { return count }
            entry = entries[Int(entry.older)]
        }
    }

    package func prepare(for hashes: Span<UInt32>) {
        let slots = slots.span
        // SAFETY: the kernel touches no memory; it names slots of this table to the processor.
        unsafe slots.withUnsafeBufferPointer { slots in
            unsafe hashes.withUnsafeBufferPointer { hashes in
                guard let table = slots.baseAddress, let first = hashes.baseAddress else { return }
                unsafe winnow_prefetch_slots(table, bits, first, hashes.count)
            }
        }
    }

    private mutating func insert(_ document: UInt32, under hash: UInt32) {
        let place = place(of: hash)
        let slot = slots[place]
        if slot == 0 {
            slots[place] = Self.slot(hash, document)
            hashCount += 1
            if hashCount * 5 > slots.count * 4 { grow() }
            return
        }
        var newest = UInt32(truncatingIfNeeded: slot) - 1
        if newest & Self.listMark == 0 {
            newest = append(Entry(document: newest, older: 0, rank: 1))
        }
        let head = entries[Int(newest & ~Self.listMark)]
        if Int(head.rank) < cap {
            newest = append(
                Entry(document: document, older: newest & ~Self.listMark, rank: head.rank + 1))
        } else {
            cappedCount += 1
        }
        slots[place] = Self.slot(hash, newest)
    }

    private mutating func append(_ entry: Entry) -> UInt32 {
        precondition(entries.count < Int(Self.listMark) - 1, "the inverted index is full")
        entries.append(entry)
        return UInt32(entries.count - 1) | Self.listMark
    }

    private static func slot(_ hash: UInt32, _ value: UInt32) -> UInt64 {
        UInt64(hash) &<< 32 | UInt64(value + 1)
    }

    private func place(of hash: UInt32) -> Int {
        let slots = slots.span
        var place = winnow_home_slot(hash, bits)
        while slots[place] != 0, UInt32(truncatingIfNeeded: slots[place] &>> 32) != hash {
            place = (place + 1) & (slots.count - 1)
        }
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        bits += 1
        for slot in old where slot != 0 {
            slots[place(of: UInt32(truncatingIfNeeded: slot &>> 32))] = slot
        }
    }
}
