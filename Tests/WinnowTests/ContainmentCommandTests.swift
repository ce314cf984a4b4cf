// What users see of parts and containers.

import Foundation
import TestFixtures
import Testing

@Suite struct ContainmentCommandTests {
    private func text(_ numbers: Range<Int>) -> String {
        numbers.map { "plank\($0)" }.joined(separator: " ")
    }

    @Test func `explain tells how much of a part stands in its container`() throws {
        let folder = try ScratchFolder()
        try folder.write("in/part.txt", text(100..<200) + " splinter")
        try folder.write("in/whole.txt", text(0..<400))
        let run = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--set", "clean=false", "--set",
            "dedup.containment=0.95")
        #expect(run.status == 0)
        #expect(run.errors.contains("warning") == false)
        #expect(run.text.contains("duplicate (contained)"))
        let ending = try folder.winnow("explain", "part.txt", "--output", "out")
        #expect(
            ending.text.contains(
                "fate      duplicate (contained) of whole.txt, containment 0.9897\n"))
        #expect(
            ending.text.hasSuffix(
                "against whole.txt: containment 0.989691, 96 of its 97 shingles\n"
                    + "words that are not there:\n  + splinter\n"),
            "\(ending.text)")
        let json = try folder.winnow("explain", "part.txt", "--output", "out", "--json").object()
        #expect(json["kind"] as? String == "contained")
        let containment = try #require(json["containment"] as? Double)
        #expect(abs(containment - 96.0 / 97) < 1e-9)
    }

    @Test func `a run names the archived parts of its articles`() throws {
        let folder = try ScratchFolder()
        try folder.write("0/part.txt", text(100..<200))
        try folder.write("1/whole.txt", text(0..<400))
        let settings = ["--output", "out", "--set", "dedup.containment=0.95"]
        for night in ["0", "1"] {
            let ending = try Tool.start(
                Tool.path, ["run", "--input", night] + settings, in: folder
            ).end()
            #expect(ending.status == 0)
            #expect(
                ending.text.contains(
                    "New articles contain 1 archived one, kept as before:\n"
                        + "  part.txt in whole.txt, containment 1.0000\n") == (night == "1"))
        }
        try folder.write("2/larger.txt", text(0..<500))
        let json = try Tool.start(
            Tool.path, ["run", "--input", "2", "--json"] + settings, in: folder
        ).end().object()
        #expect(json["archived_parts"] as? Int == 2)
        let named = try #require(json["archived_parts_named"] as? [[String: Any]])
        #expect(named.map { $0["id"] as? String } == ["part.txt", "whole.txt"])
        #expect(named.map { $0["container"] as? String } == ["larger.txt", "larger.txt"])
    }

    @Test func `the filter says what it does not do`() throws {
        let folder = try ScratchFolder()
        try folder.write("in/a.txt", text(0..<50))
        let ending = try folder.winnow("dedup", "in", "--set", "dedup.keep=longest")
        #expect(ending.status == 0)
        #expect(ending.text == "a.txt\n")
        #expect(ending.errors.contains("this filter keeps the first document"))
    }
}
