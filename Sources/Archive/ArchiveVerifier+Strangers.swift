// Looking for what no commit lists, and checking the lists of known records.

internal import ByteIO

extension ArchiveVerifier {
    static let strangerRemedy = "move it out of the archive"

    /// The folders of the archive hold nothing that no commit lists. What stands beside them is a
    /// stranger's matter and told as a notice.
    mutating func checkStrangers() throws(ArchiveError) {
        let listed = Set(commit.files.map(\.path))
        let removed = Set(commit.removed)
        for stream in ArchiveStream.allCases {
            for name in try names(in: store.root.folder(stream.rawValue)) {
                let path = "\(stream.rawValue)/\(name)"
                if listed.contains(path) { continue }
                if !removed.contains(path) {
                    let isOfLostCommit = ArchiveStream.writer(ofShard: name) ?? 0 > commit.run
                    report(
                        path, "no commit lists it",
                        isOfLostCommit ? Self.lostCommitRemedy : Self.strangerRemedy)
                } else if !isPending {
                    report(path, "it was taken away but is still there", Self.rerunRemedy)
                }
            }
        }
        let needed = try Publication.neededSegments(of: commit, commits: store.layout.commits)
        for (folder, name) in [(store.layout.segments, "segments"), (store.layout.known, "known")] {
            for file in try names(in: folder) where !needed.contains(file) {
                if ArchiveLayout.isLeftover(file) || isPending { continue }
                report(
                    "\(ArchiveLayout.state)/\(name)/\(file)", "no commit lists it",
                    Self.removalRemedy)
            }
        }
        for name in try names(in: store.root) where !ArchiveLayout.isOwn(name) {
            note("\(name) is not the archive's")
        }
        for name in try names(in: store.layout.state) where !ArchiveLayout.isOwnState(name) {
            note("\(ArchiveLayout.state)/\(name) is not the archive's")
        }
    }

    private static let lostCommitRemedy =
        "its commit is lost; `winnow repair` takes back in what it holds"

    private func names(in folder: Folder) throws(ArchiveError) -> [String] {
        try onDisk { () throws(FileError) in try folder.isFolder() ? try folder.names() : [] }
    }

    /// The lists of known records are there and say what they said, also those that only older
    /// commits list.
    mutating func checkKnown() throws(ArchiveError) {
        var checked: Set<String> = []
        for (index, commit) in try commitsThatStay().enumerated() {
            for file in commit.known where checked.insert(file.name).inserted {
                do throws(ArchiveError) {
                    _ = try file.digests(in: isStaged(file) ? store.pending : store)
                } catch {
                    guard error.code == .damaged else { throw error }
                    report(
                        "\(ArchiveLayout.state)/known/\(file.name)", error.reason,
                        index == 0 ? Self.salvageRemedy : Self.outlivedRemedy)
                }
            }
        }
    }

    private func isStaged(_ file: KnownFile) throws(ArchiveError) -> Bool {
        guard isPending else { return false }
        let staged = store.layout.staging(run: file.run).folder("known")
        return try onDisk { () throws(FileError) in try staged.status(of: file.name) != nil }
    }

    /// The last commit, then those to fall back to that are whole.
    func commitsThatStay() throws(ArchiveError) -> [Commit] {
        var commits = [commit]
        for run in stride(
            from: commit.run - 1, through: Publication.oldestCommit(before: commit), by: -1)
        {
            if let (older, _) = try commitOnDisk(run) { commits.append(older) }
        }
        return commits
    }
}
