import JSONBytes
import NearDuplicates
import SystemPackage
import Testing

@testable import PipelineAssembly

@Suite struct ConfigurationTests {
    private func parse(
        _ json: String, settings: [String] = [], inputs: [String] = [], output: String? = nil
    ) throws -> PipelineConfiguration {
        var overrides = ConfigurationOverrides()
        overrides.settings = settings
        overrides.inputs = inputs
        overrides.output = output
        return try PipelineConfiguration(
            file: ("conf/pipeline.json", Array(json.utf8)), overrides: overrides)
    }

    private func message(_ json: String, settings: [String] = []) -> String {
        do {
            _ = try parse(json, settings: settings)
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    private let least = #""input": ["a"], "output": {"path": "out"}"#

    @Test func `the least configuration has every default`() throws {
        let configuration = try parse("{\(least)}")
        #expect(configuration.inputs.map(\.path) == ["conf/a"])
        #expect(configuration.output == "conf/out")
        #expect(configuration.deduplication == .init(threshold: 0.8, shingleWords: 5))
        #expect(configuration.cleaning == .init(packs: nil, isLearning: false))
        #expect(configuration.shardBytes == 256_000_000)
        #expect(configuration.threads == 0)
    }

    @Test(arguments: [
        ("\"10m\"", 600), ("\"30s\"", 30), ("\"2 h\"", 7_200), ("\"1d\"", 86_400), ("45", 45),
        ("\"0\"", 0),
    ])
    func `a settle time is a number with a unit`(json: String, seconds: Int) throws {
        let configuration = try parse(
            "{\"input\": [{\"path\": \"a\", \"settle\": \(json)}], \"output\": {\"path\": \"o\"}}")
        #expect(configuration.inputs.first?.settleSeconds == seconds)
    }

    @Test(arguments: [
        "\"10 minutes\"", "-1", "\"m\"", "\"99999999999999999999s\"", "\"400000d\"", "true",
    ])
    func `what is no length of time is refused`(json: String) {
        let text = message(
            "{\"input\": [{\"path\": \"a\", \"settle\": \(json)}], \"output\": {\"path\": \"o\"}}")
        #expect(text.contains("input[0].settle must be a length of time such as"), "\(text)")
    }

    @Test func `every key of the documented example is taken over`() throws {
        let configuration = try parse(
            """
            { "version": 1,
              "input": [{ "path": "/in", "format": "jsonl", "fields": { "text": "body" } }],
              "clean": { "packs": ["en", "own/x.json"], "learn": true },
              "dedup": { "threshold": 0.7, "shingle": 4, "keep": "first",
                         "containment": null, "update": "keep-old" },
              "output": { "path": "output", "codec": "gzip", "shard": "1 MiB" },
              "limits": { "record": 5000 }, "memory": "2GB", "threads": 3 }
            """)
        #expect(configuration.inputs.first?.path == "/in")
        #expect(configuration.inputs.first?.format == "jsonl")
        #expect(configuration.inputs.first?.fields == ["text": "body"])
        #expect(configuration.cleaning?.packs == ["en", "conf/own/x.json"])
        #expect(configuration.cleaning?.isLearning == true)
        #expect(configuration.deduplication == .init(threshold: 0.7, shingleWords: 4))
        #expect(configuration.shardBytes == 1 << 20)
        #expect(configuration.recordLimitBytes == 5_000)
        #expect(configuration.threads == 3)
    }

    @Test func `false switches a stage off`() throws {
        let configuration = try parse(#"{\#(least), "clean": false, "dedup": false}"#)
        #expect(configuration.cleaning == nil)
        #expect(configuration.deduplication == nil)
    }

    @Test func `the command line beats the file`() throws {
        let configuration = try parse(
            "{\(least)}", settings: ["dedup.threshold=0.9", "clean=false", "output.shard=2MB"],
            inputs: ["b", "-"], output: "elsewhere")
        #expect(configuration.inputs.map(\.path) == ["b", "-"])
        #expect(configuration.output == "elsewhere")
        #expect(configuration.deduplication?.threshold == 0.9)
        #expect(configuration.cleaning == nil)
        #expect(configuration.shardBytes == 2_000_000)
    }

    @Test(arguments: [
        (
            "{\n  \"input\": [\"a\"],\n  \"dedup\": { \"treshold\": 0.7 }\n}",
            "conf/pipeline.json:3:14: unknown key \"treshold\" in dedup; did you mean \"threshold\"?"
        ),
        (
            "{ \"inptu\": [] }",
            "conf/pipeline.json:1:3: unknown key \"inptu\"; did you mean \"input\"?"
        ),
        (
            "{ \"dedup\": { \"threshold\": 7 } }",
            "conf/pipeline.json:1:27: dedup.threshold must be a number from 0.3 to 1.0"
        ),
        (
            "{ \"dedup\": true }",
            "conf/pipeline.json:1:12: dedup must be false"
        ),
        (
            "{ \"version\": 2 }",
            "conf/pipeline.json:1:14: version must be 1"
        ),
        (
            "{ \"threads\": 1, \"threads\": 2 }",
            "conf/pipeline.json:1:17: the key \"threads\" stands here twice"
        ),
        (
            "{ \"input\": [{ \"path\": \"a\", \"format\": \"json1\" }] }",
            "conf/pipeline.json:1:38: input[0].format must be \"auto\" or \"text\" or \"jsonl\" or "
                + "\"json\"; did you mean \"jsonl\"?"
        ),
        (
            "{ \"input\": [{}], \"output\": {\"path\": \"x\"} }",
            "conf/pipeline.json:1:13: an input needs a \"path\""
        ),
        (
            "{ \"output\": {\"path\": \"x\"} }",
            "conf/pipeline.json: no input; name one with --input or in a pipeline.json"
        ),
        (
            "{ \"limits\": { \"record\": \"4GB\" } }",
            "conf/pipeline.json:1:25: limits.record must be a size such as \"256MB\", at most 512MiB"
        ),
        ("[]", "conf/pipeline.json:1:1: the configuration must be an object"),
        (
            "{ \"dedup\": { \"keep\": \"longer\" } }",
            "conf/pipeline.json:1:22: dedup.keep must be \"first\" or \"longest\" or \"earliest\" or "
                + "\"source\"; did you mean \"longest\"?"
        ),
        (
            "{ \"dedup\": { \"keep\": \"source\" } }",
            "conf/pipeline.json:1:22: dedup.keep is \"source\" but no source is named; list them in "
                + "dedup.sources, the one to keep first in front"
        ),
        (
            "{ \"dedup\": { \"sources\": [\"a\"] } }",
            "conf/pipeline.json:1:25: dedup.sources is for \"keep\": \"source\", but dedup.keep is "
                + "\"first\""
        ),
        (
            "{ \"dedup\": { \"keep\": \"source\", \"sources\": [\"a\", \"b\", \"a\"] } }",
            "conf/pipeline.json:1:43: dedup.sources names \"a\" twice"
        ),
        (
            "{ \"dedup\": { \"containment\": 0.3 } }",
            "conf/pipeline.json:1:29: dedup.containment must be a number from 0.5 to 1.0"
        ),
        (
            "{ \"dedup\": { \"containment\": true } }",
            "conf/pipeline.json:1:29: dedup.containment must be null or a number from 0.5 to 1.0"
        ),
    ])
    func `faults name line, column and what would be right`(json: String, expected: String) {
        #expect(message(json) == expected)
    }

    @Test(arguments: [
        (#"{"keep": "first"}"#, KeepPolicy.first), (#"{"keep": "longest"}"#, .longest),
        (#"{"keep": "earliest"}"#, .earliest),
        (#"{"keep": "source", "sources": ["b", "a"]}"#, .source(["b", "a"])),
    ])
    func `keep policies are taken over`(json: String, policy: KeepPolicy) throws {
        let configuration = try parse("{\(least), \"dedup\": \(json)}")
        #expect(configuration.deduplication?.policy == policy)
        #expect(configuration.deduplication?.containment == nil)
    }

    @Test func `a setting may complete or take back what the file says`() throws {
        let configuration = try parse(
            "{\(least), \"dedup\": {\"keep\": \"source\", \"containment\": 0.95}}",
            settings: [#"dedup.sources=["a"]"#, "dedup.containment=null"])
        #expect(configuration.deduplication?.policy == .source(["a"]))
        #expect(configuration.deduplication?.containment == nil)
        let other = try parse(
            "{\(least), \"dedup\": {\"keep\": \"source\", \"sources\": [\"a\"]}}",
            settings: ["dedup.sources=[]", "dedup.keep=longest", "dedup.containment=0.9"])
        #expect(other.deduplication?.policy == .longest)
        #expect(other.deduplication?.containment == 0.9)
        #expect(
            message("{\(least)}", settings: ["dedup.keep=source"])
                == "conf/pipeline.json: dedup.keep is \"source\" but no source is named; list them "
                + "in dedup.sources, the one to keep first in front")
    }

    @Test func `text that is not JSON names the place`() {
        let text = message("{ \"input\": [\"a\"],\n  oops }")
        #expect(text.hasPrefix("conf/pipeline.json:2:"))
    }

    @Test func `a wrong setting is named as given`() {
        #expect(
            message("{\(least)}", settings: ["dedup.shingel=3"])
                == "--set dedup.shingel=3: unknown key \"shingel\" in dedup; did you mean \"shingle\"?"
        )
        #expect(
            message("{\(least)}", settings: ["nothing"])
                == "--set nothing: a setting has the form key=value")
    }

    @Test(arguments: [
        ("256MB", 256_000_000), ("1 GiB", 1 << 30), ("4096", 4_096), ("2kb", 2_000),
    ])
    func `sizes are read as people write them`(text: String, bytes: Int) {
        #expect(ByteSize.parse(text) == bytes)
    }

    @Test(arguments: ["", "MB", "12 parsecs", "-1", "99999999999TB"])
    func `what is no size is refused`(text: String) {
        #expect(ByteSize.parse(text) == nil)
    }

    @Test func `the schema is JSON and names every key of the top level`() throws {
        let tree = try JSONTree(parsing: Array(ConfigurationSchema.json.utf8).span)
        let names = tree["properties"]?.fields?.map(\.key)
        #expect(
            names == [
                "$schema", "version", "input", "clean", "dedup", "output", "limits", "memory",
                "checkpoint", "threads",
            ])
        let threshold = tree["properties"]?["dedup"]?["anyOf"]?.array?.last?["properties"]?[
            "threshold"]
        #expect(threshold?["default"]?.double == 0.8)
    }
}
