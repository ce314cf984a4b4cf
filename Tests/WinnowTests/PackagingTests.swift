// packaging/: units and cron lines that start the program as it is.

import Foundation
import TestFixtures
import Testing

@Suite struct PackagingTests {
    private static let keys: [String: Set<String>] = [
        "Unit": [
            "Description", "Documentation", "ConditionPathExists", "RequiresMountsFor",
            "StartLimitIntervalSec", "StartLimitBurst",
        ],
        "Service": [
            "Type", "User", "Group", "UMask", "WorkingDirectory", "ExecStart", "SuccessExitStatus",
            "Restart", "RestartPreventExitStatus", "RestartSec", "KillSignal", "TimeoutStopSec",
            "TimeoutStartSec", "Nice", "CPUWeight", "IOSchedulingClass", "IOSchedulingPriority",
            "IOWeight", "MemoryMax", "ProtectSystem", "ReadWritePaths", "ProtectHome", "PrivateTmp",
            "PrivateDevices", "PrivateNetwork", "RestrictAddressFamilies", "NoNewPrivileges",
            "CapabilityBoundingSet", "AmbientCapabilities", "ProtectClock", "ProtectControlGroups",
            "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables",
            "LockPersonality", "MemoryDenyWriteExecute", "RestrictNamespaces", "RestrictRealtime",
            "RestrictSUIDSGID", "RemoveIPC", "SystemCallArchitectures", "SystemCallFilter",
            "SystemCallErrorNumber",
        ],
        "Timer": ["OnCalendar", "RandomizedDelaySec", "FixedRandomDelay", "Persistent"],
        "Install": ["WantedBy"],
    ]

    private func text(_ name: String) throws -> String {
        try String(
            contentsOf: Checkout.root.appendingPathComponent("packaging/\(name)"), encoding: .utf8)
    }

    /// The settings of a unit in order; comments may not stand behind them.
    private func settings(_ name: String) throws -> [(section: String, key: String, value: String)]
    {
        var section = ""
        var settings: [(String, String, String)] = []
        for line in try text(name).split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
            } else {
                let parts = line.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                try #require(parts.count == 2, "\(name): \(line)")
                settings.append((section, String(parts[0]), String(parts[1])))
            }
        }
        return settings
    }

    /// The words of a command line after `winnow`, up to what the shell does with the output.
    private func arguments(_ line: String) -> [String] {
        let words = line.split(separator: " ").map(String.init)
        guard
            let start = words.firstIndex(where: {
                ["winnow", "/usr/local/bin/winnow"].contains($0)
            })
        else { return [] }
        return Array(words[(start + 1)...].prefix { $0 != ">" })
    }

    /// Every option stands in the command's help.
    private func check(_ arguments: [String]) throws {
        let folder = try ScratchFolder()
        let command = try #require(arguments.first)
        let help = try folder.winnow("help", command)
        #expect(help.status == 0)
        for option in arguments where option.hasPrefix("--") {
            #expect(help.text.contains("\(option) "), "winnow \(command) has no \(option)")
        }
    }

    @Test(arguments: ["winnow@.service", "winnow@.timer"])
    func `every key of a unit is one that its section knows`(name: String) throws {
        let settings = try settings(name)
        #expect(settings.count > 5)
        for setting in settings {
            #expect(
                Self.keys[setting.section]?.contains(setting.key) == true,
                "\(name): \(setting.key) in [\(setting.section)]")
        }
    }

    @Test func `the service starts a command that there is`() throws {
        let lines = try settings("winnow@.service").filter { $0.key == "ExecStart" }.map(\.value)
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix("/usr/local/bin/winnow run /etc/winnow/%i.json "))
        try check(arguments(lines[0]))
    }

    @Test func `exit statuses mean in the service what they mean here`() throws {
        let settings = Dictionary(
            try settings("winnow@.service").map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        #expect(settings["Type"] == "oneshot")
        #expect(settings["SuccessExitStatus"] == "3")
        #expect(settings["Restart"] == "on-failure")
        #expect(settings["RestartPreventExitStatus"] == "64 65 70 73 78")
        #expect(settings["KillSignal"] == "SIGTERM")
    }

    @Test func `the lines for cron start commands that there are`() throws {
        let lines = try text("winnow.cron").split(separator: "\n").filter {
            $0.first?.isNumber == true
        }
        #expect(lines.count == 2)
        for line in lines {
            let fields = line.split(separator: " ", maxSplits: 6)
            #expect(fields.count == 7 && fields[5] == "winnow", "five times, a user, a command")
            let command = String(fields[6])
            try check(arguments(command))
            let bare = command.replacingOccurrences(of: "\\%", with: "")
            #expect(!bare.contains("%"), "cron ends a command at a bare %")
            let folder = try ScratchFolder()
            try folder.write(
                "line", command.replacingOccurrences(of: "\\%", with: "%"))
            #expect(try folder.shell("sh -n line").status == 0)
        }
    }

    @Test func `systemd takes the units`() throws {
        let folder = try ScratchFolder()
        guard try folder.shell("command -v systemd-analyze").status == 0 else { return }
        for name in ["service", "timer"] {
            let unit = try text("winnow@.\(name)").replacingOccurrences(
                of: "/usr/local/bin/winnow", with: "/bin/true")
            try folder.write("winnow@.\(name)", unit)
            try folder.write("winnow@nightly.\(name)", unit)
        }
        let verdict = try folder.shell(
            "systemd-analyze verify ./winnow@nightly.service ./winnow@nightly.timer")
        #expect(verdict.status == 0 && verdict.errors == "", "\(verdict.errors)")
    }
}
