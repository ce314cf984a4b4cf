import Archive
import ByteIO
import SystemPackage
import TestFixtures
import Testing

/// A disk that says a commit's file is durable when it is not: nothing that a program does helps
/// against that, but it is seen, told, and the run is done again.
@Suite struct LyingDiskTests {
    @Test(arguments: [Damage.tornAtBytes, .tornAtSectors, .zeros, .garbage, .namesWithoutData])
    func `a damaged commit is passed over, which is told, and its run is done again`(
        damage: Damage
    ) throws {
        let history = try ArchiveHistory.nights.get()
        let act = 2
        let calls = history.calls[act]
        let isCommit = { (path: FilePath) in path.starts(with: ".winnow/commits") }
        let rename = try #require(
            calls.firstIndex { if case .rename(let path, _) = $0 { isCommit(path) } else { false } }
        )
        var disk = history.stages[act].disk
        disk.endProgram()
        for call in calls[...(rename + 3)] {
            if case .sync(let file) = call, isCommit(file.path), file.path.extension == "tmp" {
                continue
            }
            disk.apply(call)
        }
        let scratch = try ScratchFolder()
        var fallbacks = 0
        for seed in 0..<3 as Range<UInt64> {
            let folder = scratch.path.appending("\(seed)")
            try PowerLoss.image(of: disk, damage, seed: seed).write(to: folder)
            let store = try ArchiveStore(opening: folder)
            if store.commit?.run == history.stages[act + 1].commit { continue }
            fallbacks += 1
            #expect(store.commit?.run == history.stages[act].commit, "seed \(seed)")
            #expect(store.notices.count == 2, "seed \(seed)")
            #expect(store.notices.allSatisfy { $0.contains("commit") }, "seed \(seed)")
            try history.acts[act].execute(in: folder, inputs: history.inputs)
            let differences = try history.stages[act + 1].differences(to: folder)
            #expect(
                differences.allSatisfy { $0.contains("set-aside/") },
                "seed \(seed): \(differences)")
        }
        #expect(fallbacks > 0)
    }
}
