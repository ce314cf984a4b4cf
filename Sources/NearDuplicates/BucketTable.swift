// A hash table from 32-bit keys to lists of document numbers.

/// Buckets of document numbers under 32-bit keys: open addressing over (key, newest document), and
/// a link from each document to the next older one in the same bucket.
///
/// A document may stand in one bucket of a table. A look-up of a missing key costs one cache miss.
struct BucketTable: ~Copyable {
    /// Where a key's bucket is or would be; valid until the next insertion.
    struct Place {
        fileprivate var slot: Int
        fileprivate var key: UInt32
    }

    /// Key in the high half, newest document number plus one in the low half; 0 is free.
    private var slots: [UInt64]
    /// By document number: the next older document of its bucket plus one, 0 at the end.
    private var older: [UInt32] = []
    private var bucketCount = 0
    private var shift: UInt64

    init() {
        slots = [UInt64](repeating: 0, count: 1 << 10)
        shift = 64 - 10
    }

    var reservedBytes: Int { slots.capacity * 8 + older.capacity * 4 }

    func place(of key: UInt32) -> Place {
        let slots = slots.span
        var slot = home(key)
        while true {
            let entry = slots[slot]
            if entry == 0 || UInt32(truncatingIfNeeded: entry &>> 32) == key {
                return Place(slot: slot, key: key)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    /// Calls `body` with each document of the bucket, newest first; returns how many there are.
    func forEach(at place: Place, _ body: (Int) -> Void) -> Int {
        var link = UInt32(truncatingIfNeeded: slots[place.slot])
        var count = 0
        while link != 0 {
            let document = Int(link) - 1
            body(document)
            count += 1
            link = older[document]
        }
        return count
    }

    /// Calls `body` with every key and document, in no order.
    func forEachEntry(_ body: (_ key: UInt32, _ document: Int) -> Void) {
        for entry in slots where entry != 0 {
            var link = UInt32(truncatingIfNeeded: entry)
            while link != 0 {
                body(UInt32(truncatingIfNeeded: entry &>> 32), Int(link) - 1)
                link = older[Int(link) - 1]
            }
        }
    }

    /// Enters a document whose number is higher than all before.
    mutating func insert(_ document: Int, at place: Place) {
        while older.count <= document { older.append(0) }
        let entry = slots[place.slot]
        if entry == 0 { bucketCount += 1 }
        older[document] = UInt32(truncatingIfNeeded: entry)
        slots[place.slot] = UInt64(place.key) &<< 32 | UInt64(document + 1)
        if bucketCount * 5 > slots.count * 4 { grow() }
    }

    private func home(_ key: UInt32) -> Int {
        Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) &>> shift)
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        shift -= 1
        for entry in old where entry != 0 {
            slots[place(of: UInt32(truncatingIfNeeded: entry &>> 32)).slot] = entry
        }
    }
}
