// Runs in odd surroundings make the archive that they make anywhere.

import Foundation
import SystemPackage
import TestFixtures
import Testing

@Suite struct EnvironmentTests {
    /// Each is a line of bash before, and around, the second run.
    static let surroundings = [
        "exec env -i \"$@\"",
        "exec \"$@\" <&-",
        "exec \"$@\" <&- 2>&-",
        "umask 077; exec \"$@\"",
        "exec setsid -w \"$@\"",
        "touch -d 2100-01-01 in/b* out/*/*; exec \"$@\"",
        "touch -d 1970-01-01 in/b* out/*/*; exec \"$@\"",
        "touch -d 1901-01-01 in/b* out/*/*; exec \"$@\"",
        "find out -exec touch -d 2100-01-01 {} +; exec \"$@\"",
    ]

    @Test(arguments: SweepTally.choose(surroundings, sample: 3))
    func `a run in odd surroundings makes the same archive`(script: String) throws {
        let bench = try FaultBench()
        try bench.restore()
        let ending = try bench.run(under: script).end(withinSeconds: FaultBench.patienceSeconds)
        #expect(ending.status == 3, "\(ending.errors)")
        let complaints = try bench.complaints()
        #expect(complaints == [])
    }

    /// Where nothing can be said, the status tells that, and the archive is whole.
    @Test(
        arguments: SweepTally.choose(
            [">&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"], sample: 1))
    func `a run that cannot speak makes the same archive`(streams: String) throws {
        let bench = try FaultBench()
        try bench.restore()
        let ending = try bench.run(under: "exec \"$@\" \(streams)")
            .end(withinSeconds: FaultBench.patienceSeconds)
        #expect(ending.status == 74)
        let complaints = try bench.complaints()
        #expect(complaints == [])
    }

    static let hasTwoFileSystems: Bool = {
        do {
            let memory = try ScratchFolder(in: FaultBench.memory)
            let devices = try memory.run("stat -c %d . \"${TMPDIR:-/tmp}\" | sort -u | wc -l")
            return String(decoding: devices, as: UTF8.self) == "2\n"
        } catch {
            return false
        }
    }()

    @Test(.enabled(if: hasTwoFileSystems, "there is one file system only"))
    func `the archive may lie on another file system than the input`() throws {
        let bench = try FaultBench()
        try bench.restore()
        let other = try ScratchFolder(in: "/tmp")
        try bench.folder.run("mv out \(other.path)/out && ln -s \(other.path)/out out")
        let ending = try bench.run()
        #expect(ending.status == 3, "\(ending.errors)")
        let complaints = try bench.complaints()
        #expect(complaints == [])
    }
}
