import Archive
import DocumentModel
import Foundation
import JSONBytes
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

/// Runs and acts in any order, compared with what is known of every record.
@Suite struct ActHistoryTests {
    private struct History {
        let scratch: ScratchFolder
        var random: SeededGenerator
        /// The text and run of every record that the archive holds.
        var held: [String: (text: String, run: Int)] = [:]
        var dumps: [String] = []
        var nextNumber = 0

        init(seed: UInt64) throws {
            scratch = try ScratchFolder()
            random = SeededGenerator(seed: seed)
        }

        /// A record for the next dump: new, or a copy or variant of one that is there.
        mutating func next() -> (id: String, text: String) {
            nextNumber += 1
            let id = "d\(nextNumber)"
            let place = [0, 20, 40, 60, 80].randomElement(using: &random) ?? 0
            let base = held.keys.sorted().randomElement(using: &random)
            guard Int.random(in: 0..<10, using: &random) > 3, let base, let text = held[base]?.text
            else { return (id, LikeTexts.text(nextNumber)) }
            if Bool.random(using: &random) { return (id, text) }
            var words = text.split(separator: " ").map(String.init)
            words[place] = "v\(place)"
            words[place + 1] = "u\(place)\n\nSubscribe to our newsletter\n\n"
            return (id, words.joined(separator: " "))
        }

        mutating func run() throws {
            let records = (0..<8).map { _ in next() }
            let name = "\(dumps.count).jsonl"
            try scratch.write(name, ScratchFolder.jsonLines(records))
            dumps.append(name)
            let report = try scratch.run([name])
            #expect(report.counts.seen == 0)
            for record in records { held[record.id] = (record.text, report.run ?? 0) }
        }

        mutating func forget() throws {
            let ids = held.keys.sorted().shuffled(using: &random).prefix(2)
            guard !ids.isEmpty else { return }
            let trial = try scratch.forget(.ids(Array(ids)), isDryRun: true)
            let report = try scratch.forget(.ids(Array(ids)))
            #expect(trial.decisions == report.decisions)
            for id in ids { held[id] = nil }
        }

        mutating func forgetRun() throws {
            guard let run = held.values.map(\.run).sorted().randomElement(using: &random) else {
                return
            }
            try scratch.forget(.run(run))
            held = held.filter { $0.value.run != run }
        }

        mutating func prune() throws {
            let last = held.values.map(\.run).sorted().randomElement(using: &random) ?? 0
            let duplicates = Set(try scratch.idsInOrder(of: .duplicates))
            try scratch.prune(throughRun: last)
            held = held.filter { !duplicates.contains($0.key) || $0.value.run > last }
        }

        mutating func step() throws {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: try run()
            case 4, 5: try forget()
            case 6: try forgetRun()
            case 7: try prune()
            default: try scratch.compact(shardBytes: Bool.random(using: &random) ? 3_000 : nil)
            }
        }

        /// The archive is whole and holds exactly what it should.
        func check() throws {
            #expect(try scratch.findings() == [])
            let store = try ArchiveStore(opening: scratch.file("out"))
            #expect(store.commit?.isIndexed == true)
            #expect(store.commit?.totals.isBalanced == true)
            var restored: [String: String] = [:]
            try scratch.questions().restoreAll {
                #expect(
                    restored.updateValue(String(decoding: $1, as: UTF8.self), forKey: $0) == nil)
            }
            #expect(restored == held.mapValues(\.text))
        }

        /// A dump of strangers is judged as by a new archive of what is kept.
        mutating func checkDecisions() throws {
            let kept = try scratch.idsInOrder(of: .articles).map {
                (id: $0, text: held[$0]?.text ?? "")
            }
            guard !kept.isEmpty else { return }
            try scratch.write("kept.jsonl", ScratchFolder.jsonLines(kept))
            let report = try scratch.run(["kept.jsonl"], output: "fresh")
            #expect(report.counts.kept == kept.count)
            try FileManager.default.copyItem(
                at: scratch.url.appendingPathComponent("out"),
                to: scratch.url.appendingPathComponent("copy"))
            // Variants of what is kept: of a pruned text a copy would still be unknown here.
            let all = held
            held = held.filter { held in kept.contains { $0.id == held.key } }
            let records = (0..<20).map { _ in next() }
            held = all
            try scratch.write("strangers.jsonl", ScratchFolder.jsonLines(records))
            for output in ["fresh", "copy"] { try scratch.run(["strangers.jsonl"], output: output) }
            let strangers = Set(records.map(\.id))
            func verdicts(_ output: String) throws -> [String] {
                let articles = try scratch.idsInOrder(of: .articles, output).filter(
                    strangers.contains)
                let duplicates = try scratch.records(.duplicates, output).filter {
                    strangers.contains($0["id"]?.string ?? "")
                }
                let verdicts = duplicates.map { record in
                    ["id", "keeper", "kind"].map { record[$0]?.string ?? "" }
                        .joined(separator: " ")
                }
                return articles + verdicts
            }
            #expect(try verdicts("copy") == verdicts("fresh"))
            for name in ["fresh", "copy"] {
                try FileManager.default.removeItem(at: scratch.url.appendingPathComponent(name))
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `whatever was done, the archive holds what remains and decides by it`(
        seed: UInt64
    ) throws {
        var history = try History(seed: seed)
        try history.run()
        for step in 0..<9 {
            try history.step()
            try history.check()
            if step % 4 == 3 { try history.checkDecisions() }
        }
        // Every record of every dump is known, whatever became of it.
        for name in history.dumps {
            let report = try history.scratch.run([name], isRereading: true)
            #expect(report.counts.read == 8)
            #expect(report.counts.seen == 8, "seed \(seed), \(name)")
        }
    }
}
