import Foundation
import SystemPackage

/// A folder that a shell fills, gone with the value: links, pipes, odd names and modes.
final class ShellFolder {
    let path: SystemPackage.FilePath

    init() {
        path = SystemPackage.FilePath("/tmp/winnow-test-\(UUID().uuidString)")
        shell("mkdir \(path.string)")
    }

    deinit { shell("chmod -R u+rwx \(path.string); rm -rf \(path.string)") }

    /// Runs a command inside the folder.
    func run(_ command: String) { shell("cd \(path.string) && { \(command); }") }

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
