import Archive
import DocumentModel
import Pipeline
import SystemPackage
import TestFixtures
import Testing

@testable import PipelineAssembly

/// Runs that are stopped, or whose staging is damaged, against the same runs undisturbed.
@Suite struct CheckpointTests {
    private static let kinds: [[String]] = [
        ["checkpoint.documents=70"],
        ["checkpoint.documents=30", "clean=false", "output.shard=3000"],
        ["checkpoint.interval=0", "clean=false"],
        ["checkpoint.documents=90", "clean=false", "dedup.keep=longest"],
        ["checkpoint.documents=60", "clean=false", "dedup.containment=0.8"],
    ]

    /// A tree of dumps: duplicates, damage, residue, one id twice, small files and large ones.
    private func makeInput(_ scratch: ScratchFolder) throws {
        for part in 0..<3 {
            let dump = MadeDump(count: 130, seed: UInt64(part) / 2 + 5)
            let bad = "{\"id\":\"cut\",\"text\":\"broken \(part)\n"
            try scratch.write("in/\(part).jsonl", dump.jsonLines + bad)
            for text in 0..<12 {
                try scratch.write(
                    "in/\(part)-texts/\(text).txt", MadeText.words(text..<(text + 50)))
            }
        }
        try scratch.write("in/5.txt.gz", [0x1F, 0x8B, 8, 0, 0])
    }

    /// Runs until nothing stops it any more; each attempt is asked to stop a little later.
    private func runInAttempts(
        _ scratch: ScratchFolder, _ settings: [String], threads: Int
    ) throws -> (report: RunReport, stops: Int) {
        var stops = 0
        for attempt in 1... {
            let counter = AskCounter()
            let limit = 5 * attempt
            do {
                let report = try scratch.run(
                    ["in"], settings: settings, threads: threads,
                    stop: { counter.count() > limit })
                return (report, stops)
            } catch let stop as StoppedAtCheckpoint {
                stops += 1
                #expect(stop.documents > 0)
                #expect(scratch.exists("out/.winnow/staging/000001/checkpoint"))
            } catch is StopRequested {
                #expect(stops == 0)
            }
            #expect(try ArchiveStore(opening: scratch.file("out")).commit == nil)
        }
        throw FixtureError(description: "it does not come to its end")
    }

