import Archive
import Foundation
import SystemPackage
import TestFixtures
import Testing

/// A call to the file system that fails, once and for good. With `WINNOW_FAULTS=all` in the
/// environment every call of every act; else an even sample of them.
@Suite struct CallFailureTests {
    private static let isWhole = ProcessInfo.processInfo.environment["WINNOW_FAULTS"] == "all"
    private static let errors: [Errno] = [
        .ioError, .noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .tooManyOpenFiles,
    ]

    @Test(arguments: [true, false])
    func
        `an act that fails at any call names the cause, and doing it again ends as if nothing had been`(
            isForGood: Bool
        ) throws
    {
        let history = try ArchiveHistory.nights.get()
        var (points, errors) = (0, 0)
        for act in history.acts.indices {
            let calls = history.calls[act].count
            // An odd step, so that each act is cut at other kinds of calls.
            let step = Self.isWhole ? 1 : 97
            for call in stride(from: act * 7 % step, to: calls, by: step) {
                points += 1
                let error = Self.errors[(call + act) % Self.errors.count]
                let place =
                    "act \(act) (\(history.acts[act])), call \(call): "
                    + "\(history.calls[act][call]), \(error), for good: \(isForGood)"
                do {
                    errors += try fail(history, act, call, error, isForGood) ? 1 : 0
                } catch {
                    Issue.record("\(place): \(error)")
                }
            }
        }
        #expect(errors > points / 2)
        if Self.isWhole {
            print("failed calls, for good: \(isForGood): \(points) points, \(errors) errors")
        }
    }

    /// True if the act ended with an error.
    private func fail(
        _ history: ArchiveHistory, _ act: Int, _ call: Int, _ error: Errno, _ isForGood: Bool
    ) throws -> Bool {
        let scratch = try ScratchFolder()
        let folder = scratch.path.appending("archive")
        try history.stages[act].write(to: folder)
        let last = isForGood ? Int.max : call + 1
        let log = CallLog(root: folder, failing: call..<last, with: error)
        var refusal: (any Error)?
        do { try log.recording { try history.redo(act, in: folder) } } catch { refusal = error }
        if let refusal {
            let text = "\(refusal)"
            guard text.contains(error.description), text.contains(folder.string) else {
                throw FixtureError(description: "the message is: \(text)")
            }
        }
        let commit = try ArchiveStore(opening: folder).commit?.run ?? 0
        guard [history.stages[act].commit, history.stages[act + 1].commit].contains(commit) else {
            throw FixtureError(description: "commit \(commit) opened")
        }
        try history.redo(act, in: folder)
        let differences = try history.stages[act + 1].differences(to: folder)
        guard differences.isEmpty else {
            throw FixtureError(description: "\(differences.prefix(5))")
        }
        return refusal != nil
    }
}
