// Saving what is whole of a damaged archive: a survey of all its data files, then new ones.

internal import ByteIO
internal import ByteText
internal import SystemPackage

/// What is lost of a data file or list.
package struct ArchiveLoss: Equatable, Sendable {
    /// Path below the archive's folder.
    package var path: String
    /// What was wrong with it, for people.
    package var reason: String
    /// Records that are gone; nil if that cannot be known.
    package var records: Int?
    /// Records that were saved.
    package var saved: Int
}

/// Reads all data files of an archive, whatever their state, and writes those again that are not
/// as they should be. Memory: 16 bytes and a table's share for each record.
///
/// What a commit lists counts first. Files that stand beside (those of a lost commit, or all of
/// them if no commit is whole) give what the archive does not hold otherwise.
package struct ArchiveSalvage: ~Copyable {
    let store: ArchiveStore
    private var sources: [SalvageSource] = []
    private var strangers: [ArchivedFile] = []
    private var judge: SalvageJudge
    /// The writer of each document that a stranger gave.
    private var foundWriters: [UInt128: Int] = [:]
    private var groups = WriterGroups()

    /// Looks for the archive's data files and hashes them.
    package init(_ store: ArchiveStore) throws(ArchiveError) {
        self.store = store
        let places = try SalvagePlaces(store.layout)
        var used: Set<String> = []
        for file in store.commit?.files ?? [] {
            var source = SalvageSource(file: file, isListed: true)
            let own = places.present[file.path]
            source.isExact = own.map { $0 == (file.bytes, file.sha256) } ?? false
            source.place = own == nil ? nil : file.path
            if !source.isExact, let place = try places.other(of: file.bytes, sha256: file.sha256) {
                source.place = place
                source.isExact = true
            }
            if let place = source.place { used.insert(place) }
            sources.append(source)
        }
        // What another file's bytes were found instead of is lost, not to be read as its own.
        for index in sources.indices where !sources[index].isExact {
            let place = sources[index].place
            let isTaken = sources.contains { $0.isExact && $0.place == place }
            if isTaken { sources[index].place = nil }
        }
        for (path, facts) in places.present.sorted(by: { $0.key < $1.key })
        where !used.contains(path) {
            guard let stream = ArchiveStream(rawValue: String(path.prefix { $0 != "/" })) else {
                continue
            }
            var file = ArchivedFile(stranger: path, stream)
            file.bytes = facts.bytes
            file.sha256 = facts.sha256
            if file.run > 0 {
                sources.append(SalvageSource(file: file, isListed: false, place: path))
            } else {
                strangers.append(file)
            }
        }
        for path in places.others {
            guard let stream = ArchiveStream(rawValue: String(path.prefix { $0 != "/" })) else {
                continue
            }
            strangers.append(ArchivedFile(stranger: path, stream))
        }
        judge = SalvageJudge(isComparing: sources.contains { !$0.isExact })
    }

    // MARK: The survey

    /// Reads and judges every line. Throws if the disk cannot be read, or what `stop` throws.
    package mutating func survey(stop: () throws -> Void) throws {
        for stream in ArchiveStream.allCases {
            // What is proved comes first: a damaged file may hold another one's lines.
            for rank in 0..<3 {
                for index in sources.indices
                where sources[index].file.stream == stream && sources[index].rank == rank {
                    try stop()
                    try survey(index)
                }
            }
        }
        for index in sources.indices where !sources[index].isListed {
            sources[index].file.run = groups.run(of: sources[index].file.run)
        }
    }

    private mutating func survey(_ index: Int) throws {
        var source = sources[index]
        guard let place = source.place else { return }
        let (stream, writer) = (source.file.stream, source.file.writer)
        var leftOut: [Int] = []
        var line = 0
        let scan = try MemberScan(of: store.root.path(place)) { bytes, range in
            var verdict = judge.judge(bytes, range, of: stream, isTrusted: source.isExact)
            if !source.isListed, verdict == .taken {
                if stream == .ledger {
                    // An entry belongs to its document's run.
                    if let other = foundWriters[judge.id] {
                        groups.join(other, writer)
                    } else {
                        verdict = .repeated
                    }
                } else if stream != .rejected {
                    foundWriters[judge.id] = writer
                }
            }
            if verdict == .taken {
                source.counts.add(judge.subject)
                source.takenCount += 1
            } else {
                leftOut.append(line)
            }
            line += 1
        }
        if !leftOut.isEmpty {
            source.verdicts = [Bool](repeating: true, count: line)
            for number in leftOut { source.verdicts[number] = false }
        }
        if !source.isListed {
            source.file.records = scan.lines
            source.file.uncompressedBytes = scan.uncompressedBytes
        }
        source.scan = scan
        sources[index] = source
    }

    // MARK: What the survey tells

    /// Ids of documents that are gone, as far as duplicates and the ledger tell.
    package var lostIDs: Set<String> { judge.lostIDs }

    /// True if a duplicate names a keeper that is gone.
    package var hasOrphans: Bool { judge.hasOrphans }

    /// The articles that were saved.
    package var saved: SavedArticles { SavedArticles(keys: judge.articles) }

    /// Data files of which something is missing, in the commit's order.
    package var losses: [ArchiveLoss] {
        let last = store.commit?.run ?? 0
        return sources.compactMap { source in
            // A stranger that bears the name of a run whose files are listed was never archived.
            guard source.lostCount != 0, source.isListed || source.file.writer > last else {
                return nil
            }
            return ArchiveLoss(
                path: source.file.path, reason: source.reason, records: source.lostCount,
                saved: source.takenCount)
        }
    }

    /// True if every listed file of a stream is in place as the commit says.
    package func isWhole(_ stream: ArchiveStream) -> Bool {
        sources.allSatisfy { $0.file.stream != stream || !$0.isListed || $0.isStaying }
    }

    /// Runs of which ledger entries are missing.
    package var runsWithLostEntries: Set<Int> {
        Set(
            sources.filter { $0.file.stream == .ledger && $0.lostCount != 0 }.map(\.file.run))
    }

    /// The first run of which records are missing; nil if none are.
    package var firstRunLost: Int? {
        let lost = Set(losses.map(\.path))
        return sources.filter { lost.contains($0.file.path) }.compactMap(\.firstRunLost).min()
    }

    /// Records that strangers gave: they come back in.
    package var foundCount: Int { recordCount { !$0.isListed } }

    /// Those of them that do not make up for a lost commit.
    package var foundOfKnownRuns: Int {
        let last = store.commit?.run ?? 0
        return recordCount { !$0.isListed && $0.file.run <= last }
    }

    private func recordCount(_ isWanted: (SalvageSource) -> Bool) -> Int {
        sources.filter(isWanted).reduce(0) {
            $0 + $1.counts.kept + $1.counts.duplicateCount + $1.counts.rejectedCount
        }
    }

    /// Everything that the archive holds now, by kind and reason.
    package var counts: RunCounts { sources.reduce(into: RunCounts()) { $0 += $1.counts } }

    /// Articles that are listed in damaged files, by their numbers over the archive's life.
    package var damagedArticles: [Range<Int>] {
        var ranges: [Range<Int>] = []
        var first = 0
        for source in sources where source.isListed && source.file.stream == .articles {
            if source.lostCount != 0 { ranges.append(first..<first + source.file.records) }
            first += source.file.records
        }
        return ranges
    }

    /// The state from which the repair goes on: the last commit that is whole, with the runs of
    /// lost ones as their files tell them. All data files there are stand in its list.
    ///
    /// - Parameters:
    ///   - parameters: of an archive of which no commit is whole.
    ///   - last: the highest number that was ever given away.
    package func base(parameters: [UInt8], last: Int) -> Commit {
        var base =
            store.commit
            ?? Commit(
                run: 0, previous: "", parameters: parameters, runs: [], faults: [], files: [],
                segments: [])
        var runs: [Int: RunCounts] = [:]
        for source in sources where !source.isListed && source.file.run > base.run {
            runs[source.file.run, default: RunCounts()] += source.counts
        }
        for (run, counts) in runs.sorted(by: { $0.key < $1.key }) {
            var counts = counts
            counts.read = counts.kept + counts.duplicateCount + counts.rejectedCount
            if counts.read > 0 { base.runs.append(RunSummary(run: run, counts: counts)) }
        }
        base.files += sources.filter { !$0.isListed }.map(\.file) + strangers
        base.run = max(base.run, last, runs.keys.max() ?? 0)
        return base
    }

    // MARK: The new files

    /// Writes what is not in order again and returns the whole list of files.
    package func write(
        into staging: inout ReplacementStaging, stop: () throws -> Void
    ) throws -> [ArchivedFile] {
        var files: [ArchivedFile] = []
        for source in sources {
            try stop()
            if source.isStaying {
                files.append(source.file)
            } else if source.takenCount > 0, let place = source.place {
                files.append(try rewrite(source, place, into: &staging))
            }
        }
        return ArchiveStream.allCases.flatMap { stream in
            let own = files.filter { $0.stream == stream }
            // Stable: files of one run stay in their order.
            return own.indices.sorted { (own[$0].run, $0) < (own[$1].run, $1) }.map { own[$0] }
        }
    }

    private func rewrite(
        _ source: SalvageSource, _ place: String, into staging: inout ReplacementStaging
    ) throws -> ArchivedFile {
        let file = source.file
        var output = try staging.makeFile(of: file.stream)
        if source.isCopied {
            var moved = file
            moved.path = place
            try output.append(membersOf: moved, in: store.root)
            return try output.finish(run: file.run, origins: file.origins)
        }
        var origins: [RunShare] = []
        var line = 0
        _ = try MemberScan(of: store.root.path(place)) { bytes, range in
            defer { line += 1 }
            guard source.verdicts.isEmpty || source.verdicts[line] else { return }
            origins.append(run: file.origin(ofRecord: source.number(ofLine: line)))
            try output.append(line: bytes.extracting(range))
        }
        return try output.finish(
            run: file.run, origins: file.stream == .ledger ? [] : origins)
    }
}

