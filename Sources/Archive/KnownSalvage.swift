// Saving what is whole of the lists of known records.

internal import ByteIO
package import ByteText

/// The lists of a damaged archive: those that are whole, and what is left of the others.
package struct KnownSalvage: Sendable {
    /// Lists that stay as they are.
    package private(set) var files: [KnownFile] = []
    /// Digests to be written to a list again.
    package private(set) var records = KnownRecords()
    /// Lists of which something is missing.
    package private(set) var losses: [ArchiveLoss] = []

    /// True if every list that the commit names is whole and in place.
    package var isWhole: Bool { records.isEmpty && losses.isEmpty }

    /// Makes up for what is missing with what the index knows of records that were taken out; which
    /// of it is of records and which of texts is not known, so it counts as both.
    package mutating func complete(with digests: [Digest]) {
        records.records = Array(Set(records.records + digests)).sorted()
        records.texts = Array(Set(records.texts + digests)).sorted()
        losses = []
    }

    /// Reads all lists. Those of lost commits count as well; which of their digests are of records
    /// and which of texts is not known, so they count as both.
    package init(_ store: ArchiveStore) throws(ArchiveError) {
        let folder = store.layout.known
        let names = try onDisk { () throws(FileError) in
            try folder.isFolder() ? try folder.names() : []
        }
        var contents: [String: [UInt8]] = [:]
        for name in names {
            contents[name] = try onDisk { () throws(FileError) in
                try folder.status(of: name)?.kind == .regular
                    ? try folder.contents(of: name) : nil
            }
        }
        var digests: [String: String] = [:]
        for (name, content) in contents {
            digests[name] = ContentHash.hexadecimal(of: content.span)
        }
        let listed = store.commit?.known ?? []
        for file in listed {
            if digests[file.name] == file.sha256 {
                files.append(file)
                continue
            }
            let place = try SalvagePlaces(store.layout).other(
                of: file.bytes, sha256: file.sha256)
            let content =
                try place.map { path throws(ArchiveError) in
                    try onDisk { () throws(FileError) in try store.root.contents(of: path) } ?? []
                } ?? contents[file.name] ?? []
            let found = KnownFile.digests(in: content).prefix(file.count)
            records.records += found.prefix(file.records)
            records.texts += found.dropFirst(file.records)
            guard place == nil else { continue }
            losses.append(
                ArchiveLoss(
                    path: "\(ArchiveLayout.state)/known/\(file.name)",
                    reason: contents[file.name] == nil
                        ? "it is missing: what it knew may come again"
                        : "it is damaged: what is missing of it may come again",
                    records: content.count == file.bytes ? 1 : file.count - found.count,
                    saved: found.count))
        }
        let last = store.commit?.run ?? 0
        for (name, content) in contents.sorted(by: { $0.key < $1.key }) {
            guard !listed.contains(where: { $0.name == name }),
                KnownFile.run(ofName: name) ?? 0 > last, content.starts(with: KnownFile.magic)
            else { continue }
            let found = KnownFile.digests(in: content)
            records.records += found
            records.texts += found
        }
    }
}

extension [Digest] {
    fileprivate func sorted() -> [Digest] {
        sorted { ($0.high, $0.low) < ($1.high, $1.low) }
    }
}
