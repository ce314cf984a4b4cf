// Texts of numbered words, and what an archive holds of them.

import Archive
import JSONBytes
import Synchronization
import TestFixtures

enum MadeText {
    /// Words that are all different.
    static func words(_ numbers: Range<Int>) -> String {
        numbers.map { "word\($0)" }.joined(separator: " ")
    }

    static func line(
        _ id: String, _ text: String, source: String = "desk", created: String? = nil
    ) -> String {
        let date = created.map { #","created":"\#($0)""# } ?? ""
        return #"{"id":"\#(id)","source":"\#(source)","text":"\#(text)"\#(date)}"# + "\n"
    }
}

/// Counts how often a run asks whether to stop.
final class AskCounter: Sendable {
    private let asked = Atomic<Int>(0)

    var value: Int { asked.load(ordering: .relaxed) }

    @discardableResult
    func count() -> Int { asked.add(1, ordering: .relaxed).newValue }
}

extension ScratchFolder {
    /// A text field of a stream's records, in their order; empty where a record has none.
    func fields(
        _ name: String, of stream: ArchiveStream, output: String = "out"
    ) throws -> [String] {
        let reader = ArchiveReader(try ArchiveStore(opening: file(output)))
        var values: [String] = []
        try reader.forEachLine(of: stream) { bytes, line, _ in
            // A line that is no record would fail the comparison with what was expected.
            let record = try? JSONTree(parsing: bytes.extracting(line))
            values.append(record?[name]?.string ?? "")
            return true
        }
        return values
    }

    func ids(_ stream: ArchiveStream, output: String = "out") throws -> [String] {
        try fields("id", of: stream, output: output)
    }

    /// The files of records with their bytes.
    func data(_ output: String) throws -> [String: [UInt8]] {
        try files(below: output) { $0.hasSuffix(".jsonl.gz") }
    }

    /// What stands for the bytes of each segment of the index.
    func roots(_ output: String) throws -> [String] {
        try ArchiveStore(opening: file(output)).commit?.segments.map(\.root) ?? []
    }
}
