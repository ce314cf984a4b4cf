// Options that several commands share: which configuration, which archive.

internal import ArgumentParser
internal import PipelineAssembly
internal import SystemPackage

/// Where the configuration comes from and what the command line says instead.
struct PipelineOptions: ParsableArguments {
    @Option(
        name: .customLong("input"),
        help: ArgumentHelp("File, folder or glob to read; - is standard input. May be repeated."))
    var inputs: [String] = []

    @Option(help: "Folder of the archive.", completion: .directory)
    var output: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Overrides a key of pipeline.json, for instance dedup.threshold=0.7.",
            valueName: "key=value"))
    var settings: [String] = []

    @Option(help: "Working threads; 0 is one a processor.")
    var threads: Int?

    /// Reads the named configuration, or ./pipeline.json where input and output do not say it all.
    func configuration(file: String?) throws -> PipelineConfiguration {
        var overrides = ConfigurationOverrides()
        overrides.inputs = inputs
        overrides.output = output
        overrides.settings = settings
        overrides.threads = threads
        return try PipelineConfiguration(
            path: path(file), isNamed: file != nil, overrides: overrides)
    }

    /// The configuration's file; nil where the command line says it all.
    func path(_ file: String?) -> String? {
        let saysAll = !inputs.isEmpty && output != nil
        return file ?? (saysAll ? nil : ConfigurationFile.defaultName)
    }
}

/// Which archive a command looks at.
struct ArchiveOptions: ParsableArguments {
    @Option(
        help: "Folder of the archive; otherwise the output of pipeline.json.",
        completion: .directory)
    var output: String?

    @Option(help: "Configuration that names the archive.", completion: .file())
    var config: String?

    /// True if a pipeline names the archive, false if the command line does alone.
    var namesPipeline: Bool { config != nil || output == nil }

    /// The archive's folder.
    func archive() throws -> FilePath {
        if let output { return FilePath(output) }
        return try configuration(threads: nil).output
    }

    /// The configuration's file; nil where the command line names the archive.
    var configurationPath: String? {
        namesPipeline ? config ?? ConfigurationFile.defaultName : nil
    }

    /// The pipeline's configuration, or one that knows the archive's folder alone.
    func configuration(threads: Int?) throws -> PipelineConfiguration {
        var overrides = ConfigurationOverrides()
        overrides.output = output
        overrides.threads = threads
        return try PipelineConfiguration(
            path: configurationPath, isNamed: config != nil, overrides: overrides, needsInput: false
        )
    }
}

/// Names of configuration files.
enum ConfigurationFile {
    static let defaultName = "pipeline.json"
}

/// How a command answers.
struct AnswerOptions: ParsableArguments {
    @Flag(help: "Answer in JSON.")
    var json = false
}
