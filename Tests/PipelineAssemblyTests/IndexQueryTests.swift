import Archive
import DocumentModel
import Foundation
import NearDuplicates
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

/// What a query says is what a run would do.
@Suite struct IndexQueryTests {
    private func ask(
        _ scratch: ScratchFolder, about name: String, settings: [String] = [],
        isNamed: Bool = false, threads: Int = 2, search: NeighbourSearch = NeighbourSearch()
    ) throws -> (answers: [QueryAnswer], report: QueryReport) {
        var overrides = ConfigurationOverrides()
        overrides.output = scratch.file("out").string
        overrides.settings = settings
        overrides.threads = threads
        var configuration = try PipelineConfiguration(
            file: nil, overrides: overrides, needsInput: false)
        configuration.ask(about: scratch.file(name).string)
        var answers: [QueryAnswer] = []
        let query = try IndexQuery(
            configuration: configuration, isNamed: isNamed, search: search, readsRecords: true)
        let report = try query.execute(answer: { answers.append($0) }, stop: { false })
        return (answers, report)
    }

    /// The fate of every record of a later run, by original id, in words.
    private func fates(_ scratch: ScratchFolder, run: Int) throws -> [String: String] {
        let reader = ArchiveReader(try ArchiveStore(opening: scratch.file("out")))
        var fates: [String: String] = [:]
        for stream in [ArchiveStream.articles, .duplicates] {
            try reader.forEachLine(of: stream) { bytes, line, address in
                guard address.path.contains("/00000\(run)-") else { return true }
                let copy = line.map { bytes[$0] }
                let object =
                    (try? JSONSerialization.jsonObject(with: Data(copy))) as? [String: Any] ?? [:]
                let id = object["id"] as? String ?? ""
                fates[id] =
                    stream == .articles
                    ? "unknown" : "\(object["kind"] ?? "") \(object["keeper"] ?? "")"
                return true
            }
        }
        return fates
    }

    private func words(_ standing: TextStanding) -> String {
        switch standing {
        case .seen: "seen"
        case .duplicate(let kind, let keeper, _): "\(kind.rawValue) \(keeper)"
        case .unknown: "unknown"
        case .rejected(let reason): "rejected \(reason.rawValue)"
        }
    }

    @Test(arguments: [1, 2])
    func `the verdict on each record is the fate that a run gives it`(threads: Int) throws {
        let scratch = try ScratchFolder()
        let lines = MadeDump(count: 400, seed: 9).jsonLines.split(separator: "\n")
        for part in 0..<3 {
            let own = lines[..<300].enumerated().filter { $0.offset % 3 == part }.map(\.element)
            try scratch.write("\(part).jsonl", own.joined(separator: "\n") + "\n")
            try scratch.run(["\(part).jsonl"])
        }
        // One record a run: in one run the later ones would also be compared with each other.
        try scratch.write("new.jsonl", lines[300...].joined(separator: "\n") + "\n")
        let before = try scratch.archive()
        let asked = try ask(scratch, about: "new.jsonl", threads: threads)
        #expect(try scratch.archive() == before, "a query writes nothing")
        #expect(asked.answers.count == 100)
        #expect(asked.report.read == 100)
        try scratch.run(["new.jsonl"])
        let fates = try fates(scratch, run: 4)
        var known = 0
        for answer in asked.answers {
            guard answer.standing.isKnown else { continue }
            known += 1
            #expect(fates[answer.id] == words(answer.standing), "\(answer.id)")
            if case .duplicate(_, let keeper, let similarity) = answer.standing {
                let nearest = try #require(answer.nearest.first)
                #expect(nearest.id == keeper && nearest.neighbour.similarity == similarity)
                #expect(nearest.title.hasPrefix("Heading number") && nearest.source == "made")
            }
        }
        #expect(known == asked.report.known && known > 15, "\(known) known")
        // What the query does not know can only be a copy of another record of its run.
        let unknown = asked.answers.filter { !$0.standing.isKnown }.map(\.id)
        let newIDs = Set(unknown)
        for id in unknown {
            let fate = try #require(fates[id])
            let keeper = fate.split(separator: " ").last.map(String.init) ?? ""
            #expect(fate == "unknown" || newIDs.contains(keeper), "\(id): \(fate)")
        }
    }

