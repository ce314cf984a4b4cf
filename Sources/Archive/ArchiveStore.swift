// An archive on disk as readers see it: the highest whole commit.

package import ByteIO
package import SystemPackage

/// An archive's folder and its latest whole commit. Looking changes nothing; runs write through
/// `WritableArchive`.
package struct ArchiveStore: Sendable {
    package let root: Folder
    /// Nil as long as nothing was archived.
    package let commit: Commit?
    /// What the user should know: a damaged commit that was passed over. One sentence each.
    package let notices: [String]
    /// SHA-256 of the commit's file, which the next commit names; empty as long as there is none.
    package let commitSHA256: String
    /// The commit's file.
    let commitBytes: [UInt8]
    /// The number of an act whose files are still in staging; nil if all are in place.
    private let stagedWriter: Int?

    /// Where a segment of the commit lies.
    package func path(of segment: ArchivedSegment) -> FilePath {
        layout.segments.path(segment.name)
    }
    /// Every file in the folder of segments.
    package func segmentPaths() throws(ArchiveError) -> [FilePath] {
        let folder = layout.segments
        return try onDisk { () throws(FileError) in
            try folder.isFolder() ? try folder.names().map(folder.path) : []
        }
    }
    /// Where the archive keeps what is not for its readers.
    package var stateFolder: Folder { layout.state }
    /// Where files go that stood in the way or were damaged.
    package var setAsideFolder: Folder { layout.setAside }

    /// Where the paths of a file of the commit begin.
    package func folder(of file: ArchivedFile) -> Folder {
        file.writer == stagedWriter ? layout.staging(run: file.writer) : root
    }

    /// The archive as it would be with other files, of which those of the next run are in staging.
    package func draft(_ files: [ArchivedFile], known: [KnownFile]) -> ArchiveStore {
        var draft = commit
        draft?.files = files
        draft?.known = known
        return ArchiveStore(self, draft: draft, stagedWriter: (commit?.run ?? 0) + 1)
    }

    private init(
        _ store: ArchiveStore, draft: Commit?, stagedWriter: Int? = nil, sha256: String = ""
    ) {
        root = store.root
        commit = draft
        notices = store.notices
        commitSHA256 = sha256
        commitBytes = []
        self.stagedWriter = stagedWriter
    }

    /// The archive as if a commit were its last one.
    func based(on commit: Commit, sha256: String) -> ArchiveStore {
        ArchiveStore(self, draft: commit, sha256: sha256)
    }

    /// Opens an archive to repair it: one of which no commit is whole is opened without.
    package init(salvaging path: FilePath) throws(ArchiveError) {
        do throws(ArchiveError) {
            self = try ArchiveStore(opening: path)
        } catch {
            guard error.code == .noWholeCommit else { throw error }
            self = ArchiveStore(lost: path)
        }
    }

    /// The highest number that a commit's file, a data file or a list of known records has, be they
    /// damaged: none of these numbers may be given away again.
    package func lastNumber() throws(ArchiveError) -> Int {
        func names(_ folder: Folder) throws(ArchiveError) -> [String] {
            try onDisk { () throws(FileError) in try folder.isFolder() ? try folder.names() : [] }
        }
        var last = commit?.run ?? 0
        for name in try names(layout.commits) {
            let run = ArchiveLayout.run(ofCommit: name) ?? 0
            if run <= ArchiveStream.highestNumber { last = max(last, run) }
        }
        for stream in ArchiveStream.allCases {
            for name in try names(root.folder(stream.rawValue)) {
                last = max(last, ArchiveStream.writer(ofShard: name) ?? 0)
            }
        }
        for name in try names(layout.known) { last = max(last, KnownFile.run(ofName: name) ?? 0) }
        return last
    }

    private init(lost path: FilePath) {
        root = Folder(path)
        commit = nil
        notices = ["no commit of \(path) is whole"]
        commitSHA256 = ""
        commitBytes = []
        stagedWriter = nil
    }

    /// The archive with the files of its last commit where its publication may have left them.
    var pending: ArchiveStore {
        ArchiveStore(self, draft: commit, stagedWriter: commit?.run ?? 0)
    }

    /// Where a list of known records lies.
    func folder(of file: KnownFile) -> Folder {
        file.run == stagedWriter ? layout.staging(run: file.run).folder("known") : layout.known
    }

    var layout: ArchiveLayout { ArchiveLayout(root: root) }

    /// Opens an archive; a missing or empty folder is an archive without commits.
    ///
    /// Throws `.notAnArchive`, `.newerFormat`, or `.noWholeCommit` if there are commits of which
    /// none is whole.
    package init(opening path: FilePath) throws(ArchiveError) {
        root = Folder(path)
        stagedWriter = nil
        let layout = ArchiveLayout(root: root)
        guard try layout.isArchive() else {
            commit = nil
            notices = []
            commitSHA256 = ""
            commitBytes = []
            return
        }
        let found = try Self.highestCommit(layout)
        commit = found.commit
        notices = found.notices
        commitBytes = found.bytes
        commitSHA256 = found.commit == nil ? "" : ContentHash.hexadecimal(of: found.bytes.span)
    }

    private struct Found {
        var commit: Commit?
        var bytes: [UInt8] = []
        var notices: [String] = []
    }

    /// The highest whole commit. The manifest is a copy of one and stands in for a damaged file.
    ///
    /// - Parameter attempts: how often to look again if a run beside us takes commits away.
    private static func highestCommit(
        _ layout: ArchiveLayout, attempts: Int = 10
    ) throws(ArchiveError) -> Found {
        let names = try onDisk { () throws(FileError) in
            try layout.commits.isFolder() ? try layout.commits.names() : []
        }
        let runs = names.compactMap(ArchiveLayout.run(ofCommit:)).sorted(by: >)
        var found = Found()
        try consider(ArchiveLayout.manifest, in: layout.root, &found)
        let manifestRun = found.commit?.run ?? 0
        for run in runs where run >= manifestRun {
            let name = ArchiveLayout.commitName(run)
            if try consider(name, in: layout.commits, run: run, &found) { break }
            let isThere = try onDisk { () throws(FileError) in
                try layout.commits.status(of: name) != nil
            }
            if !isThere, attempts > 1 { return try highestCommit(layout, attempts: attempts - 1) }
            found.notices.append("\(layout.commits.path(name)) is damaged and was passed over")
        }
        if let commit = found.commit {
            if !found.notices.isEmpty {
                found.notices.append("the archive was opened at commit \(commit.run)")
            }
        } else if try holdsFiles(layout) || !runs.isEmpty {
            // Going on would write a first run over an archive that is there.
            throw ArchiveError(
                .noWholeCommit, layout.commits.path,
                "there are archived files but no whole commit that lists them",
                remedy: "`winnow repair` makes one from the files that are whole, or restore "
                    + "\(ArchiveLayout.state)/commits from a backup")
        }
        return found
    }

    /// Takes the commit in a file if there is one and it is whole.
    @discardableResult
    private static func consider(
        _ name: String, in folder: Folder, run: Int? = nil, _ found: inout Found
    ) throws(ArchiveError) -> Bool {
        let content = try onDisk { () throws(FileError) in try folder.contents(of: name) }
        guard let content, let commit = try decode(content, folder, name),
            run == nil || commit.run == run
        else { return false }
        found.commit = commit
        found.bytes = content
        return true
    }

    /// True if a stream's folder holds anything. Before the first commit none does.
    private static func holdsFiles(_ layout: ArchiveLayout) throws(ArchiveError) -> Bool {
        for stream in ArchiveStream.allCases {
            let folder = layout.root.folder(stream.rawValue)
            let isFilled = try onDisk { () throws(FileError) in
                try folder.isFolder() ? try !folder.names().isEmpty : false
            }
            if isFilled { return true }
        }
        return false
    }

    private static func decode(
        _ bytes: [UInt8], _ folder: Folder, _ name: String
    ) throws(ArchiveError) -> Commit? {
        switch Commit.decode(bytes) {
        case .commit(let commit): return commit
        case .damaged: return nil
        case .newer(let version):
            throw ArchiveError(
                .newerFormat, folder.path(name),
                "the archive has format \(version), this program knows up to "
                    + "\(Commit.formatVersion)",
                remedy: "install a newer Winnow")
        }
    }
}
