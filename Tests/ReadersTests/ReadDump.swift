import Codecs
import DocumentModel
import Readers
import SystemPackage

/// A record with its ranges resolved.
struct ReadRecord {
    var path: [UInt8]
    var number: Int
    var byteOffset: Int
    var raw: [UInt8]
    var id: String
    var source: String
    var url: String
    var title: String
    var authors: [String]
    var created: String
    var language: String
    var metadata: String
    var delivered: [UInt8]
    var original: [UInt8]
    var encoding: String
    var rejection: RejectionReason?
    var detail: String

    var text: String { String(decoding: delivered, as: UTF8.self) }
}

/// Everything that came out of some inputs.
struct ReadDump {
    var records: [ReadRecord] = []
    var faults: [InputFault] = []
    var batchSizes: [Int] = []

    var kept: [ReadRecord] { records.filter { $0.rejection == nil } }
    var rejected: [ReadRecord] { records.filter { $0.rejection != nil } }
    var reasons: [RejectionReason] { rejected.compactMap(\.rejection) }
    var damage: [InputFault] { faults.filter(\.isDamage) }
}

extension ReadDump {
    /// Takes over a batch that was parsed.
    mutating func add(_ batch: borrowing DocumentBatch) {
        batchSizes.append(batch.records.count)
        faults += batch.faults
        for index in batch.records.indices {
            let record = batch.records[index]
            let arena = batch.arena
            func bytes(_ range: ByteRange) -> [UInt8] { Array(arena[range.bounds]) }
            func string(_ range: ByteRange) -> String {
                String(validating: bytes(range), as: UTF8.self) ?? "not valid UTF-8"
            }
            records.append(
                ReadRecord(
                    path: bytes(record.path), number: record.number,
                    byteOffset: record.byteOffset, raw: bytes(record.raw), id: string(record.id),
                    source: string(record.source), url: string(record.url),
                    title: string(record.title),
                    authors: batch.names[record.authors.bounds].map { string($0) },
                    created: string(record.created), language: string(record.language),
                    metadata: string(record.metadata), delivered: bytes(record.delivered),
                    original: bytes(record.original), encoding: string(record.encoding),
                    rejection: record.rejection, detail: string(record.rejectionDetail)))
        }
    }
}

func read(
    _ inputs: [InputSpec], limits: ReaderLimits = ReaderLimits(), excluding: FilePath? = nil
) throws -> ReadDump {
    var reader = try DumpReader(inputs: inputs, limits: limits, excluding: excluding)
    var parser = RecordParser(inputs: inputs)
    var dump = ReadDump()
    while true {
        var batch = DocumentBatch(ordinal: dump.batchSizes.count)
        guard try reader.next(into: &batch) else { return dump }
        parser.parse(&batch)
        dump.add(batch)
    }
}

func read(_ path: FilePath, format: InputFormat = .auto) throws -> ReadDump {
    try read([InputSpec(path: path, format: format)])
}

/// Compresses each part to one member.
func gzip(_ parts: [[UInt8]]) -> [UInt8] {
    var encoder = GzipEncoder()
    var stream: [UInt8] = []
    for part in parts { encoder.appendMember(of: part.span, to: &stream) }
    return stream
}

/// JSON lines with the numbers of a range as ids and texts of some length.
func lines(_ numbers: Range<Int>, textBytes: Int = 40) -> [UInt8] {
    numbers.flatMap { number in
        let text = String(repeating: "text \(number) ", count: max(1, textBytes / 10))
        return Array("{\"id\":\"d\(number)\",\"text\":\"\(text)\"}\n".utf8)
    }
}
