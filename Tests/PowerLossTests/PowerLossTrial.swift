// One power loss: what it leaves, what opens, and what the next night makes of it.

import Archive
import ByteIO
import Foundation
import SystemPackage
import TestFixtures

/// A point in an archive's history at which the power goes, and how.
struct PowerLossTrial: CustomStringConvertible {
    /// What happens around the cut.
    enum Shape: Int, CaseIterable {
        /// The act goes on undisturbed up to the cut.
        case plain
        /// It was killed before, without a power loss, and the power goes while it is done again.
        case killedBefore
        /// The power goes once more while it is done again.
        case twice
    }

    /// What came of a trial.
    struct Outcome {
        var failures: [String] = []
        /// How often a damaged commit was passed over.
        var fallbacks = 0
        /// How often the commit that was under way was there.
        var newCommits = 0
    }

    let history: ArchiveHistory
    let act: Int
    /// Calls of the act that take place.
    let cut: Int
    let damage: Damage
    let shape: Shape
    let seed: UInt64

    var description: String {
        let calls = history.calls[act]
        let last = cut > 0 ? "\(calls[cut - 1])" : "nothing"
        return "seed \(seed), act \(act) (\(history.acts[act])), cut \(cut) of \(calls.count) "
            + "(after: \(last)), \(shape), damage \(damage)"
    }

    private var before: Stage { history.stages[act] }
    private var after: Stage { history.stages[act + 1] }

    /// Lets the power go and looks at everything that has to hold then.
    func execute() throws -> Outcome {
        var random = SeededGenerator(seed: seed)
        let scratch = try ScratchFolder()
        var outcome = Outcome()
        var disk = before.disk
        disk.endProgram()
        var calls = Array(history.calls[act][..<cut])
        var isAtEnd = cut == history.calls[act].count
        if shape == .killedBefore {
            let folder = scratch.path.appending("killed")
            try materialise(PowerLoss.undamaged(disk), in: folder, .before, &random)
            let killed = CallLog(root: folder, killingAt: cut)
            // Killed: whatever it throws on its way out says nothing.
            try? killed.recording { try redo(in: folder) }
            let again = CallLog(root: folder)
            try again.recording { try redo(in: folder) }
            for call in killed.calls { disk.apply(call) }
            disk.endProgram()
            let rest = Int.random(in: 0...again.calls.count, using: &random)
            isAtEnd = rest == again.calls.count
            calls = Array(again.calls[..<rest])
            for call in calls { disk.apply(call) }
            calls = killed.calls + calls
        } else {
            for call in calls { disk.apply(call) }
        }
        let image = PowerLoss.image(of: disk, damage, seed: seed)
        let states = isAtEnd ? CatalogueState.allCases : CatalogueState.beforeTheEnd
        let state = states.randomElement(using: &random) ?? .before
        try checkSettling(
            image, in: scratch.path.appending("settled"), bounds(calls, before.commit), &outcome)
        let next = scratch.path.appending("next")
        try materialise(image, in: next, state, &random)
        if shape == .twice {
            try loseAgain(in: next, scratch.path.appending("twice"), &outcome, &random)
        } else {
            try redo(in: next)
            try check(next, is: after, "after the next run, \(state)", &outcome)
            if act + 1 < history.acts.count, Int.random(in: 0..<4, using: &random) == 0 {
                try history.acts[act + 1].execute(in: next, inputs: history.inputs)
                try check(next, is: history.stages[act + 2], "two runs later, \(state)", &outcome)
            }
        }
        return outcome
    }

