// Checking the chain of commits, and the files that repeat what the last one says.

internal import ByteIO

extension ArchiveVerifier {
    /// The commits that stay are there, whole, and each names the one before.
    mutating func checkCommits() throws(ArchiveError) {
        let folder = store.layout.commits
        var next: (path: String, previous: String)?
        let oldest = Publication.oldestCommit(before: commit)
        for run in stride(from: commit.run, through: oldest, by: -1) {
            let name = ArchiveLayout.commitName(run)
            let path = Self.path(ofCommit: name)
            // The manifest stands in for the last one, and the next run writes it again.
            let remedy = run == commit.run ? Self.rerunRemedy : Self.outlivedRemedy
            let status = try onDisk { () throws(FileError) in try folder.status(of: name) }
            guard status?.kind == .regular else {
                let isMissing = status == nil
                report(path, isMissing ? "the commit is missing" : "it is no file", remedy)
                next = nil
                continue
            }
            guard let (decoded, sha256) = try commitOnDisk(run) else {
                report(path, "the commit is damaged", remedy)
                next = nil
                continue
            }
            if let next, next.previous != sha256 {
                report(
                    next.path, "it names another commit before it than \(name)",
                    Self.outlivedRemedy)
            }
            next = (path, decoded.previous)
        }
        let names = try onDisk { () throws(FileError) in
            try folder.isFolder() ? try folder.names() : []
        }
        for name in names {
            try checkOtherCommit(name, oldest: oldest)
        }
    }

    /// A file among the commits that is none of those that stay.
    private mutating func checkOtherCommit(
        _ name: String, oldest: Int
    ) throws(ArchiveError) {
        guard let run = ArchiveLayout.run(ofCommit: name) else {
            if !ArchiveLayout.isLeftover(name) {
                report(Self.path(ofCommit: name), "it is no commit", Self.strangerRemedy)
            }
            return
        }
        if run > commit.run {
            // A whole one was committed by a run beside us.
            if try commitOnDisk(run) != nil { return }
            report(
                Self.path(ofCommit: name), "the commit is damaged",
                "`winnow repair` takes back in what it listed, or restore it from a backup")
        } else if run < oldest, !isPending {
            report(Self.path(ofCommit: name), "no commit needs it any more", Self.rerunRemedy)
        }
    }

    private static func path(ofCommit name: String) -> String {
        "\(ArchiveLayout.state)/commits/\(name)"
    }

    /// The commit of a number with its digest; nil if there is none that is whole.
    func commitOnDisk(_ run: Int) throws(ArchiveError) -> (Commit, sha256: String)? {
        let folder = store.layout.commits
        let name = ArchiveLayout.commitName(run)
        let bytes = try onDisk { () throws(FileError) in
            try folder.status(of: name)?.kind == .regular ? try folder.contents(of: name) : nil
        }
        guard let bytes, case .commit(let commit) = Commit.decode(bytes), commit.run == run else {
            return nil
        }
        return (commit, ContentHash.hexadecimal(of: bytes.span))
    }

    /// Manifest, sums and card say what the commit says. Until its publication is at its end they
    /// may say what the commit before says.
    mutating func checkDerived() throws(ArchiveError) {
        let before = isPending ? try commitOnDisk(commit.run - 1)?.0 : nil
        let isFirst = isPending && commit.run == 1
        func expected(_ commit: Commit, _ bytes: [UInt8]) -> [[UInt8]] {
            [bytes, Checksums.file(of: commit), DatasetCard(commit: commit).markdown()]
        }
        let now = expected(commit, store.commitBytes)
        let earlier = before.map { expected($0, $0.encoded()) }
        let root = store.root
        let names = [ArchiveLayout.manifest, ArchiveLayout.sums, ArchiveLayout.card]
        for (index, name) in names.enumerated() {
            let status = try onDisk { () throws(FileError) in try root.status(of: name) }
            guard status?.kind == .regular else {
                if status == nil, isFirst { continue }
                report(name, status == nil ? "it is missing" : "it is no file", Self.rerunRemedy)
                continue
            }
            let content = try onDisk { () throws(FileError) in try root.contents(of: name) }
            if content != now[index], content == nil || content != earlier?[index] {
                report(name, "it differs from commit \(commit.run)", Self.rerunRemedy)
            }
        }
    }
}
