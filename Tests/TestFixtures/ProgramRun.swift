// Programs that tests run: started in a scratch folder, waited for, with what they said.

package import Foundation

/// How a program ended and what it said.
package struct ProgramEnding {
    package var status: Int32
    package var output: [UInt8]
    package var errors: String

    package var text: String { String(decoding: output, as: UTF8.self) }
    package var lines: [Substring] { text.split(separator: "\n") }

    /// The output as one JSON object.
    package func object() throws -> [String: Any] { try Self.object(output) }

    /// Every line of the output as a JSON object.
    package func objects() throws -> [[String: Any]] {
        try lines.map { try Self.object(Array($0.utf8)) }
    }

    private static func object(_ bytes: [UInt8]) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        else {
            throw FixtureError(description: "no object: \(String(decoding: bytes, as: UTF8.self))")
        }
        return object
    }
}

/// A program that was started and has not been waited for.
package struct ProgramRun {
    package let process: Process
    private let words: URL

    /// Its output goes to files, so that no pipe can fill up.
    fileprivate init(
        _ program: String, _ arguments: [String], in folder: URL, input: FileHandle,
        environment: [String: String]
    ) throws {
        words = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("winnow-words-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: words, withIntermediateDirectories: true)
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardInput = input
        process.standardOutput = try Self.handle(words.appendingPathComponent("out"))
        process.standardError = try Self.handle(words.appendingPathComponent("err"))
        try process.run()
    }

    /// Waits; a program that takes longer is killed, and that is thrown.
    package func end(withinSeconds limit: Double = 60) throws -> ProgramEnding {
        let deadline = Date(timeIntervalSinceNow: limit)
        while process.isRunning, Date() < deadline { usleep(2_000) }
        let isLate = process.isRunning
        if isLate { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        let output = try Data(contentsOf: words.appendingPathComponent("out"))
        let errors = try Data(contentsOf: words.appendingPathComponent("err"))
        try FileManager.default.removeItem(at: words)
        let ending = ProgramEnding(
            status: process.terminationStatus, output: Array(output),
            errors: String(decoding: errors, as: UTF8.self))
        if isLate {
            throw FixtureError(
                description: "still running after \(limit) s: \(process.arguments ?? []); "
                    + "it said: \(ending.text) \(ending.errors)")
        }
        return ending
    }

    private static func handle(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }
}

extension ScratchFolder {
    /// Where programs are looked for, and a locale that is the same everywhere.
    package static let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"]

    /// Starts a program in this folder.
    package func start(
        _ program: String, _ arguments: [String], input: FileHandle? = nil,
        environment: [String: String] = ScratchFolder.environment
    ) throws -> ProgramRun {
        try ProgramRun(
            program, arguments, in: url, input: input ?? .nullDevice, environment: environment)
    }

    /// Runs a command of bash in this folder; one that fails is thrown.
    @discardableResult
    package func run(_ command: String) throws -> [UInt8] {
        let ending = try start("/bin/bash", ["-c", command]).end()
        guard ending.status == 0 else {
            throw FixtureError(
                description: "\(command) ended with \(ending.status): \(ending.errors)")
        }
        return ending.output
    }
}
