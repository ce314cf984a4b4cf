// Records and whole runs that tests make up.

import Archive
import ByteIO
import Codecs
import DocumentModel
import SystemPackage

/// One record with its fate, in plain Swift values.
struct SampleRecord: Sendable {
    enum Fate: Sendable {
        case kept
        case duplicate(keeper: String, similarity: Double, kind: DuplicateKind)
        case seen
    }

    struct SampleEdit: Sendable {
        var start: Int
        var removedCount: Int
        var inserted: [UInt8] = []
        var rule = 0
        var score = 0
    }

    var id = "a"
    var text = ""
    var source = ""
    var url = ""
    var title = ""
    var authors: [String] = []
    var created = ""
    var language = ""
    var metadata = ""
    var path: [UInt8] = Array("f.jsonl".utf8)
    var number = 1
    var offset = 0
    var form = RecordForm.json
    var raw: [UInt8] = []
    var delivered: [UInt8] = []
    var edits: [SampleEdit] = []
    var original: [UInt8] = []
    var encoding = ""
    var rejection: RejectionReason?
    var detail = ""
    var fate = Fate.kept
    var newID: String?

    static let rules = RuleTable(
        names: ["text/normal", "en/subscribe"], packs: ["text@1", "en@1"])

    func append(to batch: inout DocumentBatch) {
        func add(_ bytes: [UInt8]) -> ByteRange { batch.append(bytes.span) }
        var record = DocumentRecord(
            input: 0, form: form, path: add(path), number: number, byteOffset: offset,
            raw: add(raw))
        record.id = batch.append(id)
        record.text = batch.append(text)
        record.source = batch.append(source)
        record.url = batch.append(url)
        record.title = batch.append(title)
        let names = authors.map { batch.append($0) }
        record.authors = ItemRange(start: batch.names.count, count: names.count)
        batch.names += names
        record.created = batch.append(created)
        record.language = batch.append(language)
        record.metadata = batch.append(metadata)
        record.delivered = add(delivered)
        let steps = edits.map {
            Edit(
                start: $0.start, removedCount: $0.removedCount, inserted: add($0.inserted),
                rule: $0.rule, scoreHundredths: $0.score)
        }
        record.edits = ItemRange(start: batch.edits.count, count: steps.count)
        batch.edits += steps
        record.original = add(original)
        record.encoding = batch.append(encoding)
        record.rejection = rejection
        record.rejectionDetail = batch.append(detail)
        batch.records.append(record)
    }
}

/// Records of all fates, some large enough to fill members and shards.
func mixedRecords(_ count: Int, from first: Int = 0) -> [SampleRecord] {
    (first..<(first + count)).map { number in
        var record = SampleRecord(
            id: "d\(number)",
            text: String(repeating: "word \(number &* 7919) ", count: 3 + number % 40),
            source: "s\(number % 3)", number: number + 1)
        switch number % 10 {
        case 3: record.fate = .duplicate(keeper: "d\(number - 3)", similarity: 0.9, kind: .near)
        case 5:
            record.rejection = .noTextField
            record.raw = Array("{\"id\":\(number)}".utf8)
        case 7: record.fate = .seen
        case 8:
            record.delivered = Array(record.text.utf8) + [0x0D]
            record.edits = [.init(start: record.text.utf8.count, removedCount: 1)]
        default: break
        }
        return record
    }
}

/// How a sample run is cut up; what must not change the records must not change the bytes.
struct SampleShape: Sendable {
    var batchRecords = 7
    var memberBytes = 1000
    var shardBytes = 4000
}

/// Renders and assembles records as a run would, one thread, batch by batch.
func assemble(
    _ records: [SampleRecord], _ shape: SampleShape = SampleShape()
) -> (members: [Member], counts: RunCounts) {
    let renderer = RecordRenderer(originPrefixes: ["in/"])
    var assembler = ArchiveAssembler(memberBytes: shape.memberBytes)
    var rendered = RenderedBatch()
    var members: [Member] = []
    var start = 0
    while start < records.count {
        let part = records[start..<min(records.count, start + shape.batchRecords)]
        var batch = DocumentBatch(ordinal: start)
        for record in part { record.append(to: &batch) }
        renderer.render(batch, rules: SampleRecord.rules, into: &rendered)
        assembler.countRead(part.count)
        for (index, record) in part.enumerated() {
            let newID = record.newID.map { Array($0.utf8) }
            switch record.fate {
            case _ where record.rejection != nil: assembler.appendRejected(rendered, at: index)
            case .kept: assembler.appendKept(rendered, at: index, newID: newID)
            case .duplicate(let keeper, let similarity, let kind):
                assembler.appendDuplicate(
                    rendered, at: index,
                    mark: DuplicateMark(
                        keeper: Array(keeper.utf8), similarity: similarity, kind: kind),
                    newID: newID)
            case .seen: assembler.countSeen()
            }
        }
        members += assembler.takeMembers()
        start += shape.batchRecords
    }
    members += assembler.finish()
    return (members, assembler.counts)
}

/// Stages records in an archive up to, but not including, the commit.
func stage(
    _ records: [SampleRecord], in archive: borrowing WritableArchive,
    _ shape: SampleShape = SampleShape()
) throws -> (files: [ArchivedFile], counts: RunCounts) {
    let (members, counts) = assemble(records, shape)
    var staging = archive.makeStaging(shardBytes: shape.shardBytes)
    var encoder = GzipEncoder()
    for member in members { try staging.append(member.compressed(using: &encoder)) }
    return (try staging.finish(), counts)
}

/// One whole run over an archive.
func run(
    _ records: [SampleRecord], into folder: Folder, _ shape: SampleShape = SampleShape()
) throws {
    var archive = try WritableArchive(opening: folder.path, startText: "test")
    let (files, counts) = try stage(records, in: archive, shape)
    try archive.publish(
        files, segments: [], counts: counts, faults: [], parameters: Array("{\"n\":5}".utf8))
}

/// The JSON lines of a compressed file.
func lines(of name: String, in folder: Folder) throws -> [String] {
    let bytes = try folder.contents(of: name) ?? []
    var text: [UInt8] = []
    var position = 0
    while position < bytes.count {
        position = try GzipMember.decompress(bytes.span, from: position, into: &text)
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
}

/// Every file below a folder but the lock, with its content: what two archives are compared by.
func tree(_ folder: Folder, below prefix: String = "") throws -> [String: [UInt8]] {
    var content: [String: [UInt8]] = [:]
    for name in try folder.names() where name != "lock" {
        if try folder.status(of: name)?.kind == .directory {
            try content.merge(tree(folder.folder(name), below: prefix + name + "/")) { $1 }
        } else {
            content[prefix + name] = try folder.contents(of: name) ?? []
        }
    }
    return content
}
