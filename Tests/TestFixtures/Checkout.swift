// Where the repository lies that the tests were built from.

package import Foundation

/// The repository's own files.
package enum Checkout {
    /// The folder with `Package.swift`.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The sample dump.
    package static let seeds = root.appendingPathComponent("seeds")
}
