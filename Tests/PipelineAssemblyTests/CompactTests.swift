import Archive
import Catalogue
import Foundation
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

@Suite struct CompactTests {
    private func archive() throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        let texts = MadeDump(count: 90, seed: 41).texts
        for night in 0..<6 {
            let part = Array(texts[night * 15..<(night + 1) * 15])
            try scratch.write("\(night).jsonl", ScratchFolder.jsonLines(part))
            try scratch.run(["\(night).jsonl"], isRereading: true)
        }
        return scratch
    }

    private func content(_ scratch: ScratchFolder) throws -> [[String]] {
        try ArchiveStream.allCases.map { stream in
            var lines: [String] = []
            try ArchiveReader(ArchiveStore(opening: scratch.file("out"))).forEachLine(of: stream) {
                bytes, line, _ in
                let line = bytes.extracting(line)
                lines.append(String(decoding: line.indices.map { line[$0] }, as: UTF8.self))
                return true
            }
            return lines
        }
    }

    @Test func `segments and files become one, and all answers stay`() throws {
        let scratch = try archive()
        let before = try content(scratch)
        let report = try scratch.compact()
        #expect(report.run == 7)
        #expect(report.segmentsBefore > 1)
        #expect(report.segmentsAfter == 1)
        #expect(report.filesAfter == 3)
        #expect(try content(scratch) == before)
        #expect(try scratch.findings() == [])
        let commit = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        #expect(commit.isIndexed)
        for night in 0..<6 {
            #expect(try scratch.run(["\(night).jsonl"], isRereading: true).counts.seen == 15)
        }
    }

    @Test func `the merged segment is the one that deriving the index gives`() throws {
        let scratch = try archive()
        try scratch.compact()
        let compacted = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        var overrides = ConfigurationOverrides()
        overrides.inputs = [scratch.file("0.jsonl").string]
        overrides.output = scratch.file("out").string
        let configuration = try PipelineConfiguration(file: nil, overrides: overrides)
        _ = try ArchiveRun(configuration: configuration, isRebuilding: true, isRereading: true)
            .execute(startText: "test", progress: { _ in }, stop: { false })
        let derived = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        #expect(derived.run == 8)
        #expect(derived.segments.map(\.root) == compacted.segments.map(\.root))
    }

    @Test func `with nothing to do nothing is written`() throws {
        let scratch = try archive()
        try scratch.compact()
        let before = try scratch.everything()
        let report = try scratch.compact()
        #expect(report.run == nil)
        #expect(try scratch.everything() == before)
    }

    @Test func `a dry run tells the same and changes nothing`() throws {
        let scratch = try archive()
        let before = try scratch.everything()
        let trial = try scratch.compact(isDryRun: true)
        #expect(try scratch.everything() == before)
        let report = try scratch.compact()
        #expect(trial.run == nil)
        #expect(trial.filesAfter == report.filesAfter)
        #expect(trial.segmentsAfter == report.segmentsAfter)
    }

    @Test func `index and files can be compacted by themselves`() throws {
        let scratch = try archive()
        let files = try #require(try ArchiveStore(opening: scratch.file("out")).commit).files
        let index = try scratch.compact(scope: .index)
        #expect(index.segmentsAfter == 1)
        #expect(try ArchiveStore(opening: scratch.file("out")).commit?.files == files)
        let archive = try scratch.compact(scope: .files)
        #expect(archive.filesAfter == 3)
        #expect(try scratch.findings() == [])
        #expect(try scratch.run(["3.jsonl"], isRereading: true).counts.seen == 15)
    }

    @Test func `the catalogue goes on with its times and inputs, even if it missed the act`() throws
    {
        let scratch = try archive()
        let name = "out/.winnow/catalogue.sqlite"
        let before = try scratch.bytes(name)
        try scratch.compact()
        let known = try RunHistory(ArchiveStore(opening: scratch.file("out")))
        #expect(known.runs.map(\.outcome).last == .compacted)
        #expect(known.runs.allSatisfy { $0.startedMilliseconds != nil })
        #expect(try scratch.run(["2.jsonl"]).filesSeen == 1)
        try scratch.write(name, before)
        let report = try scratch.run(["2.jsonl"])
        #expect(report.filesSeen == 1)
        #expect(report.notices == [])
        let history = try RunHistory(ArchiveStore(opening: scratch.file("out")))
        let times = history.runs.filter { $0.number != nil }.map { $0.startedMilliseconds != nil }
        #expect(times == [true, true, true, true, true, true, false])
    }
}
