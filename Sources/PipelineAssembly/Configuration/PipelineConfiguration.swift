// A validated pipeline.json with the overrides of the command line.

internal import JSONBytes
package import SystemPackage

/// Everything a run needs to know, with all defaults filled in.
package struct PipelineConfiguration: Sendable, Equatable {
    /// One input of the run.
    package struct Input: Sendable, Equatable {
        /// As written; messages and origins show it.
        package var name: String
        /// Where it is; "-" for standard input.
        package var path: FilePath
        package var format = "auto"
        /// Field names by role; roles that are not named are absent.
        package var fields: [String: String] = [:]
        /// Files that changed so few seconds ago are left for the next run.
        package var settleSeconds = 0
    }

    package struct Cleaning: Sendable, Equatable {
        /// nil for the built-in packs, else names and paths.
        package var packs: [String]?
        package var isLearning = false
    }

    package struct Deduplication: Sendable, Equatable {
        package var threshold = 0.8
        package var shingleWords = 5
        /// True if a changed text under an archived id is kept as a new version of it.
        package var isKeepingVersions = false
        /// `first`, `longest`, `earliest` or `source`.
        package var keep = "first"
        /// For `source`: the sources, the preferred one first.
        package var sources: [String] = []
        /// nil if parts of other documents are kept.
        package var containment: Double?
    }

    package var inputs: [Input] = []
    /// nil if cleaning is off.
    package var cleaning: Cleaning? = Cleaning()
    /// nil if every document is kept.
    package var deduplication: Deduplication? = Deduplication()
    package var output = FilePath("")
    package var shardBytes = 256_000_000
    package var recordLimitBytes = 128_000_000
    package var memoryBytes = Self.defaultMemoryBytes
    package static let defaultMemoryBytes = 2_000_000_000
    /// Documents between two checkpoints of a run; 0 for any number.
    package var checkpointDocuments = 0
    /// Seconds between two checkpoints of a run; 0 for any time.
    package var checkpointSeconds = 600
    /// 0 is one a processor.
    package var threads = 0
}

/// What the command line says beside or instead of a file.
package struct ConfigurationOverrides: Sendable {
    package var inputs: [String] = []
    package var output: String?
    /// `key.path=value` pairs; the value is JSON, or a plain string.
    package var settings: [String] = []
    package var threads: Int?

    package init() {}
}

extension PipelineConfiguration {
    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - file: the file's name and content; nil if the command line says everything.
    ///   - needsInput: false for commands that only look at an archive.
    /// - Throws: the first fault, with line and column and the nearest known key.
    package init(
        file: (path: FilePath, bytes: [UInt8])?, overrides: ConfigurationOverrides,
        needsInput: Bool = true
    ) throws(ConfigurationError) {
        var origin = ConfigurationOrigin(place: "command line", bytes: nil)
        var keepPlace = KeepPlace()
        if let file {
            origin = ConfigurationOrigin(place: file.path.string, bytes: file.bytes)
            let tree: JSONTree
            do throws(JSONError) {
                tree = try JSONTree(parsing: file.bytes.span)
            } catch {
                throw origin.error(at: error.byteOffset ?? 0, "not JSON: \(error.reason)")
            }
            try ConfigurationCheck(origin: origin).check(tree, against: .pipeline)
            apply(tree, relativeTo: file.path.removingLastComponent())
            try checkRequired(tree, origin)
            keepPlace = KeepPlace(tree)
        }
        for setting in overrides.settings { try apply(setting: setting) }
        try deduplication?.checkKeep(keepPlace, origin)
        if !overrides.inputs.isEmpty {
            inputs = overrides.inputs.map { Input(name: $0, path: FilePath($0)) }
        }
        if let path = overrides.output { output = FilePath(path) }
        if let count = overrides.threads {
            guard (0...1_024).contains(count) else {
                throw ConfigurationError(
                    place: "--threads", reason: "must be a whole number from 0 to 1024")
            }
            threads = count
        }
        if needsInput, inputs.isEmpty {
            throw ConfigurationError(
                place: file?.path.string ?? "command line",
                reason: "no input; name one with --input or in a pipeline.json")
        }
        if output.isEmpty {
            throw ConfigurationError(
                place: file?.path.string ?? "command line",
                reason: "no output folder; name one with --output or in a pipeline.json")
        }
    }

