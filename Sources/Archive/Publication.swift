// Making a commit, and making a commit visible: the order of steps that survives every crash.

internal import ByteIO

/// The steps of a publication. Each may be repeated; together they lead from any point at which
/// an earlier attempt was killed, or the power went, to the same bytes.
///
/// What a step leaves is durable before the next one begins:
///
/// 1. The archive's own folders are, each in the folder it is in (`WritableArchive` sees to it).
/// 2. So are the staged files, their names and their folders (`secureStaging`).
/// 3. `writeCommit` is the commit point: content first, then the name. Before it nothing is
///    visible, after it everything can be finished from staging.
/// 4. The files move. A new name is durable before the old one is known to be gone, and a folder
///    before what is moved to it.
/// 5. Sums, card and manifest follow; all three can be made from the commit.
/// 6. Only now something is removed: first the commits that list what goes, then the files, then
///    the segments that no commit left lists, then staging.
///
/// An attempt that was killed leaves changes that the next one sees and that are not durable. That
/// is why steps sync what they find done, too.
struct Publication {
    /// How many commits stay: the last and two to fall back to.
    static let keptCommits = 3

    let layout: ArchiveLayout
    let commit: Commit
    let commitBytes: [UInt8]
    /// What stood in the way and was moved aside.
    private(set) var notices: [String] = []

    init(layout: ArchiveLayout, commit: Commit, commitBytes: [UInt8]) {
        self.layout = layout
        self.commit = commit
        self.commitBytes = commitBytes
    }

    /// What is left to do once the commit counts, in this order.
    enum Step: CaseIterable {
        case restoreCommit, moveFiles, replaceSums, replaceCard
        /// Last of the visible files: who reads its list finds everything in place.
        case replaceManifest
        case removeOldCommits
        /// After the commits that list them: no commit that can be opened misses a file.
        case removeReplacedFiles, removeOldSegments, removeStaging
    }

    /// Does all that is left to do.
    mutating func rollForward() throws(ArchiveError) {
        for step in Step.allCases { try perform(step) }
    }

    mutating func perform(_ step: Step) throws(ArchiveError) {
        switch step {
        case .restoreCommit: try restoreCommit()
        case .moveFiles: try moveFiles()
        case .replaceSums: try replace(ArchiveLayout.sums, Checksums.file(of: commit))
        case .replaceCard:
            try replace(ArchiveLayout.card, DatasetCard(commit: commit).markdown())
        case .replaceManifest: try replace(ArchiveLayout.manifest, commitBytes)
        case .removeOldCommits: try removeOldCommits()
        case .removeReplacedFiles: try removeReplacedFiles()
        case .removeOldSegments: try removeOldSegments()
        case .removeStaging: try removeStaging()
        }
    }

    /// Makes the run's folder in staging durable: the names of its folders, of the segments, and
    /// its own. Those who wrote data files have synced them and their folders.
    func secureStaging() throws(ArchiveError) {
        let staging = layout.staging(run: commit.run)
        try onDisk { () throws(FileError) in
            guard try staging.isFolder() else { return }
            let segments = staging.folder("segments")
            if try segments.isFolder() { try segments.sync() }
            try staging.sync()
            try staging.parent.sync()
        }
    }

    /// The commit point: the commit's file takes its name by one rename.
    mutating func writeCommit() throws(ArchiveError) {
        let name = ArchiveLayout.commitName(commit.run)
        // Only a damaged commit that was passed over can stand there.
        try moveAside(name, in: layout.commits)
        try replaceFile(name, in: layout.commits, with: commitBytes)
    }

    /// Writes the commit again where the manifest had to stand in for it.
    private mutating func restoreCommit() throws(ArchiveError) {
        let (commits, name) = (layout.commits, ArchiveLayout.commitName(commit.run))
        let present = try onDisk { () throws(FileError) in
            try commits.removeFile(Folder.temporaryName(for: name))
            return try commits.contents(of: name)
        }
        if present != commitBytes { try writeCommit() }
    }

