// Checking all of an archive's folder: what the commit lists, and the catalogue beside it.

package import Archive
internal import ByteIO
internal import Catalogue
package import SystemPackage

/// `winnow verify`.
package enum StoreVerification {
    /// Checks an archive and its catalogue; changes nothing and may run beside a run.
    ///
    /// Throws only if the disk cannot be read; damage is a finding, never an error.
    package static func check(
        _ store: ArchiveStore, scope: VerificationScope = .full
    ) throws(ArchiveError) -> ArchiveVerification {
        try complete(ArchiveVerifier.check(store, scope: scope), scope)
    }

    /// Checks the archive at a path beside whatever is at work there; see `LiveVerification`.
    package static func beside(
        _ path: FilePath, scope: VerificationScope
    ) throws(ArchiveError) -> ArchiveVerification {
        try complete(LiveVerification(path, scope: scope).result(), scope)
    }

    private static func complete(
        _ verification: ArchiveVerification, _ scope: VerificationScope
    ) throws(ArchiveError) -> ArchiveVerification {
        var result = verification
        guard result.store.commit != nil else { return result }
        let check: CatalogueCheck
        do throws(FileError) {
            check = try CatalogueCheck(
                of: result.store.stateFolder, against: CatalogueArchive(result.store.commit),
                isReading: scope != .quick)
        } catch {
            throw ArchiveError(error)
        }
        // A run beside us may have committed since.
        let now = try ArchiveStore(salvaging: result.store.root.path).commit?.run
        if let fault = check.fault, now == result.store.commit?.run {
            let file = result.store.stateFolder.path.lastComponent?.string ?? ""
            result.findings.append(
                ArchiveFinding(
                    path: "\(file)/\(fault.file)", reason: fault.reason,
                    remedy: ArchiveFinding.catalogueRemedy))
        }
        result.notices += check.notices
        return result
    }
}
