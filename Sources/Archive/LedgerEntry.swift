// A line of the ledger read back: what was done to a text, and how to undo it.

internal import Codecs
internal import DocumentModel
internal import JSONBytes

/// What cleaning did to one text.
package struct LedgerEntry: Sendable {
    /// One edit with the bytes that went and came.
    package struct Step: Sendable {
        /// Byte offset in the delivered text.
        package var start: Int
        package var removed: [UInt8]
        package var inserted: [UInt8]
        package var rule: String
        package var pack: String
        package var score: Double
    }

    /// Why an entry gives no delivered text.
    package struct Mismatch: Error, Sendable, CustomStringConvertible {
        package var description: String
    }

    package var id: String
    package var source: String
    package var deliveredBytes: Int
    package var deliveredCRC32: UInt32
    package var steps: [Step]
    /// Name of the encoding of `original`; empty for UTF-8.
    package var encoding: String
    /// The input's bytes where the delivered text does not give them back; else empty.
    package var original: [UInt8]

    /// Reads a line of the ledger; nil if it is none.
    package init?(line: [UInt8]) {
        // The caller knows the place and says what is wrong with the line.
        guard let tree = try? JSONTree(parsing: line.span),
            let id = tree["id"]?.string, let source = tree["source"]?.string,
            let bytes = tree["delivered"]?["bytes"]?.integer,
            let crc32 = tree["delivered"]?["crc32"]?.integer.flatMap(UInt32.init(exactly:)),
            let edits = tree["edits"]?.array, let encoding = tree["original"]?["encoding"]?.string,
            let original = tree["original"]?["base64"]?.string.flatMap(Self.decode)
        else { return nil }
        let steps = edits.compactMap(Self.step)
        guard steps.count == edits.count else { return nil }
        self.id = id
        self.source = source
        deliveredBytes = bytes
        deliveredCRC32 = crc32
        self.steps = steps
        self.encoding = encoding
        self.original = original
    }

    /// The text as the reader delivered it, or the input's own bytes where those are kept.
    package func restore(_ text: ArraySlice<UInt8>) throws(Mismatch) -> [UInt8] {
        let delivered = try delivered(text)
        let isRepairedLine =
            encoding == RepairedLine.malformed || encoding == RepairedLine.loneSurrogates
        return original.isEmpty || isRepairedLine ? delivered : original
    }

    /// The text as the reader delivered it; its length and CRC-32 are checked.
    package func delivered(_ text: ArraySlice<UInt8>) throws(Mismatch) -> [UInt8] {
        var delivered: [UInt8] = []
        delivered.reserveCapacity(deliveredBytes)
        let edits = steps.map { step in
            Edit(
                start: step.start, removedCount: step.removed.count,
                inserted: ByteRange(start: 0, count: step.inserted.count), rule: 0,
                scoreHundredths: 0)
        }
        do throws(EditScript.Mismatch) {
            try EditScript.restore(
                text, undoing: edits[...], removed: steps.flatMap(\.removed)[...],
                into: &delivered)
        } catch {
            throw Mismatch(description: error.description)
        }
        guard delivered.count == deliveredBytes,
            CRC32.checksum(delivered.span) == deliveredCRC32
        else {
            throw Mismatch(
                description: "the restored text differs from the delivered one in length or CRC-32")
        }
        return delivered
    }

    private static func step(_ tree: JSONTree) -> Step? {
        guard let start = tree["at"]?.integer, start >= 0,
            let removed = bytes(tree["removed"], tree["removed_base64"]),
            let inserted = bytes(tree["inserted"], tree["inserted_base64"]),
            let rule = tree["rule"]?.string, let pack = tree["pack"]?.string,
            let score = tree["score"]?.double
        else { return nil }
        return Step(
            start: start, removed: removed, inserted: inserted, rule: rule, pack: pack,
            score: score)
    }

    /// One of the two is empty.
    private static func bytes(_ text: JSONTree?, _ base64: JSONTree?) -> [UInt8]? {
        guard let text = text?.string, let decoded = base64?.string.flatMap(decode) else {
            return nil
        }
        return Array(text.utf8) + decoded
    }

    static func decode(_ base64: String) -> [UInt8]? { Base64.decode(Array(base64.utf8).span) }
}
