import Archive
import Foundation
import JSONBytes
import PipelineAssembly
import TestFixtures
import Testing

/// Records found by way of the index are those that reading the archive finds.
@Suite struct RecordFinderTests {
    /// Several runs with kept documents, duplicates, rejected records and repeated ids.
    private func archive(runs: Int) throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        let dump = MadeDump(count: 70, seed: 5)
        let lines = dump.jsonLines.split(separator: "\n").map(String.init)
        for part in 0..<runs {
            let own = lines.indices.filter { $0 % runs == part }.map { lines[$0] }
            let more = [
                #"{"id":"twice","text":"Text \#(part) of an id that comes again and again."}"#,
                #"{"id":"empty-\#(part)","text":""}"#,
                #"{"id":"tab\t\"quoted\"\#(part)","text":"An id to be escaped, number \#(part)."}"#,
            ]
            try scratch.write("part.jsonl", (own + more).joined(separator: "\n") + "\n")
            try scratch.run(["part.jsonl"])
        }
        return scratch
    }

    /// All lines of the archive by id, as they stand in its files.
    private func lines(_ scratch: ScratchFolder) throws -> [String: [UInt8]] {
        let reader = ArchiveReader(try ArchiveStore(opening: scratch.file("out")))
        var lines: [String: [UInt8]] = [:]
        for stream in [ArchiveStream.articles, .duplicates, .rejected] {
            try reader.forEachLine(of: stream) { bytes, line, _ in
                let copy = line.map { bytes[$0] }
                let tree = try? JSONTree(parsing: copy.span)
                lines[tree?["id"]?.string ?? ""] = copy
                return true
            }
        }
        return lines
    }

    @Test(arguments: [1, 7])
    func `every record is found, with its ledger`(runs: Int) throws {
        let scratch = try archive(runs: runs)
        let questions = try scratch.questions()
        let all = try lines(scratch)
        #expect(all.count == 70 + 3 * runs)
        var restored: [String: [UInt8]] = [:]
        try questions.restoreAll { id, bytes in restored[id] = bytes }
        for (id, line) in all {
            #expect(try questions.line(of: id).bytes == line, "\(id)")
            #expect(try questions.restore(id) == restored[id], "\(id)")
            _ = try questions.explain(id)
        }
        #expect(all["twice~2"] != nil || runs == 1)
        #expect(questions.notices == [])
    }

    @Test func `an unknown id is answered from the index alone`() throws {
        let scratch = try archive(runs: 2)
        try scratch.run("rm out/articles/* out/duplicates/* out/rejected/*")
        let questions = try scratch.questions()
        #expect(throws: QuestionError.self) { try questions.line(of: "nobody") }
        #expect(questions.notices == [])
    }

    @Test(arguments: ["missing", "cut", "flipped", "foreign"])
    func `a damaged index is passed over with a notice`(damage: String) throws {
        let scratch = try archive(runs: 2)
        let all = try lines(scratch)
        let folder = "out/.winnow/segments"
        let names = try scratch.files(below: folder) { $0.hasSuffix(".seg") }.keys.sorted()
        for name in names {
            var bytes = try scratch.bytes("\(folder)/\(name)")
            switch damage {
            case "missing":
                try scratch.run("rm \(folder)/\(name)")
                continue
            case "cut": bytes.removeLast(100)
            case "flipped":
                // Everything that is covered by block checksums: found when it is touched.
                for place in stride(from: 200, to: bytes.count * 3 / 4, by: 64) {
                    bytes[place] ^= 1
                }
            default:
                let other = try archive(runs: 1)
                let name = try #require(
                    other.files(below: folder) { $0.hasSuffix(".seg") }.keys.first)
                bytes = try other.bytes("\(folder)/\(name)")
            }
            try scratch.write("\(folder)/\(name)", bytes)
        }
        let questions = try scratch.questions()
        for (id, line) in all { #expect(try questions.line(of: id).bytes == line, "\(id)") }
        #expect(questions.notices.count >= 1)
        #expect(questions.notices.allSatisfy { $0.contains("the archive is read instead") })
    }

    @Test func `an archive without an index is read, and says so`() throws {
        let scratch = try archive(runs: 2)
        let all = try lines(scratch)
        try scratch.dropIndex()
        let questions = try scratch.questions()
        for (id, line) in all { #expect(try questions.line(of: id).bytes == line, "\(id)") }
        #expect(throws: QuestionError.self) { try questions.line(of: "nobody") }
        #expect(questions.notices.count == 1)
        #expect(questions.notices.first?.contains("has no index yet") == true)
    }

    @Test func `the ledger of other runs is not read`() throws {
        let scratch = try ScratchFolder()
        for part in 1...2 {
            try scratch.write(
                "\(part).jsonl",
                #"{"id":"\#(part)","text":"Words of run \#(part), many\r\nenough to be kept."}"#)
            try scratch.run(["\(part).jsonl"])
        }
        try scratch.run("rm out/ledger/000002*")
        let questions = try scratch.questions()
        let text = try questions.restore("1")
        #expect(String(decoding: text, as: UTF8.self).contains("\r\n"))
        #expect(throws: ArchiveError.self) { try questions.restore("2") }
    }
}

extension ScratchFolder {
    /// Commits the archive `out` without its index, as an older program left it.
    func dropIndex() throws {
        var archive = try WritableArchive(opening: file("out"), startText: "test")
        let parameters = try #require(archive.store.commit?.parameters)
        try archive.publish(
            [], segments: [], act: .reindex, counts: RunCounts(), faults: [],
            parameters: parameters)
    }
}
