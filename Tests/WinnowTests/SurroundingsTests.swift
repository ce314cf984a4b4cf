// Environments that are not a person's terminal: cron, containers, odd files.

import Foundation
import TestFixtures
import Testing

@Suite struct SurroundingsTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try Articles.writeFive(to: folder)
    }

    @Test(arguments: [
        #"env -i "$WINNOW" run --input in --output out"#,
        #"env -i "$WINNOW" run --input in --output out --log json --metrics-file m.prom <&-"#,
        #"umask 077; unset HOME; "$WINNOW" run --input in --output out --lock-wait 5 --log json"#,
        #"unset HOME LANG LC_ALL; "$WINNOW" run --input in --output out"#,
        #""$WINNOW" run --input in --output out <&-"#,
        #"umask 077; "$WINNOW" run --input in --output out"#,
        #"setsid "$WINNOW" run --input in --output out </dev/null"#,
        #"TZ=Nowhere/Nothing LC_ALL=xx_YY "$WINNOW" run --input in --output out"#,
    ])
    func `a run works in poor surroundings`(script: String) throws {
        let run = try folder.shell(script)
        #expect(run.status == 0, "\(run.errors)")
        #expect(!run.errors.contains("\u{1B}") && !run.text.contains("\r"))
        #expect(run.lines.first == "Run 1 is in out.")
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
    }

    @Test func `a private umask is honoured`() throws {
        _ = try folder.shell(#"umask 077; "$WINNOW" run --input in --output out"#)
        #expect(try folder.shell("find out -perm /077 | wc -l").text == "0\n")
    }

    @Test(arguments: [">&-", ">&- 2>&-", ">&- 2>&- <&-", "> /dev/full"])
    func `an archive is whole when nobody can be told of it`(streams: String) throws {
        let run = try folder.shell(#""$WINNOW" run --input in --output out \#(streams)"#)
        #expect(run.status == 74)
        let verified = try folder.winnow("verify", "--output", "out")
        #expect(verified.status == 0)
        #expect(verified.text.contains("2 articles"))
    }

    @Test func `a reader that goes away ends a filter quietly`() throws {
        let lines = (0..<60).map { number in
            let text = Articles.text(number).replacingOccurrences(of: "\n", with: "\\n")
            return "{\"id\":\"\(number)\",\"text\":\"\(text)\"}"
        }
        try folder.write("many.jsonl", lines.joined(separator: "\n") + "\n")
        let run = try folder.shell(
            #""$WINNOW" clean many.jsonl | head -1 | cut -c 1-9; echo "${PIPESTATUS[0]}""#)
        #expect(run.text == "{\"id\":\"0\"\n0\n")
        #expect(run.errors == "")
    }

    @Test func `a signal stops a filter that waits for its input`() throws {
        let pipe = Pipe()
        let running = try Tool.start(
            Tool.path, ["clean", "-"], in: folder, input: pipe.fileHandleForReading)
        usleep(700_000)
        kill(running.process.processIdentifier, SIGTERM)
        #expect(try running.end(withinSeconds: 5).status == 75)
        try pipe.fileHandleForWriting.close()
    }

    @Test func `a FIFO that is named is read, and a signal ends the wait for its writer`() throws {
        _ = try folder.shell("mkfifo fifo")
        let waiting = try Tool.start(
            Tool.path, ["run", "--input", "fifo", "--output", "out"], in: folder)
        usleep(700_000)
        kill(waiting.process.processIdentifier, SIGTERM)
        #expect(try waiting.end(withinSeconds: 5).status == 75)
        let run = try folder.shell(
            #"(sleep 0.3; cat in/a.txt) > fifo & "$WINNOW" run --input fifo --output out --json"#)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.object()["kept"] as? Int == 1)
    }

    @Test func `any file name is an id, and gives its file back`() throws {
        let made = try folder.shell(
            """
            mkdir odd && cd odd
            printf 'the first' > $'a\\nb.txt'
            printf 'the second' > $'q"uo\\'te $(x).txt'
            printf 'the third' > $'c\\377d.txt'
            printf 'the fourth' > $'e\\033[31m.txt'
            """)
        #expect(made.status == 0, "\(made.errors)")
        let run = try folder.winnow("run", "--input", "odd", "--output", "out")
        #expect(run.status == 0, "\(run.errors)")
        let texts = [
            "a\nb.txt": "the first", "q\"uo'te $(x).txt": "the second",
            "c\u{FFFD}d.txt": "the third", "e\u{1B}[31m.txt": "the fourth",
        ]
        for (id, text) in texts {
            #expect(try folder.winnow("restore", id, "--output", "out").text == text)
            let words = try folder.winnow("explain", id, "--output", "out")
            #expect(words.status == 0)
            #expect(!words.text.contains("\u{1B}"), "a name must not steer the terminal")
        }
        #expect(try folder.winnow("explain", "a\nb.txt", "--output", "out").lines[0] == "a\\nb.txt")
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
    }

    @Test func `links in circles and FIFOs in a tree are passed over`() throws {
        let made = try folder.shell("ln -s . in/loop; ln -s ../in in/up; mkfifo in/fifo.txt")
        #expect(made.status == 0)
        let run = try folder.winnow("run", "--input", "in", "--output", "out", "--json")
        #expect(run.status == 0)
        let report = try run.object()
        #expect(report["read"] as? Int == 5)
        let faults = try #require(report["faults"] as? [[String: Any]])
        let names = faults.compactMap { $0["file"] as? String }.sorted()
        #expect(names == ["in/fifo.txt", "in/loop", "in/up"])
        #expect(faults.allSatisfy { $0["damage"] as? Bool == false })
    }

    @Test func `an unreadable file is a fault and the rest is read`() throws {
        // Root reads everything; then another user is asked, with a copy that it may execute.
        let user = getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
        let run = try folder.shell(
            """
            cp "$WINNOW" ./winnow; chmod 755 . in winnow; chmod 644 in/*; chmod 000 in/d.txt
            mkdir -m 777 out; \(user) ./winnow run --input in --output out --json
            """)
        #expect(run.status == 3, "\(run.errors)")
        let report = try run.object()
        #expect(report["read"] as? Int == 4)
        let faults = try #require(report["faults"] as? [[String: Any]])
        #expect(faults.compactMap { $0["file"] as? String } == ["in/d.txt"])
        let message = try #require(faults.first?["message"] as? String)
        #expect(message.contains("Permission denied"), "\(message)")
    }
}
