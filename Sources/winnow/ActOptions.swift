// Options of the commands that change what is archived.

internal import ArgumentParser
internal import Pipeline
internal import PipelineAssembly
internal import SystemPackage

/// Which archive is changed, and whether it is.
struct ActOptions: ParsableArguments {
    @OptionGroup var place: ArchiveOptions

    @Flag(help: "Tells what would happen and changes nothing.")
    var dryRun = false

    /// Shard size and memory come from the configuration that names the archive, if one does.
    func options() throws -> ArchiveActOptions {
        let configuration = try place.configuration(threads: nil)
        return ArchiveActOptions(
            archive: configuration.output, shardBytes: configuration.shardBytes,
            memoryBytes: configuration.memoryBytes, isDryRun: dryRun,
            startText: StartTime.text())
    }
}

/// Shows how far an act is and lets signals stop it.
enum ActProgress {
    static func follow(
        _ act: ((RunProgress) -> Void, () -> Bool) throws -> ArchiveActReport
    ) throws -> ArchiveActReport {
        StopSignals.install()
        var line = ProgressLine()
        defer { line.clear() }
        do {
            return try act(
                { line.show($0.phase.rawValue, documents: $0.documents, share: $0.share) },
                { StopSignals.isStopRequested })
        } catch is StopRequested {
            line.clear()
            Console.complain("winnow: stopped; the archive is as it was")
            throw Outcome(.tryAgain)
        }
    }
}
