// Checking the index against the commit: segments that are there, whole, and no others.

internal import ByteIO
internal import ByteText
internal import IndexStore

extension ArchiveVerifier {
    static let repairRemedy = "`winnow repair` makes the index again from the archive"

    /// What is wrong with the index; empty if nothing is, or if the commit lists none, as those of
    /// format 1 do.
    ///
    /// A full check reads every block of every segment, `quick` only what opening reads. Subsets
    /// count segments as files that follow those of the archive.
    package static func indexFindings(
        in store: ArchiveStore, scope: VerificationScope = .full
    ) throws(ArchiveError) -> [ArchiveFinding] {
        guard let commit = store.commit else { return [] }
        var findings: [ArchiveFinding] = []
        if !commit.segments.isEmpty, !commit.isIndexed {
            findings.append(
                ArchiveFinding(
                    path: ArchiveLayout.manifest, reason: "its index does not cover the archive",
                    remedy: repairRemedy))
        }
        for (index, segment) in commit.segments.enumerated() {
            let isRead =
                switch scope {
                case .full: true
                case .quick: false
                case .subset(let part, let parts):
                    (commit.files.count + index) % parts == part - 1
                }
            if let finding = try finding(about: segment, isRead: isRead, in: store) {
                findings.append(finding)
            }
        }
        findings += try strangers(among: store, commit)
        // A run beside us may have committed since, and merged what was listed before.
        guard !findings.isEmpty,
            try ArchiveStore(opening: store.root.path).commit?.run == commit.run
        else { return [] }
        return findings
    }

    private static func path(_ name: String) -> String {
        "\(ArchiveLayout.state)/segments/\(name)"
    }

    private static func finding(
        about item: ArchivedSegment, isRead: Bool, in store: ArchiveStore
    ) throws(ArchiveError) -> ArchiveFinding? {
        do throws(IndexError) {
            let segment = try Segment(
                opening: store.path(of: item), root: Digest(hexadecimal: item.root))
            if isRead { try segment.verify() }
            guard segment.extent == item.extent, segment.bytes == item.bytes else {
                return ArchiveFinding(
                    path: path(item.name), reason: "it covers other records than the commit says",
                    remedy: repairRemedy)
            }
            return nil
        } catch {
            if let cause = error.cause { throw ArchiveError(cause) }
            if error.code == .missing {
                let staged = store.layout.staging(run: item.run).folder("segments")
                let isStaged = try onDisk { () throws(FileError) in
                    try staged.status(of: item.name) != nil
                }
                if isStaged {
                    return ArchiveFinding(
                        path: path(item.name), reason: "it is committed but not in place yet",
                        remedy: rerunRemedy)
                }
            }
            let place = error.offset < 0 ? "" : "at byte \(error.offset): "
            return ArchiveFinding(
                path: path(item.name), reason: place + error.reason, remedy: error.remedy)
        }
    }

    /// What no commit that is still there needs.
    private static func strangers(
        among store: ArchiveStore, _ commit: Commit
    ) throws(ArchiveError) -> [ArchiveFinding] {
        let (folder, commits) = (store.layout.segments, store.layout.commits)
        let names = try onDisk { () throws(FileError) in
            try folder.isFolder() ? try folder.names() : []
        }
        let listed = try Publication.neededSegments(of: commit, commits: commits)
        return names.filter { !listed.contains($0) }.map { name in
            ArchiveFinding(
                path: path(name), reason: "no commit lists it",
                remedy: "the next `winnow run` removes it")
        }
    }
}
