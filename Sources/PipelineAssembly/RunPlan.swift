// From a configuration to everything that the stages are made of.

internal import Archive
internal import ByteIO
internal import ByteText
internal import Cleaners
internal import DocumentModel
internal import JSONBytes
internal import NearDuplicates
internal import Pipeline
internal import Readers
internal import SystemPackage

/// Limits of the index that no configuration sets.
struct IndexLimits: Sendable {
    /// What the part in memory may grow to; nil is a share of the memory configured.
    var memoryBytes: Int?
    var bucketCap = NearDuplicateParameters.defaultBucketCap
}

/// The parts of a run that are made once and shared: rules, parameters, inputs.
struct RunPlan: Sendable {
    let configuration: PipelineConfiguration
    let rules: CleaningRules
    let cleaningOptions: CleaningOptions
    let parameters: NearDuplicateParameters
    /// Nil if parts of other documents are kept.
    let containment: ContainmentParameters?
    let inputs: [InputSpec]
    let limits: ReaderLimits
    let originPrefixes: [String]
    /// What the part of the index in memory may grow to.
    let indexMemoryBytes: Int
    /// Of the rule packs that are no built-in ones.
    let ownPacks: Digest

    /// - Parameter limits: instead of what follows from the configuration.
    init(_ configuration: PipelineConfiguration, limits: IndexLimits = IndexLimits()) throws {
        self.configuration = configuration
        self.indexMemoryBytes =
            limits.memoryBytes ?? Self.indexMemoryBytes(ofMemory: configuration.memoryBytes)
        let packs = try Self.packs(configuration)
        rules = try CleaningRules(builtIn: packs.builtIn, packs: packs.own)
        ownPacks = packs.own.reduce(Digest(high: 0, low: 0)) { digest, pack in
            var fields = FieldWriter()
            fields.digest(digest)
            fields.run(pack.bytes[...])
            return Digest(of: fields.bytes.span)
        }
        cleaningOptions = CleaningOptions(
            isEnabled: configuration.cleaning != nil, packs: packs.builtIn)
        let deduplication = configuration.deduplication ?? .init()
        parameters = NearDuplicateParameters(
            threshold: deduplication.threshold, shingleWords: deduplication.shingleWords,
            bucketCap: limits.bucketCap)
        containment = deduplication.containment.map { ContainmentParameters(threshold: $0) }
        inputs = configuration.inputs.map(Self.spec)
        var readerLimits = ReaderLimits()
        readerLimits.recordBytes = configuration.recordLimitBytes
        self.limits = readerLimits
        originPrefixes = try configuration.inputs.map(Self.originPrefix)
    }

    /// Built-in packs by name, own packs by path.
    private static func packs(
        _ configuration: PipelineConfiguration
    ) throws -> (builtIn: [String]?, own: [RulePackSource]) {
        guard let names = configuration.cleaning?.packs else { return (nil, []) }
        let isPath = { (name: String) in name.contains("/") || name.hasSuffix(".json") }
        let own = try names.filter(isPath).map {
            RulePackSource(label: $0, bytes: try FileReader.contents(of: FilePath($0)))
        }
        return (names.filter { !isPath($0) }, own)
    }

    private static func spec(_ input: PipelineConfiguration.Input) -> InputSpec {
        var fields = FieldMapping()
        fields.text = input.fields["text"]
        fields.id = input.fields["id"]
        fields.source = input.fields["source"]
        fields.url = input.fields["url"]
        fields.title = input.fields["title"]
        fields.authors = input.fields["authors"]
        fields.created = input.fields["created"]
        fields.language = input.fields["language"]
        return InputSpec(
            path: input.path, format: InputFormat(rawValue: input.format) ?? .auto, fields: fields)
    }

    /// What stands before a record's path in `origin.file`: the input as the user wrote it.
    private static func originPrefix(_ input: PipelineConfiguration.Input) throws -> String {
        if input.name == "-" { return "" }
        let path = FilePath(input.name)
        let folder =
            if try Folder(input.path).isFolder() {
                path
            } else if let glob = Glob(path), try !Folder(input.path).exists() {
                glob.base == "." ? FilePath("") : glob.base
            } else {
                path.removingLastComponent()
            }
        return folder.isEmpty ? "" : folder.string + "/"
    }

    /// Working threads: as configured, else one a processor.
    var threads: Int {
        configuration.threads > 0 ? configuration.threads : Processors.count
    }

    /// When checkpoints are made.
    var checkpoints: CheckpointSchedule {
        CheckpointSchedule(
            documents: configuration.checkpointDocuments, seconds: configuration.checkpointSeconds)
    }

