// Commands that change what is archived: forget, compact, prune.

import Foundation
import TestFixtures
import Testing

@Suite struct ActCommandTests {
    private let folder: ScratchFolder

    init() throws { folder = try .withArchive() }

    @Test func `forget takes a document out and tells what became of its copies`() throws {
        let trial = try folder.winnow("forget", "a.txt", "--output", "out", "--dry-run")
        #expect(trial.status == 0)
        #expect(
            trial.text == """
                Dry run: nothing was changed.
                  taken out         1 record
                  kept from now on  1 duplicate
                  another keeper    1 duplicate
                    b.txt is kept
                    c.txt is a duplicate of b.txt

                """)
        #expect(try folder.winnow("get", "a.txt", "--output", "out").status == 0)
        let ending = try folder.winnow("forget", "a.txt", "--output", "out", "--json")
        #expect(ending.status == 0)
        let answer = try ending.object()
        #expect(answer["commit"] as? Int == 2)
        #expect(answer["removed"] as? Int == 1)
        #expect(answer["gone"] as? [String] == ["a.txt"])
        let decisions = try #require(answer["decisions"] as? [[String: Any]])
        #expect(decisions.map { $0["keeper"] as? String } == ["", "b.txt"])
        #expect(try folder.winnow("get", "a.txt", "--output", "out").status == 1)
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        let again = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--reread", "--json"
        ).object()
        #expect(again["run"] as? Int == 0)
        #expect(again["seen"] as? Int == 5)
        let restored = try folder.winnow("restore", "c.txt", "--output", "out")
        #expect(restored.output == (try folder.bytes("in/c.txt")))
    }

    @Test func `an unknown id changes nothing`() throws {
        let before = try folder.files(below: "out")
        let ending = try folder.winnow("forget", "a.txt", "nobody", "--output", "out")
        #expect(ending.status == 1)
        #expect(ending.errors == "winnow: no record has the id \"nobody\"; nothing was forgotten\n")
        #expect(try folder.winnow("forget", "--run", "9", "--output", "out").status == 1)
        #expect(try folder.winnow("forget", "a.txt", "--output", "nowhere").status == 1)
        #expect(try folder.files(below: "out") == before)
    }

    @Test func `compact joins the files of several runs`() throws {
        try folder.write("more/f.txt", Articles.text(5))
        _ = try folder.winnow("run", "--input", "more", "--output", "out")
        let originals = try folder.winnow("restore", "--all", "--output", "out").text
        let answer = try folder.winnow("compact", "--output", "out", "--json").object()
        #expect(answer["commit"] as? Int == 3)
        #expect(answer["files_before"] as? Int == 5)
        #expect(answer["files_after"] as? Int == 4)
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        #expect(
            try folder.winnow("restore", "--all", "--output", "out").text.count == originals.count)
        let sums = try folder.shell("cd out && sha256sum --quiet -c SHA256SUMS")
        #expect(sums.status == 0)
        let before = try folder.files(below: "out")
        let idle = try folder.winnow("compact", "--output", "out")
        #expect(idle.status == 0)
        #expect(idle.text == "Nothing to compact: out is as it was.\n")
        #expect(try folder.files(below: "out") == before)
    }

    @Test func `prune takes duplicates out`() throws {
        let ending = try folder.winnow("prune", "--through-run", "1", "--output", "out")
        #expect(ending.status == 0)
        #expect(ending.text == "Commit 2 is in out.\n  taken out         2 records\n")
        #expect(try folder.winnow("get", "b.txt", "--output", "out").status == 1)
        #expect(try folder.winnow("get", "a.txt", "--output", "out").status == 0)
        #expect(!folder.exists("out/duplicates/000001-00000.jsonl.gz"))
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        let again = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--reread", "--json"
        ).object()
        #expect(again["seen"] as? Int == 5)
    }

    @Test func `prune keeps what is young enough`() throws {
        let young = try folder.winnow("prune", "--keep-duplicates", "2w", "--output", "out")
        #expect(young.text == "Nothing to prune: out is as it was.\n")
        let all = try folder.winnow("prune", "--keep-duplicates", "0d", "--output", "out")
        #expect(all.text == "Commit 2 is in out.\n  taken out         2 records\n")
        #expect(try folder.winnow("runs", "--output", "out").text.contains("pruned"))
    }

    @Test func `wrong usage is told`() throws {
        for arguments in [
            ["forget"], ["forget", "a", "--run", "1"], ["prune"],
            ["compact", "--index-only", "--archive-only"],
            ["prune", "--keep-duplicates", "90"], ["prune", "--keep-duplicates", "-1d"],
            ["prune", "--keep-duplicates", "1d", "--through-run", "2"],
        ] {
            let ending = try Tool.start(Tool.path, arguments, in: folder).end()
            #expect(ending.status == 64, "\(arguments)")
        }
    }

    @Test(arguments: ["forget", "compact", "prune"])
    func `help shows an example`(command: String) throws {
        let help = try folder.winnow(command, "--help").text
        #expect(help.contains("Examples:\n  winnow \(command)"))
    }

    @Test(arguments: [3, 10, 25, 60, 120, 250])
    func `a command that is killed leaves an archive that goes on`(milliseconds: Int) throws {
        let run = try Tool.start(
            Tool.path, ["forget", "a.txt", "--output", "out"], in: folder)
        usleep(UInt32(milliseconds) * 1_000)
        kill(run.process.processIdentifier, SIGKILL)
        _ = try run.end()
        // The next command that writes finishes or clears away what was begun.
        let next = try folder.winnow("forget", "d.txt", "--output", "out")
        #expect(next.status == 0)
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        let left = try folder.shell("ls out/.winnow/staging").text
        #expect(left == "")
        let again = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--reread", "--json"
        ).object()
        #expect(again["seen"] as? Int == 5)
    }
}
