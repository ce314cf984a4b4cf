// When an act took place, for the catalogue.

internal import Archive
internal import ByteIO
internal import Catalogue

/// Starts when it is made.
struct ActClock {
    private let startMilliseconds = WallClock.nanoseconds() / 1_000_000
    private let start = ContinuousClock.now

    /// Writes an act that is committed to the catalogue; what goes wrong becomes a notice.
    func record(_ report: inout ArchiveActReport, _ store: ArchiveStore) {
        report.notices += record(report.act, number: report.run, report.counts, store)
    }

    /// As above; returns the notices.
    func record(
        _ act: ArchiveAct, number: Int?, _ counts: RunCounts, _ store: ArchiveStore
    ) -> [String] {
        var run = CatalogueRun()
        run.number = number
        run.act = act.rawValue
        run.counts = CatalogueCounts(counts)
        run.outcome =
            switch act {
            case .compact: .compacted
            case .forget: .forgotten
            case .prune: .pruned
            case .repair: .repaired
            case .run, .reindex: .archived
            }
        run.startedMilliseconds = startMilliseconds
        run.endedMilliseconds = WallClock.nanoseconds() / 1_000_000
        let elapsed = (ContinuousClock.now - start).components
        run.seconds =
            Double(elapsed.seconds) + Double(elapsed.attoseconds / 1_000_000_000_000) / 1e6
        run.program = ProgramVersion.text
        var notices: [String] = []
        do throws(CatalogueError) {
            let catalogue = try Catalogue(
                openingIn: store.stateFolder, setAside: store.setAsideFolder)
            notices += catalogue.notices
            let archive = CatalogueArchive(store.commit)
            try catalogue.reconcile(with: archive)
            try catalogue.record(run, inputs: PendingInputs(), archive: archive)
        } catch {
            notices.append("\(error); the catalogue does not know of commit \(number ?? 0)")
        }
        return notices
    }
}