    /// Inputs without a path: an empty string would read the whole current folder.
    private func checkRequired(
        _ tree: JSONTree, _ origin: ConfigurationOrigin
    ) throws(ConfigurationError) {
        for item in tree["input"]?.array ?? [] {
            let path = item.string ?? item["path"]?.string ?? ""
            if path.isEmpty {
                throw origin.error(at: item.byteOffset, "an input needs a \"path\"")
            }
        }
        if let output = tree["output"], output["path"]?.string ?? "" == "" {
            throw origin.error(at: output.byteOffset, "output needs a \"path\"")
        }
    }

    /// Takes over the values of a checked tree.
    private mutating func apply(_ tree: JSONTree, relativeTo folder: FilePath) {
        func place(_ name: String) -> FilePath {
            let path = FilePath(name)
            if name == "-" || path.isAbsolute { return path }
            return folder.appending(path.components).lexicallyNormalized()
        }
        if let items = tree["input"]?.array {
            inputs = items.map { item in
                let name = item.string ?? item["path"]?.string ?? ""
                var input = Input(name: name, path: place(name))
                input.format = item["format"]?.string ?? "auto"
                input.settleSeconds = seconds(item["settle"]) ?? 0
                for field in item["fields"]?.fields ?? [] {
                    if let column = field.value.string, !column.isEmpty {
                        input.fields[field.key] = column
                    }
                }
                return input
            }
        }
        apply(cleaning: tree["clean"], place)
        apply(deduplication: tree["dedup"])
        if let path = tree["output"]?["path"]?.string { output = place(path) }
        shardBytes = size(tree["output"]?["shard"]) ?? shardBytes
        recordLimitBytes = size(tree["limits"]?["record"]) ?? recordLimitBytes
        memoryBytes = size(tree["memory"]) ?? memoryBytes
        if let checkpoint = tree["checkpoint"] {
            checkpointDocuments = checkpoint["documents"]?.integer ?? checkpointDocuments
            checkpointSeconds = seconds(checkpoint["interval"]) ?? checkpointSeconds
        }
        threads = tree["threads"]?.integer ?? threads
    }

    private mutating func apply(cleaning tree: JSONTree?, _ place: (String) -> FilePath) {
        guard let tree else { return }
        if tree.boolean == false {
            cleaning = nil
            return
        }
        var options = cleaning ?? Cleaning()
        if let packs = tree["packs"] {
            // A pack with a slash or an ending is a file; a bare word is a built-in pack.
            options.packs = packs.array?.compactMap(\.string).map {
                $0.contains("/") || $0.hasSuffix(".json") ? place($0).string : $0
            }
        }
        options.isLearning = tree["learn"]?.boolean ?? options.isLearning
        cleaning = options
    }

    private mutating func apply(deduplication tree: JSONTree?) {
        guard let tree else { return }
        if tree.boolean == false {
            deduplication = nil
            return
        }
        var options = deduplication ?? Deduplication()
        options.threshold = tree["threshold"]?.double ?? options.threshold
        options.shingleWords = tree["shingle"]?.integer ?? options.shingleWords
        options.isKeepingVersions =
            tree["update"].map { $0.string == "version" } ?? options.isKeepingVersions
        options.keep = tree["keep"]?.string ?? options.keep
        options.sources = tree["sources"]?.array?.compactMap(\.string) ?? options.sources
        if let containment = tree["containment"] { options.containment = containment.double }
        deduplication = options
    }

    private func seconds(_ tree: JSONTree?) -> Int? {
        tree?.integer ?? tree?.string.flatMap(TimeSpan.parse)
    }

    private func size(_ tree: JSONTree?) -> Int? {
        tree?.integer ?? tree?.string.flatMap(ByteSize.parse)
    }

    /// Applies `dedup.threshold=0.7`: the setting becomes a small tree, checked and taken over.
    private mutating func apply(setting: String) throws(ConfigurationError) {
        let origin = ConfigurationOrigin(place: "--set \(setting)", bytes: nil)
        guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
            throw origin.error(at: 0, "a setting has the form key=value")
        }
        let keys = setting[..<equals].split(separator: ".", omittingEmptySubsequences: false)
        let text = String(setting[setting.index(after: equals)...])
        var tree: JSONTree
        do throws(JSONError) {
            tree = try JSONTree(parsing: Array(text.utf8).span)
        } catch {
            tree = JSONTree(value: .string(text))
        }
        for key in keys.reversed() {
            let field = JSONTree.Field(key: String(key), keyOffset: 0, value: tree)
            tree = JSONTree(value: .object([field]))
        }
        try ConfigurationCheck(origin: origin).check(tree, against: .pipeline)
        apply(tree, relativeTo: FilePath("."))
    }
}
