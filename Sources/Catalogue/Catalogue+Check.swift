// Checking a catalogue without changing it, beside a run if need be.

package import ByteIO
internal import GRDB
internal import SystemPackage

/// What a catalogue is found to be.
package struct CatalogueCheck: Sendable {
    /// A fault: the file's name in the state folder, and what is wrong, for people.
    package struct Fault: Equatable, Sendable {
        package var file: String
        package var reason: String
    }

    /// At most one: the first stands for all.
    package private(set) var fault: Fault?
    /// Why something could not be checked, one sentence each.
    package private(set) var notices: [String] = []

    /// How often a catalogue that changes under the eyes is looked at again.
    private static let attempts = 3

    /// Checks the catalogue of an archive.
    ///
    /// A catalogue that a killed run left behind the commit, or whose checksum it left behind the
    /// file, is no fault: the next run brings both up to date. Of such a file SQLite's own check
    /// tells what can be told; one that is to be played back from its journal is not looked at.
    /// Throws if the file system refuses.
    /// - Parameters:
    ///   - archive: what the commit says.
    ///   - isReading: false compares sizes and counters only.
    package init(
        of state: Folder, against archive: CatalogueArchive, isReading: Bool
    ) throws(FileError) {
        var attempt = 0
        while true {
            attempt += 1
            let found = try CatalogueSum.state(in: state, isReading: isReading)
            fault = nil
            notices = []
            switch found {
            case .absent: return
            case .missing: fault = Fault(file: Catalogue.fileName, reason: "it is missing")
            case .unsealed(let reason):
                fault = Fault(file: CatalogueSum.fileName, reason: reason)
            case .damaged(let reason): fault = Fault(file: Catalogue.fileName, reason: reason)
            case .whole, .stale:
                if isReading { try look(into: state, found, archive) }
            }
            // A run beside us may have changed it between two looks.
            if fault == nil || attempt == Self.attempts { return }
            if try CatalogueSum.state(in: state, isReading: isReading) == found { return }
        }
    }

    private mutating func look(
        into state: Folder, _ found: CatalogueSum.State, _ archive: CatalogueArchive
    ) throws(FileError) {
        if try state.status(of: Catalogue.journalName) != nil { return }
        do throws(CatalogueError) {
            guard let catalogue = try Catalogue(readingIn: state) else { return }
            if found != .whole { try catalogue.checkPages() }
            guard try !catalogue.isEmpty() else { return }
            let held = try catalogue.archive()
            if held.lastRun > archive.lastRun {
                fault = Fault(
                    file: Catalogue.fileName,
                    reason: "it knows of commit \(held.lastRun), the archive is at "
                        + "\(archive.lastRun)")
            } else if held.lastRun == archive.lastRun, held != archive {
                fault = Fault(
                    file: Catalogue.fileName,
                    reason: "it differs from commit \(archive.lastRun)")
            }
        } catch {
            switch error.code {
            case .damaged: fault = Fault(file: Catalogue.fileName, reason: error.detail)
            case .newerSchema, .unusablePath, .failed: notices.append("\(error)")
            }
        }
    }
}

extension Catalogue {
    /// Opens the catalogue to look at it if its bytes are as they were written, or are not known to
    /// be otherwise. Nil if there is none that can be trusted. Throws as `init(readingIn:)` does.
    package convenience init?(trustedIn state: Folder) throws(CatalogueError) {
        let found = try Self.onDisk(state.path(Self.fileName)) { () throws(FileError) in
            try CatalogueSum.state(in: state, isReading: true)
        }
        guard found == .whole || found == .stale else { return nil }
        try self.init(readingIn: state)
    }

    fileprivate func checkPages() throws(CatalogueError) {
        try access { db in try Self.checkPages(db, path, "integrity_check") }
    }

    fileprivate func isEmpty() throws(CatalogueError) -> Bool {
        try access { db in try Self.isEmpty(db) }
    }
}
