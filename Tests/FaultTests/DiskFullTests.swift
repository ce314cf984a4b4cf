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
        // What a run needs: the new archive beside its catalogue's journal, in pages.
        let need = bench.expected.byteCount - bench.base.byteCount + 64 * 1_024
        let steps = SweepTally.choose(Array(0..<64), sample: 4)
        var tally = SweepTally(
            "disk full at 0.1 to 1.5 of the need, " + settings.joined(separator: " "),
            count: steps.count)
        for step in steps {
            let room = need * (100 + 1_400 * step / 63) / 1_000
            try bench.restore()
            try bench.folder.run(
                """
                mv out saved && mkdir out && mount -t tmpfs -o size=1g tmpfs out
                cp -a saved/. out/ && rm -rf saved
                used=$(df --output=used -B 1 out | tail -1)
                mount -o remount,size=$((used + \(room))) out
                """)
            defer { _ = try? bench.folder.run("umount -l out; rm -rf out") }
            let ending = try bench.run(under: "exec \"$@\"").end(
                withinSeconds: FaultBench.patienceSeconds)
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
            let isForgetful = ending.errors.contains("no input is remembered")
            complaints += try bench.complaints(isForgetful: isForgetful)
            tally.add(
                "\(room) bytes", ending.status == 74 ? "exit 74" : "survived", complaints)
        }
        tally.finish()
    }
}
