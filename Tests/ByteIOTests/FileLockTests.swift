// The lock of an archive: who gets it, who waits, and what the others are told.

import Foundation
import SystemPackage
import TestFixtures
import Testing

@testable import ByteIO

@Suite struct FileLockTests {
    private let place: ScratchFolder
    private let path: FilePath

    init() throws {
        place = try ScratchFolder()
        path = Folder(place.path).path("lock")
    }

    /// Locks the file as another program would; closing the descriptor unlocks it.
    private func hold(_ content: String = "") throws -> Int32 {
        try place.write("lock", content)
        let descriptor = unsafe open(path.string, O_RDWR)
        try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor
    }

    @Test func `the second to ask is told who holds the lock`() throws {
        let held = try FileLock(
            acquiring: path, startText: "2026-01-02T03:04:05Z", terms: LockTerms(command: "compact")
        )
        let error = #expect(throws: FileError.self) {
            _ = try FileLock(acquiring: path, startText: "later")
        }
        #expect(error?.code == .lock)
        #expect(error?.errno == .wouldBlock)
        let process = "\(ProcessInfo.processInfo.processIdentifier)"
        let said = try #require(error?.description)
        #expect(said.contains("held by winnow compact for "), "\(said)")
        #expect(said.contains("(pid \(process), started 2026-01-02T03:04:05Z); wait"), "\(said)")
        #expect(FileLock.holder(of: path)?.command == "compact")
        held.release()
        #expect(try place.text("lock") == "", "nobody holds it, nobody is named")
        #expect(FileLock.holder(of: path) == nil)
        let next = try FileLock(acquiring: path, startText: "later")
        #expect(next.path == path)
    }

    @Test func `who waits gets the lock when it is free`() throws {
        let descriptor = try hold()
        let looks = LockLooks()
        let terms = LockTerms(
            waitSeconds: 60, onWait: { if looks.count($0) == 2 { close(descriptor) } })
        let lock = try FileLock(acquiring: path, startText: "now", terms: terms)
        #expect(looks.firsts == [true, false])
        #expect(try place.text("lock").contains("started now\n"))
        lock.release()
    }

    @Test func `a file that was removed meanwhile locks nothing`() throws {
        let descriptor = try hold()
        let path = path
        let terms = LockTerms(
            waitSeconds: 60,
            onWait: { _ in
                unsafe unlink(path.string)
                close(descriptor)
            })
        let lock = try FileLock(acquiring: path, startText: "now", terms: terms)
        #expect(throws: FileError.self) { _ = try FileLock(acquiring: path, startText: "later") }
        lock.release()
    }

    @Test func `a wait in vain ends in time and says how long it was`() throws {
        let descriptor = try hold()
        defer { close(descriptor) }
        let start = ContinuousClock.now
        let error = #expect(throws: FileError.self) {
            _ = try FileLock(
                acquiring: path, startText: "now", terms: LockTerms(waitSeconds: 1))
        }
        let waited = ContinuousClock.now - start
        #expect(waited >= .seconds(1) && waited < .seconds(20))
        #expect(error?.errno == .wouldBlock)
        #expect(error?.description.contains("waited 1 s in vain, try again later") == true)
    }

    @Test func `a stop ends the wait at once`() throws {
        let descriptor = try hold()
        defer { close(descriptor) }
        let error = #expect(throws: FileError.self) {
            _ = try FileLock(
                acquiring: path, startText: "now",
                terms: LockTerms(waitSeconds: 600, isStopped: { true }))
        }
        #expect(error?.errno == .interrupted)
        #expect(error?.description.contains("stopped after waiting 0 s") == true)
    }

    @Test(arguments: [
        ("ln -s victim lock", "a symbolic link"), ("ln -s nowhere lock", "a symbolic link"),
        ("ln -s . lock", "a symbolic link"), ("mkfifo lock", "a FIFO"), ("mkdir lock", "a folder"),
        (
            "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"lock\")'",
            "a device or socket"
        ),
    ])
    func `what is no file is refused by name and left alone`(made: String, name: String) throws {
        try place.write("victim", "as it was")
        try place.run(made)
        let error = #expect(throws: FileError.self) {
            _ = try FileLock(
                acquiring: path, startText: "now", terms: LockTerms(waitSeconds: 600))
        }
        #expect(error?.code == .create)
        #expect(
            error?.description
                == "cannot create \(path): \(name) stands where the archive has its lock; "
                + "remove it or move it away and run again")
        #expect(try place.text("victim") == "as it was")
        #expect(!place.exists("nowhere"))
        #expect(FileLock.holder(of: path) == nil)
    }
}

