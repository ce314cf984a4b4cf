// What the commands have in common that change what is archived: options and the way through.

internal import Archive
internal import ArgumentParser
internal import PipelineAssembly

/// Which archive is changed, and whether it is.
struct ActOptions: ParsableArguments {
    @OptionGroup var place: ArchiveOptions

    @OptionGroup var writer: WriterOptions

    @Flag(help: "Tells what would happen and changes nothing.")
    var dryRun = false

    /// What an act works with, and how it tells of itself.
    func begin(_ act: ArchiveAct) throws -> (Operation, ArchiveActOptions) {
        // Shard size and memory come from the configuration that names the archive, if one does.
        let configuration = try place.configuration(threads: nil)
        var writer = writer
        // Where nothing is changed there is nothing to measure.
        if dryRun { writer.metricsFile = nil }
        let operation = Operation(
            act.rawValue, on: configuration.output, configuration: place.configurationPath, writer)
        let options = ArchiveActOptions(
            archive: configuration.output, shardBytes: configuration.shardBytes,
            memoryBytes: configuration.memoryBytes, isDryRun: dryRun,
            startText: operation.startText, lock: operation.lock)
        return (operation, options)
    }

    /// Does an act on the archive, with signals, logs and metrics as for every change, and prints
    /// what became of it.
    ///
    /// - Parameter work: gets the act's surroundings, and a function that tells how far it is.
    func perform(
        _ act: ArchiveAct, isJSON: Bool,
        _ work: (ArchiveActOptions, (RunProgress) -> Void) throws -> ArchiveActReport
    ) throws {
        let (operation, options) = try begin(act)
        let report = try operation.perform(whenStopped: "stopped; the archive is as it was") {
            try work(options) { operation.show($0) }
        }
        operation.end(.done, run: report.run, notices: report.notices, counts: report.counts) {
            $0.add(report)
        }
        if isJSON {
            ActReportText.printJSON(report, options)
        } else {
            ActReportText.print(report, options)
        }
    }
}
