// Numbers and byte runs one after the other: what a program writes for itself to read back.

/// Appends fields: numbers take the bytes they need (LEB128), a run stands behind its length.
package struct FieldWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Appends a number that is small as a rule, negative ones included.
    package mutating func number(_ number: Int) {
        unsigned(UInt64(bitPattern: Int64(number &<< 1 ^ number >> 63)))
    }

    /// Appends a number that is not negative and small as a rule.
    package mutating func unsigned(_ number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Appends eight bytes, for numbers that are any number.
    package mutating func word(_ word: UInt64) {
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
    }

    /// Appends a run behind its length.
    package mutating func run(_ run: Span<UInt8>) {
        unsigned(UInt64(run.count))
        bytes.append(copying: run)
    }

    /// Appends a run behind its length.
    package mutating func run(_ run: ArraySlice<UInt8>) {
        unsigned(UInt64(run.count))
        bytes.append(contentsOf: run)
    }

    package mutating func text(_ text: String) { run(Array(text.utf8)[...]) }

    package mutating func digest(_ digest: Digest) {
        word(digest.high)
        word(digest.low)
    }

    /// Appends the count of a list and its elements.
    package mutating func list<Items: Collection>(
        _ items: Items, _ write: (inout FieldWriter, Items.Element) -> Void
    ) {
        unsigned(UInt64(items.count))
        for item in items { write(&self, item) }
    }
}

/// The bytes end before the fields do, or hold what no writer writes.
package struct FieldFault: Error {
    package init() {}
}

/// Reads fields back in the order in which they were written.
package struct FieldReader: Sendable {
    private let bytes: [UInt8]
    private var position = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// True if nothing is left.
    package var isAtEnd: Bool { position == bytes.count }

    package mutating func number() throws(FieldFault) -> Int {
        let folded = Int64(bitPattern: try unsigned())
        return Int(Int64(bitPattern: UInt64(bitPattern: folded) >> 1) ^ -(folded & 1))
    }

    package mutating func unsigned() throws(FieldFault) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            guard position < bytes.count else { throw FieldFault() }
            let byte = bytes[position]
            position += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw FieldFault()
    }

    package mutating func word() throws(FieldFault) -> UInt64 {
        try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    package mutating func run() throws(FieldFault) -> ArraySlice<UInt8> {
        try take(Int(clamping: try unsigned()))
    }

    package mutating func text() throws(FieldFault) -> String {
        String(decoding: try run(), as: UTF8.self)
    }

    package mutating func digest() throws(FieldFault) -> Digest {
        let high = try word()
        return Digest(high: high, low: try word())
    }

    /// The elements of a list. Every element takes a byte at least, so no count can ask for more
    /// memory than the bytes stand for.
    package mutating func list<Element>(
        _ read: (inout FieldReader) throws(FieldFault) -> Element
    ) throws(FieldFault) -> [Element] {
        let count = Int(clamping: try unsigned())
        guard count <= bytes.count - position else { throw FieldFault() }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    /// The next bytes as they are.
    package mutating func take(_ count: Int) throws(FieldFault) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw FieldFault() }
        position += count
        return bytes[(position - count)..<position]
    }
}
