// Checking all of an archive's folder: what the commit lists, and the catalogue beside it.

package import Archive
internal import ByteIO
internal import Catalogue
package import SystemPackage

/// `winnow verify`.
package enum StoreVerification {
    /// Checks an archive, be it beside a run, and its catalogue; changes nothing.
    ///
    /// Throws only if the disk cannot be read, or the archive changes all the time; damage is a
    /// finding, never an error.
    package static func check(
        _ path: FilePath, scope: VerificationScope
    ) throws(ArchiveError) -> VerificationResult {
        try adding(LiveVerification(path, scope: scope).result(), scope)
    }

    /// Checks an archive that nobody else changes, and its catalogue.
    package static func check(
        _ store: ArchiveStore, scope: VerificationScope = .full
    ) throws(ArchiveError) -> VerificationResult {
        try adding(ArchiveVerifier.check(store, scope: scope), scope)
    }

    private static func adding(
        _ archive: VerificationResult, _ scope: VerificationScope
    ) throws(ArchiveError) -> VerificationResult {
        var result = archive
        guard let commit = result.store.commit else { return result }
        let check: CatalogueCheck
        do throws(FileError) {
            check = try CatalogueCheck(
                of: result.store.stateFolder, against: CatalogueArchive(commit),
                isReading: scope != .quick)
        } catch {
            throw ArchiveError(error)
        }
        result.notices += check.notices
        guard let fault = check.fault else { return result }
        // A run beside us may have committed since.
        guard try ArchiveStore(salvaging: result.store.root.path).commit?.run == commit.run else {
            return result
        }
        let folder = result.store.stateFolder.path.lastComponent?.string ?? ""
        result.findings.append(
            ArchiveFinding(
                path: "\(folder)/\(fault.file)", reason: fault.reason,
                remedy: ArchiveFinding.catalogueRemedy))
        return result
    }
}
