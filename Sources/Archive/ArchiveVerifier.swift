// Checking an archive against its own commit.

internal import ByteIO

/// Something that is not as the commit says.
package struct ArchiveFinding: Equatable, Sendable, CustomStringConvertible {
    /// Path below the archive's folder.
    package var path: String
    /// What is wrong, for people.
    package var reason: String
    /// What to do about it.
    package var remedy: String

    package var description: String { "\(path): \(reason); \(remedy)" }
}

/// How much of an archive is checked.
package enum VerificationScope: Equatable, Sendable {
    /// Every byte, every line, how the lines refer to each other, and every block of the index.
    case full
    /// Sizes, derived files, the chain of commits, and what opening the index reads.
    case quick
    /// `quick`, and every byte and line of each n-th file, beginning with the k-th (from 1).
    case subset(Int, of: Int)
}

/// Compares what is on disk with the commit. Changes nothing; may run beside a run.
package struct ArchiveVerifier: ~Copyable {
    static let rerunRemedy = "the next run puts it right"
    static let backupRemedy = "restore it from a backup"

    private let store: ArchiveStore
    private let scope: VerificationScope
    private var findings: [ArchiveFinding] = []

    private init(_ store: ArchiveStore, _ scope: VerificationScope) {
        self.store = store
        self.scope = scope
    }

    /// All that is wrong with the archive; empty if nothing is.
    ///
    /// Throws only if the disk cannot be read; damage is a finding, never an error.
    package static func findings(
        in store: ArchiveStore, scope: VerificationScope = .full
    ) throws(ArchiveError) -> [ArchiveFinding] {
        if case .subset(let part, let parts) = scope {
            precondition(part >= 1 && part <= parts, "part \(part) of \(parts)")
        }
        var verifier = ArchiveVerifier(store, scope)
        guard let commit = store.commit else { return [] }
        try verifier.checkCommits(commit)
        try verifier.checkDerived(commit)
        let present = try verifier.checkPresence(commit)
        try verifier.checkStrangers(commit)
        try verifier.checkKnown(commit)
        verifier.checkCounts(commit)
        verifier.findings += try indexFindings(in: store, scope: scope)
        switch scope {
        case .quick: break
        case .subset(let part, let parts):
            var contents = ContentChecks(isWhole: false)
            for (index, file) in commit.files.enumerated()
            where index % parts == part - 1 && present.contains(file.path) {
                try contents.check(file, in: store.root)
            }
            verifier.findings += contents.findings
        case .full:
            // Missing files would make every reference to them a finding of its own.
            var contents = ContentChecks(isWhole: present.count == commit.files.count)
            for file in commit.files where present.contains(file.path) {
                try contents.check(file, in: store.root)
            }
            verifier.findings += contents.findings
        }
        return verifier.findings
    }

    private mutating func report(_ path: String, _ reason: String, _ remedy: String) {
        findings.append(ArchiveFinding(path: path, reason: reason, remedy: remedy))
    }

    /// The last three commits are there, whole, and each names the one before.
    private mutating func checkCommits(_ commit: Commit) throws(ArchiveError) {
        let folder = store.layout.commits
        var next: (path: String, previous: String)?
        let oldest = Publication.oldestCommit(before: commit)
        for run in stride(from: commit.run, through: oldest, by: -1) {
            let name = ArchiveLayout.commitName(run)
            let path = "\(ArchiveLayout.state)/commits/\(name)"
            let bytes = try onDisk { () throws(FileError) in
                try folder.status(of: name)?.kind == .regular ? try folder.contents(of: name) : nil
            }
            guard let bytes else {
                report(
                    path, "the commit is missing",
                    run == commit.run ? Self.rerunRemedy : Self.backupRemedy)
                next = nil
                continue
            }
            guard case .commit(let decoded) = Commit.decode(bytes), decoded.run == run else {
                report(path, "the commit is damaged", Self.backupRemedy)
                next = nil
                continue
            }
            if let next, next.previous != ContentHash.hexadecimal(of: bytes.span) {
                report(
                    next.path, "it names another commit before it than \(name)", Self.backupRemedy)
            }
            next = (path, decoded.previous)
        }
        let names = try onDisk { () throws(FileError) in
            try folder.isFolder() ? try folder.names() : []
        }
        for name in names {
            if let run = ArchiveLayout.run(ofCommit: name), run > commit.run {
                report(
                    "\(ArchiveLayout.state)/commits/\(name)", "the commit is damaged",
                    Self.backupRemedy)
            }
        }
    }

    /// Manifest, sums and card say what the commit says.
    private mutating func checkDerived(_ commit: Commit) throws(ArchiveError) {
        let expected = [
            (ArchiveLayout.manifest, store.commitBytes),
            (ArchiveLayout.sums, Checksums.file(of: commit)),
            (ArchiveLayout.card, DatasetCard(commit: commit).markdown()),
        ]
        let root = store.root
        for (name, content) in expected {
            let status = try onDisk { () throws(FileError) in try root.status(of: name) }
            guard status?.kind == .regular else {
                report(name, status == nil ? "it is missing" : "it is no file", Self.rerunRemedy)
                continue
            }
            if try onDisk({ () throws(FileError) in try root.contents(of: name) }) != content {
                report(name, "it differs from commit \(commit.run)", Self.rerunRemedy)
            }
        }
    }

    /// Every file is there with its size; returns the paths of those that are.
    private mutating func checkPresence(_ commit: Commit) throws(ArchiveError) -> Set<String> {
        let root = store.root
        var present: Set<String> = []
        for file in commit.files {
            let status = try onDisk { () throws(FileError) in try root.status(of: file.path) }
            guard let status else {
                let staged = store.layout.staging(run: file.writer)
                let isStaged = try onDisk { () throws(FileError) in
                    try staged.status(of: file.path) != nil
                }
                if isStaged {
                    report(file.path, "it is committed but not in place yet", Self.rerunRemedy)
                } else {
                    report(file.path, "the file is missing", Self.backupRemedy)
                }
                continue
            }
            if status.kind != .regular {
                report(file.path, "it is no regular file", Self.backupRemedy)
            } else if status.sizeBytes != file.bytes {
                report(
                    file.path, "\(status.sizeBytes) bytes instead of \(file.bytes)",
                    Self.backupRemedy)
                present.insert(file.path)
            } else {
                present.insert(file.path)
            }
        }
        return present
    }

    /// The lists of known records are there and say what they said.
    private mutating func checkKnown(_ commit: Commit) throws(ArchiveError) {
        for file in commit.known {
            do throws(ArchiveError) {
                _ = try file.digests(in: store)
            } catch {
                guard error.code == .damaged else { throw error }
                report("\(ArchiveLayout.state)/known/\(file.name)", error.reason, Self.backupRemedy)
            }
        }
    }

    /// The streams' folders hold nothing that no commit lists.
    private mutating func checkStrangers(_ commit: Commit) throws(ArchiveError) {
        let listed = Set(commit.files.map(\.path))
        let root = store.root
        var strangers: [String] = []
        for stream in ArchiveStream.allCases {
            let folder = root.folder(stream.rawValue)
            let names = try onDisk { () throws(FileError) in
                try folder.isFolder() ? try folder.names() : []
            }
            strangers += names.map { "\(stream.rawValue)/\($0)" }.filter { !listed.contains($0) }
        }
        // A run beside us may have committed since; then its files are no strangers.
        guard !strangers.isEmpty,
            try ArchiveStore(opening: root.path).commit?.run == commit.run
        else { return }
        let removed = Set(commit.removed)
        for path in strangers {
            if removed.contains(path) {
                report(path, "it was taken away but is still there", Self.rerunRemedy)
            } else {
                report(path, "no commit lists it", "move it out of the archive")
            }
        }
    }

    /// The files of each stream hold as many records as the runs have counted.
    private mutating func checkCounts(_ commit: Commit) {
        let totals = commit.totals
        let expected: [(ArchiveStream, Int)] = [
            (.articles, totals.kept), (.duplicates, totals.duplicateCount),
            (.rejected, totals.rejectedCount),
        ]
        for (stream, count) in expected {
            let records = commit.files(of: stream).reduce(0) { $0 + $1.records }
            if records != count {
                report(
                    stream.rawValue, "\(records) records in its files, \(count) in the counts",
                    Self.backupRemedy)
            }
        }
        if !totals.isBalanced {
            report(
                ArchiveLayout.manifest, "the counts do not add up", "report this as a bug")
        }
    }
}
