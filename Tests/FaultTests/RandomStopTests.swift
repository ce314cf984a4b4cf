// Kills and signals at random times, while the machine has other things to do.

import Foundation
import TestFixtures
import Testing

@Suite(.serialized) struct RandomStopTests {
    private static let documents = SweepTally.isWhole ? 3_000 : 600
    private static let settings = [
        ["threads=2"],
        ["threads=2", "checkpoint.documents=200"],
        ["threads=2", "checkpoint.documents=200", "clean.learn=false"],
        ["threads=2", "checkpoint.documents=200", "dedup.keep=longest"],
    ]

    @Test(arguments: settings)
    func `runs that are killed at random times end as one that is left alone`(
        settings: [String]
    ) throws {
        try stop(
            settings, with: SIGKILL, times: SweepTally.isWhole ? 150 : 2,
            "kill -9 at random times under load")
    }

    @Test(arguments: settings)
    func `runs that are asked to stop at random times end as one that is left alone`(
        settings: [String]
    ) throws {
        try stop(
            settings, with: SIGTERM, times: SweepTally.isWhole ? 40 : 1,
            "SIGTERM at random times under load")
    }

    /// Stops runs until so many were stopped; each archive is carried on with until it is done.
    private func stop(
        _ settings: [String], with signal: Int32, times: Int, _ name: String
    ) throws {
        let bench = try FaultBench(
            settings: settings,
            second: {
                try GeneratedNews.writeDump("dump", 5_000..<5_000 + Self.documents, to: $0)
            })
        let seed = UInt64(times) &* 7_919 &+ UInt64(settings.count)
        var random = SeededGenerator(seed: seed)
        let burner = try bench.folder.start(
            "/bin/bash", ["-c", "nice -n 1 bash -c 'while :; do :; done'"])
        defer { kill(burner.process.processIdentifier, SIGKILL) }
        try bench.restore()
        let start = Date()
        _ = try bench.run()
        let longest = Date().timeIntervalSince(start)
        var tally = SweepTally(name + ", " + settings.joined(separator: " "), count: times)
        var stops = 0
        while stops < times {
            try bench.restore()
            // As long as it is stopped before anything is kept, a run starts over and over; what
            // is enough for one is enough for each.
            for _ in 0..<8 where stops < times {
                let point = "seed \(seed), stop \(stops)"
                let running = try bench.run(under: "exec \"$@\"")
                usleep(UInt32(Double.random(in: 0...longest, using: &random) * 1_000_000))
                let isStopped = running.process.isRunning
                if isStopped { kill(running.process.processIdentifier, signal) }
                let ending = try running.end(withinSeconds: signal == SIGTERM ? 5 : 60)
                if isStopped {
                    stops += 1
                    let isFine = [signal, 0, 3, signal == SIGTERM ? 75 : signal].contains(
                        ending.status)
                    tally.add(
                        point, [75: "exit 75", signal: "killed"][ending.status] ?? "done",
                        try bench.verification()
                            + (isFine ? [] : ["it ended with \(ending.status): \(ending.errors)"]))
                }
                if ending.status == 0 || ending.status == 3 { break }
            }
            let complaints = try bench.complaints()
            if !complaints.isEmpty {
                tally.add("seed \(seed), after stop \(stops)", "not the same", complaints)
            }
        }
        tally.finish()
    }
}
