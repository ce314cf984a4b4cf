// The four streams of records that an archive consists of, and the names of their files.

package import DocumentModel

/// One stream of records: a folder of compressed JSON lines.
///
/// `rawValue` is the folder's name.
package enum ArchiveStream: String, CaseIterable, Sendable {
    /// Kept documents.
    case articles
    /// Dropped documents, whole, each naming its keeper.
    case duplicates
    /// Records that were set aside, with the reason.
    case rejected
    /// What was removed from which text or changed in it, by which rule.
    case ledger

    var index: Int {
        switch self {
        case .articles: 0
        case .duplicates: 1
        case .rejected: 2
        case .ledger: 3
        }
    }

    /// The name of a shard: six digits of the run, five of the shard, both of them more if need be.
    static func shardName(run: Int, shard: Int) -> String {
        "\(padded(run, to: 6))-\(padded(shard, to: 5)).jsonl.gz"
    }

    /// No archive comes to as many runs; a name with a higher number is a stranger's.
    static let highestNumber = 999_999_999

    /// The run or act that a shard's name tells; nil for other names.
    static func writer(ofShard name: String) -> Int? {
        let parts = name.prefix { $0 != "." }.split(separator: "-")
        guard parts.count == 2, let writer = Int(parts[0]), let shard = Int(parts[1]), writer > 0,
            writer <= highestNumber, shard >= 0, shardName(run: writer, shard: shard) == name
        else { return nil }
        return writer
    }

    static func padded(_ number: Int, to digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

/// What the archive says about a duplicate beside the document itself.
package struct DuplicateMark: Sendable {
    /// Id of the archived document that it is a copy of.
    package var keeper: [UInt8]
    /// Exact Jaccard similarity (or containment) in 0...1; six decimals are archived.
    package var similarity: Double
    package var kind: DuplicateKind

    package init(keeper: [UInt8], similarity: Double, kind: DuplicateKind) {
        self.keeper = keeper
        self.similarity = similarity
        self.kind = kind
    }

    /// Appends a similarity with one to six decimals, always with its point: one type for readers.
    package static func append(similarity: Double, to output: inout [UInt8]) {
        let millionths = Int((similarity * 1_000_000).rounded())
        output.append(contentsOf: String(millionths / 1_000_000).utf8)
        output.append(UInt8(ascii: "."))
        var rest = millionths % 1_000_000
        var unit = 100_000
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(rest / unit))
            rest %= unit
            unit /= 10
        } while rest > 0
    }
}
