// Damage to the archive itself, as users meet it: what repair says, and with which status.

import Foundation
import TestFixtures
import Testing

@Suite struct RepairCommandTests {
    private let folder: ScratchFolder

    init() throws { folder = try .withArchive() }

    private static let articles = "out/articles/000001-00000.jsonl.gz"

    @Test func `a loss ends with 3 and is listed`() throws {
        let bytes = try folder.bytes(Self.articles)
        try folder.write(Self.articles, Array(bytes.prefix(bytes.count / 2)))
        let before = try folder.files(below: "out")
        let trial = try folder.winnow("repair", "--output", "out", "--dry-run")
        #expect(trial.status == 3)
        #expect(trial.lines.last == "Dry run: nothing was changed.")
        #expect(try folder.files(below: "out") == before)
        let repair = try folder.winnow("repair", "--output", "out")
        #expect(repair.status == 3)
        #expect(repair.lines.dropLast(2) == trial.lines.dropLast())
        #expect(
            repair.lines.contains(
                "lost: articles/000001-00000.jsonl.gz: bytes 0..<\(bytes.count / 2) do not decode;"
                    + " 2 records lost, 0 saved"))
        #expect(repair.text.contains("lost: document a.txt\nlost: document d.txt\n"))
        #expect(
            repair.text.contains(
                "2 duplicates had lost their keepers: 1 kept from now on, 1 with another keeper.\n")
        )
        #expect(repair.errors.contains("out/.winnow/set-aside/000001-00000.jsonl.gz"))
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        let runs = try folder.winnow("runs", "--output", "out")
        #expect(runs.lines.last?.hasSuffix("repaired") == true, "\(runs.text)")
        let again = try folder.winnow("run", "--input", "in", "--output", "out", "--json")
        #expect(again.status == 0)
        #expect(try again.object()["seen"] as? Int == 3)
        for name in ["a.txt", "d.txt"] {
            let restored = try folder.winnow("restore", name, "--output", "out")
            #expect(restored.output == (try folder.bytes("in/\(name)")))
        }
    }

    @Test func `what can be made again ends with 0`() throws {
        try folder.write("out/manifest.json", "{}")
        try folder.run("rm out/README.md out/SHA256SUMS")
        #expect(try folder.winnow("verify", "--output", "out").lines.count == 3)
        let derived = try folder.winnow("repair", "--output", "out")
        #expect(derived.status == 0)
        #expect(derived.lines.last == "out is whole again.")
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        try folder.run("printf x >> out/.winnow/catalogue.sqlite")
        #expect(
            try folder.winnow("verify", "--output", "out").text.hasPrefix(
                ".winnow/catalogue.sqlite: "))
        #expect(try folder.winnow("repair", "--output", "out").status == 0)
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        let json = try folder.winnow("repair", "--output", "out", "--json").object()
        #expect(json["repaired"] as? Bool == false)
    }

    @Test func `without a whole commit all commands refuse and repair makes one`() throws {
        try folder.run("rm -r out/.winnow/commits out/manifest.json")
        let run = try folder.winnow("run", "--input", "in", "--output", "out")
        #expect(run.status == 74)
        #expect(run.errors.contains("`winnow repair` makes one from the files that are whole"))
        #expect(try folder.winnow("verify", "--output", "out").status == 74)
        let repair = try folder.winnow("repair", "--output", "out", "--json")
        #expect(repair.status == 0, "\(repair.errors)")
        #expect(try repair.object()["records_found"] as? Int == 5)
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        let again = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--reread", "--json"
        ).object()
        #expect(again["run"] as? Int == 0 && again["seen"] as? Int == 5)
    }

    @Test func `a publication that was killed is told and is no finding`() throws {
        try folder.run("mkdir out/.winnow/staging/000001")
        let verify = try folder.winnow("verify", "--output", "out")
        #expect(verify.status == 0)
        #expect(
            verify.errors
                == "winnow: commit 1 is not published to the end yet; the next run finishes it\n")
    }

    @Test func `the lock and the staging of a dead run are no findings`() throws {
        try folder.write("out/.winnow/lock", "anything")
        try folder.write("out/.winnow/staging/000002/articles/x", "half")
        try folder.write("out/.manifest.json.tmp", "half")
        let verify = try folder.winnow("verify", "--output", "out")
        #expect(verify.status == 0 && verify.errors == "")
    }
}
