// How many records went where: of one run, or of the whole archive.

internal import ByteText
package import DocumentModel

/// Counts of a run. `read = kept + duplicates + rejected + seen + removed` holds for every commit
/// by itself: an act that takes records out has read none, so what went counts below zero.
package struct RunCounts: Equatable, Sendable {
    package var read = 0
    package var kept = 0
    /// By `DuplicateKind`, in the order of its cases.
    private var duplicates = [Int](repeating: 0, count: DuplicateKind.allCases.count)
    /// By `RejectionReason`, in the order of its cases.
    private var rejections = [Int](repeating: 0, count: RejectionReason.allCases.count)
    /// Records whose source, id and text are archived already.
    package var seen = 0
    /// Records whose id had to be made unique; each is also one of the kept or the duplicates.
    package var renamed = 0
    /// Records that an act took out of the archive.
    package var removed = 0

    package init() {}

    package subscript(_ kind: DuplicateKind) -> Int {
        get { duplicates[Self.index(of: kind)] }
        set { duplicates[Self.index(of: kind)] = newValue }
    }

    package subscript(_ reason: RejectionReason) -> Int {
        get { rejections[Self.index(of: reason)] }
        set { rejections[Self.index(of: reason)] = newValue }
    }

    /// All duplicates, whatever their kind.
    package var duplicateCount: Int { duplicates.reduce(0, +) }
    /// All rejected records, whatever the reason.
    package var rejectedCount: Int { rejections.reduce(0, +) }

    /// True if every record read is accounted for.
    package var isBalanced: Bool {
        read == kept + duplicateCount + rejectedCount + seen + removed
    }

    /// True if nothing was kept, dropped or set aside: then a run leaves no commit.
    package var isEmpty: Bool { kept + duplicateCount + rejectedCount == 0 }

    package static func += (total: inout RunCounts, other: RunCounts) {
        total.read += other.read
        total.kept += other.kept
        for index in total.duplicates.indices { total.duplicates[index] += other.duplicates[index] }
        for index in total.rejections.indices { total.rejections[index] += other.rejections[index] }
        total.seen += other.seen
        total.renamed += other.renamed
        total.removed += other.removed
    }

    func encode(to fields: inout FieldWriter) {
        for number in [read, kept, seen, renamed, removed] + duplicates + rejections {
            fields.number(number)
        }
    }

    init(decoding fields: inout FieldReader) throws(FieldFault) {
        read = try fields.number()
        kept = try fields.number()
        seen = try fields.number()
        renamed = try fields.number()
        removed = try fields.number()
        for index in duplicates.indices { duplicates[index] = try fields.number() }
        for index in rejections.indices { rejections[index] = try fields.number() }
    }

    private static func index(of kind: DuplicateKind) -> Int {
        switch kind {
        case .exact: 0
        case .near: 1
        case .short: 2
        case .contained: 3
        case .update: 4
        }
    }

    private static let reasonIndex = Dictionary(
        uniqueKeysWithValues: zip(RejectionReason.allCases, 0...))

    private static func index(of reason: RejectionReason) -> Int {
        // The table is built from all cases.
        reasonIndex[reason, default: 0]
    }
}
