// The lock of an archive as users meet it: refused, waited for, stood in the way of.

import Foundation
import TestFixtures
import Testing

@Suite struct LockTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder.withArchive()
    }

    private static let commands: [[String]] = [
        ["run", "--input", "in"], ["repair"], ["compact"], ["forget", "d.txt"],
        ["prune", "--through-run", "1"],
    ]

    /// Holds the lock; closing the handle gives it up.
    private func hold() throws -> FileHandle {
        let lock = try FileHandle(
            forUpdating: folder.url.appendingPathComponent("out/.winnow/lock"))
        try #require(flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
        return lock
    }

    private func start(_ command: [String], _ more: String...) throws -> ProgramRun {
        try Tool.start(Tool.path, command + ["--output", "out"] + more, in: folder)
    }

    /// Starts a command that waits, and returns when it does. Its log goes to `log`.
    private func startWaiting(_ command: [String]) throws -> ProgramRun {
        let words = command.map { "'\($0)'" }.joined(separator: " ")
        let script = "exec \"$WINNOW\" \(words) --output out --lock-wait 600 --log json 2> log"
        let waiting = try Tool.start("/bin/bash", ["-c", script], in: folder)
        while waiting.process.isRunning {
            if folder.exists("log"), try folder.text("log").contains("\"lock-wait\"") { break }
            usleep(10_000)
        }
        return waiting
    }

    @Test(arguments: LockTests.commands)
    func `every command that takes the lock can wait for it`(command: [String]) throws {
        let lock = try hold()
        #expect(try start(command).end().status == 75, "refused at once")
        let waiting = try startWaiting(command)
        try lock.close()
        let ending = try waiting.end()
        let log = try folder.text("log")
        #expect(ending.status == 0, "\(log)")
        let wait = try #require(log.split(separator: "\n").first { $0.contains("lock-wait") })
        #expect(wait.contains("\"limit_seconds\":600"))
        #expect(log.components(separatedBy: "\"lock-wait\"").count == 2, "said once")
    }

    @Test(arguments: LockTests.commands)
    func `a signal ends the wait with 75`(command: [String]) throws {
        let lock = try hold()
        let before = try folder.files(below: "out")
        let waiting = try startWaiting(command)
        kill(waiting.process.processIdentifier, command == ["compact"] ? SIGINT : SIGTERM)
        let ending = try waiting.end(withinSeconds: 10)
        let log = try folder.text("log")
        #expect(ending.status == 75, "\(log)")
        #expect(log.contains("stopped after waiting") && log.contains("\"event\":\"stopped\""))
        #expect(try folder.files(below: "out") == before)
        try lock.close()
    }

    @Test func `a wait in vain ends with 75 and names who holds the lock`() throws {
        let pipe = Pipe()
        let holding = try Tool.start(
            Tool.path, ["run", "--input", "-", "--output", "out"], in: folder,
            input: pipe.fileHandleForReading)
        let process = holding.process.processIdentifier
        while try folder.text("out/.winnow/lock").isEmpty { usleep(10_000) }
        let ending = try start(["compact"], "--lock-wait", "1").end()
        #expect(ending.status == 75)
        #expect(ending.errors.contains("held by winnow run for "), "\(ending.errors)")
        #expect(ending.errors.contains("(pid \(process), started 20"), "\(ending.errors)")
        #expect(ending.errors.contains("waited 1 s in vain"))
        for reader in [["stats"], ["verify"], ["runs"], ["get", "a.txt"]] {
            #expect(try start(reader).end().status == 0, "readers need no lock")
        }
        kill(process, SIGTERM)
        #expect(try holding.end(withinSeconds: 10).status == 75)
        try pipe.fileHandleForWriting.close()
    }

    @Test(arguments: [
        ("ln -s /etc/passwd", "a symbolic link"), ("mkfifo", "a FIFO"), ("mkdir", "a folder"),
    ])
    func `what stands in the place of the lock is refused with 73`(
        made: String, name: String
    ) throws {
        _ = try folder.shell("rm out/.winnow/lock; \(made) out/.winnow/lock")
        for command in Self.commands {
            let ending = try start(command, "--lock-wait", "600").end(withinSeconds: 10)
            #expect(ending.status == 73, "\(ending.errors)")
            #expect(ending.errors.contains("\(name) stands where the archive has its lock"))
        }
        for reader in [["stats"], ["verify"], ["get", "a.txt"]] {
            #expect(try start(reader).end(withinSeconds: 10).status == 0)
        }
    }

    @Test func `verify beside runs never finds anything`() throws {
        let runs = try Tool.start(
            "/bin/bash",
            [
                "-c",
                """
                for i in 1 2 3; do
                    for j in 1 2 3; do echo "article $i of lot $j, and nothing else $i$j"; done \
                        > in/new-$i.txt
                    "$WINNOW" run --input in --output out --lock-wait 60 || exit 1
                    "$WINNOW" compact --output out --lock-wait 60 || exit 1
                done
                """,
            ], in: folder)
        var checks = 0
        while runs.process.isRunning {
            for scope in [[], ["--quick"]] {
                let ending = try Tool.start(
                    Tool.path, ["verify", "--output", "out"] + scope, in: folder
                ).end()
                #expect(ending.status == 0, "\(ending.text) \(ending.errors)")
                checks += 1
            }
        }
        let ending = try runs.end()
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(checks > 1)
    }
}
