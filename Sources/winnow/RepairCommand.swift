// winnow repair: an archive made whole again.

internal import Archive
internal import ArgumentParser
internal import Pipeline
internal import PipelineAssembly

struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Saves what is whole of a damaged archive and makes again what can be made.",
        discussion: """
            Checks everything as verify does. Undamaged gzip members of damaged data files are
            written to new files, the damaged ones move to .winnow/set-aside, and what is lost is
            listed. Duplicates of a lost article are decided on again. Index, manifest, sums, card
            and catalogue are made again where they are damaged. Records of a commit that is lost
            come back in from their files, also if no commit is whole. All of it is one commit; a
            repair that is killed has changed nothing or is finished by the next run. Inputs that
            held what is lost are read again by the next run.

            Ends with status 0 if all is whole again, 3 if something is lost.

            Examples:
              winnow repair
              winnow repair --dry-run --output archive
            """)

    @OptionGroup var options: ActOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let (operation, surroundings) = try options.begin(.repair)
        let report = try operation.perform(whenStopped: "stopped; the archive is as it was") {
            try ArchiveRepair(surroundings).execute(
                progress: { operation.show($0) }, stop: { StopSignals.isStopRequested })
        }
        let status: ExitStatus = report.hasLosses ? .damagedInput : .done
        operation.end(status, run: report.run, notices: report.notices, counts: report.counts) {
            $0.add(report)
        }
        if answer.json {
            RepairText.printJSON(report, surroundings)
        } else {
            Console.print(RepairText.text(report, surroundings))
        }
        if status != .done { throw Outcome(status) }
    }
}
