// The tool as it was built, for tests that run it as users do.

import Foundation

/// The executable under test.
package enum BuiltProgram {
    /// `WINNOW_BINARY`, or what was built beside the tests.
    package static let path: String = {
        if let named = ProcessInfo.processInfo.environment["WINNOW_BINARY"] { return named }
        return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("winnow").path
    }()
}
