// A data file in a commit's JSON, and back.

internal import JSONBytes

extension ArchivedFile {
    func write(to writer: inout JSONWriter) {
        writer.key("path")
        writer.string(path)
        writer.key("bytes")
        writer.integer(bytes)
        writer.key("uncompressed_bytes")
        writer.integer(uncompressedBytes)
        writer.key("records")
        writer.integer(records)
        writer.key("run")
        writer.integer(run)
        writer.key("sha256")
        writer.string(sha256)
        if origins.isEmpty { return }
        writer.key("runs")
        writer.beginArray()
        for origin in origins {
            writer.beginArray()
            writer.integer(origin.run)
            writer.integer(origin.records)
            writer.endArray()
        }
        writer.endArray()
    }

    init?(_ tree: JSONTree) {
        guard let (path, stream) = Self.path(tree), let bytes = tree["bytes"]?.integer,
            let uncompressedBytes = tree["uncompressed_bytes"]?.integer,
            let records = tree["records"]?.integer, let run = tree["run"]?.integer,
            let sha256 = tree["sha256"]?.string,
            let origins = Self.origins(tree["runs"], records: records)
        else { return nil }
        self.init(
            path: path, stream: stream, run: run, bytes: bytes,
            uncompressedBytes: uncompressedBytes, records: records, sha256: sha256,
            origins: origins)
    }

    /// The folder must be a stream's: a commit names no path outside the archive.
    static func path(_ tree: JSONTree) -> (path: String, stream: ArchiveStream)? {
        guard let path = tree["path"]?.string,
            let slash = path.utf8.firstIndex(of: UInt8(ascii: "/")),
            let stream = ArchiveStream(rawValue: String(path[..<slash]))
        else { return nil }
        let name = path[path.utf8.index(after: slash)...]
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), name != "..", name != "."
        else { return nil }
        return (path, stream)
    }

    private static func origins(_ tree: JSONTree?, records: Int) -> [RunShare]? {
        guard let tree else { return [] }
        guard let items = tree.array else { return nil }
        let shares = items.compactMap { item -> RunShare? in
            guard let pair = item.array, pair.count == 2, let run = pair[0].integer,
                let count = pair[1].integer, count > 0
            else { return nil }
            return RunShare(run: run, records: count)
        }
        guard shares.count == items.count, shares.reduce(0, { $0 + $1.records }) == records
        else { return nil }
        return shares
    }
}
