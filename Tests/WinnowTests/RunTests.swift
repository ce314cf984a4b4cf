// winnow run: exit statuses, messages, and what it leaves behind.

import Foundation
import TestFixtures
import Testing

@Suite struct RunTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try Articles.writeFive(to: folder)
    }

    @Test func `a run archives and counts everything it reads`() throws {
        let run = try folder.winnow("run", "--input", "in", "--output", "out", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors == "")
        let report = try run.object()
        let numbers = ["run", "read", "kept", "duplicates", "rejected", "seen", "renamed"].map {
            report[$0] as? Int
        }
        #expect(numbers == [1, 5, 2, 2, 1, 0, 0])
        let kinds = try #require(report["duplicates_by_kind"] as? [String: Int])
        #expect(kinds.filter { $0.value > 0 } == ["exact": 1, "near": 1])
        #expect(report["rejected_by_reason"] as? [String: Int] == ["empty-text": 1])
        for field in ["output", "faults", "archive_articles", "archived_bytes", "seconds"] {
            #expect(report[field] != nil, "\(field)")
        }
    }

    @Test func `the summary names the archive in the commands to try next`() throws {
        let run = try folder.winnow("run", "--input", "in", "--output", "my out")
        #expect(run.status == 0)
        #expect(run.lines.first == "Run 1 is in my out.")
        #expect(run.text.contains("\n  kept                             2  articles/\n"))
        let next = try #require(run.lines.last).trimmingCharacters(in: .whitespaces)
        #expect(next == "zcat 'my out'/articles/*.gz")
        #expect(try folder.shell(next).lines.count == 2)
    }

    @Test func `running twice adds nothing`() throws {
        #expect(try folder.winnow("run", "--input", "in", "--output", "out").status == 0)
        let before = try folder.files(below: "out").filter { !$0.key.contains("catalogue") }
        let again = try folder.winnow("run", "--input", "in", "--output", "out", "--reread")
        #expect(again.status == 0)
        #expect(again.lines.first == "Nothing new: out is as it was.")
        #expect(again.text.contains("seen before                      5"), "\(again.text)")
        let after = try folder.files(below: "out").filter { !$0.key.contains("catalogue") }
        #expect(after == before)
    }

    @Test func `an output folder inside the input is never read`() throws {
        for _ in 1...2 {
            let run = try folder.winnow(
                "run", "--input", "in", "--output", "in/out", "--reread", "--json")
            #expect(run.status == 0)
            #expect(try run.object()["read"] as? Int == 5)
        }
    }

    @Test func `damaged input is listed and ends with 3`() throws {
        try folder.write("in/f.jsonl", #"{"id": "x", "text": "cut o"#)
        let run = try folder.winnow("run", "--input", "in", "--output", "out", "--json")
        #expect(run.status == 3)
        #expect(
            try run.object()["rejected_by_reason"] as? [String: Int]
                == ["empty-text": 1, "malformed-json": 1])
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
    }

    @Test func `damaged input and --strict end with 65 and commit nothing`() throws {
        _ = try folder.shell("printf '{\"text\":\"a b c\"}\\n' | gzip | head -c 30 > in/f.jsonl.gz")
        let run = try folder.winnow("run", "--input", "in", "--output", "out", "--strict")
        #expect(run.status == 65)
        #expect(run.errors.contains("damaged: in/f.jsonl.gz"))
        #expect(run.errors.contains("nothing was committed"))
        #expect(!folder.exists("out/manifest.json"))
        #expect(try folder.winnow("run", "--input", "in", "--output", "out").status == 3)
    }

    @Test(arguments: [
        ["run", "--bogus"], ["run", "--threads", "many"], ["explain"], ["restore"],
        ["restore", "--all", "a"], ["verify", "--quick", "--subset", "1/2"],
        ["verify", "--subset", "3/2"], ["compare", "a"], ["bogus"], ["dedup"],
        ["compare", "a", "b", "--shingle", "0"],
    ])
    func `wrong usage ends with 64 and shows the usage`(arguments: [String]) throws {
        let ending = try Tool.start(Tool.path, arguments, in: folder).end()
        #expect(ending.status == 64)
        #expect(ending.errors.contains("Usage: winnow"), "\(ending.errors)")
        #expect(ending.output == [])
    }

    @Test func `a folder of other things is never written to`() throws {
        try folder.write("other/thing", "x")
        let run = try folder.winnow("run", "--input", "in", "--output", "other")
        #expect(run.status == 73)
        #expect(run.errors.contains("other: the folder is neither empty nor an archive"))
        #expect(try folder.files(below: "other").keys.sorted() == ["thing"])
        let file = try folder.winnow("run", "--input", "in", "--output", "other/thing")
        #expect(file.status == 73)
        #expect(file.errors.contains("the output is a file"))
    }

    @Test func `a held lock ends with 75, and names its holder`() throws {
        #expect(try folder.winnow("run", "--input", "in", "--output", "out").status == 0)
        let lock = try FileHandle(
            forUpdating: folder.url.appendingPathComponent("out/.winnow/lock"))
        #expect(flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
        let run = try folder.winnow("run", "--input", "in", "--output", "out")
        #expect(run.status == 75)
        #expect(run.errors.contains("lock"), "\(run.errors)")
        #expect(try folder.winnow("stats", "--output", "out").status == 0, "readers need no lock")
        try lock.close()
        #expect(try folder.winnow("run", "--input", "in", "--output", "out").status == 0)
    }

    @Test(arguments: [SIGTERM, SIGINT], ["1", "2"])
    func `a signal stops a run that waits for its input`(number: Int32, threads: String) throws {
        let pipe = Pipe()
        let running = try Tool.start(
            Tool.path, ["run", "--input", "-", "--output", "out", "--threads", threads],
            in: folder, input: pipe.fileHandleForReading)
        try pipe.fileHandleForWriting.write(
            contentsOf: Data("{\"id\":\"a\",\"text\":\"\(1)\"}\n".utf8))
        // The lock is taken after the signals are caught.
        let deadline = Date(timeIntervalSinceNow: 10)
        while !folder.exists("out/.winnow/lock"), Date() < deadline { usleep(5_000) }
        kill(running.process.processIdentifier, number)
        let ending = try running.end(withinSeconds: 5)
        #expect(ending.status == 75)
        #expect(ending.errors.contains("nothing was committed"))
        #expect(!folder.exists("out/manifest.json"))
        try pipe.fileHandleForWriting.close()
        #expect(try folder.winnow("run", "--input", "in", "--output", "out").status == 0)
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
    }

    @Test func `standard input is read, plain and gzip`() throws {
        let line = #"{"id":"one","text":"A short note about a boat."}"#
        for (number, filter) in ["cat", "gzip"].enumerated() {
            let output = "out\(number)"
            let run = try folder.shell(
                "echo '\(line)' | \(filter) | \"$WINNOW\" run --input - --output \(output)")
            #expect(run.status == 0, "\(run.errors)")
            let record = try folder.winnow("get", "one", "--output", output).object()
            #expect(record["text"] as? String == "A short note about a boat.")
            #expect(record["id"] as? String == "one")
        }
    }

    @Test func `globs choose files`() throws {
        let run = try folder.winnow("run", "--input", "in/[ad].txt", "--output", "out", "--json")
        #expect(run.status == 0)
        #expect(try run.object()["kept"] as? Int == 2)
        let none = try folder.winnow("run", "--input", "none-*.txt", "--output", "out2")
        #expect(none.status == 78 || none.status == 3, "\(none.errors)")
        #expect(!folder.exists("out2/manifest.json"))
    }
}
