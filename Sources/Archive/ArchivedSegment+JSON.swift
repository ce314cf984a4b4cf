// A segment in a commit's JSON, and back.

internal import ByteText
internal import IndexStore
internal import JSONBytes

extension ArchivedSegment {
    func write(to writer: inout JSONWriter) {
        writer.key("name")
        writer.string(name)
        writer.key("bytes")
        writer.integer(bytes)
        writer.key("run")
        writer.integer(run)
        for (key, counts) in [("first", extent.first), ("records", extent.counts)] {
            writer.key(key)
            writer.beginArray()
            for kind in RecordKind.allCases { writer.integer(counts[kind]) }
            writer.endArray()
        }
        writer.key("root")
        writer.string(root)
    }

    init?(_ tree: JSONTree) {
        guard let name = tree["name"]?.string, name.hasSuffix(".seg"),
            !name.utf8.contains(UInt8(ascii: "/")), let bytes = tree["bytes"]?.integer,
            let run = tree["run"]?.integer, let root = tree["root"]?.string,
            Digest(hexadecimal: root) != nil, let first = Self.counts(tree["first"]),
            let counts = Self.counts(tree["records"])
        else { return nil }
        self.init(
            name: name, run: run, bytes: bytes,
            extent: SegmentExtent(first: first, counts: counts), root: root)
    }

    private static func counts(_ tree: JSONTree?) -> RecordCounts? {
        let numbers = tree?.array?.compactMap(\.integer).filter { $0 >= 0 } ?? []
        guard numbers.count == RecordKind.allCases.count else { return nil }
        var counts = RecordCounts()
        for kind in RecordKind.allCases { counts[kind] = numbers[kind.rawValue] }
        return counts
    }
}
