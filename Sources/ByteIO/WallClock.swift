// The time of day and the current folder: what a run asks of its surroundings once.

package import SystemPackage

/// The clock of the day.
package enum WallClock {
    /// Nanoseconds since 1970, as files are dated.
    package static func nanoseconds() -> Int { SystemCalls.wallClock() }

    /// Waits for a moment; a signal ends it early.
    package static func pause(milliseconds: Int) {
        SystemCalls.pause(milliseconds: Int32(clamping: milliseconds))
    }
}

extension FilePath {
    /// The path from the root on, without `.` and `..`; what it names is not looked at.
    ///
    /// A relative path stays as it is where the current folder is gone.
    package var madeAbsolute: FilePath {
        if isAbsolute { return lexicallyNormalized() }
        // Without a current folder there is no other name for the file.
        guard let folder = try? SystemCalls.workingFolder() else { return self }
        return folder.pushing(self).lexicallyNormalized()
    }
}
