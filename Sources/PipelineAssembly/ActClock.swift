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
        var run = CatalogueRun()
        run.number = report.run
        run.counts = CatalogueCounts(report.counts)
        run.outcome =
            switch report.act {
            case .compact: .compacted
            case .forget: .forgotten
            case .prune: .pruned
            case .run, .reindex: .archived
            }
        run.startedMilliseconds = startMilliseconds
        run.endedMilliseconds = WallClock.nanoseconds() / 1_000_000
        let elapsed = (ContinuousClock.now - start).components
        run.seconds =
            Double(elapsed.seconds) + Double(elapsed.attoseconds / 1_000_000_000_000) / 1e6
        run.program = ProgramVersion.text
        do throws(CatalogueError) {
            let catalogue = try Catalogue(
                openingIn: store.stateFolder, setAside: store.setAsideFolder)
            report.notices += catalogue.notices
            let archive = CatalogueArchive(store.commit)
            try catalogue.reconcile(with: archive)
            try catalogue.record(run, inputs: PendingInputs(), archive: archive)
        } catch {
            report.notices.append(
                "\(error); the catalogue does not know of commit \(report.run ?? 0)")
        }
    }
}
