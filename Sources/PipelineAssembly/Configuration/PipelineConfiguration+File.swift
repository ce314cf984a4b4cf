// Reading the configuration's file.

internal import ByteIO
internal import SystemPackage

extension PipelineConfiguration {
    /// Reads a configuration from a file and the command line.
    ///
    /// - Parameters:
    ///   - path: the file; nil if the command line says everything.
    ///   - isNamed: false if the path is only where a file usually is.
    package init(
        path: String?, isNamed: Bool, overrides: ConfigurationOverrides, needsInput: Bool = true
    ) throws {
        guard let path else {
            try self.init(file: nil, overrides: overrides, needsInput: needsInput)
            return
        }
        let bytes: [UInt8]
        do {
            bytes = try FileReader.contents(of: FilePath(path))
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            if !isNamed, overrides.output != nil || !overrides.inputs.isEmpty {
                try self.init(file: nil, overrides: overrides, needsInput: needsInput)
                return
            }
            throw ConfigurationError(
                place: path,
                reason: isNamed
                    ? "there is no such file"
                    : "there is no such file here; `winnow init` writes one, or name --input and "
                        + "--output")
        }
        try self.init(file: (FilePath(path), bytes), overrides: overrides, needsInput: needsInput)
    }

    /// What the user should know before a run.
    package var warnings: [String] {
        cleaning?.isLearning == true
            ? ["clean.learn: this version learns no templates; only rule packs are used"] : []
    }
}
