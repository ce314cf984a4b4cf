// The life of an archive that nothing ever disturbs, and what it did to the disk.

import Archive
import ByteIO
import Foundation
import SystemPackage
import TestFixtures

@testable import PipelineAssembly

/// What is done to an archive, one after the other.
enum Act: CustomStringConvertible, Sendable {
    /// A run over the inputs of all nights so far.
    case run(night: Int)
    /// The same with the index derived from the archive again.
    case rebuild(night: Int)
    case compact
    case forget(String)
    case prune(throughRun: Int)

    var description: String {
        switch self {
        case .run(let night): "run of night \(night)"
        case .rebuild(let night): "run of night \(night) with a new index"
        case .compact: "compact"
        case .forget(let id): "forget \(id)"
        case .prune(let run): "prune through run \(run)"
        }
    }

    /// Does it, or what is left of it.
    func execute(in archive: FilePath, inputs: FilePath) throws {
        let options = ArchiveActOptions(archive: archive, startText: "test")
        switch self {
        case .run(let night): try Self.run(night, archive, inputs, isRebuilding: false)
        case .rebuild(let night): try Self.run(night, archive, inputs, isRebuilding: true)
        case .compact: _ = try ArchiveCompactor(options).execute(stop: { false })
        case .forget(let id):
            _ = try ForgetAct(options, .ids([id])).execute(progress: { _ in }, stop: { false })
        case .prune(let run):
            _ = try PruneAct(options, throughRun: run)
                .execute(progress: { _ in }, stop: { false })
        }
    }

    /// False for what cannot be done twice: then only its end is left to do.
    var isRepeatable: Bool {
        switch self {
        case .run, .compact, .prune: true
        case .rebuild, .forget: false
        }
    }

    private static func run(
        _ night: Int, _ archive: FilePath, _ inputs: FilePath, isRebuilding: Bool
    ) throws {
        var overrides = ConfigurationOverrides()
        overrides.inputs = (1...night).flatMap { night in
            (0..<3).map { inputs.appending("night-\(night)-\($0).jsonl").string }
        }
        overrides.output = archive.string
        overrides.settings = ["output.shard=6KB", "checkpoint.documents=4"]
        overrides.threads = 1
        let configuration = try PipelineConfiguration(file: nil, overrides: overrides)
        var run = ArchiveRun(configuration: configuration, isRebuilding: isRebuilding)
        // Some of the nights write their index in parts.
        run.limits.memoryBytes = night % 2 == 0 ? 1 : nil
        _ = try run.execute(startText: "test", progress: { _ in }, stop: { false })
    }
}

/// An archive's state between two acts.
struct Stage: Sendable {
    /// The number of the last commit; 0 without one.
    var commit: Int
    /// Every file that the archive's commits determine.
    var files: [String: [UInt8]]
    var catalogue: [UInt8]?
    var disk: SimulatedDisk

    /// In what an archive is not as it was here; its own check of itself is part of it.
    ///
    /// - Parameter isTidy: false if files under a temporary name may be left.
    func differences(to folder: FilePath, isTidy: Bool = true) throws -> [String] {
        let store = try ArchiveStore(opening: folder)
        if (store.commit?.run ?? 0) != commit { return ["commit \(store.commit?.run ?? 0)"] }
        var differences = try ArchiveVerifier.findings(in: store).map(\.description)
        var found = try ArchiveHistory.files(of: folder)
        if !isTidy { found = found.filter { !$0.key.hasSuffix(".tmp") } }
        // A catalogue that was damaged is kept.
        found = found.filter { !$0.key.hasPrefix(".winnow/set-aside/catalogue.") }
        for path in Set(found.keys).union(files.keys).sorted() where found[path] != files[path] {
            let now = found[path].map { "\($0.count) bytes" } ?? "missing"
            let was = files[path].map { "\($0.count) bytes" } ?? "none"
            differences.append("\(path) is \(now), expected \(was)")
        }
        return differences
    }

