// A run that can be disturbed again and again: the same archive before it, and what must come after.

import Foundation
import SystemPackage
import TestFixtures

/// An archive with one run in it, new input, and the archive that an undisturbed second run makes.
final class FaultBench {
    /// How long a disturbed run may take before it counts as hanging.
    static let patienceSeconds = 60.0

    let folder: ScratchFolder
    /// The archive before the disturbed run.
    let base: ArchiveSnapshot
    /// The archive that must come out.
    let expected: ArchiveSnapshot
    /// Number of input files.
    let inputCount: Int
    private let arguments: [String]
    /// What `winnow runs` says of the archived runs.
    private let expectedRuns: [String]

    /// - Parameters:
    ///   - settings: as after `--set`.
    ///   - parent: where the folder is made.
    init(
        settings: [String] = ["threads=1"], in parent: FilePath? = FaultBench.memory,
        first: (ScratchFolder) throws -> Void = GeneratedNews.writeFirst,
        second: (ScratchFolder) throws -> Void = GeneratedNews.writeSecond
    ) throws {
        folder = try ScratchFolder(in: parent)
        arguments =
            ["run", "--input", "in", "--output", "out", "--json"]
            + settings.flatMap { ["--set", $0] }
        try first(folder)
        let start = try folder.start(BuiltProgram.path, arguments).end()
        guard start.status == 0 else { throw FixtureError(description: "run 1: \(start.errors)") }
        // What killed runs leave is cleared away in each disturbed run, too.
        try folder.write("out/.winnow/staging/000002/articles/000002-00000.jsonl.gz", "cut off")
        try folder.write("out/.manifest.json.tmp", "cut off")
        base = try ArchiveSnapshot(of: folder.path.string + "/out")
        try second(folder)
        inputCount = try FileManager.default.contentsOfDirectory(
            atPath: folder.path.string + "/in"
        ).count
        let run = try folder.start(BuiltProgram.path, arguments).end(withinSeconds: 300)
        guard run.status == 0 || run.status == 3 else {
            throw FixtureError(description: "run 2: \(run.errors)")
        }
        expected = try ArchiveSnapshot(of: folder.path.string + "/out")
        expectedRuns = try Self.archivedRuns(folder)
    }

    /// A file system in memory where there is one: its fsync costs nothing.
    static let memory: FilePath? =
        FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : nil

    /// True if a run said that it had no catalogue, or had to make it again.
    static func isForgetful(_ ending: ProgramEnding) -> Bool {
        ["no input is remembered", "all inputs are read once more"].contains {
            ending.errors.contains($0)
        }
    }

    func restore() throws { try base.restore(to: folder.path.string + "/out") }

    /// An undisturbed run.
    func run() throws -> ProgramEnding {
        try folder.start(BuiltProgram.path, arguments).end(withinSeconds: 300)
    }

    /// A run below another program, or in a shell; `"$@"` is the run.
    func run(under script: String) throws -> ProgramRun {
        try folder.start(
            "/bin/bash", ["-c", script, "bash", BuiltProgram.path] + arguments)
    }

    /// The calls of an undisturbed run, from the same start.
    func record() throws -> [SystemCallPoint] {
        try restore()
        let calls = (SystemCallPoint.changing + SystemCallPoint.reading).joined(separator: ",")
        let ending = try run(under: "exec strace -f -y -s 0 -o calls -e trace=\(calls) \"$@\"")
            .end(withinSeconds: Self.patienceSeconds)
        guard ending.status == 0 || ending.status == 3 else {
            throw FixtureError(description: "strace: \(ending.errors)")
        }
        return SystemCallPoint.points(in: try folder.text("calls"))
    }

    /// A run from the same start with a fault in it.
    func run(with fault: Fault, at point: SystemCallPoint) throws -> ProgramEnding {
        try restore()
        let trace = "-e trace=\(point.call) -e \(fault.injection(at: point))"
        return try run(under: "exec strace -f -s 0 -o /dev/null \(trace) \"$@\"")
            .end(withinSeconds: Self.patienceSeconds)
    }

    /// What is wrong after a disturbed run, whatever came of that run.
    ///
    /// - Parameters:
    ///   - isMissingInput: true if the run may have reported and left out an input file.
    ///   - isForgetful: true if the run had no catalogue, so that it read everything again.
    func complaints(
        isMissingInput: Bool = false, isForgetful: Bool = false
    ) throws -> [String] {
        var complaints = try verification()
        let next = try run()
        if next.status != 0 && next.status != 3 {
            complaints.append("the next run ended with \(next.status): \(next.errors)")
            return complaints
        }
        complaints += try whatIsMissing(
            isMissingInput: isMissingInput, isForgetful: isForgetful)
        return complaints
    }

    /// What `verify` finds right after a disturbed run.
    func verification() throws -> [String] {
        let ending = try folder.start(BuiltProgram.path, ["verify", "--output", "out"]).end()
        return ending.status == 0
            ? [] : ["verify ended with \(ending.status): \(ending.text)\(ending.errors)"]
    }

    /// What is wrong with an archive that all input should be in by now.
    private func whatIsMissing(isMissingInput: Bool, isForgetful: Bool) throws -> [String] {
        var complaints: [String] = []
        let now = try ArchiveSnapshot(of: folder.path.string + "/out")
        let differences = now.differences(from: expected)
        // What was passed over as seen is counted, in the commit and in what is derived from it.
        let counting = [".winnow/commits/000002.json", "README.md", "manifest.json"]
        if isMissingInput {
            // The rest came in a run of its own: all documents are there, in other files.
            let (ids, wanted) = (try now.ids(), try expected.ids())
            if ids != wanted {
                complaints.append(
                    "lost: \(wanted.subtracting(ids)), more: \(ids.subtracting(wanted))")
            }
        } else if !isForgetful || !Set(differences).isSubset(of: counting) {
            complaints += differences.map { "\($0) is not as after an undisturbed run" }
        }
        let third = try run()
        let report = try third.object()
        if third.status != 0 || report["run"] as? Int != 0 || report["files_read"] as? Int != 0
            || report["files_seen"] as? Int != inputCount
        {
            complaints.append("a third run does something: \(third.text)\(third.errors)")
        }
        if !isMissingInput && !isForgetful, try Self.archivedRuns(folder) != expectedRuns {
            complaints.append("the catalogue tells of other runs")
        }
        return complaints
    }

    /// Number and counts of the runs that the catalogue has as archived.
    private static func archivedRuns(_ folder: ScratchFolder) throws -> [String] {
        let ending = try folder.start(BuiltProgram.path, ["runs", "--output", "out", "--json"])
            .end()
        let runs = try ending.object()["runs"] as? [[String: Any]] ?? []
        return runs.filter { $0["outcome"] as? String == "archived" }.map { run in
            ["run", "read", "kept", "duplicates", "rejected", "seen"]
                .map { "\($0) \(run[$0] as? Int ?? -1)" }.joined(separator: " ")
        }
    }
}
