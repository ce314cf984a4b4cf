// Acts in a test's own folder, and what an archive holds after them.

import Archive
import Foundation
import JSONBytes
import PipelineAssembly
import TestFixtures

extension ScratchFolder {
    func actOptions(
        _ output: String = "out", isDryRun: Bool = false, shardBytes: Int? = nil
    ) -> ArchiveActOptions {
        ArchiveActOptions(
            archive: file(output), shardBytes: shardBytes, isDryRun: isDryRun, startText: "test")
    }

    @discardableResult
    func forget(
        _ target: ForgetAct.Target, _ output: String = "out", isDryRun: Bool = false
    ) throws -> ArchiveActReport {
        try ForgetAct(actOptions(output, isDryRun: isDryRun), target)
            .execute(progress: { _ in }, stop: { false })
    }

    @discardableResult
    func prune(
        throughRun last: Int, _ output: String = "out", isDryRun: Bool = false
    ) throws -> ArchiveActReport {
        try PruneAct(actOptions(output, isDryRun: isDryRun), throughRun: last)
            .execute(progress: { _ in }, stop: { false })
    }

    @discardableResult
    func compact(
        _ output: String = "out", scope: ArchiveCompactor.Scope = .all, isDryRun: Bool = false,
        shardBytes: Int? = nil
    ) throws -> ArchiveActReport {
        let options = actOptions(output, isDryRun: isDryRun, shardBytes: shardBytes)
        return try ArchiveCompactor(options, scope: scope).execute(stop: { false })
    }

    /// The archive's lines as JSON, by stream, in archive order.
    func records(_ stream: ArchiveStream, _ output: String = "out") throws -> [JSONTree] {
        var records: [JSONTree] = []
        try ArchiveReader(ArchiveStore(opening: file(output))).forEachLine(of: stream) {
            bytes, line, _ in
            if let tree = try? JSONTree(parsing: bytes.extracting(line)) { records.append(tree) }
            return true
        }
        return records
    }

    func idsInOrder(of stream: ArchiveStream, _ output: String = "out") throws -> [String] {
        try records(stream, output).compactMap { $0["id"]?.string }
    }

    /// For each duplicate its id and keeper, in archive order.
    func pairs(_ output: String = "out") throws -> [String] {
        try records(.duplicates, output).map {
            "\($0["id"]?.string ?? "") -> \($0["keeper"]?.string ?? "")"
        }
    }

    /// Writes a dump of texts by id and runs over it.
    @discardableResult
    func run(
        _ name: String, _ texts: KeyValuePairs<String, String>, output: String = "out"
    ) throws -> RunReport {
        try write(name, Self.jsonLines(texts.map { (id: $0.key, text: $0.value) }))
        return try run([name], output: output)
    }

    static func jsonLines(_ texts: [(id: String, text: String)]) -> String {
        texts.map { record in
            let text = record.text
                .replacingOccurrences(of: "\r", with: "\\r")
                .replacingOccurrences(of: "\n", with: "\\n")
            return #"{"id":"\#(record.id)","text":"\#(text)","source":"made"}"#
        }.joined(separator: "\n") + "\n"
    }
}

/// Texts whose likeness is known.
enum LikeTexts {
    /// A hundred words that no other number shares.
    static func text(_ number: Int) -> String {
        (0..<100).map { "w\(number)x\($0)" }.joined(separator: " ") + "."
    }

    /// The text with two words changed at some places. Next to 96 shingles each place costs six:
    /// one change leaves a similarity of 90 / 102, two different ones of 84 / 108.
    static func text(_ number: Int, changedAt places: Int...) -> String {
        (0..<100).map { index in
            let place = places.first { ($0..<$0 + 2).contains(index) }
            return place.map { "v\($0)y\(index)" } ?? "w\(number)x\(index)"
        }.joined(separator: " ") + "."
    }
}
