// The configuration with which an archive is asked about other texts.

internal import Archive
internal import JSONBytes
internal import SystemPackage

extension PipelineConfiguration {
    /// Asks about a file instead of reading the inputs. Fields that the first input names are
    /// looked for in the file, too.
    package mutating func ask(about name: String) {
        inputs = [Input(name: name, path: .init(name), fields: inputs.first?.fields ?? [:])]
    }

    /// Takes over what an archive was made with.
    /// - Parameter isCleaning: true to clean as its last run did; false where a configuration says
    ///   how to clean.
    mutating func adopt(_ commit: Commit, isCleaning: Bool) {
        // A commit's parameters are JSON that this program wrote; other text changes nothing.
        guard let then = try? JSONTree(parsing: commit.parameters.span) else { return }
        if isCleaning, then["clean"]?.boolean == false { cleaning = nil }
        guard isCleaning || deduplication == nil else { return }
        var options = Deduplication()
        options.threshold = then["threshold"]?.double ?? options.threshold
        options.shingleWords = then["shingle"]?.integer ?? options.shingleWords
        options.containment = then["containment"]?.double
        deduplication = options
    }
}
