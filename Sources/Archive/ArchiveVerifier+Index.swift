// Checking the index against the commits: segments that are there, whole, and no others.

internal import ByteIO
internal import ByteText
internal import IndexStore

extension ArchiveVerifier {
    /// What is wrong with the index; nothing is where the commit lists none, as those of format 1
    /// do.
    ///
    /// A full check reads every block of every segment, `quick` only what opening reads. Subsets
    /// count segments as files that follow those of the archive; segments that only older commits
    /// list come last.
    mutating func checkIndex() throws(ArchiveError) {
        if !commit.segments.isEmpty, !commit.isIndexed {
            report(
                ArchiveLayout.manifest, "its index does not cover the archive",
                "`winnow repair` makes the index again from the archive")
        }
        var number = commit.files.count
        var checked: Set<String> = []
        for (age, commit) in try commitsThatStay().enumerated() {
            for segment in commit.segments where checked.insert(segment.name).inserted {
                let isRead =
                    switch scope {
                    case .full: true
                    case .quick: false
                    case .subset(let part, let parts): number % parts == part - 1
                    }
                number += 1
                guard var finding = try Self.finding(about: segment, isRead: isRead, in: store)
                else { continue }
                if age > 0 { finding.remedy = Self.outlivedRemedy }
                report(finding.path, finding.reason, finding.remedy)
            }
        }
    }

    /// True for a finding about a segment that the last commit needs.
    package static func isAboutIndex(_ finding: ArchiveFinding, of commit: Commit) -> Bool {
        commit.segments.contains { finding.path == path($0.name) }
    }

    private static func path(_ name: String) -> String {
        "\(ArchiveLayout.state)/segments/\(name)"
    }

    /// What is wrong with a segment; nil if it is as the commit says, be it in staging.
    package static func finding(
        about item: ArchivedSegment, isRead: Bool = true, in store: ArchiveStore
    ) throws(ArchiveError) -> ArchiveFinding? {
        var place = store.path(of: item)
        let staged = store.layout.staging(run: item.run).folder("segments")
        let (isInPlace, isStaged) = try onDisk { () throws(FileError) in
            (try Folder(place).exists(), try staged.status(of: item.name) != nil)
        }
        if isStaged, !isInPlace { place = staged.path(item.name) }
        do throws(IndexError) {
            let segment = try Segment(opening: place, root: Digest(hexadecimal: item.root))
            if isRead { try segment.verify() }
            guard segment.extent == item.extent, segment.bytes == item.bytes else {
                return ArchiveFinding(
                    path: path(item.name), reason: "it covers other records than the commit says",
                    remedy: "`winnow repair` makes the index again from the archive")
            }
            return nil
        } catch {
            if let cause = error.cause { throw ArchiveError(cause) }
            let offset = error.offset < 0 ? "" : "at byte \(error.offset): "
            return ArchiveFinding(
                path: path(item.name), reason: offset + error.reason, remedy: error.remedy)
        }
    }
}
