// Why a run cannot begin or go on reading: the environment or the configuration, never the data.

package import ByteIO
package import SystemPackage

package struct ReaderError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The path of an input names nothing.
        case missing
        /// The path of an input cannot be looked at.
        case unreadable
        /// A pattern's folder is there, but no file matches.
        case noMatch
        /// The input lies inside the run's own output.
        case insideOutput
        /// The inputs are not those of the run that was to be gone on with.
        case changed
    }

    package var code: Code
    /// Index in the run's list of inputs.
    package var input: Int
    package var path: FilePath
    package var cause: FileError?

    package var description: String {
        switch code {
        case .missing: "input \(path) does not exist; check the spelling of the path"
        case .unreadable: cause?.description ?? "input \(path) cannot be read"
        case .noMatch: "no file matches the input pattern \(path)"
        case .insideOutput: "input \(path) lies inside the output folder; read from somewhere else"
        case .changed: "the input is not what it was when the run was stopped; run again"
        }
    }
}
