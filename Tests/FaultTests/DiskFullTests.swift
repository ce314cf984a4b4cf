// A disk that is too small for the run, by all degrees.

import Foundation
import TestFixtures
import Testing

/// Whether a file system of any size can be made here.
enum SmallDisk {
    static let isPossible: Bool = {
        do {
            try ScratchFolder().run("mkdir m && mount -t tmpfs tmpfs m && umount m")
            return true
        } catch {
            return false
        }
    }()
}

@Suite(.serialized, .enabled(if: SmallDisk.isPossible, "mounting a file system needs root"))
struct DiskFullTests {
    @Test(arguments: [
        ["threads=1"], ["threads=1", "clean.learn=false", "checkpoint.documents=50"],
    ])
    func `a run on a full disk leaves the archive whole, and the next one has room`(
        settings: [String]
    ) throws {
        let bench = try FaultBench(settings: settings, in: nil)
        let need = try Self.need(bench)
        let steps = SweepTally.choose(Array(0..<64), sample: 4)
        var tally = SweepTally(
            "disk full at 0.1 to 1.5 of the need, " + settings.joined(separator: " "),
            count: steps.count)
        for step in steps {
            let room = need * (100 + 1_400 * step / 63) / 1_000
            let ending = try Self.run(bench, room: room)
            defer { Self.clear(bench) }
            var complaints: [String] = []
            switch ending.status {
            case 0, 3: break
            case 74:
                for words in ["No space left on device", "out/"]
                where !ending.errors.contains(words) {
                    complaints.append("the message does not say \(words): \(ending.errors)")
                }
            default: complaints.append("it ended with \(ending.status): \(ending.errors)")
            }
            complaints += try bench.verification()
            try bench.folder.run("mount -o remount,size=1g out")
            let isForgetful = FaultBench.isForgetful(ending)
            complaints += try bench.complaints(isForgetful: isForgetful)
            tally.add(
                "\(room) bytes", ending.status == 74 ? "exit 74" : "survived", complaints)
        }
        tally.finish()
    }

    /// Runs with the archive on a disk that has so many bytes of room.
    private static func run(_ bench: FaultBench, room: Int) throws -> ProgramEnding {
        try bench.restore()
        try bench.folder.run(
            """
            mv out saved && mkdir out && mount -t tmpfs -o size=1g tmpfs out
            cp -a saved/. out/ && rm -rf saved
            used=$(df --output=used -B 1 out | tail -1)
            mount -o remount,size=$((used + \(room))) out
            """)
        return try bench.run(under: "exec \"$@\"").end(withinSeconds: FaultBench.patienceSeconds)
    }

    /// A disk that could not be made needs no clearing away.
    private static func clear(_ bench: FaultBench) {
        _ = try? bench.folder.run("umount -l out; rm -rf out")
    }

    /// The room with which a run comes to its end, catalogue and all, in steps of a twentieth.
    private static func need(_ bench: FaultBench) throws -> Int {
        var room = bench.expected.byteCount - bench.base.byteCount
        while room < 64_000_000 {
            let ending = try run(bench, room: room)
            clear(bench)
            if ending.status != 74, !ending.errors.contains("catalogue") { return room }
            room += room / 20
        }
        throw FixtureError(description: "no run ends with \(room) bytes of room")
    }
}
