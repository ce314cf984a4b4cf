// A commit as the catalogue repeats it.

internal import Archive
internal import Catalogue
internal import DocumentModel
internal import IndexStore
internal import JSONBytes

extension CatalogueArchive {
    /// What a commit says; an archive without one is empty.
    init(_ commit: Commit?) {
        self.init()
        guard let commit else { return }
        runs = commit.runs.map {
            Run(number: $0.run, act: $0.act.rawValue, counts: CatalogueCounts($0.counts))
        }
        files = commit.files.map {
            File(
                path: $0.path, run: $0.run, bytes: $0.bytes,
                uncompressedBytes: $0.uncompressedBytes, records: $0.records, sha256: $0.sha256)
        }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        segments = commit.segments.map {
            Segment(
                name: $0.name, run: $0.run, bytes: $0.bytes, documents: $0.extent.counts.kept,
                records: $0.extent.counts.sum, root: $0.root)
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        // A commit's parameters are JSON that this program wrote; other text has none.
        let tree = try? JSONTree(parsing: commit.parameters.span)
        for field in tree?.fields ?? [] { parameters[field.key] = Self.text(of: field.value) }
    }

    private static func text(of value: JSONTree) -> String {
        if let number = value.integer { return "\(number)" }
        if let number = value.double { return "\(number)" }
        if let isTrue = value.boolean { return isTrue ? "true" : "false" }
        if let items = value.array { return items.map(text).joined(separator: " ") }
        return value.string ?? ""
    }
}

extension CatalogueCounts {
    init(_ counts: RunCounts) {
        self.init()
        read = counts.read
        kept = counts.kept
        for kind in DuplicateKind.allCases where counts[kind] > 0 {
            duplicates[kind] = counts[kind]
        }
        rejected = counts.rejectedCount
        seen = counts.seen
        renamed = counts.renamed
    }
}
