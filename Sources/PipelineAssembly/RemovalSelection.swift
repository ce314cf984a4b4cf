// Which records an act takes out of the files: those that go, and those to decide on again.

internal import Archive

/// Selects records by the target of a removal.
struct RemovalSelection {
    let target: RecordRemoval.Target
    /// Ids of documents that go and may have duplicates.
    let keepers: Set<String>

    /// False for files that cannot hold anything of interest.
    func isConcerned(_ file: ArchivedFile) -> Bool {
        switch target {
        case .ids: true
        // Duplicates of later runs may name a keeper of the run.
        case .run(let run):
            file.stream == .duplicates || file.shares.contains { $0.run == run }
        case .duplicates(let runs):
            file.stream == .duplicates && file.shares.contains { runs.contains($0.run) }
        }
    }

    func takes(_ document: borrowing ArchivedDocument, _ origin: RecordOrigin) -> Bool {
        let goes =
            switch target {
            case .ids(let ids): ids.contains(String(decoding: document.id, as: UTF8.self))
            case .run(let run): origin.run == run
            case .duplicates(let runs): runs.contains(origin.run)
            }
        return goes
            || !document.keeper.isEmpty
                && keepers.contains(String(decoding: document.keeper, as: UTF8.self))
    }

    func takes(rejected id: [UInt8], _ origin: RecordOrigin) -> Bool {
        switch target {
        case .ids(let ids): ids.contains(String(decoding: id, as: UTF8.self))
        case .run(let run): origin.run == run
        case .duplicates: false
        }
    }

    /// False for a document that is only taken out to be decided on again.
    func isGone(_ document: TakenDocument) -> Bool {
        switch target {
        case .ids(let ids): ids.contains(String(decoding: document.id, as: UTF8.self))
        case .run(let run): document.origin.run == run
        case .duplicates: true
        }
    }
}
