// Putting the small data files of many runs together.

internal import ByteIO

/// Joins the files of successive runs, members as they are: the same lines in the same order.
package struct ArchiveCompaction {
    private let store: ArchiveStore
    private let commit: Commit
    private let shardBytes: Int

    /// - Parameter shardBytes: what a joined file may grow to.
    package init?(_ store: ArchiveStore, shardBytes: Int) {
        guard let commit = store.commit else { return nil }
        self.store = store
        self.commit = commit
        self.shardBytes = shardBytes
    }

    /// Runs whose files become those of the last one, in archive order. Runs that stay as they are
    /// are not among them.
    ///
    /// All streams are cut at the same runs, so that a document's entry in the ledger stays in a
    /// file of the document's run, and no group's ledger outgrows a shard.
    package var groups: [[Int]] {
        var sizes: [Int: [Int]] = [:]
        for file in commit.files {
            let none = [Int](repeating: 0, count: ArchiveStream.allCases.count)
            sizes[file.run, default: none][file.stream.index] += file.bytes
        }
        var groups: [[Int]] = []
        var total: [Int] = []
        for (run, size) in sizes.sorted(by: { $0.key < $1.key }) {
            let joined = zip(total, size).map(+)
            if !groups.isEmpty, joined.allSatisfy({ $0 <= shardBytes }) {
                groups[groups.count - 1].append(run)
                total = joined
            } else {
                groups.append([run])
                total = size
            }
        }
        return groups.filter { $0.count > 1 }
    }

    /// Writes the joined files and returns the whole list of files as it will be.
    /// - Parameter stop: asked between two files; true ends the work with nil.
    package func execute(
        in staging: inout ReplacementStaging, stop: () -> Bool
    ) throws(ArchiveError) -> [ArchivedFile]? {
        var files: [ArchivedFile] = []
        let groups = groups
        for stream in ArchiveStream.allCases {
            var own = commit.files(of: stream)
            for runs in groups {
                let members = Set(runs)
                let parts = own.filter { members.contains($0.run) }
                guard let last = runs.last,
                    let place = own.firstIndex(where: {
                        members.contains($0.run)
                    })
                else { continue }
                var joined: ArchivedFile
                if parts.count == 1 {
                    // Nothing to join it with; only what it belongs to has changed.
                    joined = parts[0]
                    if stream != .ledger, joined.run != last { joined.origins = joined.shares }
                    joined.run = last
                } else {
                    if stop() { return nil }
                    joined = try join(parts, run: last, &staging)
                }
                own.removeAll { members.contains($0.run) }
                own.insert(joined, at: place)
            }
            files += own
        }
        return files
    }

    private func join(
        _ parts: [ArchivedFile], run: Int, _ staging: inout ReplacementStaging
    ) throws(ArchiveError) -> ArchivedFile {
        var file = try staging.makeFile(of: parts[0].stream)
        var origins: [RunShare] = []
        for part in parts {
            try file.append(membersOf: part, in: store.root)
            if part.stream == .ledger { continue }
            for share in part.shares { origins.append(run: share.run, records: share.records) }
        }
        return try file.finish(run: run, origins: origins)
    }
}
