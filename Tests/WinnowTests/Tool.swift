// The built executable, run as users run it.

import Foundation
import TestFixtures

enum Tool {
    static let path = BuiltProgram.path

    /// Starts a program in a folder; scripts find the tool as `$WINNOW`.
    static func start(
        _ program: String, _ arguments: [String], in folder: ScratchFolder,
        input: FileHandle? = nil, environment: [String: String]? = nil
    ) throws -> ProgramRun {
        try folder.start(
            program, arguments, input: input,
            environment: environment
                ?? ScratchFolder.environment.merging(["WINNOW": path]) { $1 })
    }
}

extension ScratchFolder {
    /// Runs the tool in this folder.
    func winnow(_ arguments: String...) throws -> ProgramEnding {
        try Tool.start(Tool.path, arguments, in: self).end()
    }

    /// Runs a script of bash in this folder; `$WINNOW` is the tool.
    func shell(_ script: String) throws -> ProgramEnding {
        try Tool.start("/bin/bash", ["-c", script], in: self).end()
    }

    /// Every file below a folder with its bytes, the lock left out.
    func files(below folder: String) throws -> [String: [UInt8]] {
        try files(below: folder) { !$0.hasSuffix("lock") }
    }
}
