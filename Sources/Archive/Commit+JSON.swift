// A commit as the bytes of its file, and back.

internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import JSONBytes

extension Commit {
    /// What a commit's file looks like to one who wants to trust it.
    enum Decoded {
        case commit(Commit)
        /// Whole, but of a format that this program does not know.
        case newer(version: Int)
        /// Not as it was written.
        case damaged
    }

    private static let checksumHead = Array(",\n\"checksum\":\"".utf8)
    private static let checksumTail = Array("\"}\n".utf8)
    private static let digestCharacters = 64

    /// The bytes of `commits/<N>.json` and of `manifest.json`.
    ///
    /// The last field is the SHA-256 of all bytes before the comma that precedes it.
    func encoded() -> [UInt8] {
        var bytes = Array("{\"format\":\(Self.formatVersion),\n\"run\":\(run),\n".utf8)
        func add(_ name: String, _ write: (inout JSONWriter) -> Void) {
            var writer = JSONWriter()
            write(&writer)
            bytes.append(contentsOf: "\"\(name)\":".utf8)
            bytes.append(contentsOf: writer.bytes)
        }
        func addList<Item>(
            _ name: String, _ items: [Item], _ write: (Item, inout JSONWriter) -> Void
        ) {
            bytes.append(contentsOf: ",\n\"\(name)\":[".utf8)
            for (index, item) in items.enumerated() {
                var writer = JSONWriter()
                writer.beginObject()
                write(item, &writer)
                writer.endObject()
                bytes.append(contentsOf: (index == 0 ? "\n" : ",\n").utf8)
                bytes.append(contentsOf: writer.bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        add("previous") { $0.string(previous) }
        bytes.append(contentsOf: ",\n".utf8)
        add("parameters") { $0.raw(parameters.span) }
        bytes.append(contentsOf: ",\n".utf8)
        add("totals") {
            $0.beginObject()
            totals.write(to: &$0)
            $0.endObject()
        }
        addList("runs", runs) { summary, writer in
            writer.key("run")
            writer.integer(summary.run)
            writer.key("act")
            writer.string(summary.act.rawValue)
            summary.counts.write(to: &writer)
            writer.key("capped")
            writer.integer(summary.capped)
        }
        addList("faults", faults) { $0.write(to: &$1) }
        addList("files", files) { $0.write(to: &$1) }
        addList("index", segments) { $0.write(to: &$1) }
        let digest = ContentHash.hexadecimal(of: bytes.span)
        bytes.append(contentsOf: Self.checksumHead)
        bytes.append(contentsOf: digest.utf8)
        bytes.append(contentsOf: Self.checksumTail)
        return bytes
    }

    /// Reads a commit's file: the checksum first, then the format, then the content.
    static func decode(_ bytes: [UInt8]) -> Decoded {
        let tailBytes = checksumHead.count + digestCharacters + checksumTail.count
        guard bytes.count > tailBytes, bytes.suffix(checksumTail.count).elementsEqual(checksumTail)
        else { return .damaged }
        let covered = bytes.count - tailBytes
        let digest = bytes[(covered + checksumHead.count)...].prefix(digestCharacters)
        guard bytes[covered...].starts(with: checksumHead),
            digest.elementsEqual(
                ContentHash.hexadecimal(of: bytes.span.extracting(0..<covered)).utf8)
        else { return .damaged }
        // Text that is no JSON is as damaged as a wrong checksum.
        guard let tree = try? JSONTree(parsing: bytes.span),
            let version = tree["format"]?.integer
        else { return .damaged }
        guard version <= formatVersion else { return .newer(version: version) }
        guard let commit = Commit(tree, bytes) else { return .damaged }
        return .commit(commit)
    }

    static func isWhole(_ bytes: [UInt8]) -> Bool {
        if case .commit = decode(bytes) { true } else { false }
    }

    private init?(_ tree: JSONTree, _ bytes: [UInt8]) {
        guard let run = tree["run"]?.integer, let previous = tree["previous"]?.string,
            let runs = Self.list(tree["runs"], RunSummary.init),
            let faults = Self.list(tree["faults"], InputFault.init),
            let files = Self.list(tree["files"], ArchivedFile.init),
            let segments = tree["index"] == nil
                ? [] : Self.list(tree["index"], ArchivedSegment.init),
            let parameters = Self.parameters(tree, bytes)
        else { return nil }
        self.init(
            run: run, previous: previous, parameters: parameters, runs: runs, faults: faults,
            files: files, segments: segments)
    }

    private static func list<Item>(_ tree: JSONTree?, _ item: (JSONTree) -> Item?) -> [Item]? {
        guard let elements = tree?.array else { return nil }
        let items = elements.compactMap(item)
        return items.count == elements.count ? items : nil
    }

    /// The parameters' JSON text as it stands in the file.
    private static func parameters(_ tree: JSONTree, _ bytes: [UInt8]) -> [UInt8]? {
        var parser = JSONParser()
        guard let index = tree.fields?.firstIndex(where: { $0.key == "parameters" }),
            // The same bytes were parsed into `tree` before.
            (try? parser.parse(bytes.span)) != nil
        else { return nil }
        return Array(bytes[parser.rawRange(at: index)])
    }
}

extension RunCounts {
    fileprivate func write(to writer: inout JSONWriter) {
        func field(_ name: String, _ value: Int) {
            writer.key(name)
            writer.integer(value)
        }
        field("read", read)
        field("kept", kept)
        writer.key("duplicates")
        writer.beginObject()
        for kind in DuplicateKind.allCases { field(kind.rawValue, self[kind]) }
        writer.endObject()
        writer.key("rejected")
        writer.beginObject()
        for reason in RejectionReason.allCases { field(reason.rawValue, self[reason]) }
        writer.endObject()
        field("seen", seen)
        field("renamed", renamed)
    }

    /// A kind or reason that is not named counts 0: it was added after the commit was written.
    fileprivate init?(_ tree: JSONTree) {
        guard let read = tree["read"]?.integer, let kept = tree["kept"]?.integer,
            let duplicates = tree["duplicates"]?.fields, let rejected = tree["rejected"]?.fields,
            let seen = tree["seen"]?.integer, let renamed = tree["renamed"]?.integer
        else { return nil }
        self.init()
        self.read = read
        self.kept = kept
        self.seen = seen
        self.renamed = renamed
        for field in duplicates {
            guard let kind = DuplicateKind(rawValue: field.key), let count = field.value.integer
            else { return nil }
            self[kind] = count
        }
        for field in rejected {
            guard let reason = RejectionReason(rawValue: field.key),
                let count = field.value.integer
            else { return nil }
            self[reason] = count
        }
    }
}

extension RunSummary {
    fileprivate init?(_ tree: JSONTree) {
        // Format 1 knew runs alone and did not say so.
        guard let run = tree["run"]?.integer, let counts = RunCounts(tree),
            let act = ArchiveAct(rawValue: tree["act"]?.string ?? ArchiveAct.run.rawValue)
        else { return nil }
        self.init(run: run, act: act, counts: counts, capped: tree["capped"]?.integer ?? 0)
    }
}

extension InputFault {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.key("input")
        writer.integer(input)
        writer.key("file")
        writer.string(path)
        writer.key("offset")
        writer.integer(byteOffset)
        writer.key("message")
        writer.string(message)
        writer.key("damage")
        writer.boolean(isDamage)
    }

    fileprivate init?(_ tree: JSONTree) {
        guard let input = tree["input"]?.integer, let path = tree["file"]?.string,
            let offset = tree["offset"]?.integer, let message = tree["message"]?.string,
            let isDamage = tree["damage"]?.boolean
        else { return nil }
        self.init(
            input: input, path: path, byteOffset: offset, message: message, isDamage: isDamage)
    }
}

extension ArchivedFile {
    fileprivate func write(to writer: inout JSONWriter) {
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
    }

    fileprivate init?(_ tree: JSONTree) {
        // The folder must be a stream's: a commit names no path outside the archive.
        guard let path = tree["path"]?.string,
            let slash = path.utf8.firstIndex(of: UInt8(ascii: "/")),
            let stream = ArchiveStream(rawValue: String(path[..<slash])),
            let bytes = tree["bytes"]?.integer,
            let uncompressedBytes = tree["uncompressed_bytes"]?.integer,
            let records = tree["records"]?.integer, let run = tree["run"]?.integer,
            let sha256 = tree["sha256"]?.string
        else { return nil }
        let name = path[path.utf8.index(after: slash)...]
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), name != "..", name != "."
        else { return nil }
        self.init(
            path: path, stream: stream, run: run, bytes: bytes,
            uncompressedBytes: uncompressedBytes, records: records, sha256: sha256)
    }
}

extension ArchivedSegment {
    fileprivate func write(to writer: inout JSONWriter) {
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

    fileprivate init?(_ tree: JSONTree) {
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