    private func loseAgain(
        in folder: FilePath, _ copy: FilePath, _ outcome: inout Outcome,
        _ random: inout SeededGenerator
    ) throws {
        var disk = try SimulatedDisk(folder: folder)
        let catalogue = try catalogueFiles(of: folder)
        let first = try ArchiveStore(opening: folder).commit?.run ?? 0
        let log = CallLog(root: folder)
        try log.recording { try redo(in: folder) }
        let calls = log.calls[..<Int.random(in: 0...log.calls.count, using: &random)]
        for call in calls { disk.apply(call) }
        let image = PowerLoss.image(of: disk, damage, seed: seed &+ 1)
        let settled = copy.appending("settled")
        try checkSettling(image, in: settled, bounds(Array(calls), first), &outcome)
        let next = copy.appending("next")
        try image.write(to: next)
        for (name, bytes) in catalogue where FileManager.default.fileExists(atPath: next.string) {
            let state = next.appending(".winnow")
            guard try Folder(state).isFolder() else { continue }
            try Data(bytes).write(to: URL(fileURLWithPath: state.appending(name).string))
        }
        try redo(in: next)
        try check(next, is: after, "after the run that follows two losses", &outcome)
    }

    private func catalogueFiles(of folder: FilePath) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let state = Folder(folder.appending(".winnow"))
        guard try state.isFolder() else { return files }
        for name in try state.names() where name.hasPrefix("catalogue.sqlite") {
            files[name] = try state.contents(of: name)
        }
        return files
    }

    /// Makes what a power loss has left.
    private func materialise(
        _ image: DiskImage, in folder: FilePath, _ state: CatalogueState,
        _ random: inout SeededGenerator
    ) throws {
        try image.write(to: folder)
        guard try Folder(folder.appending(".winnow")).isFolder() else { return }
        try state.write(
            to: folder.appending(ArchiveHistory.catalogue), before: before.catalogue,
            after: after.catalogue, random: &random)
    }

    /// Does the act again, or what is left of it.
    private func redo(in folder: FilePath) throws { try history.redo(act, in: folder) }

    /// The oldest and the newest commit that may count after some calls.
    private func bounds(_ calls: [FileSystemCall], _ first: Int) -> ClosedRange<Int> {
        var (durable, issued) = (first, first)
        for call in calls {
            switch call {
            case .rename(_, let target) where target.starts(with: ".winnow/commits"):
                let name = target.lastComponent?.stem ?? ""
                issued = max(issued, Int(name) ?? issued)
            case .sync(let file) where file.path == ".winnow/commits": durable = issued
            default: break
            }
        }
        return durable...issued
    }

    /// What opens is a commit that may count, and the next opening for writing makes it whole.
    private func checkSettling(
        _ image: DiskImage, in folder: FilePath, _ bounds: ClosedRange<Int>,
        _ outcome: inout Outcome
    ) throws {
        try image.write(to: folder)
        let store = try ArchiveStore(opening: folder)
        let commit = store.commit?.run ?? 0
        if !bounds.contains(commit) {
            outcome.failures.append("commit \(commit) opened, not one of \(bounds)")
        }
        outcome.newCommits += commit == after.commit && commit > before.commit ? 1 : 0
        let isFallback = image.contents.keys.contains { path in
            guard path.hasPrefix(".winnow/commits/"), path.hasSuffix(".json"),
                let number = FilePath(path).lastComponent.flatMap({ Int($0.stem) })
            else { return false }
            return number > commit
        }
        if isFallback == store.notices.isEmpty {
            outcome.failures.append(
                "fallback: \(isFallback), notices: \(store.notices)")
        }
        outcome.fallbacks += isFallback ? 1 : 0
        let stage = commit == after.commit ? after : before
        let notices = try WritableArchive(opening: folder, startText: "test").notices
        if notices != store.notices {
            outcome.failures.append("settling says: \(notices)")
        }
        try check(folder, is: stage, "after settling", isTidy: false, &outcome)
    }

    /// Every file is as in an archive that nothing ever happened to.
    ///
    /// - Parameter isTidy: false if files under a temporary name may be left.
    private func check(
        _ folder: FilePath, is stage: Stage, _ when: String, isTidy: Bool = true,
        _ outcome: inout Outcome
    ) throws {
        outcome.failures += try stage.differences(to: folder, isTidy: isTidy)
            .map { "\(when): \($0)" }
    }
}