    /// Renames the run's files from staging into place, then makes the folders durable.
    private mutating func moveFiles() throws(ArchiveError) {
        let staging = layout.staging(run: commit.run)
        guard try onDisk({ () throws(FileError) in try staging.exists() }) else { return }
        for stream in ArchiveStream.allCases {
            let names = commit.files(of: stream).filter { $0.writer == commit.run }
                .map { String($0.path.dropFirst(stream.rawValue.count + 1)) }
            try move(
                names, from: staging.folder(stream.rawValue),
                to: layout.root.folder(stream.rawValue))
        }
        let segments = commit.segments.filter { $0.run == commit.run }.map(\.name)
        try move(segments, from: staging.folder("segments"), to: layout.segments)
        let known = commit.known.filter { $0.run == commit.run }.map(\.name)
        try move(known, from: staging.folder("known"), to: layout.known)
    }

    private mutating func move(
        _ names: [String], from: Folder, to: Folder
    ) throws(ArchiveError) {
        guard !names.isEmpty, try onDisk({ () throws(FileError) in try from.exists() }) else {
            return
        }
        try onDisk { () throws(FileError) in
            try to.create()
            // It may be there and not be durable: made by an attempt that was killed.
            try to.parent.sync()
        }
        for name in names {
            // Not in staging: an earlier attempt has moved it.
            guard
                let staged = try onDisk({ () throws(FileError) in try from.status(of: name) })
            else { continue }
            let present = try onDisk { () throws(FileError) in try to.status(of: name) }
            if let present, present.isSame(as: staged) {
                // Half a rename came through a power loss: both names are there.
                _ = try onDisk { () throws(FileError) in try from.removeFile(name) }
                continue
            }
            try moveAside(name, in: to)
            try onDisk { () throws(FileError) in try from.move(name, to: to, name) }
        }
        try onDisk { () throws(FileError) in
            try to.sync()
            try from.sync()
        }
    }

    /// Replaces a file that is derived from the commit, unless it is right already.
    private func replace(_ name: String, _ bytes: [UInt8]) throws(ArchiveError) {
        let root = layout.root
        let status = try onDisk { () throws(FileError) in try root.status(of: name) }
        if status?.kind == .regular,
            try onDisk({ () throws(FileError) in try root.contents(of: name) }) == bytes
        {
            _ = try onDisk { () throws(FileError) in
                try root.removeFile(Folder.temporaryName(for: name))
            }
            return
        }
        try replaceFile(name, in: root, with: bytes)
    }

    /// The oldest commit that stays beside one.
    static func oldestCommit(before commit: Commit) -> Int {
        max(1, commit.run - keptCommits + 1, commit.oldestUsable)
    }

    /// Removes the data files that this commit takes away.
    private mutating func removeReplacedFiles() throws(ArchiveError) {
        for stream in ArchiveStream.allCases {
            let names = commit.removed.filter { $0.hasPrefix(stream.rawValue + "/") }
                .map { String($0.dropFirst(stream.rawValue.count + 1)) }
            let folder = layout.root.folder(stream.rawValue)
            guard isRepair else {
                try remove(names, from: folder)
                continue
            }
            for name in names { try moveAside(name, in: folder, isDamaged: true) }
        }
    }

    /// True if what goes is damaged: it is kept for who may make more of it.
    private var isRepair: Bool { commit.runs.last?.act == .repair }

    private func remove(_ names: [String], from folder: Folder) throws(ArchiveError) {
        guard !names.isEmpty, try onDisk({ () throws(FileError) in try folder.isFolder() }) else {
            return
        }
        try onDisk { () throws(FileError) in
            var isChanged = false
            for name in names { isChanged = try folder.removeFile(name) || isChanged }
            if isChanged { try folder.sync() }
        }
    }

    private mutating func removeOldCommits() throws(ArchiveError) {
        let commits = layout.commits
        if isRepair {
            let names = try onDisk { () throws(FileError) in try commits.names() }
            for name in names where !ArchiveLayout.isLeftover(name) {
                let bytes = try onDisk { () throws(FileError) in
                    try commits.status(of: name)?.kind == .regular
                        ? try commits.contents(of: name) : nil
                }
                let run = ArchiveLayout.run(ofCommit: name)
                if let bytes, case .commit(let whole) = Commit.decode(bytes), whole.run == run {
                    continue
                }
                try moveAside(name, in: commits, isDamaged: true)
            }
        }
        try onDisk { () throws(FileError) in
            var isChanged = false
            for name in try commits.names() {
                guard let run = ArchiveLayout.run(ofCommit: name),
                    run < Self.oldestCommit(before: commit)
                else { continue }
                isChanged = try commits.removeFile(name) || isChanged
            }
            if isChanged { try commits.sync() }
        }
    }

