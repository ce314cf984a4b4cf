// winnow repair: an archive made whole again.

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

    @OptionGroup var place: ActOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let options = try place.options()
        StopSignals.install()
        var line = ProgressLine()
        let report: RepairReport
        do {
            report = try ArchiveRepair(options).execute(
                progress: {
                    line.show($0.phase.rawValue, documents: $0.documents, share: $0.share)
                },
                stop: { StopSignals.isStopRequested })
        } catch is StopRequested {
            line.clear()
            Console.complain("winnow: stopped; the archive is as it was")
            throw Outcome(.tryAgain)
        } catch {
            line.clear()
            throw error
        }
        line.clear()
        for notice in report.notices { Console.complain("winnow: \(notice)") }
        if answer.json {
            RepairText.printJSON(report, options)
        } else {
            Console.print(RepairText.text(report, options))
        }
        if report.hasLosses { throw Outcome(.damagedInput) }
    }
}
