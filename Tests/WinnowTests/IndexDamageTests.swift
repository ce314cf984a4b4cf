// Damage to the index, as users meet it: what a run says, what verify finds, what repair does.

import Foundation
import TestFixtures
import Testing

@Suite struct IndexDamageTests {
    private static let segment = "out/.winnow/segments/000001-00000.seg"
    private static let remedy = "`winnow repair` makes the index again from the archive"

    private let folder: ScratchFolder

    init() throws {
        folder = try .withArchive()
        try folder.write("more/f.txt", Articles.text(3))
        try folder.write("more/g.txt", Articles.text(2))
    }

    enum Damage: String, CaseIterable {
        case flipped, cutOff, empty, missing, foreign, folder
    }

    private func apply(_ damage: Damage) throws {
        var bytes = try folder.bytes(Self.segment)
        switch damage {
        case .flipped:
            bytes[200] ^= 0x20
            try folder.write(Self.segment, bytes)
        case .cutOff: try folder.write(Self.segment, Array(bytes.dropLast(100)))
        case .empty: try folder.write(Self.segment, [])
        case .missing: try folder.run("rm \(Self.segment)")
        case .foreign:
            let other = try folder.winnow("run", "--input", "more", "--output", "other")
            #expect(other.status == 0)
            try folder.run("cp other/.winnow/segments/*.seg \(Self.segment)")
        case .folder: try folder.run("rm \(Self.segment) && mkdir \(Self.segment)")
        }
    }

    private func files() throws -> [String: [UInt8]] {
        try folder.files(below: "out") { !$0.hasSuffix("lock") && !$0.contains("catalogue") }
    }

    @Test(arguments: Damage.allCases)
    func `a run over a damaged index ends with 74 and commits nothing`(damage: Damage) throws {
        try apply(damage)
        let before = try files()
        let run = try folder.winnow("run", "--input", "more", "--output", "out")
        #expect(run.status == 74)
        #expect(run.output == [])
        #expect(run.errors.contains("winnow: \(Self.segment)"), "\(run.errors)")
        #expect(run.errors.contains(Self.remedy))
        #expect(try files() == before)
        let verify = try folder.winnow("verify", "--output", "out")
        #expect(verify.status == 1)
        #expect(verify.text.contains(".winnow/segments/000001-00000.seg: "), "\(verify.text)")
        #expect(verify.text.contains(Self.remedy))
        #expect(verify.lines.count == 1)
        let quick = try folder.winnow("verify", "--quick", "--output", "out")
        #expect(quick.status == 1)
    }

    @Test(arguments: Damage.allCases)
    func `repair makes the index again and the next run decides as before`(damage: Damage) throws {
        try folder.run("cp -r out whole")
        try apply(damage)
        let repair = try folder.winnow("repair", "--output", "out")
        #expect(repair.status == 0, "\(repair.errors)")
        #expect(repair.lines.first?.hasPrefix(".winnow/segments/000001-00000.seg: ") == true)
        #expect(
            repair.lines.last
                == "The index was made again from 5 records: 1 segment in commit 2 of out.")
        let verify = try folder.winnow("verify", "--output", "out")
        #expect(verify.status == 0, "\(verify.text)")
        let again = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--reread", "--json"
        ).object()
        #expect(again["seen"] as? Int == 5)
        for output in ["out", "whole"] {
            let run = try folder.winnow("run", "--input", "more", "--output", output)
            #expect(run.status == 0, "\(run.errors)")
        }
        let streams = ["articles", "duplicates"]
        for stream in streams {
            let repaired = try folder.run("zcat out/\(stream)/*.gz")
            #expect(try repaired == folder.run("zcat whole/\(stream)/*.gz"))
        }
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
    }

    @Test func `repair does nothing where all is whole`() throws {
        let before = try files()
        let words = try folder.winnow("repair", "--output", "out")
        #expect(words.status == 0)
        #expect(words.text == "out is whole: 1 segment; nothing was done.\n")
        let json = try folder.winnow("repair", "--output", "out", "--json").object()
        #expect(json["repaired"] as? Bool == false)
        #expect(json["commit"] as? Int == 1)
        #expect(try files() == before)
        let none = try folder.winnow("repair", "--output", "none")
        #expect(none.status == 0)
        #expect(none.text == "none holds no archive yet\n")
        #expect(!folder.exists("none"))
        #expect(try folder.winnow("repair", "--output", "in").status == 73)
    }

    @Test func `repair finds its archive by pipeline json and keeps the archive's parameters`()
        throws
    {
        try folder.write(
            "pipeline.json", #"{"input":[{"path":"in"}],"output":{"path":"out"}}"#)
        try apply(.missing)
        let parameters = try folder.winnow("stats", "--json")
        #expect(parameters.status == 0)
        let before =
            try JSONSerialization.jsonObject(
                with: Data(folder.bytes("out/manifest.json"))) as? [String: Any]
        #expect(try folder.winnow("repair").status == 0)
        let after =
            try JSONSerialization.jsonObject(
                with: Data(folder.bytes("out/manifest.json"))) as? [String: Any]
        #expect(
            (before?["parameters"] as? NSDictionary) == (after?["parameters"] as? NSDictionary))
        let runs = after?["runs"] as? [[String: Any]]
        #expect(runs?.map { $0["act"] as? String } == ["run", "repair"])
    }

    @Test func `verify finds a flipped byte, also in the subset that holds the segment`() throws {
        var bytes = try folder.bytes(Self.segment)
        bytes[bytes.count / 2] ^= 4
        try folder.write(Self.segment, bytes)
        #expect(try folder.winnow("verify", "--output", "out").status == 1)
        // Four data files, then the segment: it is the fifth.
        #expect(try folder.winnow("verify", "--subset", "5/5", "--output", "out").status == 1)
    }

    @Test func `a stranger among the segments is found and goes with the next run`() throws {
        try folder.write("out/.winnow/segments/000099-00000.seg", "no segment")
        let verify = try folder.winnow("verify", "--quick", "--output", "out")
        #expect(verify.status == 1)
        #expect(
            verify.text == ".winnow/segments/000099-00000.seg: no commit lists it; "
                + "the next `winnow run` removes it\n")
        #expect(try folder.winnow("run", "--input", "in", "--output", "out").status == 0)
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
    }

    @Test func `another threshold is refused with the remedy, which works`() throws {
        let refused = try folder.winnow(
            "run", "--input", "more", "--output", "out", "--set", "dedup.threshold=0.7")
        #expect(refused.status == 78)
        #expect(
            refused.errors
                == "winnow: dedup.threshold: 0.7, but the archive out was made with 0.8; set it "
                + "back, or run with --rebuild to derive the index again with 0.7 (what is "
                + "archived stays)\n")
        let archived = try folder.bytes("out/articles/000001-00000.jsonl.gz")
        let rebuilt = try folder.winnow(
            "run", "--input", "more", "--output", "out", "--set", "dedup.threshold=0.7",
            "--rebuild")
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        #expect(rebuilt.lines.first == "Run 3 is in out.")
        #expect(try folder.bytes("out/articles/000001-00000.jsonl.gz") == archived)
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
    }
}
