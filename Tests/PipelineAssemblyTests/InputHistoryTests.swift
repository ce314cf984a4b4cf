import Archive
import ByteIO
import Catalogue
import Codecs
import DocumentModel
import Foundation
import GRDB
import JSONBytes
import Pipeline
import SystemPackage
import TestFixtures
import Testing

@testable import PipelineAssembly

@Suite struct InputHistoryTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func lines(_ numbers: Range<Int>) -> String {
        numbers.map { number in
            let words = (0..<40).map { "w\(number)x\($0 * number % 97)" }.joined(separator: " ")
            return "{\"id\":\"d\(number)\",\"text\":\"\(words)\"}\n"
        }.joined()
    }

    /// Every file of the archive but catalogue and lock: bytes, time and inode.
    private func states(_ output: String = "out") throws -> [String: [Int]] {
        var states: [String: [Int]] = [:]
        let root = scratch.file(output)
        for name in try FileManager.default.subpathsOfDirectory(atPath: root.string)
        where !name.hasSuffix("lock") && !name.contains("catalogue") {
            let status = try FileStatus(of: root.appending(name))
            guard status.kind == .regular else { continue }
            let bytes = try FileReader.contents(of: root.appending(name))
            states[name] = [
                bytes.hashValue, status.modifiedNanoseconds, Int(status.inode),
            ]
        }
        return states
    }

    private func touch(_ name: String, secondsAgo: Double = 0) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -secondsAgo)],
            ofItemAtPath: scratch.file(name).string)
    }

    private func catalogue(_ output: String = "out") throws -> Catalogue {
        try #require(
            try Catalogue(readingIn: Folder(scratch.file(output).appending(".winnow"))))
    }

    private func expectNothingRead(_ report: RunReport, seen: Int) {
        #expect(report.run == nil)
        #expect(report.counts.read == 0)
        #expect(report.filesSeen == seen)
        #expect(report.filesRead == 0)
        #expect(report.notices == [])
        #expect(!report.hasDamage)
    }

    @Test func `a rerun reads nothing and touches no file of the archive`() throws {
        #expect(try scratch.run([Checkout.seeds.path]).filesRead > 20)
        let before = try states()
        let files = try catalogue().inputCount()
        let again = try scratch.run([Checkout.seeds.path])
        expectNothingRead(again, seen: files)
        #expect(again.totals.kept > 10)
        #expect(try states() == before)
        let runs = try catalogue().runs()
        #expect(runs.map(\.number) == [1, nil])
        #expect(runs.map(\.outcome) == [.archived, .unchanged])
        #expect(runs.map(\.filesSeen) == [0, files])
        #expect(runs[0].bytesIn > 1_000 && runs[0].bytesOut > 1_000 && runs[1].bytesIn == 0)
        #expect(runs.allSatisfy { $0.program == ProgramVersion.text })
        #expect(runs.allSatisfy { ($0.endedMilliseconds ?? 0) >= ($0.startedMilliseconds ?? .max) })
    }

    @Test func `touched, moved, copied and replaced files of known content are passed over`()
        throws
    {
        try scratch.write("in/a.jsonl", lines(0..<5))
        try scratch.write("in/b.txt", "An article of some words, about a boat.")
        try scratch.run(["in"])
        let before = try states()
        try touch("in/a.jsonl", secondsAgo: 500)
        expectNothingRead(try scratch.run(["in"]), seen: 2)
        // The new time is known now.
        let known = try catalogue().input(
            at: scratch.file("in/a.jsonl").string, reading: "auto limit=128000000")
        let status = try FileStatus(of: scratch.file("in/a.jsonl"))
        #expect(known?.modifiedNanoseconds == status.modifiedNanoseconds)
        _ = try scratch.run("cd in && mv a.jsonl sub.jsonl && cp b.txt c.txt")
        expectNothingRead(try scratch.run(["in"]), seen: 3)
        _ = try scratch.run("cd in && cp b.txt new && mv new b.txt")
        expectNothingRead(try scratch.run(["in"]), seen: 3)
        #expect(try states() == before)
        // Once it was moved, a file can grow as before.
        _ = try scratch.run("cp in/sub.jsonl grown")
        try scratch.write("in/sub.jsonl", lines(0..<7))
        let report = try scratch.run(["in"])
        #expect(report.counts.read == 2 && report.counts.kept == 2)
    }

    @Test(arguments: [false, true], [1, 2, 5])
    func `a file that grows over runs gives what one reading gives`(isGzip: Bool, steps: Int)
        throws
    {
        let name = isGzip ? "dump.jsonl.gz" : "dump.jsonl"
        var encoder = GzipEncoder()
        var content: [UInt8] = []
        for step in 0..<steps {
            let part = Array(lines((step * 60 / steps)..<((step + 1) * 60 / steps)).utf8)
            if isGzip { encoder.appendMember(of: part.span, to: &content) } else { content += part }
            try scratch.write("nightly/\(name)", content)
            let report = try scratch.run(["nightly"], output: "grown")
            #expect(report.counts.read == 60 / steps)
            #expect(report.counts.seen == 0)
        }
        try scratch.write("once/\(name)", content)
        try scratch.run(["once"], output: "whole")
        let places = try ["grown", "whole"].map { try self.places($0) }
        #expect(places[0].count == 60)
        #expect(places[0] == places[1])
        expectNothingRead(try scratch.run(["nightly"], output: "grown"), seen: 1)
    }

    /// Id, record number, offset and text of every article, in archive order.
    private func places(_ output: String) throws -> [String] {
        let reader = ArchiveReader(try ArchiveStore(opening: scratch.file(output)))
        var places: [String] = []
        try reader.forEachLine(of: .articles) { bytes, line, _ in
            let tree = try? JSONTree(parsing: bytes.extracting(line))
            let origin = tree?["origin"]
            places.append(
                "\(tree?["id"]?.string ?? "") \(origin?["record"]?.integer ?? 0)"
                    + " \(origin?["offset"]?.integer ?? -1) \(tree?["text"]?.string ?? "")")
            return true
        }
        return places
    }

    @Test func `a file changed in its middle and one cut shorter are read whole again`() throws {
        try scratch.write("dump.jsonl", lines(0..<20))
        try scratch.run(["dump.jsonl"])
        let changed = lines(0..<20).replacingOccurrences(of: "\"d7\"", with: "\"e7\"")
        try scratch.write("dump.jsonl", changed)
        try touch("dump.jsonl", secondsAgo: 100)
        let first = try scratch.run(["dump.jsonl"])
        #expect(first.counts.read == 20 && first.counts.seen == 19)
        #expect(first.counts.duplicateCount == 1)
        try scratch.write("dump.jsonl", lines(0..<10))
        let second = try scratch.run(["dump.jsonl"])
        #expect(second.counts.read == 10 && second.counts.seen == 10)
        #expect(second.run == nil)
        // Nothing of it was archived, and yet it is known.
        expectNothingRead(try scratch.run(["dump.jsonl"]), seen: 1)
        // Changed before its end and longer.
        try scratch.write("dump.jsonl", lines(50..<52) + lines(2..<12))
        let third = try scratch.run(["dump.jsonl"])
        #expect(third.counts.read == 12 && third.counts.seen == 10 && third.counts.kept == 2)
    }

    @Test func `reread reads everything, and only it does`() throws {
        try scratch.write("dump.jsonl", lines(0..<20))
        try scratch.run(["dump.jsonl"])
        let before = try states()
        let report = try scratch.run(["dump.jsonl"], isRereading: true)
        #expect(report.counts.read == 20 && report.counts.seen == 20)
        #expect(report.filesRead == 1 && report.filesSeen == 0)
        #expect(try states() == before)
        expectNothingRead(try scratch.run(["dump.jsonl"]), seen: 1)
    }

    @Test func `damaged input is remembered, input of a run that ended badly is not`() throws {
        try scratch.write("dump.jsonl", lines(0..<3000) + "{broken\n")
        #expect(throws: StrictRefusal.self) { try scratch.run(["dump.jsonl"], isStrict: true) }
        #expect(throws: StopRequested.self) { try scratch.run(["dump.jsonl"], stop: { true }) }
        #expect(try catalogue().inputCount() == 0)
        #expect(try scratch.run(["dump.jsonl"]).hasDamage)
        expectNothingRead(try scratch.run(["dump.jsonl"]), seen: 1)
        let outcomes = try catalogue().runs().map(\.outcome)
        #expect(outcomes == [.refused, .stopped, .archived, .unchanged])
    }

    @Test func `a file that is read in another way is another file`() throws {
        try scratch.write("dump.jsonl", "{\"id\":\"a\",\"text\":\"one\",\"body\":\"two words\"}\n")
        func run(_ fields: String) throws -> RunReport {
            let json = """
                {"input":[{"path":"\(scratch.file("dump.jsonl"))"\(fields)}],
                 "output":{"path":"\(scratch.file("out"))"}}
                """
            let configuration = try PipelineConfiguration(
                file: ("pipeline.json", Array(json.utf8)), overrides: ConfigurationOverrides())
            return try ArchiveRun(configuration: configuration)
                .execute(startText: "test", progress: { _ in }, stop: { false })
        }
        #expect(try run("").counts.kept == 1)
        #expect(try run(#","fields":{"text":"body"}"#).counts.read == 1)
        expectNothingRead(try run(""), seen: 1)
        expectNothingRead(try run(#","fields":{"text":"body"}"#), seen: 1)
        // Young files wait, and are told.
        try scratch.write("dump.jsonl", lines(0..<2))
        let waiting = try run(#","settle":"10m""#)
        #expect(waiting.counts.read == 0 && waiting.filesSeen == 0)
        #expect(waiting.faults.map(\.isDamage) == [false])
        #expect(waiting.faults.first?.message.contains("less than 600 s ago") == true)
        try touch("dump.jsonl", secondsAgo: 700)
        #expect(try run(#","settle":"10m""#).counts.read == 2)
        // A clock that was wrong keeps no file waiting for ever.
        try scratch.write("dump.jsonl", lines(0..<3))
        try touch("dump.jsonl", secondsAgo: -1e6)
        #expect(try run(#","settle":"10m""#).counts.read == 1)
    }

    @Test(arguments: ["rm", "printf broken >", "rm -r x; cp /bin/ls"])
    func `a catalogue that is lost costs a reading and nothing else`(how: String) throws {
        try scratch.write("dump.jsonl", lines(0..<20))
        try scratch.run(["dump.jsonl"])
        let before = try states()
        _ = try scratch.run("\(how) out/.winnow/catalogue.sqlite")
        let report = try scratch.run(["dump.jsonl"])
        #expect(report.run == nil)
        #expect(report.counts.read == 20 && report.counts.seen == 20)
        #expect(report.notices.count == 1)
        let after = try states().filter { !$0.key.contains("set-aside") }
        #expect(after == before)
        #expect(try catalogue().runs().map(\.number) == [1, nil])
        #expect(
            try catalogue().archive()
                == CatalogueArchive(
                    ArchiveStore(opening: scratch.file("out")).commit))
        expectNothingRead(try scratch.run(["dump.jsonl"]), seen: 1)
        let history = try RunHistory(ArchiveStore(opening: scratch.file("out")))
        #expect(history.runs.map(\.number) == [1, nil, nil])
        #expect(history.runs[0].startedMilliseconds == nil)
        #expect(history.runs[0].counts.kept == 20)
    }

    @Test func `a catalogue of a newer program ends the run before anything is read`() throws {
        try scratch.write("dump.jsonl", lines(0..<20))
        try scratch.run(["dump.jsonl"])
        do {
            let queue = try DatabaseQueue(
                path: scratch.file("out/.winnow/catalogue.sqlite").string)
            try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES('9')") }
            try queue.close()
        }
        let error = #expect(throws: CatalogueError.self) { try scratch.run(["dump.jsonl"]) }
        #expect(error?.code == .newerSchema)
    }

    @Test func `inputs of a commit that was lost are read again`() throws {
        try scratch.write("a.jsonl", lines(0..<20))
        try scratch.write("b.jsonl", lines(20..<30))
        try scratch.run(["a.jsonl"])
        _ = try scratch.run("cp -a out earlier")
        try scratch.run(["b.jsonl"])
        // The archive of the night before, with the catalogue of today.
        _ = try scratch.run("cp out/.winnow/catalogue.sqlite earlier/.winnow/catalogue.sqlite")
        let report = try scratch.run(["a.jsonl", "b.jsonl"], output: "earlier")
        #expect(report.counts.read == 10 && report.counts.kept == 10)
        #expect(report.filesSeen == 1)
        #expect(report.notices.count == 1)
        #expect(try catalogue("earlier").runs().map(\.number) == [1, 2])
    }

    @Test func `a run goes on without a catalogue whose path is no UTF-8`() throws {
        try scratch.write("dump.jsonl", lines(0..<20))
        let odd = SystemPackage.FilePath.Component(platformString: [0x6F, -1, 0] as [CChar])
        var configuration = try PipelineConfiguration(
            file: nil,
            overrides: {
                var overrides = ConfigurationOverrides()
                overrides.inputs = [scratch.file("dump.jsonl").string]
                overrides.output = "replaced"
                return overrides
            }())
        configuration.output = scratch.path.appending(try #require(odd))
        for number in 1...2 {
            let report = try ArchiveRun(configuration: configuration)
                .execute(startText: "test", progress: { _ in }, stop: { false })
            #expect(report.counts.read == 20)
            #expect(report.counts.seen == (number == 1 ? 0 : 20))
            #expect(report.notices.count == 1)
        }
    }
}
