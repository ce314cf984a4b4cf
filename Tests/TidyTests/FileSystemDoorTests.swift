// One file talks to the kernel about files: what it does not see, no test can make fail.

import Foundation
import Testing

@Suite struct FileSystemDoorTests {
    private static let door = "Sources/ByteIO/SystemCalls.swift"
    /// SQLite's own calls go by here, as it would make them itself.
    private static let database = "Sources/Catalogue/InterruptedCalls.swift"
    /// Calls that change files, folders or what is durable of them, and those that open any.
    private static let calls = [
        "open", "openat", "creat", "fopen", "fdopen", "freopen", "mkstemp", "mkdtemp", "tmpfile",
        "write", "pwrite", "writev", "pwritev", "fwrite", "fputs", "fputc", "puts", "fprintf",
        "fsync", "fdatasync", "syncfs", "sync", "msync", "mmap", "ftruncate", "truncate",
        "fallocate", "posix_fallocate", "rename", "renameat", "renameat2", "unlink", "unlinkat",
        "remove", "mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat",
        "sendfile", "copy_file_range", "splice", "chmod", "fchmod", "chown", "fchown", "utimensat",
        "futimens", "syscall",
    ].joined(separator: "|")

    @Test func `no other Swift file calls the kernel to change files`() throws {
        for file in try Repository.sources.get()
        where file.path != Self.door && file.path != Self.database {
            var found = try file.places(of: #"\bGlibc\.(\#(Self.calls))\b"#)
            // Without the import a bare name is a function of our own; with it, one that the file
            // declares hides the kernel's.
            if file.imports.contains("Glibc") {
                found += try file.places(of: #"(?<![\w.])(\#(Self.calls))\("#)
                    .filter { try !declares(file, callIn: $0.text) }
            }
            // Those of the system package.
            found += try file.places(of: #"\bFileDescriptor\b"#)
            #expect(found.map(\.description) == [], "go through \(Self.door)")
        }
    }

    @Test func `the C sources touch no files`() throws {
        let paths = try Repository.paths(below: "Sources").filter { path in
            [".c", ".cpp", ".h"].contains { path.hasSuffix($0) }
        }
        #expect(paths.count > 5)
        for path in paths {
            let file = SourceFile(path: path, text: try Repository.text(path))
            let found = try file.places(
                of: #"(?<![\w.>:])(\#(Self.calls))\s*\(|\b(o|i)?fstream\b"#)
            #expect(found.map(\.description) == [])
        }
    }

    @Test func `the door itself lets tests see every change`() throws {
        let door = try #require(try Repository.sources.get().first { $0.path == Self.door })
        let kernel = try door.places(
            of: #"\bGlibc\.(open|write|fsync|ftruncate|close|rename|unlink|mkdir|rmdir)\("#)
        #expect(kernel.count == 9)
        for place in kernel {
            let above = door.code[max(0, place.line - 5)..<place.line]
            #expect(above.contains { $0.contains("FileSystemTap.") }, "\(place)")
        }
        let mapping = try door.places(of: #"\bmmap\("#)
        #expect(mapping.count == 1)
        #expect(mapping.allSatisfy { $0.text.contains("PROT_READ,") })
    }

    /// True if the file has a function or case of the name that is called on a line.
    private func declares(_ file: SourceFile, callIn line: String) throws -> Bool {
        let regex = try NSRegularExpression(pattern: #"(?<![\w.])(\#(Self.calls))\("#)
        let range = NSRange(line.startIndex..., in: line)
        guard let match = regex.firstMatch(in: line, range: range),
            let name = Range(match.range(at: 1), in: line)
        else { return false }
        return try !file.places(of: #"\b(func|case) \#(line[name])\("#).isEmpty
    }
}
