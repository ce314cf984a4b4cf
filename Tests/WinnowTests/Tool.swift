// The built executable, run as users run it.

import Foundation
import Testing

/// How a program ended and what it said.
struct Ending {
    var status: Int32
    var output: [UInt8]
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [Substring] { text.split(separator: "\n") }

    /// The output as one JSON object.
    func object() throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
    }

    /// Every line of the output as a JSON object.
    func objects() throws -> [[String: Any]] {
        try lines.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }
}

/// A program that was started and has not been waited for.
struct Running {
    let process: Process
    fileprivate let folder: URL

    /// Waits; a program that takes longer is killed, which is an issue of the test.
    func end(withinSeconds limit: Double = 60) throws -> Ending {
        let deadline = Date(timeIntervalSinceNow: limit)
        while process.isRunning, Date() < deadline { usleep(2_000) }
        if process.isRunning {
            Issue.record("still running after \(limit) s: \(process.arguments ?? [])")
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        let output = try Data(contentsOf: folder.appendingPathComponent("out"))
        let errors = try Data(contentsOf: folder.appendingPathComponent("err"))
        try FileManager.default.removeItem(at: folder)
        return Ending(
            status: process.terminationStatus, output: Array(output),
            errors: String(decoding: errors, as: UTF8.self))
    }
}

enum Tool {
    /// `WINNOW_BINARY`, or what was built beside the tests.
    static let path: String = {
        if let named = ProcessInfo.processInfo.environment["WINNOW_BINARY"] { return named }
        return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("winnow").path
    }()

    /// Starts a program in a folder, with its output in files, so that no pipe can fill up.
    static func start(
        _ program: String, _ arguments: [String], in folder: Scratch, input: FileHandle? = nil,
        environment: [String: String]? = nil
    ) throws -> Running {
        let words = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("winnow-words-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: words, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        process.environment =
            environment ?? [
                "PATH": "/usr/local/bin:/usr/bin:/bin", "WINNOW": path, "LC_ALL": "C",
            ]
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = try handle(words.appendingPathComponent("out"))
        process.standardError = try handle(words.appendingPathComponent("err"))
        try process.run()
        return Running(process: process, folder: words)
    }

    private static func handle(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }
}

/// A folder of a test's own, gone with the value.
final class Scratch {
    let url: URL

    init() throws {
        url = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("winnow-tool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // What cannot be removed is the system's to clear away.
        try? FileManager.default.removeItem(at: url)
    }

    /// Runs the tool in this folder.
    func winnow(_ arguments: String...) throws -> Ending {
        try Tool.start(Tool.path, arguments, in: self).end()
    }

    /// Runs a script of bash in this folder; `$WINNOW` is the tool.
    func shell(_ script: String) throws -> Ending {
        try Tool.start("/bin/bash", ["-c", script], in: self).end()
    }

    func write(_ name: String, _ text: String) throws {
        let target = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: target)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: url.appendingPathComponent(name)))
    }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path)
    }

    /// Every file below a folder with its bytes, the lock left out.
    func files(below folder: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let root = url.appendingPathComponent(folder).path
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            let attributes = try FileManager.default.attributesOfItem(atPath: root + "/" + name)
            if attributes[.type] as? FileAttributeType == .typeRegular, !name.hasSuffix("lock") {
                files[name] = try bytes(folder + "/" + name)
            }
        }
        return files
    }
}
