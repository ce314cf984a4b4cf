// Readers while runs go on: whoever goes by the manifest finds every file of it whole.

import Foundation
import TestFixtures
import Testing

@Suite struct ReaderBesideRunTests {
    private static let runs = SweepTally.isWhole ? 60 : 4

    @Test func `a reader beside a run finds a whole commit at any time`() throws {
        let folder = try ScratchFolder(in: FaultBench.memory)
        var tally = SweepTally("readers beside \(Self.runs) runs", count: 1)
        var (reads, verifications, commits) = (0, 0, Set<Int>())
        for run in 0..<Self.runs {
            try GeneratedNews.writeDump("day-\(run)", run * 300..<run * 300 + 300, to: folder)
            let running = try folder.start(
                BuiltProgram.path,
                ["run", "--input", "in", "--output", "out", "--set", "clean.learn=false"]
                    + ["--set", "checkpoint.documents=50"])
            repeat {
                if let commit = try Self.read(folder) {
                    commits.insert(commit)
                    reads += 1
                }
                if reads % 4 == 0 {
                    let ending = try folder.start(BuiltProgram.path, ["verify", "--output", "out"])
                        .end()
                    #expect(ending.status == 0, "run \(run): \(ending.text)\(ending.errors)")
                    verifications += 1
                }
            } while running.process.isRunning
            let ending = try running.end()
            #expect(ending.status == 0, "\(ending.errors)")
        }
        #expect(commits.count >= Self.runs - 1)
        tally.add("", "\(reads) reads, \(verifications) verifications", [])
        tally.finish()
    }

    /// Reads all that the manifest lists; returns its number, or nil if there is none yet.
    private static func read(_ folder: ScratchFolder) throws -> Int? {
        guard folder.exists("out/manifest.json") else { return nil }
        let manifest = try JSONSerialization.jsonObject(
            with: Data(try folder.bytes("out/manifest.json")))
        let object = try #require(manifest as? [String: Any])
        var names: [String] = []
        for file in try #require(object["files"] as? [[String: Any]]) {
            let name = "out/" + (file["path"] as? String ?? "")
            let size = try folder.bytes(name).count
            #expect(size == file["bytes"] as? Int, "\(name) has \(size) bytes")
            names.append(name)
        }
        try folder.run("zcat \(names.joined(separator: " ")) > /dev/null")
        return object["run"] as? Int
    }
}