    /// Makes the archive as it was here.
    func write(to folder: FilePath) throws {
        try PowerLoss.undamaged(disk).write(to: folder)
        guard let catalogue else { return }
        try Data(catalogue).write(
            to: URL(fileURLWithPath: folder.appending(ArchiveHistory.catalogue).string))
    }
}

/// Acts in a folder of their own, with all that they did.
struct ArchiveHistory: Sendable {
    static let catalogue = ".winnow/catalogue.sqlite"

    let scratch: ScratchFolder
    let inputs: FilePath
    let acts: [Act]
    /// One more than acts: what each begins with, and what the last one leaves.
    private(set) var stages: [Stage] = []
    /// What each act did.
    private(set) var calls: [[FileSystemCall]] = []

    init(acts: [Act], nights: Int) throws {
        self.acts = acts
        scratch = try ScratchFolder()
        inputs = scratch.path.appending("inputs")
        for night in 1...nights {
            for (part, text) in Self.dumps(of: night).enumerated() {
                try scratch.write("inputs/night-\(night)-\(part).jsonl", text)
            }
        }
        let archive = scratch.path.appending("archive")
        try FileManager.default.createDirectory(
            atPath: archive.string, withIntermediateDirectories: true)
        stages.append(
            Stage(commit: 0, files: [:], catalogue: nil, disk: try SimulatedDisk(folder: archive)))
        for act in acts {
            let log = CallLog(root: archive)
            try log.recording { try act.execute(in: archive, inputs: inputs) }
            var disk = stages[stages.count - 1].disk
            disk.endProgram()
            for call in log.calls { disk.apply(call) }
            calls.append(log.calls)
            stages.append(
                Stage(
                    commit: try ArchiveStore(opening: archive).commit?.run ?? 0,
                    files: try Self.files(of: archive),
                    catalogue: try Folder(archive).contents(of: Self.catalogue), disk: disk))
        }
    }

    /// Does an act again, or what is left of it.
    func redo(_ act: Int, in folder: FilePath) throws {
        let commit = try ArchiveStore(opening: folder).commit?.run ?? 0
        if commit == stages[act + 1].commit, !acts[act].isRepeatable {
            _ = try WritableArchive(opening: folder, startText: "test")
        } else {
            try acts[act].execute(in: folder, inputs: inputs)
        }
    }

    /// Nights with every kind of act between them.
    static let nights = Result {
        try ArchiveHistory(
            acts: [
                .run(night: 1), .run(night: 2), .run(night: 3), .compact, .run(night: 4),
                .forget("2-3"), .rebuild(night: 4), .run(night: 5), .prune(throughRun: 3),
                .run(night: 6),
            ], nights: 6)
    }

    /// Every file that the archive's commits determine, and left-overs where there are any.
    static func files(of archive: FilePath) throws -> [String: [UInt8]] {
        PowerLoss.undamaged(try SimulatedDisk(folder: archive)).contents.filter { path, _ in
            // Times of the day are in the catalogue, and who holds the lock in its file.
            let isOfItself = [".winnow/catalogue.", ".winnow/.catalogue.", ".winnow/lock"]
                .contains { path.hasPrefix($0) }
            return !isOfItself && !path.hasSuffix("/")
        }
    }

    /// Three dumps: new records, copies of them and of earlier nights' ones, and a broken line.
    private static func dumps(of night: Int) -> [String] {
        var random = SeededGenerator(seed: UInt64(night))
        var lines: [String] = []
        for number in 0..<14 {
            let origin =
                number % 5 == 4
                ? Int.random(in: 1...night, using: &random) * 100 + number - 1
                : night * 100 + number
            var words = SeededGenerator(seed: UInt64(origin))
            let text = (0..<60).map { _ in "w\(Int.random(in: 0..<5_000, using: &words))" }
                .joined(separator: " ")
            lines.append(
                #"{"id":"\#(night)-\#(number)","source":"made","text":"\#(text)\u200b."}"#)
        }
        lines.append(#"{"id":"\#(night)-bad","text":"#)
        return [lines[..<5], lines[5..<10], lines[10...]].map {
            $0.joined(separator: "\n") + "\n"
        }
    }
}
