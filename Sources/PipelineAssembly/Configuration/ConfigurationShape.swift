// What a pipeline.json may hold, as data: validation, nearest keys and the JSON
// Schema follow from it.

internal import NearDuplicates

/// The shape of a configuration value.
indirect enum ConfigurationShape: Sendable {
    case string
    case choice([String])
    case boolean
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// A number of bytes up to a limit, or a string such as "256MB".
    case size(upTo: Int)
    /// A number of seconds, or a string such as "10m".
    case duration
    case list(ConfigurationShape)
    case object([ConfigurationKey])
    case null
    /// Any of these; tried in order.
    case anyOf([ConfigurationShape])
    /// Only the value `false`.
    case off
}

/// A key of a configuration object.
struct ConfigurationKey: Sendable {
    var name: String
    var shape: ConfigurationShape
    /// The default as JSON; nil for a key that must be given.
    var defaultJSON: String?
    /// For people; stands in the schema.
    var meaning: String

    init(_ name: String, _ shape: ConfigurationShape, default json: String?, _ meaning: String) {
        self.name = name
        self.shape = shape
        defaultJSON = json
        self.meaning = meaning
    }
}

extension ConfigurationShape {
    /// The shape of pipeline.json.
    static let pipeline = ConfigurationShape.object([
        ConfigurationKey(
            "$schema", .string, default: "\"\"", "Address of this schema, for editors; not used."),
        ConfigurationKey("version", .integer(1...1), default: "1", "Version of this format."),
        ConfigurationKey(
            "input", .list(.anyOf([.string, .object(inputKeys)])), default: nil,
            "What to read: files, folders, globs, or - for standard input."),
        ConfigurationKey(
            "clean", .anyOf([.off, .object(cleanKeys)]), default: "{}",
            "Removal of residue; false switches it and normalisation off."),
        ConfigurationKey(
            "dedup", .anyOf([.off, .object(dedupKeys)]), default: "{}",
            "Detection of duplicates; false keeps every document."),
        ConfigurationKey("output", .object(outputKeys), default: nil, "Where the archive lies."),
        ConfigurationKey(
            "limits", .object(limitKeys), default: "{}", "What one input may ask for."),
        ConfigurationKey(
            "memory", .size(upTo: .max), default: "\"2GB\"",
            "Half of it is for the index, at least 16 MB; what is more goes to disk. A run never"
                + " holds more than 256 MB of it, so that it can stop within seconds."),
        ConfigurationKey(
            "checkpoint", .object(checkpointKeys), default: "{}",
            "How often a long run makes durable what it has done, to go on from there if it is"
                + " stopped or killed."),
        ConfigurationKey(
            "threads", .integer(0...1_024), default: "0", "Working threads; 0 is one a processor."),
    ])

    private static let checkpointKeys = [
        ConfigurationKey(
            "documents", .integer(0...Int.max), default: "0",
            "Documents between two checkpoints; 0 for any number."),
        ConfigurationKey(
            "interval", .duration, default: "\"10m\"",
            "Time between two checkpoints; 0 for any time."),
    ]

    private static let inputKeys = [
        ConfigurationKey(
            "path", .string, default: nil,
            "File, folder or glob, relative to the folder of this file; - is standard input."),
        ConfigurationKey(
            "format", .choice(["auto", "text", "jsonl", "json"]), default: "\"auto\"",
            "Format of the files; auto looks at the content first, then at the name."),
        ConfigurationKey(
            "fields", .object(fieldKeys), default: "{}",
            "Names of the fields of JSON records; unnamed ones are found under common names."),
        ConfigurationKey(
            "settle", .duration, default: "0",
            "Files that changed so short a time ago, such as \"10m\", are left for the next run."),
    ]

    static let fieldNames = [
        "text", "id", "source", "url", "title", "authors", "created", "language",
    ]

    private static let fieldKeys = fieldNames.map {
        ConfigurationKey($0, .string, default: "\"\"", "Field that holds the record's \($0).")
    }

    private static let cleanKeys = [
        ConfigurationKey(
            "packs", .anyOf([.choice(["auto"]), .list(.string)]), default: "\"auto\"",
            "Rule packs: auto for the built-in ones, or names of built-in packs"
                + " and paths of own ones."
        ),
        ConfigurationKey(
            "learn", .boolean, default: "false",
            "Templates learned per source; this version has none and says so when asked for them."),
    ]

    private static let dedupKeys = [
        ConfigurationKey(
            "threshold", .number(0.3...1), default: "0.8",
            "Jaccard similarity from which two texts are near-duplicates."),
        ConfigurationKey("shingle", .integer(1...64), default: "5", "Words a shingle."),
        ConfigurationKey(
            "keep", .choice(["first", "longest", "earliest", "source"]), default: "\"first\"",
            "Which document of a cluster is kept within a run: the first of the input, the one of"
                + " most words, the one published first, or the one of the first listed source."),
        ConfigurationKey(
            "sources", .list(.string), default: "[]",
            "For keep: source, the sources from the one to keep first to the one to keep last;"
                + " those not listed come after them."),
        ConfigurationKey(
            "containment", .anyOf([.null, .number(ContainmentParameters.thresholds)]),
            default: "null",
            "Share of a text's shingles from which it counts as part of a larger text and is"
                + " dropped into it; null keeps such texts."),
        ConfigurationKey(
            "update", .choice(["keep-old", "version"]), default: "\"keep-old\"",
            "What happens to a changed article with the id of an archived one."),
    ]

    private static let outputKeys = [
        ConfigurationKey(
            "path", .string, default: nil, "Folder, relative to the folder of this file."),
        ConfigurationKey("codec", .choice(["gzip"]), default: "\"gzip\"", "Compression."),
        ConfigurationKey(
            "shard", .size(upTo: .max), default: "\"256MB\"", "Largest size of an archive file."),
    ]

    /// A batch's arena holds a record four times over and at most 4 GiB.
    private static let largestRecord = 512 << 20

    private static let limitKeys = [
        ConfigurationKey(
            "record", .size(upTo: largestRecord), default: "\"128MB\"",
            "Longest record; a longer one is rejected with its place.")
    ]
}
