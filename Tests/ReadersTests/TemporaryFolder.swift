import Foundation
import SystemPackage

/// A folder of its own that goes away with the value.
final class TemporaryFolder: Sendable {
    let path: SystemPackage.FilePath

    init() {
        path = SystemPackage.FilePath("/tmp/winnow-test-\(UUID().uuidString)")
        shell("mkdir \(path.string)")
    }

    deinit { shell("chmod -R u+rwx \(path.string); rm -rf \(path.string)") }

    /// Runs a command inside the folder.
    func run(_ command: String) { shell("cd \(path.string) && { \(command); }") }

    /// Writes a file inside the folder and returns where it is.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> SystemPackage.FilePath {
        let file = path.appending(name)
        guard FileManager.default.createFile(atPath: file.string, contents: Data(bytes)) else {
            fatalError("cannot write \(file)")
        }
        return file
    }

    @discardableResult
    func write(_ name: String, _ text: String) -> SystemPackage.FilePath {
        write(name, Array(text.utf8))
    }

    private func shell(_ command: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", command]
        do {
            try process.run()
            process.waitUntilExit()
        } catch { fatalError("cannot run bash: \(error)") }
    }
}
