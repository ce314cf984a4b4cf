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
        if !known.isEmpty { addList("known", known) { $0.write(to: &$1) } }
        if !removed.isEmpty {
            addList("removed", removed) { path, writer in
                writer.key("path")
                writer.string(path)
            }
        }
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
            let known = tree["known"] == nil ? [] : Self.list(tree["known"], KnownFile.init),
            let removed = tree["removed"] == nil
                ? [] : Self.list(tree["removed"], { ArchivedFile.path($0)?.path }),
            let parameters = Self.parameters(tree, bytes)
        else { return nil }
        self.init(
            run: run, previous: previous, parameters: parameters, runs: runs, faults: faults,
            files: files, segments: segments, known: known, removed: removed)
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
        if removed != 0 { field("removed", removed) }
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
        removed = tree["removed"]?.integer ?? 0
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
