// Why the catalogue cannot be used, where, and what to do next.

package import SystemPackage

/// A failure of the catalogue. What was archived is not touched by it.
package struct CatalogueError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// A newer program has written the catalogue.
        case newerSchema
        /// The path of the archive is no UTF-8, which SQLite's interface needs.
        case unusablePath
        /// It is no database, or its pages contradict each other.
        case damaged
        /// SQLite failed: the disk is full, the file may not be read, another program holds it.
        case failed
    }

    package var code: Code
    package var path: FilePath
    /// What SQLite says, or which versions met.
    package var detail: String

    package var description: String {
        switch code {
        case .newerSchema:
            "the catalogue \(path) was written by a newer program (\(detail));"
                + " install a newer Winnow, or move the file away to have it made again"
        case .unusablePath:
            "the catalogue \(path) cannot be opened because its path is not UTF-8;"
                + " rename the folder to have inputs remembered"
        case .damaged:
            "the catalogue \(path) is damaged (\(detail)); the next run makes it again"
        case .failed: "the catalogue \(path) cannot be used: \(detail)"
        }
    }
}