@Suite struct LockHolderTests {
    private static let second = 1_000_000_000
    private static let taken = 1_795_000_000 * second

    private func holder(
        _ content: String, after seconds: Int = 11_520, isAlive: Bool = true
    ) -> LockHolder {
        LockHolder(
            reading: Array(content.utf8), taken: Self.taken,
            now: Self.taken + seconds * Self.second,
            ownHost: "here", isAlive: { _ in isAlive })
    }

    private static let line = LockHolder.content(
        command: "run", process: 2977, host: "here", startText: "2026-11-21T03:21:15Z")

    @Test func `a holder is named with its age`() {
        #expect(
            holder(Self.line).description
                == "winnow run for 3 h 12 min (pid 2977, started 2026-11-21T03:21:15Z)")
    }

    @Test(arguments: [
        (0, " for 0 s"), (-3, " for 0 s"), (59, " for 59 s"), (60, " for 1 min"),
        (3_599, " for 59 min"), (86_399, " for 23 h 59 min"), (187_200, " for 2 d 4 h"),
        (-6, ""), (-86_400, ""), (400 * 86_400, ""), (-1_795_000_000, ""),
    ])
    func `a clock that was set gives no age instead of nonsense`(seconds: Int, age: String) {
        #expect(
            holder(Self.line, after: seconds).description
                == "winnow run\(age) (pid 2977, started 2026-11-21T03:21:15Z)")
    }

    @Test func `another machine is named, and its processes are not looked for`() {
        let line = LockHolder.content(
            command: "prune", process: 7, host: "nightly-2.example", startText: "noon")
        #expect(
            holder(line, isAlive: false).description
                == "winnow prune for 3 h 12 min (pid 7 on nightly-2.example, started noon)")
    }

    @Test func `a process that has ended holds nothing`() {
        #expect(
            holder(Self.line, isAlive: false).description
                == "another program, which has not said who it is")
    }

    @Test(arguments: [
        "", "\n\n\n", "pid", "pid \n", "pid 0\n", "pid -1\n", "pid 99999999999\n", "pid 12x\n",
        "pid 4294967296\n", "pid 2977, started 2026-11-21T03:21:15Z\n", "{}", "\u{0}\u{1}\u{2}",
    ])
    func `a file that names nobody is nobody's`(content: String) {
        #expect(!holder(content).isKnown)
        #expect(holder(content).description == "another program, which has not said who it is")
    }

    @Test func `hostile fields are left out`() {
        let long = String(repeating: "a", count: 65)
        for field in ["\u{1B}[31mred", "a b", "a\rb", "\u{202E}x", "a;rm", long, "caf\u{E9}"] {
            let content = "pid 5\ncommand \(field)\nhost \(field)\nstarted \(field)\n"
            #expect(holder(content).description == "another run for 3 h 12 min (pid 5)", "\(field)")
        }
        let bytes = Array("pid 5\nhost ".utf8) + [0xFF, 0xFE] + Array("\ncommand run\n".utf8)
        let odd = LockHolder(
            reading: bytes, taken: 0, now: 0, ownHost: "here", isAlive: { _ in true })
        #expect(odd.description == "winnow run for 0 s (pid 5)")
    }
}

/// Counts looks at a lock.
private final class LockLooks: @unchecked Sendable {  // One thread at a time uses it.
    private(set) var firsts: [Bool] = []

    func count(_ wait: LockWait) -> Int {
        firsts.append(wait.isFirst)
        return firsts.count
    }
}
