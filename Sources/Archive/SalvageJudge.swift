// What is to become of a line that was read from a damaged archive.

internal import ByteText
internal import DocumentModel
internal import JSONBytes

/// Judges lines by themselves and beside those that were taken before: articles first, then
/// duplicates, rejected records, the ledger.
struct SalvageJudge: ~Copyable {
    enum Verdict: Equatable {
        case taken
        /// It is not as the archive's lines are.
        case malformed
        /// The archive holds it already.
        case repeated
        /// An entry of the ledger whose document is gone.
        case stale
    }

    /// A record that was taken.
    enum Subject: Equatable {
        case article(isRenamed: Bool)
        case duplicate(DuplicateKind, isRenamed: Bool)
        case rejection(RejectionReason)
        case ledgerEntry
    }

    /// Ids that are known of records which are gone: of the ledger's stale entries and of keepers.
    private(set) var lostIDs: Set<String> = []
    /// True if a duplicate's keeper is gone.
    private(set) var hasOrphans = false
    private(set) var subject = Subject.ledgerEntry
    /// Stands for the id of the record that was judged last.
    private(set) var id: UInt128 = 0
    private(set) var articles: Set<UInt128> = []
    private var duplicates: Set<UInt128> = []
    /// Whole lines: ids of rejected records need not be unique. Empty where no file is damaged.
    private var rejected: Set<UInt128> = []
    private var entries: Set<UInt128> = []
    private let isComparing: Bool
    private var parser = JSONParser()

    /// - Parameter isComparing: true if a file is damaged or a stranger, so that records may come
    ///   twice.
    init(isComparing: Bool) { self.isComparing = isComparing }

    /// - Parameter isTrusted: true for a line of a file that is as its commit says.
    mutating func judge(
        _ bytes: Span<UInt8>, _ line: Range<Int>, of stream: ArchiveStream, isTrusted: Bool
    ) -> Verdict {
        do throws(JSONError) {
            try parser.parse(bytes, in: line, isRepairing: false)
        } catch {
            return .malformed
        }
        guard ArchiveSchema.firstMismatch(in: parser, bytes, of: stream) == nil else {
            return .malformed
        }
        id = parser.withString(at: 0) { ContentHash.key(of: $0) }
        switch stream {
        case .articles:
            if !isTrusted, articles.contains(id) { return .repeated }
            articles.insert(id)
            subject = .article(isRenamed: isRenamed)
        case .duplicates:
            if !isTrusted, articles.contains(id) || duplicates.contains(id) { return .repeated }
            let name = parser.withString(at: ArchiveSchema.kindIndex) { Self.text($0) }
            guard let kind = DuplicateKind(rawValue: name) else { return .malformed }
            duplicates.insert(id)
            noteKeeper()
            subject = .duplicate(kind, isRenamed: isRenamed)
        case .rejected:
            let name = parser.withString(at: ArchiveSchema.reasonIndex) { Self.text($0) }
            guard let reason = RejectionReason(rawValue: name) else { return .malformed }
            if isComparing {
                let key = ContentHash.key(of: bytes.extracting(line))
                if !rejected.insert(key).inserted, !isTrusted { return .repeated }
            }
            subject = .rejection(reason)
        case .ledger:
            guard articles.contains(id) || duplicates.contains(id) else {
                lostIDs.insert(parser.withString(at: 0) { Self.text($0) })
                return .stale
            }
            if isComparing, !entries.insert(id).inserted, !isTrusted { return .repeated }
            subject = .ledgerEntry
        }
        return .taken
    }

    /// True if the archive gave the document another id than the input.
    private var isRenamed: Bool {
        parser.withString(at: ArchiveSchema.metadataIndex) {
            $0.starts(with: ArchiveAssembler.originalIDHead)
        }
    }

    private mutating func noteKeeper() {
        let keeper = parser.withString(at: ArchiveSchema.keeperIndex) { ContentHash.key(of: $0) }
        if articles.contains(keeper) { return }
        hasOrphans = true
        lostIDs.insert(parser.withString(at: ArchiveSchema.keeperIndex) { Self.text($0) })
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        copy.append(copying: bytes)
        return String(decoding: copy, as: UTF8.self)
    }
}

extension RunCounts {
    /// Counts a record that is there.
    mutating func add(_ subject: SalvageJudge.Subject) {
        switch subject {
        case .article(let isRenamed):
            kept += 1
            if isRenamed { renamed += 1 }
        case .duplicate(let kind, let isRenamed):
            self[kind] += 1
            if isRenamed { renamed += 1 }
        case .rejection(let reason): self[reason] += 1
        case .ledgerEntry: break
        }
    }

    /// Counts what is here but not there, or below zero the other way round.
    package mutating func subtract(_ other: RunCounts) {
        kept -= other.kept
        for kind in DuplicateKind.allCases { self[kind] -= other[kind] }
        for reason in RejectionReason.allCases { self[reason] -= other[reason] }
        renamed -= other.renamed
        read -= other.read
        seen -= other.seen
        removed -= other.removed
    }
}