    /// Moves aside what a lost commit left: its own damaged file, its data files, its list of known
    /// records. No whole commit has a number as high as theirs.
    mutating func setLostCommitsAside() throws(ArchiveError) {
        func names(_ folder: Folder) throws(ArchiveError) -> [String] {
            try onDisk { () throws(FileError) in try folder.isFolder() ? try folder.names() : [] }
        }
        for name in try names(layout.commits) {
            if ArchiveLayout.run(ofCommit: name) ?? 0 > commit.run {
                try moveAside(name, in: layout.commits, isDamaged: true)
            }
        }
        for stream in ArchiveStream.allCases {
            let folder = layout.root.folder(stream.rawValue)
            for name in try names(folder) {
                if ArchiveStream.writer(ofShard: name) ?? 0 > commit.run {
                    try moveAside(name, in: folder, isDamaged: true)
                }
            }
        }
        for name in try names(layout.known) {
            if KnownFile.run(ofName: name) ?? 0 > commit.run {
                try moveAside(name, in: layout.known, isDamaged: true)
            }
        }
    }

    /// Removes the segments that were merged into others and that no commit needs any more, and
    /// lists of known records likewise.
    private mutating func removeOldSegments() throws(ArchiveError) {
        let needed = try Self.neededSegments(of: commit, commits: layout.commits)
        for folder in [layout.segments, layout.known] {
            let names = try onDisk { () throws(FileError) in
                try folder.isFolder() ? try folder.names() : []
            }
            for name in names where !needed.contains(name) {
                let status = try onDisk { () throws(FileError) in try folder.status(of: name) }
                // Segments are derived; lists are not, and a folder is no one's that is known.
                if isRepair && folder == layout.known || status?.kind == .directory {
                    try moveAside(name, in: folder, isDamaged: true)
                } else {
                    try remove([name], from: folder)
                }
            }
        }
    }

    /// The names of the segments that a commit or one of those kept beside it lists.
    static func neededSegments(
        of commit: Commit, commits: Folder
    ) throws(ArchiveError) -> Set<String> {
        var needed = Set(commit.segments.map(\.name) + commit.known.map(\.name))
        for run in oldestCommit(before: commit)..<commit.run {
            let bytes = try onDisk { () throws(FileError) in
                try commits.contents(of: ArchiveLayout.commitName(run))
            }
            if let bytes, case .commit(let older) = Commit.decode(bytes) {
                needed.formUnion(older.segments.map(\.name) + older.known.map(\.name))
            }
        }
        return needed
    }

    private func removeStaging() throws(ArchiveError) {
        let staging = layout.staging
        let name = ArchiveStream.padded(commit.run, to: 6)
        try onDisk { () throws(FileError) in
            guard try staging.status(of: name) != nil else { return }
            try staging.removeTree(name)
            try staging.sync()
        }
    }

    private func replaceFile(
        _ name: String, in folder: Folder, with bytes: [UInt8]
    ) throws(ArchiveError) {
        try onDisk { () throws(FileError) in try folder.replaceFile(name, with: bytes.span) }
    }

    /// Moves what stands at a name that the commit needs out of the way: never overwrite.
    private mutating func moveAside(
        _ name: String, in folder: Folder, isDamaged: Bool = false
    ) throws(ArchiveError) {
        let aside = layout.setAside
        guard try onDisk({ () throws(FileError) in try folder.status(of: name) }) != nil else {
            return
        }
        var free = name
        var attempt = 1
        try onDisk { () throws(FileError) in
            try aside.create()
            while try aside.status(of: free) != nil {
                attempt += 1
                free = "\(attempt)-\(name)"
            }
            try folder.move(name, to: aside, free)
            try aside.sync()
            try folder.sync()
        }
        let reason =
            isDamaged
            ? "is not what commit \(commit.run) lists"
            : "stood where commit \(commit.run) has a file"
        notices.append("\(folder.path(name)) \(reason); it was moved to \(aside.path(free))")
    }
}
