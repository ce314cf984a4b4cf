import Foundation
import IndexStore
import NearDuplicates
import SystemPackage
import TestFixtures
import Testing

@testable import Archive
@testable import PipelineAssembly

@Suite struct LayeredIndexTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func lines(_ count: Int, seed: UInt64) -> [String] {
        MadeDump(count: count, seed: seed).jsonLines.split(separator: "\n").map(String.init)
    }

    @Test func `nights keep what one batch keeps, each drop with the same keeper`() throws {
        let lines = lines(1_200, seed: 41)
        try scratch.runInParts(lines, count: 1, output: "once")
        let once = try scratch.fates("once")
        #expect(once.values.filter { !$0.hasSuffix("kept") }.count > 250)
        for count in [2, 7, 30] {
            let output = "in-\(count)"
            try scratch.runInParts(lines, count: count, output: output)
            #expect(try scratch.fates(output) == once, "\(count) runs")
            #expect(try scratch.findings(output) == [])
            let segments = try scratch.segments(output)
            #expect(segments.count <= min(count, 6))
            #expect(
                segments.last?.extent.end
                    == RecordCounts(
                        kept: once.values.filter { $0.hasSuffix("kept") }.count,
                        duplicates: once.values.filter { !$0.hasSuffix("kept") }.count))
        }
    }

    @Test func `full buckets are full across runs and spills`() throws {
        let lines = lines(600, seed: 43)
        let limits = IndexLimits(bucketCap: 2)
        try scratch.runInParts(lines, count: 1, output: "once", limits: limits)
        let once = try scratch.fates("once")
        try scratch.runInParts(lines, count: 1, output: "uncapped")
        for count in [2, 7, 30] {
            try scratch.runInParts(lines, count: count, output: "in-\(count)", limits: limits)
            #expect(try scratch.fates("in-\(count)") == once, "\(count) runs")
        }
        try scratch.runInParts(
            lines, count: 3, output: "spilt", limits: IndexLimits(memoryBytes: 1, bucketCap: 2))
        #expect(try scratch.fates("spilt") == once)
    }

    @Test func `little memory gives the same bytes as much, with any number of threads`() throws {
        // Repeated ids among them, whose next numbers must be found in segments.
        let lines = lines(800, seed: 47).enumerated().map { number, line in
            number % 5 == 0
                ? line.replacing("\"id\":\"doc-\(number)\"", with: "\"id\":\"again\"") : line
        }
        try scratch.runInParts(lines, count: 3, output: "large", threads: 2)
        let large = try scratch.everything("large")
        #expect(large.keys.contains { $0.hasSuffix(".seg") })
        let fates = try scratch.fates("large")
        for (threads, memory) in [(1, 1), (2, 1), (3, 1_000_000)] {
            let output = "small-\(threads)"
            try scratch.runInParts(
                lines, count: 3, output: output, threads: threads,
                limits: IndexLimits(memoryBytes: memory))
            let small = try scratch.everything(output)
            #expect(small.keys.sorted() == large.keys.sorted())
            // Inputs have other names, so lines differ in their origin: compare the index.
            for (name, bytes) in large where name.hasSuffix(".seg") {
                #expect(small[name] == bytes, "\(name), \(threads) threads, \(memory) bytes")
            }
            #expect(try scratch.fates(output) == fates)
        }
    }

    @Test(arguments: [1, 2, 3])
    func `a spilling run writes the same folder as one that never spills`(threads: Int) throws {
        let lines = lines(700, seed: 53)
        try scratch.write("dump.jsonl", lines.joined(separator: "\n"))
        try scratch.runIndexed(["dump.jsonl"], output: "large", threads: threads)
        try scratch.runIndexed(
            ["dump.jsonl"], output: "small", threads: threads, limits: IndexLimits(memoryBytes: 1))
        let (large, small) = (try scratch.everything("large"), try scratch.everything("small"))
        #expect(small.keys.sorted() == large.keys.sorted())
        #expect(small == large)
        #expect(try scratch.runIndexed(["dump.jsonl"], output: "small").run == nil)
    }

    @Test func `the index is derived when documents were archived without comparison`() throws {
        let lines = lines(400, seed: 59) + [#"{"id":"bare","text":"... !!! ...","source":"made"}"#]
        try scratch.write("dump.jsonl", lines[..<200].joined(separator: "\n"))
        try scratch.write("bare.jsonl", lines[400])
        try scratch.write("rest.jsonl", lines[200..<400].joined(separator: "\n"))
        let off = ["dedup=false"]
        #expect(try scratch.runIndexed(["dump.jsonl"], settings: off).counts.kept == 200)
        #expect(try scratch.runIndexed(["bare.jsonl"], settings: off).counts.kept == 1)
        // Run 3 derives the index, run 4 is this one.
        let report = try scratch.runIndexed(["rest.jsonl"], limits: IndexLimits(memoryBytes: 1))
        #expect(report.run == 4)
        #expect(report.counts.duplicateCount > 20)
        let acts = try #require(try ArchiveStore(opening: scratch.file("out")).commit).runs
        #expect(acts.map(\.act) == [.run, .run, .reindex, .run])
        #expect(try scratch.findings() == [])
        // What was archived is known again, with and without comparison, words or not.
        for input in ["dump.jsonl", "rest.jsonl"] {
            #expect(try scratch.runIndexed([input]).counts.seen == 200)
        }
        for input in ["dump.jsonl", "rest.jsonl", "bare.jsonl"] {
            let report = try scratch.runIndexed([input], settings: off)
            #expect(report.counts.seen == report.counts.read, "\(input)")
        }
    }

    @Test func `an archive of format 1 is opened and its index derived`() throws {
        let lines = lines(300, seed: 61)
        try scratch.write("first.jsonl", lines[..<200].joined(separator: "\n"))
        try scratch.write("all.jsonl", lines.joined(separator: "\n"))
        try scratch.runIndexed(["all.jsonl"], output: "once")
        try scratch.runIndexed(["first.jsonl"])
        try makeFormat1("out")
        #expect(try ArchiveStore(opening: scratch.file("out")).commit?.isIndexed == false)
        #expect(try scratch.findings() == [])
        let report = try scratch.runIndexed(["all.jsonl"])
        #expect(report.run == 3)
        #expect(report.counts.seen == 200)
        let commit = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        #expect(commit.runs.map(\.act) == [.run, .reindex, .run])
        #expect(commit.isIndexed)
        #expect(try scratch.fates() == scratch.fates("once"))
        #expect(try scratch.findings() == [])
    }

    /// Makes the archive's only commit one of format 1: without an index and without acts.
    private func makeFormat1(_ output: String) throws {
        let text = try scratch.text("\(output)/manifest.json")
        let end = try #require(text.range(of: ",\n\"index\":["))
        let covered = String(text[..<end.lowerBound])
            .replacing("{\"format\":2,", with: "{\"format\":1,")
            .replacing("\"act\":\"run\",", with: "")
        let digest = ContentHash.hexadecimal(of: Array(covered.utf8).span)
        let commit = covered + ",\n\"checksum\":\"\(digest)\"}\n"
        try scratch.write("\(output)/manifest.json", commit)
        try scratch.write("\(output)/.winnow/commits/000001.json", commit)
        try scratch.run("rm -r '\(scratch.file(output))/.winnow/segments'")
    }

    @Test func `another threshold is refused with both values and the remedy, or derived`() throws {
        let lines = lines(500, seed: 67)
        try scratch.write("first.jsonl", lines[..<400].joined(separator: "\n"))
        try scratch.write("rest.jsonl", lines[400...].joined(separator: "\n"))
        try scratch.runIndexed(["first.jsonl"])
        let before = try scratch.fates()
        let settings = ["dedup.threshold=0.6"]
        let error = #expect(throws: ConfigurationError.self) {
            try scratch.runIndexed(["rest.jsonl"], settings: settings)
        }
        #expect(
            error?.description
                == "dedup.threshold: 0.6, but the archive \(scratch.file("out")) was made with 0.8; "
                + "set it back, or run with --rebuild to derive the index again with 0.6 "
                + "(what is archived stays)")
        let report = try scratch.runIndexed(
            ["rest.jsonl"], settings: settings, isRebuilding: true)
        #expect(report.run == 3)
        let after = try scratch.fates()
        for (id, fate) in before { #expect(after[id] == fate) }
        #expect(after.count == 500)
        // From now on the new threshold is the archive's.
        #expect(throws: ConfigurationError.self) { try scratch.runIndexed(["rest.jsonl"]) }
        #expect(try scratch.runIndexed(["rest.jsonl"], settings: settings).counts.seen == 100)
        #expect(try scratch.findings() == [])
    }

    @Test func `a rebuilt index decides as the one that it replaces`() throws {
        let lines = lines(700, seed: 71)
        try scratch.runInParts(Array(lines[..<500]), count: 4, output: "out")
        try scratch.runInParts(lines, count: 1, output: "once")
        try scratch.write("rest.jsonl", lines[500...].joined(separator: "\n"))
        try scratch.runIndexed(
            ["rest.jsonl"], isRebuilding: true, limits: IndexLimits(memoryBytes: 1))
        #expect(try scratch.fates() == scratch.fates("once"))
    }

    @Test func `a repair makes the index again, and does nothing where all is whole`() throws {
        let lines = lines(500, seed: 73)
        try scratch.runInParts(Array(lines[..<400]), count: 3, output: "out")
        try scratch.runInParts(lines, count: 1, output: "once")
        func repair() throws -> RepairReport {
            try ArchiveRepair(scratch.actOptions()).execute(
                progress: { _ in }, stop: { false })
        }
        let whole = try scratch.everything()
        #expect(try repair().run == nil)
        #expect(try scratch.everything() == whole)
        let before = try #require(try ArchiveStore(opening: scratch.file("out")).commit)
        let name = "out/.winnow/segments/\(before.segments[0].name)"
        var bytes = try scratch.bytes(name)
        bytes[bytes.count / 2] ^= 1
        try scratch.write(name, bytes)
        let report = try repair()
        #expect(report.run == 4)
        #expect(report.findings.map(\.path) == [String(name.dropFirst(4))])
        let after = try #require(report.commit)
        #expect(after.parameters == before.parameters)
        #expect(after.runs.last?.act == .repair)
        #expect(after.files == before.files)
        #expect(try scratch.findings() == [])
        #expect(try repair().run == nil)
        try scratch.write("rest.jsonl", lines[400...].joined(separator: "\n"))
        try scratch.runIndexed(["rest.jsonl"])
        #expect(try scratch.fates() == scratch.fates("once"))
        let nothing = try ArchiveRepair(scratch.actOptions("none")).execute(
            progress: { _ in }, stop: { false })
        #expect(nothing.commit == nil)
        #expect(!scratch.exists("none"))
    }
}
