import ByteIO
import Glibc
import SystemPackage
import TestFixtures
import Testing

private let old = [UInt8](repeating: 0x6F, count: 4_000)
private let new = (0..<5_000).map { UInt8(1 + $0 % 251) }

/// A way to put new content in the place of old, call by call.
private struct ToyProtocol: CustomTestStringConvertible, Sendable {
    var name: String
    var calls: [FileSystemCall]
    /// Where the new content is when all calls have been made.
    var place = "final/file"
    /// The kinds of damage that show what is wrong with it; empty if nothing is.
    var shownBy: Set<Damage> = []

    var testDescription: String { name }

    private static func write(_ path: FilePath, isSynced: Bool = true) -> [FileSystemCall] {
        let file = TappedFile(number: 1, path: path)
        let half = new.count / 2
        return [
            .open(file, flags: O_WRONLY | O_CREAT | O_EXCL),
            .write(file, offset: 0, bytes: Array(new[..<half])),
            .write(file, offset: half, bytes: Array(new[half...])),
        ] + (isSynced ? [.sync(file)] : []) + [.close(file)]
    }

    private static func sync(_ path: FilePath) -> [FileSystemCall] {
        let folder = TappedFile(number: 2, path: path)
        return [.open(folder, flags: O_RDONLY | O_DIRECTORY), .sync(folder), .close(folder)]
    }

    private static let all = Set(Damage.allCases)

    static let right = [
        ToyProtocol(
            name: "write, sync, rename, sync the folder",
            calls: write("final/new") + [.rename("final/new", to: "final/file")] + sync("final")),
        ToyProtocol(
            name: "write elsewhere, sync, move, sync the new folder",
            calls: write("staging/new") + sync("staging")
                + [.rename("staging/new", to: "final/file")] + sync("final") + sync("staging")),
        ToyProtocol(
            name: "make folders, each synced in its parent",
            calls: [.makeFolder("deep")] + sync("") + [.makeFolder("deep/below")] + sync("deep")
                + write("deep/below/file") + sync("deep/below"),
            place: "deep/below/file"),
    ]

    static let wrong = [
        ToyProtocol(
            name: "write, rename, sync the folder",
            calls: write("final/new", isSynced: false)
                + [.rename("final/new", to: "final/file")] + sync("final"),
            shownBy: all.subtracting([.staleNames])),
        ToyProtocol(
            name: "write, sync, rename",
            calls: write("final/new") + [.rename("final/new", to: "final/file")],
            shownBy: all.subtracting([.namesWithoutData])),
        ToyProtocol(
            name: "overwrite in place",
            calls: write("final/file"),
            shownBy: all.subtracting([.allLost, .namesWithoutData])),
        ToyProtocol(
            name: "remove before the rename",
            calls: write("final/new") + [.unlink("final/file")] + sync("final")
                + [.rename("final/new", to: "final/file")] + sync("final"),
            shownBy: all),
        ToyProtocol(
            name: "move, sync the old folder only",
            calls: write("staging/new") + sync("staging")
                + [.rename("staging/new", to: "final/file")] + sync("staging"),
            shownBy: all.subtracting([.namesWithoutData])),
        ToyProtocol(
            name: "make a folder that is not synced in its parent",
            calls: [.makeFolder("deep"), .makeFolder("deep/below")] + sync("deep")
                + write("deep/below/file") + sync("deep/below"),
            place: "deep/below/file", shownBy: all.subtracting([.namesWithoutData])),
    ]

    /// The kinds of damage after which a cut somewhere leaves neither the old content nor the new,
    /// or one at the end not the new one.
    func failures(seeds: Range<UInt64>) throws -> Set<Damage> {
        let scratch = try ScratchFolder()
        try scratch.write("final/other", "x")
        try scratch.write("staging/other", "x")
        if place == "final/file" { try scratch.write(place, old) }
        let expected = place == "final/file" ? old : nil
        var failures: Set<Damage> = []
        var disk = try SimulatedDisk(folder: scratch.path)
        for cut in 0...calls.count {
            if cut > 0 { disk.apply(calls[cut - 1]) }
            for damage in Damage.allCases {
                for seed in seeds {
                    let found = PowerLoss.image(of: disk, damage, seed: seed)[place]
                    // What was there before nothing was done may be there, or a part of what is
                    // to come where nothing had been and nothing was promised.
                    let isWhole =
                        found == new
                        || cut < calls.count && (found == expected || expected == nil)
                    if !isWhole { failures.insert(damage) }
                }
            }
        }
        return failures
    }
}

