import Archive
import ByteIO
import Foundation
import SystemPackage
import TestFixtures
import Testing

/// A call to the file system that fails, once and for good. With `WINNOW_FAULTS=all` in the
/// environment every call of every act; else an even sample of them.
@Suite struct CallFailureTests {
    private static let errors: [Errno] = [
        .ioError, .noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .tooManyOpenFiles,
    ]

    @Test(arguments: [true, false])
    func
        `an act that fails at any call names the cause, and doing it again ends as if nothing had been`(
            isForGood: Bool
        ) throws
    {
        let start = ContinuousClock.now
        let history = try ArchiveHistory.nights.get()
        let all = history.calls.indices.flatMap { act in
            history.calls[act].indices.map { (act: act, call: $0) }
        }
        var (points, errors, survived) = (0, 0, 0)
        for index in SweepRow.choose(of: all.count, sample: 8, from: isForGood ? 60 : 0) {
            let (act, call) = all[index]
            points += 1
            let error = Self.errors[(call + act) % Self.errors.count]
            do {
                errors += try fail(history, act, call, error, isForGood) ? 1 : 0
                survived += 1
            } catch let failure {
                Issue.record(
                    """
                    act \(act) (\(history.acts[act])), call \(call): \(history.calls[act][call]), \
                    \(error), for good: \(isForGood): \(failure)
                    """)
            }
        }
        #expect(survived == points)
        #expect(errors > 0)
        SweepRow.add(
            "failing calls in the seam, \(isForGood ? "for good" : "once")", points: points,
            survived: survived, "\(errors) ended with an error", since: start)
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
        var differences = try history.stages[act + 1].differences(to: folder)
        let path = log.firstRefused?.path.string ?? "nothing"
        if path.hasPrefix(".winnow/catalogue.") {
            // A run without its catalogue reads earlier nights' inputs again, and counts them.
            differences = differences.filter { difference in
                !["manifest.json is ", "README.md is ", ".winnow/commits/"]
                    .contains { difference.hasPrefix($0) }
            }
        }
        guard differences.isEmpty else {
            throw FixtureError(description: "refused \(path): \(differences.prefix(5))")
        }
        return refusal != nil
    }
}
