// winnow forget: records that must go, and not come back.

internal import Archive
internal import Pipeline

/// Takes records out of the archive, its ledger and its index. They are not taken in again when
/// they come once more, under whatever name; duplicates of a document that goes are decided on
/// again, in archive order.
package struct ForgetAct {
    /// What is to be forgotten.
    package enum Target: Sendable {
        /// Documents or rejected records; all of them or none.
        case ids([String])
        /// Everything that came with a run and is still there.
        case run(Int)
    }

    private let options: ArchiveActOptions
    private let target: Target

    package init(_ options: ArchiveActOptions, _ target: Target) {
        self.options = options
        self.target = target
    }

    /// Forgets and commits.
    ///
    /// Throws `QuestionError` for an id or run that the archive does not hold; nothing has changed
    /// then.
    package func execute(
        progress: (RunProgress) -> Void, stop: () -> Bool
    ) throws -> ArchiveActReport {
        let removal: RecordRemoval.Target =
            switch target {
            case .ids(let ids): .ids(Set(ids))
            case .run(let run): .run(run)
            }
        let report = try RecordRemoval(options: options, act: .forget, target: removal)
            .execute(progress: progress, stop: stop)
        if case .run(let run) = target, report.gone.isEmpty {
            throw QuestionError(
                description: "the archive holds no record of run \(run); `winnow stats` lists runs")
        }
        return report
    }
}
