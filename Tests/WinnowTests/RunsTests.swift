// winnow runs, and what a rerun says of the files that it knows.

import Foundation
import TestFixtures
import Testing

@Suite struct RunsTests {
    @Test func `a rerun says how many files were seen and adds no file`() throws {
        let folder = try ScratchFolder.withArchive()
        let before = try folder.files(below: "out").filter { !$0.key.contains("catalogue") }
        let again = try folder.winnow("run", "--input", "in", "--output", "out")
        #expect(again.status == 0)
        #expect(
            again.lines.prefix(2) == [
                "Nothing new: out is as it was.", "5 files were seen before and not read again.",
            ])
        #expect(again.errors == "")
        let after = try folder.files(below: "out").filter { !$0.key.contains("catalogue") }
        #expect(after == before)
        let read = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--reread", "--json")
        let report = try read.object()
        #expect(report["read"] as? Int == 5 && report["seen"] as? Int == 5)
        #expect(report["files_read"] as? Int == 5 && report["files_seen"] as? Int == 0)
    }

    @Test func `runs are listed with their times, and without them when they are lost`() throws {
        let folder = try ScratchFolder.withArchive()
        _ = try folder.winnow("run", "--input", "in", "--output", "out")
        let table = try folder.winnow("runs", "--output", "out")
        #expect(table.status == 0 && table.errors == "")
        #expect(table.lines.count == 3)
        let first = table.lines[1].split(separator: " ").map(String.init)
        #expect(first.first == "1" && first.last == "archived")
        #expect(first[1].hasSuffix("Z") && first[1].count == 20)
        #expect(Array(first.dropFirst(4).dropLast()) == ["5", "2", "2", "1", "0"])
        #expect(table.lines[2].hasSuffix("unchanged"))
        let answer = try folder.winnow("runs", "--output", "out", "--json").object()
        let runs = try #require(answer["runs"] as? [[String: Any]])
        #expect(runs.map { $0["run"] as? Int } == [1, 0])
        #expect(runs.map { $0["files_seen"] as? Int } == [0, 5])
        #expect((runs[0]["duplicates_by_kind"] as? [String: Int])?["near"] == 1)

        _ = try folder.run("rm out/.winnow/catalogue.sqlite")
        let rest = try folder.winnow("runs", "--output", "out")
        #expect(rest.lines.count == 2)
        #expect(rest.lines[1].hasPrefix("    1  -  "))
        _ = try folder.run("echo broken > out/.winnow/catalogue.sqlite")
        let damaged = try folder.winnow("runs", "--output", "out", "--json")
        #expect(damaged.status == 0)
        #expect(damaged.errors.contains("is damaged"))
        let known = try #require(try damaged.object()["runs"] as? [[String: Any]])
        #expect(known.map { $0["started"] as? String } == [""])
    }

    @Test func `there are no runs before the first`() throws {
        let folder = try ScratchFolder()
        let runs = try folder.winnow("runs", "--output", "out")
        #expect(runs.status == 0)
        #expect(runs.text == "out has no runs yet\n")
        #expect(!folder.exists("out"))
    }
}