    /// Which document of a cluster is kept.
    var policy: KeepPolicy { configuration.deduplication?.policy ?? .first }

    /// True if no document can be decided on before all are known.
    var isCollected: Bool { configuration.deduplication?.isCollected ?? false }

    /// What the index may take of the memory; the rest is for what is under way.
    static func indexMemoryBytes(ofMemory bytes: Int) -> Int { max(bytes / 2, 16_000_000) }

    /// What a run may hold in memory alone: a run that is asked to stop makes it durable first, and
    /// that has to take seconds.
    private static let unsavedBytes = 256_000_000

    /// What the part of a run's index in memory may grow to.
    var unsavedIndexBytes: Int { min(indexMemoryBytes, Self.unsavedBytes) }

    /// What a collected run may hold in memory of what waits between its passes.
    var unsavedSpoolBytes: Int { min(indexMemoryBytes, Self.unsavedBytes) / 2 }

    /// What decides about the output, as a commit keeps it. Near-duplicate parameters that an
    /// earlier run set stay on record through runs without them.
    func parametersJSON(after previous: Commit?) -> [UInt8] {
        let index =
            configuration.deduplication != nil
            ? parameters : previous.flatMap(Self.indexParameters)
        var json = JSONWriter()
        json.beginObject()
        json.key("clean")
        json.boolean(configuration.cleaning != nil)
        json.key("packs")
        json.beginArray()
        for pack in Set(rules.table.packs).sorted() { json.string(pack) }
        json.endArray()
        json.key("dedup")
        json.boolean(configuration.deduplication != nil)
        if let deduplication = configuration.deduplication {
            json.key("keep")
            json.string(deduplication.keep)
            if policy == .source(deduplication.sources) {
                json.key("sources")
                json.beginArray()
                for source in deduplication.sources { json.string(source) }
                json.endArray()
            }
            if let containment {
                json.key("containment")
                json.double(containment.threshold)
            }
            json.key("update")
            json.string(deduplication.isKeepingVersions ? "version" : "keep-old")
        }
        if let index {
            json.key("threshold")
            json.double(index.threshold)
            let numbers = [
                ("shingle", index.shingleWords), ("slots", index.slotCount),
                ("bands", index.bandCount), ("rows", index.rowCount),
                ("bucket_cap", index.bucketCap), ("seed", Int(index.seed)),
            ]
            for (name, number) in numbers {
                json.key(name)
                json.integer(number)
            }
        }
        json.endObject()
        return json.bytes
    }

    /// The near-duplicate parameters that the archive was made with; nil if it never used any.
    static func indexParameters(_ commit: Commit) -> NearDuplicateParameters? {
        // A commit's parameters are JSON that this program wrote; other text has none.
        guard let then = try? JSONTree(parsing: commit.parameters.span),
            let threshold = then["threshold"]?.double, let shingle = then["shingle"]?.integer,
            NearDuplicateParameters.thresholds.contains(threshold),
            NearDuplicateParameters.shingleWidths.contains(shingle)
        else { return nil }
        return NearDuplicateParameters(threshold: threshold, shingleWords: shingle)
    }

    /// True if the archive's last run looked for parts of documents.
    static func hasContainment(_ commit: Commit) -> Bool {
        // A commit's parameters are JSON that this program wrote; other text has none.
        (try? JSONTree(parsing: commit.parameters.span))?["containment"]?.double != nil
    }

    /// Refuses to mix near-duplicate parameters in one archive: the documents that are kept would
    /// depend on which run saw them.
    func checkParameters(of commit: Commit, in output: FilePath) throws(ConfigurationError) {
        guard configuration.deduplication != nil, let then = Self.indexParameters(commit) else {
            return
        }
        let differences = [
            ("dedup.threshold", then.threshold, parameters.threshold),
            ("dedup.shingle", Double(then.shingleWords), Double(parameters.shingleWords)),
        ].filter { $0.1 != $0.2 }
        guard let (key, old, new) = differences.first else { return }
        throw ConfigurationError(
            place: key,
            reason: "\(new), but the archive \(output) was made with \(old); "
                + "set it back, or run with --rebuild to derive the index again with \(new) "
                + "(what is archived stays)")
    }
}

extension InputFault {
    /// The fault with its file named as records name theirs in `origin.file`.
    func named(after originPrefixes: [String]) -> InputFault {
        var fault = self
        fault.path = originPrefixes[input] + path
        return fault
    }
}
