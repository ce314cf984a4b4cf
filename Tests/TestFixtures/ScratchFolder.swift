// A folder of a test's own.

package import Foundation
package import SystemPackage

/// A fresh folder, gone with the value.
package final class ScratchFolder: Sendable {
    package let path: FilePath

    package var url: URL { URL(fileURLWithPath: path.string, isDirectory: true) }

    /// - Parameter parent: where the folder is made; the system's folder for temporary files if nil.
    package init(in parent: FilePath? = nil) throws {
        path = (parent ?? FilePath(NSTemporaryDirectory()))
            .appending("winnow-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            // A folder that may not be entered; what cannot be removed is the system's to clear away.
            let opening = ["-c", "chmod -R u+rwx \"$1\"; rm -rf \"$1\"", "bash", path.string]
            let process = try? Process.run(
                URL(fileURLWithPath: "/bin/bash"), arguments: opening)
            process?.waitUntilExit()
        }
    }

    /// Writes a file below the folder, and the folders it lies in.
    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
        let target = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: target)
        return path.appending(name)
    }

    @discardableResult
    package func write(_ name: String, _ text: String) throws -> FilePath {
        try write(name, Array(text.utf8))
    }

    package func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: url.appendingPathComponent(name)))
    }

    package func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    package func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path.appending(name).string)
    }

    /// The regular files below a folder of this one, by their paths below it.
    package func files(
        below folder: String, where isWanted: (String) -> Bool
    ) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let root = path.appending(folder).string
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) where isWanted(name) {
            let attributes = try FileManager.default.attributesOfItem(atPath: root + "/" + name)
            if attributes[.type] as? FileAttributeType == .typeRegular {
                files[name] = try bytes(folder + "/" + name)
            }
        }
        return files
    }
}
