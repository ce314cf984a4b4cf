// --log json: every message is one JSON object on a line of standard error.

import Foundation
import TestFixtures
import Testing

@Suite struct LogTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try Articles.writeFive(to: folder)
    }

    /// The lines of a log, each looked at as every line has to be.
    private func events(_ ending: ProgramEnding) throws -> [[String: Any]] {
        try ending.errors.split(separator: "\n").map { line in
            let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let event = try #require(parsed as? [String: Any], "\(line)")
            let time = try #require(event["time"] as? String)
            let shape = #"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"#
            #expect(time.range(of: shape, options: .regularExpression) != nil, "\(time)")
            #expect(["info", "warning", "error"].contains(event["level"] as? String ?? ""))
            #expect((event["message"] as? String)?.isEmpty == false)
            return event
        }
    }

    private func names(_ events: [[String: Any]]) -> [String] {
        events.compactMap { $0["event"] as? String }
    }

    @Test func `a run tells of its start, its damage, its commit and its end`() throws {
        try folder.write("in/f.jsonl", #"{"id": "x", "text": "cut o"#)
        _ = try folder.shell(#"printf '{"text":"a b c"}\n' | gzip | head -c 30 > in/g.jsonl.gz"#)
        let run = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--log", "json", "--json")
        #expect(run.status == 3)
        #expect(try run.object()["kept"] as? Int == 3, "the answer stays on standard output")
        let events = try events(run)
        #expect(names(events) == ["start", "fault", "fault", "commit", "end"])
        #expect(events[0]["version"] as? String == "0.1.0")
        #expect(events[0]["output"] as? String == "out")
        #expect(events[1]["path"] as? String == "in/g.jsonl.gz")
        #expect(events[1]["verdict"] as? String == "damaged")
        #expect(events[2]["verdict"] as? String == "rejected")
        #expect((events[2]["message"] as? String)?.hasPrefix("in/f.jsonl, record 1") == true)
        #expect(events[3]["run"] as? Int == 1)
        #expect(events[3]["kept"] as? Int == 3)
        #expect(events[4]["status"] as? Int == 3)
        #expect(events[4]["level"] as? String == "warning")
        let times = events.compactMap { $0["time"] as? String }
        #expect(times == times.sorted())
    }

    @Test func `the configuration's path is named`() throws {
        try folder.write(
            "nightly.json", #"{"input": [{"path": "in"}], "output": {"path": "out"}}"#)
        let run = try folder.winnow("run", "nightly.json", "--log", "json")
        #expect(run.status == 0)
        let events = try events(run)
        #expect(names(events) == ["start", "commit", "end"])
        #expect(events[0]["configuration"] as? String == "nightly.json")
        #expect(
            names(try self.events(folder.winnow("run", "nightly.json", "--log", "json")))
                == ["start", "unchanged", "end"])
    }

    @Test func `errors are events with their status`() throws {
        let missing = try folder.winnow(
            "run", "--input", "none", "--output", "out", "--log", "json")
        #expect(missing.status == 78)
        let events = try events(missing)
        #expect(names(events) == ["start", "error", "end"])
        #expect(events[1]["status"] as? Int == 78)
        #expect((events[1]["message"] as? String)?.contains("none") == true)
        _ = try folder.winnow("run", "--input", "in", "--output", "out")
        let locked = try folder.shell(
            #"flock out/.winnow/lock "$WINNOW" run --input in --output out --log json"#)
        #expect(locked.status == 75)
        #expect(names(try self.events(locked)) == ["start", "error", "end"])
    }

    @Test func `every command that changes or verifies an archive logs the same way`() throws {
        _ = try folder.winnow("run", "--input", "in", "--output", "out")
        let commands: [(arguments: [String], events: [String])] = [
            (["verify"], ["start", "end"]), (["repair"], ["start", "unchanged", "end"]),
            (["forget", "d.txt"], ["start", "commit", "end"]),
            (["prune", "--through-run", "1"], ["start", "commit", "end"]),
            (["compact"], ["start", "commit", "end"]),
            (["forget", "d.txt"], ["start", "error", "end"]),
        ]
        for (arguments, expected) in commands {
            let ending = try Tool.start(
                Tool.path, arguments + ["--output", "out", "--log", "json"], in: folder
            ).end()
            let events = try events(ending)
            #expect(names(events).filter { $0 != "progress" } == expected, "\(arguments)")
            #expect(events.first?["command"] as? String == arguments[0])
            #expect(events.last?["status"] as? Int == Int(ending.status))
        }
        _ = try folder.shell("rm out/articles/*")
        let damaged = try folder.winnow("verify", "--output", "out", "--log", "json")
        #expect(damaged.status == 1)
        #expect(names(try events(damaged)).contains("fault"))
    }

    @Test func `progress is logged now and then, in JSON alone`() throws {
        let script = #"""
            feed() { for i in $(seq 1 600); do echo "{\"id\":\"$1-$i\",\"text\":\"a b $1 $i\"}"; done; }
            (feed a; sleep 1.3; feed b) | "$WINNOW" run --input - --output out
            """#
        let plain = try folder.shell(script)
        #expect(plain.status == 0 && plain.errors == "", "\(plain.errors)")
        let logged = try folder.shell(
            script + " --log json --log-every 1")
        let events = try events(logged)
        let progress = events.filter { $0["event"] as? String == "progress" }
        #expect(!progress.isEmpty && progress.count < 5, "\(logged.errors)")
        #expect(progress.first?["phase"] as? String == "reading the input")
        #expect(progress.first?["documents"] as? Int ?? 0 >= 256)
    }

    @Test(arguments: ["2>&-", "2>/dev/full", "<&- 2>&-"])
    func `a log that nobody can write stops nothing`(streams: String) throws {
        let run = try folder.shell(
            #""$WINNOW" run --input in --output out --log json \#(streams)"#)
        #expect(run.status == 0)
        #expect(run.lines.first == "Run 1 is in out.")
    }

    @Test func `hostile names stay on their line`() throws {
        let made = try folder.shell(
            """
            cd in; printf '{"text":"a b c"}' | gzip | head -c 20 > $'evil\\n{"event":"end"}\\033[2J.gz'
            """)
        #expect(made.status == 0, "\(made.errors)")
        let run = try folder.winnow("run", "--input", "in", "--output", "out", "--log", "json")
        #expect(run.status == 3, "\(run.errors)")
        let names = names(try events(run))
        #expect(names.first == "start" && names.filter { $0 == "end" }.count == 1)
        #expect(names.contains("fault") && !run.errors.contains("\"event\":\"end\"}"))
        #expect(!run.errors.contains("\u{1B}"))
    }

    @Test(arguments: [
        ["--log", "xml"], ["--log-every", "0"], ["--lock-wait", "-1"], ["--lock-wait", "x"],
        ["--lock-wait", "99999999999"], ["--metrics-file", ""],
    ])
    func `wrong values of the options end with 64`(options: [String]) throws {
        let arguments = ["run", "--input", "in", "--output", "out"] + options
        let ending = try Tool.start(Tool.path, arguments, in: folder).end()
        #expect(ending.status == 64, "\(ending.errors)")
        #expect(!folder.exists("out"))
    }
}
