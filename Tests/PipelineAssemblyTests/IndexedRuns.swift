// Runs with limits of the index that no configuration sets, and what became of each record.

import Archive
import JSONBytes
import SystemPackage
import TestFixtures

@testable import PipelineAssembly

extension ScratchFolder {
    /// Reads all input, also what earlier runs have read.
    @discardableResult
    func runIndexed(
        _ inputs: [String], output: String = "out", settings: [String] = [], threads: Int = 2,
        isRebuilding: Bool = false, limits: IndexLimits = IndexLimits()
    ) throws -> RunReport {
        var overrides = ConfigurationOverrides()
        overrides.inputs = inputs.map { file($0).string }
        overrides.output = file(output).string
        overrides.settings = settings
        overrides.threads = threads
        let configuration = try PipelineConfiguration(file: nil, overrides: overrides)
        var run = ArchiveRun(
            configuration: configuration, isRebuilding: isRebuilding, isRereading: true)
        run.limits = limits
        return try run.execute(startText: "test", progress: { _ in }, stop: { false })
    }

    /// Runs once for each of so many successive parts of some lines.
    func runInParts(
        _ lines: [String], count: Int, output: String, threads: Int = 2,
        limits: IndexLimits = IndexLimits()
    ) throws {
        for part in 0..<count {
            let range = (part * lines.count / count)..<((part + 1) * lines.count / count)
            let name = "\(output)-\(part).jsonl"
            try write(name, lines[range].joined(separator: "\n") + "\n")
            try runIndexed([name], output: output, threads: threads, limits: limits)
        }
    }

    /// By id: the keeper, the similarity and the kind; a kept document is its own.
    func fates(_ output: String = "out") throws -> [String: String] {
        let reader = ArchiveReader(try ArchiveStore(opening: file(output)))
        var found: [String: String] = [:]
        for stream in [ArchiveStream.articles, .duplicates] {
            try reader.forEachLine(of: stream) { bytes, line, _ in
                let tree = try? JSONTree(parsing: bytes.extracting(line))
                let id = tree?["id"]?.string ?? ""
                let keeper = tree?["keeper"]?.string ?? id
                let similarity = tree?["similarity"]?.double ?? 2
                found[id] = "\(keeper) \(similarity) \(tree?["kind"]?.string ?? "kept")"
                return true
            }
        }
        return found
    }

    /// Every file of an archive that its commits determine, the index among them.
    func everything(_ output: String = "out") throws -> [String: [UInt8]] {
        try files(below: output) { !$0.hasSuffix("lock") && !$0.contains("catalogue") }
    }

    func segments(_ output: String = "out") throws -> [ArchivedSegment] {
        try ArchiveStore(opening: file(output)).commit?.segments ?? []
    }
}
