// init, check, config schema, and what a bad pipeline.json gets told.

import Foundation
import TestFixtures
import Testing

@Suite struct ConfigurationTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try Articles.writeFive(to: folder)
    }

    @Test(arguments: [
        (
            "{\n  \"version\": 1,\n  \"dedupe\": {}\n}",
            #"bad.json:3:3: unknown key "dedupe"; did you mean "dedup"?"#
        ),
        (
            #"{"input": [{"path": "in"}], "output": {"path": "o"}, "dedup": {"treshold": 1}}"#,
            #"bad.json:1:64: unknown key "treshold" in dedup; did you mean "threshold"?"#
        ),
        ("{\n \"input\": \"in\"}", "bad.json:2:11: input must be a list"),
        ("{\n \"input\": [,]}", "bad.json:2:"),
        (#"{"input": [{"path": "in"}]}"#, "output"),
    ])
    func `a bad configuration ends with 78 and tells the place`(
        text: String, message: String
    ) throws {
        try folder.write("bad.json", text)
        for command in ["run", "check"] {
            let ending = try folder.winnow(command, "bad.json")
            #expect(ending.status == 78)
            #expect(ending.errors.contains(message), "\(ending.errors)")
            #expect(ending.errors.hasPrefix("winnow: "))
        }
    }

    @Test(arguments: [
        ("dedup.threshold=2", "dedup.threshold must be a number from 0.3 to 1"),
        ("dedup.treshold=0.7", #"did you mean "#), ("nonsense", "nonsense"),
    ])
    func `a bad setting ends with 78`(setting: String, message: String) throws {
        let ending = try folder.winnow(
            "run", "--input", "in", "--output", "o", "--set", setting)
        #expect(ending.status == 78)
        #expect(ending.errors.contains(message), "\(ending.errors)")
        #expect(!folder.exists("o"))
    }

    @Test func `without a configuration the way out is told`() throws {
        let ending = try folder.winnow("run")
        #expect(ending.status == 78)
        #expect(ending.errors.contains("`winnow init` writes one"))
        let missing = try folder.winnow("run", "none.json")
        #expect(missing.status == 78)
        #expect(missing.errors.contains("none.json: there is no such file"))
        let input = try folder.winnow("run", "--input", "nowhere", "--output", "o")
        #expect(input.status == 78)
        #expect(input.errors.contains("input nowhere does not exist"))
        #expect(!folder.exists("o"))
    }

    @Test func `init writes a configuration that runs, and never overwrites`() throws {
        let first = try folder.winnow("init", "--input", "in", "--output", "archive")
        #expect(first.status == 0)
        let written = try folder.bytes("pipeline.json")
        #expect(try folder.winnow("check").status == 0)
        #expect(try folder.winnow("run").status == 0)
        #expect(folder.exists("archive/manifest.json"))
        let second = try folder.winnow("init")
        #expect(second.status == 73)
        #expect(second.errors.contains("it is there already and stays as it is"))
        #expect(try folder.bytes("pipeline.json") == written)
    }

    @Test func `check tells what a run would do and runs nothing`() throws {
        let words = try folder.winnow("check", "--input", "in", "--output", "out")
        #expect(words.status == 0)
        #expect(words.text.contains("in: 5 files"))
        let check = try folder.winnow("check", "--input", "in", "--output", "out", "--json")
        let answer = try check.object()
        let inputs = try #require(answer["inputs"] as? [[String: Any]])
        #expect(inputs.first?["files"] as? Int == 5)
        #expect(answer["bands"] as? Int == 25)
        #expect(answer["rows"] as? Int == 5)
        #expect(!folder.exists("out"))
    }

    @Test func `the schema is JSON`() throws {
        let schema = try folder.winnow("config", "schema")
        #expect(schema.status == 0)
        let properties = try #require(try schema.object()["properties"] as? [String: Any])
        #expect(properties["dedup"] != nil)
        #expect(properties["output"] != nil)
    }

    @Test(arguments: [
        "", "run", "init", "check", "verify", "explain", "restore", "get", "compare", "stats",
        "clean", "dedup", "config", "config schema",
    ])
    func `help has an example`(command: String) throws {
        let words = command.split(separator: " ").map(String.init) + ["--help"]
        let help = try Tool.start(Tool.path, words, in: folder).end()
        #expect(help.status == 0)
        #expect(help.text.contains("Example") || help.text.contains("Start here"))
        #expect(help.text.contains("  winnow \(command)"))
    }
}