    @Test(arguments: zip(kinds, [1, 3, 2, 3, 1]))
    func `a run that was stopped again and again ends as an undisturbed one`(
        settings: [String], threads: Int
    ) throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        let whole = try scratch.run(["in"], output: "whole", settings: settings)
        let end = try runInAttempts(scratch, settings, threads: threads)
        #expect(end.stops > 1)
        #expect(try scratch.everything() == scratch.everything("whole"))
        #expect(try scratch.findings() == [])
        #expect(end.report.counts == whole.counts)
        #expect(end.report.faults == whole.faults)
        #expect(end.report.damagedRecords.lines == whole.damagedRecords.lines)
        #expect(end.report.filesRead == whole.filesRead)
        #expect(end.report.resumedDocuments > 0)
        let again = try scratch.run(["in"], settings: settings)
        #expect(again.run == nil && again.filesRead == 0)
    }

    @Test func `a stop at any moment is gone on from`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("in/0.jsonl", MadeDump(count: 600, seed: 5).jsonLines)
        let settings = ["checkpoint.documents=100", "clean=false"]
        let asked = AskCounter()
        try scratch.run(
            ["in"], output: "whole", settings: settings, threads: 1,
            stop: {
                asked.count()
                return false
            })
        #expect(asked.value > 10, "batches, and the pieces of a merge")
        for limit in stride(from: 0, to: asked.value, by: 6) {
            try scratch.run("rm -rf out")
            let counter = AskCounter()
            #expect("asked \(limit) times") {
                try scratch.run(
                    ["in"], settings: settings, threads: 1, stop: { counter.count() > limit })
            } throws: {
                $0 is StoppedAtCheckpoint || $0 is StopRequested && limit < 3
            }
            try scratch.run(["in"], settings: settings)
            #expect(try scratch.everything() == scratch.everything("whole"), "asked \(limit)")
        }
    }

    @Test func `checkpoints on the way change nothing`() throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        try scratch.run(["in"], output: "plain", settings: ["checkpoint.interval=0"])
        let report = try scratch.run(["in"], settings: ["checkpoint.documents=100"])
        #expect(report.checkpoints > 0)
        #expect(try scratch.everything() == scratch.everything("plain"))
    }

    /// Stops a run as soon as it has some documents; the archive is in `out` then.
    private func stop(_ scratch: ScratchFolder, _ settings: [String] = []) throws {
        for limit in 4... {
            let counter = AskCounter()
            do {
                try scratch.run(
                    ["in"], settings: settings, threads: 1, stop: { counter.count() > limit })
            } catch is StopRequested {
                continue
            } catch is StoppedAtCheckpoint {
                return
            }
            throw FixtureError(description: "it was not stopped")
        }
    }

    @Test func `another input begins the run anew and says so`() throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        try stop(scratch)
        try scratch.write("in/0.jsonl", MadeDump(count: 20, seed: 99).jsonLines)
        let report = try scratch.run(["in"])
        #expect(report.resumedDocuments == 0)
        #expect(report.notices.contains { $0.contains("begun anew") }, "\(report.notices)")
        try scratch.run(["in"], output: "whole")
        #expect(try scratch.everything() == scratch.everything("whole"))
    }

    @Test func `a file that comes behind the checkpoint is read in its place`() throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        try stop(scratch)
        try scratch.write("in/9.jsonl", MadeDump(count: 20, seed: 99).jsonLines)
        let report = try scratch.run(["in"])
        #expect(report.resumedDocuments > 0)
        try scratch.run(["in"], output: "whole")
        #expect(try scratch.everything() == scratch.everything("whole"))
    }

    @Test(arguments: [
        ["dedup.threshold=0.7"], ["output.shard=5000"], ["dedup.keep=longest"],
        ["limits.record=100KB"],
    ])
    func `another configuration begins the run anew`(settings: [String]) throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        try stop(scratch, ["clean=false"])
        let report = try scratch.run(["in"], settings: ["clean=false"] + settings)
        #expect(report.resumedDocuments == 0)
        try scratch.run(["in"], output: "whole", settings: ["clean=false"] + settings)
        #expect(try scratch.everything() == scratch.everything("whole"))
    }

    @Test func `memory and threads may differ`() throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        try stop(scratch, ["memory=32MB"])
        let report = try scratch.run(["in"], settings: ["memory=1GB"], threads: 4)
        #expect(report.resumedDocuments > 0)
        try scratch.run(["in"], output: "whole")
        #expect(try scratch.everything() == scratch.everything("whole"))
    }

    @Test(arguments: [["clean=false"], ["clean=false", "dedup.keep=longest"]])
    func `damage to what was staged costs time, nothing else`(settings: [String]) throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        try scratch.run(["in"], output: "whole", settings: settings)
        try stop(scratch, settings)
        let staging = "out/.winnow/staging/000001"
        let staged = try scratch.files(below: staging) { _ in true }
        #expect(staged.count > 1)
        try scratch.run("cp -a out stopped")
        var random = SeededGenerator(seed: 7)
        for (name, bytes) in staged {
            for damage in 0..<3 where random.next() % 2 == 0 {
                try scratch.run("rm -rf out; cp -a stopped out")
                let path = "\(staging)/\(name)"
                var changed = bytes
                switch damage {
                case 1: changed = Array(bytes.prefix(bytes.count / 2))
                case 2 where !bytes.isEmpty:
                    changed[Int(random.next() % UInt64(bytes.count))] ^= 1 << (random.next() % 8)
                default: break
                }
                if damage == 0 {
                    try scratch.run("rm \(path)")
                } else {
                    try scratch.write(path, changed)
                }
                try scratch.run(["in"], settings: settings)
                #expect(
                    try scratch.everything() == scratch.everything("whole"), "\(name), \(damage)")
            }
        }
    }

    @Test func `damage before the checkpoint counts under --strict`() throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        try stop(scratch)
        #expect(throws: StrictRefusal.self) { try scratch.run(["in"], isStrict: true) }
        #expect(try ArchiveStore(opening: scratch.file("out")).commit == nil)
    }

    @Test func `a stream is read from its start`() throws {
        let scratch = try ScratchFolder()
        try scratch.run("mkfifo pipe")
        try scratch.write("in.jsonl", MadeDump(count: 600, seed: 1).jsonLines)
        let feeder = try scratch.start("/bin/bash", ["-c", "cat in.jsonl > pipe"])
        let counter = AskCounter()
        #expect(throws: StopRequested.self) {
            try scratch.run(["pipe"], threads: 1, stop: { counter.count() > 8 })
        }
        _ = try feeder.end()
        #expect(!scratch.exists("out/.winnow/staging/000001/checkpoint"))
    }

    @Test func `an act gives up what a stopped run has done`() throws {
        let scratch = try ScratchFolder()
        try makeInput(scratch)
        try scratch.write("first.jsonl", MadeDump(count: 20, seed: 50).jsonLines)
        try scratch.run(["first.jsonl"])
        try stop(scratch)
        #expect(scratch.exists("out/.winnow/staging/000002/checkpoint"))
        _ = try WritableArchive(opening: scratch.file("out"), startText: "test")
        #expect(!scratch.exists("out/.winnow/staging/000002"))
        #expect(try scratch.run(["in"]).resumedDocuments == 0)
    }
}
