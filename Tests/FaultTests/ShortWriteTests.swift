// Writes that take a part of the bytes, and a clock that jumps while a run goes on.

import Foundation
import TestFixtures
import Testing

@Suite(.enabled(if: InterposedCalls.isUsable, "there is no C compiler to make the faults with"))
struct ShortWriteTests {
    @Test func `a write that takes a part only is continued`() throws {
        let bench = try FaultBench()
        try InterposedCalls.build(in: bench.folder)
        let calls = try Strace.isUsable ? bench.record() : []
        let writes = calls.filter { $0.isOwn && ["write", "pwrite64"].contains($0.call) }
        let points = [-1] + Array(1...max(writes.count, 60))
        let chosen = SweepTally.choose(points, sample: 5)
        var tally = SweepTally("short write, once and always", count: chosen.count)
        for point in chosen {
            try bench.restore()
            let ending = try bench.run(
                under: "SHORT_WRITE=\(point) LD_PRELOAD=$PWD/interposed.so exec \"$@\""
            ).end(withinSeconds: FaultBench.patienceSeconds)
            let isDone = [0, 3].contains(ending.status) && (try? ending.object()) != nil
            tally.add(
                "write \(point)", isDone ? "survived" : "exit \(ending.status)",
                try bench.complaints() + (isDone ? [] : ["it did not go on: \(ending.errors)"]))
        }
        tally.finish()
    }

    @Test func `a clock that jumps does no harm`() throws {
        let bench = try FaultBench()
        try InterposedCalls.build(in: bench.folder)
        let years = [-100, -50, -1, 1, 50, 100]
        var tally = SweepTally("the clock jumps by years", count: years.count)
        for jump in SweepTally.choose(years, sample: 2) {
            try bench.restore()
            let ending = try bench.run(
                under: "CLOCK_JUMP=\(jump * 31_557_600) LD_PRELOAD=$PWD/interposed.so exec \"$@\""
            ).end(withinSeconds: FaultBench.patienceSeconds)
            tally.add(
                "\(jump) years", "exit \(ending.status)",
                try bench.complaints() + (ending.status == 3 ? [] : [ending.errors]))
        }
        tally.finish()
    }
}