@Suite struct SimulatorTests {
    @Test(arguments: ToyProtocol.right)
    fileprivate func `a protocol in the right order survives`(steps: ToyProtocol) throws {
        #expect(try steps.failures(seeds: 0..<16) == [])
    }

    @Test(arguments: ToyProtocol.wrong)
    fileprivate func `one in the wrong order is found out`(steps: ToyProtocol) throws {
        #expect(try steps.failures(seeds: 0..<16) == steps.shownBy)
    }

    /// The file system of the machine is the slow oracle.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `without a power loss the model has what the real folder has`(seed: UInt64) throws {
        let scratch = try ScratchFolder()
        try scratch.write("a/0", "before")
        var random = SeededGenerator(seed: seed)
        var disk = try SimulatedDisk(folder: scratch.path)
        let log = CallLog(root: scratch.path)
        try log.recording {
            for step in 0..<60 { act(step, Folder(scratch.path), &random) }
            try Folder(scratch.path).replaceFile("last", with: [1].span)
        }
        for call in log.calls { disk.apply(call) }
        let real = PowerLoss.undamaged(try SimulatedDisk(folder: scratch.path))
        #expect(PowerLoss.undamaged(disk).contents == real.contents, "seed \(seed)")
        // Once all is synced no damage can be seen.
        let synced = CallLog(root: scratch.path)
        try synced.recording { try syncAll(Folder(scratch.path)) }
        disk.endProgram()
        for call in synced.calls { disk.apply(call) }
        for damage in Damage.allCases {
            let image = PowerLoss.image(of: disk, damage, seed: seed)
            #expect(image.contents == real.contents, "seed \(seed), \(damage)")
        }
    }

    /// Does something to a folder; what the kernel refuses is fine.
    private func act(_ step: Int, _ folder: Folder, _ random: inout SeededGenerator) {
        let folders = ["a", "b", "a/c", "."]
        let from = folder.folder(folders.randomElement(using: &random) ?? "a")
        let to = folder.folder(folders.randomElement(using: &random) ?? "a")
        let name = "\(Int.random(in: 0..<5, using: &random))"
        let newName = "\(Int.random(in: 0..<5, using: &random))"
        let bytes = [UInt8](
            repeating: UInt8(step), count: Int.random(in: 0..<6_000, using: &random))
        // Refusals are part of the test: the model has to leave such calls out as the kernel does.
        switch Int.random(in: 0..<7, using: &random) {
        case 0: try? from.create()
        case 1: try? from.replaceFile(name, with: bytes.span)
        case 2: _ = try? from.removeFile(name)
        case 3: try? from.move(name, to: to, newName)
        case 4: try? folder.removeTree("a/c")
        case 5: try? from.sync()
        default:
            guard var writer = try? FileWriter(creating: from.path(name)) else { return }
            try? writer.write(bytes.span)
            try? writer.write([1, 2, 3].span)
            if step % 2 == 0 { try? writer.sync() }
        }
    }

    private func syncAll(_ folder: Folder) throws {
        for name in try folder.names() {
            if try folder.status(of: name)?.kind == .directory {
                try syncAll(folder.folder(name))
            } else if let bytes = try folder.contents(of: name) {
                try folder.replaceFile(name, with: bytes.span)
            }
        }
        try folder.sync()
    }

    @Test func `a renamed file may have both names, and is one file`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("one", "x")
        var disk = try SimulatedDisk(folder: scratch.path)
        disk.apply(.rename("one", to: "two"))
        let images = (0..<64).map { PowerLoss.image(of: disk, .staleNames, seed: $0) }
        let both = try #require(images.first { $0.entries.count == 2 })
        #expect(Set(images.map(\.entries.count)) == [1, 2])
        let target = scratch.path.appending("image")
        try both.write(to: target)
        let first = try FileStatus(of: target.appending("one"))
        #expect(first.isSame(as: try FileStatus(of: target.appending("two"))))
    }
}
