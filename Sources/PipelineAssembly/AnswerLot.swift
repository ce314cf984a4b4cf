// Answers to many questions at once, so that the archive's files are read once for all of them.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import JSONBytes
internal import NearDuplicates

/// Which archived record a text is.
struct SeenRecord: Sendable {
    var place: (kind: RecordKind, number: Int)
    /// Hash of its id in the archive.
    var idHash: UInt64
}

/// What the segments say of one text.
struct IndexFinding: Sendable {
    var answer = ArchivedAnswer()
    var seen: SeenRecord?
    var neighbours: [Neighbour] = []
}

/// Findings that wait for the records they name.
struct AnswerLot {
    private struct Waiting {
        var id: String
        var source: String
        var rejection: RejectionReason?
        var finding: IndexFinding
    }

    private let index: ReadableIndex
    private let readsRecords: Bool
    private var waiting: [Waiting] = []

    init(index: ReadableIndex, readsRecords: Bool) {
        self.index = index
        self.readsRecords = readsRecords
    }

    var count: Int { waiting.count }

    /// Takes a finding in; true if the text is known.
    mutating func add(
        _ finding: IndexFinding, id: String, source: String, rejection: RejectionReason?
    ) -> Bool {
        waiting.append(Waiting(id: id, source: source, rejection: rejection, finding: finding))
        return finding.answer.isSeen || finding.answer.match != nil
            || finding.answer.container != nil
    }

    /// Gives the answers out, in order.
    mutating func take() throws -> [QueryAnswer] {
        defer { waiting.removeAll(keepingCapacity: true) }
        let records = try readsRecords ? readRecords() : [:]
        return try waiting.map { try answer($0, records) }
    }

    private func answer(
        _ item: Waiting, _ records: [RecordKind: [Int: ReadRecord]]
    ) throws -> QueryAnswer {
        let finding = item.finding
        let standing: TextStanding =
            if finding.answer.isSeen {
                .seen
            } else if let reason = item.rejection {
                .rejected(reason)
            } else if let match = finding.answer.match {
                .duplicate(
                    match.kind, keeper: try id(of: match.keeper), similarity: match.similarity)
            } else if let container = finding.answer.container {
                .duplicate(
                    .contained, keeper: try id(of: container.document),
                    similarity: container.containment)
            } else {
                .unknown
            }
        let articles = records[.kept] ?? [:]
        let nearest = try finding.neighbours.map { neighbour in
            var document = NearDocument(
                id: try id(of: neighbour.document), neighbour: neighbour)
            // A record with another id would be that of an archive that changed meanwhile.
            if let record = articles[neighbour.document], record.id == document.id {
                document.title = record.title
                document.source = record.source
                document.created = record.created
            }
            return document
        }
        var answer = QueryAnswer(
            id: item.id, source: item.source, standing: standing, nearest: nearest)
        if let seen = finding.seen, let record = records[seen.place.kind]?[seen.place.number],
            Digest(of: Array(record.id.utf8).span).low == seen.idHash
        {
            answer.archivedID = record.id
            answer.archivedStream = seen.place.kind.stream
        }
        return answer
    }

    /// The id of a kept document.
    private func id(of document: Int) throws -> String {
        guard
            let segment = index.segments.last(where: { $0.extent.first.kept <= document })
        else { preconditionFailure("no segment holds document \(document)") }
        let id = try segment.id(of: document - segment.extent.first.kept)
        return String(decoding: id, as: UTF8.self)
    }

    private struct ReadRecord {
        var id = ""
        var title = ""
        var source = ""
        var created = ""
    }

    /// All records that the findings name, by kind and number.
    private func readRecords() throws -> [RecordKind: [Int: ReadRecord]] {
        var wanted: [RecordKind: Set<Int>] = [:]
        for item in waiting {
            wanted[.kept, default: []].formUnion(item.finding.neighbours.map(\.document))
            if let seen = item.finding.seen {
                wanted[seen.place.kind, default: []].insert(seen.place.number)
            }
        }
        let reader = ArchiveReader(index.store)
        var records: [RecordKind: [Int: ReadRecord]] = [:]
        for (kind, numbers) in wanted {
            try reader.forEachLine(numbered: numbers.sorted(), of: kind.stream) { number, line in
                // A line that is no JSON names nothing; `verify` tells about it.
                guard let tree = try? JSONTree(parsing: line.bytes.span) else { return }
                func field(_ name: String) -> String { tree[name]?.string ?? "" }
                records[kind, default: [:]][number] = ReadRecord(
                    id: field("id"), title: field("title"), source: field("source"),
                    created: field("created"))
            }
        }
        return records
    }
}