/// Ids of kept documents.
package struct SavedArticles: Sendable {
    fileprivate let keys: Set<UInt128>

    /// True if a document with this id was saved.
    package func holds(_ id: Span<UInt8>) -> Bool { keys.contains(ContentHash.key(of: id)) }
}

extension SalvageSource {
    /// Which files are surveyed first.
    fileprivate var rank: Int { isExact ? 0 : isListed ? 1 : 2 }

    fileprivate var reason: String {
        guard place != nil, let scan else { return "it is missing" }
        if scan.gaps.isEmpty { return "it is cut off or replaced by another file" }
        let places = scan.gaps.prefix(5).map { "\($0.bytes.lowerBound)..<\($0.bytes.upperBound)" }
        let rest = scan.gaps.count > 5 ? " and \(scan.gaps.count - 5) more places" : ""
        return "bytes \(places.joined(separator: ", "))\(rest) do not decode"
    }
}

/// Runs and acts whose files refer to each other: they have to count as files of one run.
private struct WriterGroups {
    private var parents: [Int: Int] = [:]

    /// The number for all files of a writer's group: the highest of them.
    func run(of writer: Int) -> Int {
        var writer = writer
        while let parent = parents[writer] { writer = parent }
        return writer
    }

    mutating func join(_ first: Int, _ second: Int) {
        let (a, b) = (run(of: first), run(of: second))
        if a != b { parents[min(a, b)] = max(a, b) }
    }
}