    @Test func `records of the archive are seen, and named with where they lie`() throws {
        let scratch = try ScratchFolder()
        try scratch.write(
            "dump.jsonl", MadeDump(count: 80, seed: 2).jsonLines + "{\"id\":\"e\",\"text\":\"\"}\n")
        let report = try scratch.run(["dump.jsonl"])
        let asked = try ask(scratch, about: "dump.jsonl")
        #expect(asked.report.known == 81)
        var streams: [ArchiveStream: Int] = [:]
        for answer in asked.answers {
            #expect(words(answer.standing) == "seen")
            #expect(answer.archivedID == answer.id)
            if let stream = answer.archivedStream { streams[stream, default: 0] += 1 }
        }
        #expect(streams[.articles] == report.counts.kept)
        #expect(streams[.duplicates] == report.counts.duplicateCount)
        #expect(streams[.rejected] == 1)
    }

    @Test func `texts are cleaned and compared as the archive's last run did`() throws {
        let scratch = try ScratchFolder()
        let words = (0..<40).map { "word\($0)" }.joined(separator: " ")
        try scratch.write("a.txt", words)
        try scratch.run(["a.txt"], settings: ["clean=false", "dedup.shingle=3"])
        try scratch.write("b.txt", words + "\n\nSubscribe to our channel\n")
        let asked = try ask(scratch, about: "b.txt")
        let neighbour = try #require(asked.answers.first?.nearest.first?.neighbour)
        #expect(neighbour.theirCount == 38, "shingles of three words")
        #expect(neighbour.ourCount == 42, "nothing was cleaned away")
        #expect(asked.report.notices == [])
        // Who names a pipeline means it.
        #expect(throws: ConfigurationError.self) {
            try ask(scratch, about: "b.txt", isNamed: true)
        }
    }

    @Test func `an archive of other rule packs is answered with a notice`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("a.txt", "Some words that are archived with fewer rules.")
        try scratch.run(["a.txt"], settings: [#"clean.packs=["any"]"#])
        let asked = try ask(scratch, about: "a.txt")
        #expect(asked.report.known == 1)
        #expect(asked.report.notices.count == 1)
        #expect(asked.report.notices.first?.contains("any@") == true)
    }

    @Test func `documents that were not compared cannot answer`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("a.txt", "Some words that are archived without being compared.")
        try scratch.run(["a.txt"], settings: ["dedup=false"])
        let error = #expect(throws: ArchiveError.self) { try ask(scratch, about: "a.txt") }
        #expect(error?.code == .notIndexed)
        #expect(error?.description.contains("without being compared") == true)
    }

    @Test func `an archive without an index cannot answer`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("a.txt", "Some words that are archived, and their index is lost.")
        try scratch.run(["a.txt"])
        try scratch.dropIndex()
        let error = #expect(throws: ArchiveError.self) { try ask(scratch, about: "a.txt") }
        #expect(error?.code == .notIndexed)
        // The next run makes the index, and then the question has an answer.
        try scratch.write("b.txt", "Other words.")
        try scratch.run(["b.txt"])
        #expect(try ask(scratch, about: "a.txt").report.known == 1)
    }

    @Test func `a thorough search also finds what shares little`() throws {
        let scratch = try ScratchFolder()
        let halves = (0..<2).map { half in
            (0..<120).map { "half\(half)word\($0)" }.joined(separator: " ")
        }
        try scratch.write("a.txt", halves[0] + " " + halves[1])
        try scratch.run(["a.txt"])
        let little = halves[0].split(separator: " ").prefix(20).joined(separator: " ")
        try scratch.write("b.txt", little)
        let asked = try ask(
            scratch, about: "b.txt", search: NeighbourSearch(limit: 3, isThorough: true))
        let answer = try #require(asked.answers.first)
        #expect(words(answer.standing) == "unknown")
        #expect(answer.nearest.map(\.id) == ["a.txt"])
        #expect(answer.nearest.first?.neighbour.containment == 1)
    }
}
