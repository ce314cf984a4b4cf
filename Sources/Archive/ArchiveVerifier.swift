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

    package init(path: String, reason: String, remedy: String) {
        self.path = path
        self.reason = reason
        self.remedy = remedy
    }

    /// What to do about a catalogue that is not as it should be.
    package static let catalogueRemedy =
        "the next run makes it again and reads all inputs once more"

    /// True if the next run cures it, or anything that opens the archive to write.
    package var isCuredByRun: Bool {
        let remedies = [
            ArchiveVerifier.rerunRemedy, ArchiveVerifier.removalRemedy, Self.catalogueRemedy,
        ]
        return remedies.contains(remedy)
    }

    /// True if it is about the records themselves: data files and lists of known records.
    package var isAboutRecords: Bool {
        let isOfStream = ArchiveStream.allCases.contains { path.hasPrefix($0.rawValue) }
        return isOfStream || path.hasPrefix("\(ArchiveLayout.state)/known/")
    }

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

/// What a check of an archive gives.
package struct ArchiveVerification: Sendable {
    /// The archive that was checked.
    package var store: ArchiveStore
    /// All that is wrong; empty if nothing is.
    package var findings: [ArchiveFinding] = []
    /// What is no damage: a publication that the next run finishes, files of strangers beside the
    /// archive's.
    package var notices: [String] = []
    /// True if a publication was not at its end.
    var isPending = false
}

/// Compares what is on disk with the commit. Changes nothing; may run beside a run.
package struct ArchiveVerifier: ~Copyable {
    static let rerunRemedy = "the next run puts it right"
    static let removalRemedy = "the next `winnow run` removes it"
    static let salvageRemedy = "`winnow repair` saves what is whole, or restore it from a backup"
    static let outlivedRemedy =
        "it is only there to fall back to; `winnow repair` does away with it"

    let store: ArchiveStore
    let commit: Commit
    let scope: VerificationScope
    /// The number of a commit whose publication is not at its end: its staging goes last.
    let isPending: Bool
    private(set) var result: ArchiveVerification

    private init(
        _ store: ArchiveStore, _ commit: Commit, _ scope: VerificationScope
    ) throws(ArchiveError) {
        self.store = store
        self.commit = commit
        self.scope = scope
        let staging = store.layout.staging(run: commit.run)
        isPending = try onDisk { () throws(FileError) in try staging.exists() }
        result = ArchiveVerification(store: store)
    }

    /// All that is wrong with the archive; see `check`.
    package static func findings(
        in store: ArchiveStore, scope: VerificationScope = .full
    ) throws(ArchiveError) -> [ArchiveFinding] {
        try check(store, scope: scope).findings
    }

    /// Checks an archive.
    ///
    /// What a killed run left undone and the next one does is no finding. Throws only if the disk
    /// cannot be read; damage is a finding, never an error.
    package static func check(
        _ store: ArchiveStore, scope: VerificationScope = .full
    ) throws(ArchiveError) -> ArchiveVerification {
        if case .subset(let part, let parts) = scope {
            precondition(part >= 1 && part <= parts, "part \(part) of \(parts)")
        }
        guard let commit = store.commit else { return ArchiveVerification(store: store) }
        var verifier = try ArchiveVerifier(store, commit, scope)
        try verifier.checkAll()
        return verifier.result
    }

    private mutating func checkAll() throws(ArchiveError) {
        if isPending {
            result.isPending = true
            result.notices.append(
                "commit \(commit.run) is not published to the end yet; the next run finishes it")
        }
        try checkCommits()
        try checkDerived()
        let present = try checkPresence()
        try checkStrangers()
        try checkKnown()
        checkCounts()
        try checkIndex()
        switch scope {
        case .quick: break
        case .subset(let part, let parts):
            var contents = ContentChecks(isWhole: false)
            for (index, file) in commit.files.enumerated() where index % parts == part - 1 {
                if let folder = present[file.path] { try contents.check(file, in: folder) }
            }
            result.findings += contents.findings
        case .full:
            // Missing files would make every reference to them a finding of its own.
            var contents = ContentChecks(isWhole: present.count == commit.files.count)
            for file in commit.files {
                if let folder = present[file.path] { try contents.check(file, in: folder) }
            }
            result.findings += contents.findings
        }
    }

    mutating func report(_ path: String, _ reason: String, _ remedy: String) {
        result.findings.append(ArchiveFinding(path: path, reason: reason, remedy: remedy))
    }

    mutating func note(_ notice: String) { result.notices.append(notice) }

    /// Every file is there with its size; returns those that are, with the folder where they lie:
    /// staging where a publication has not moved them yet.
    private mutating func checkPresence() throws(ArchiveError) -> [String: Folder] {
        let root = store.root
        let staged = store.layout.staging(run: commit.run)
        var present: [String: Folder] = [:]
        for file in commit.files {
            var folder = root
            var status = try onDisk { () throws(FileError) in try root.status(of: file.path) }
            if isPending, file.writer == commit.run, status == nil {
                folder = staged
                status = try onDisk { () throws(FileError) in try staged.status(of: file.path) }
            }
            guard let status else {
                report(file.path, "the file is missing", Self.salvageRemedy)
                continue
            }
            if status.kind != .regular {
                report(file.path, "it is no regular file", Self.salvageRemedy)
                continue
            }
            if status.sizeBytes != file.bytes {
                report(
                    file.path, "\(status.sizeBytes) bytes instead of \(file.bytes)",
                    Self.salvageRemedy)
            }
            present[file.path] = folder
        }
        return present
    }

    /// The files of each stream hold as many records as the runs have counted.
    private mutating func checkCounts() {
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
                    "report this as a bug")
            }
        }
        if !totals.isBalanced {
            report(
                ArchiveLayout.manifest, "the counts do not add up", "report this as a bug")
        }
    }
}
