// A list of known records in a commit's JSON, and back.

internal import JSONBytes

extension KnownFile {
    func write(to writer: inout JSONWriter) {
        writer.key("name")
        writer.string(name)
        writer.key("bytes")
        writer.integer(bytes)
        writer.key("run")
        writer.integer(run)
        writer.key("records")
        writer.integer(records)
        writer.key("texts")
        writer.integer(texts)
        writer.key("sha256")
        writer.string(sha256)
    }

    init?(_ tree: JSONTree) {
        guard let name = tree["name"]?.string, name.hasSuffix(Self.suffix),
            !name.utf8.contains(UInt8(ascii: "/")), let bytes = tree["bytes"]?.integer,
            let run = tree["run"]?.integer, let records = tree["records"]?.integer, records >= 0,
            let texts = tree["texts"]?.integer, texts >= 0, let sha256 = tree["sha256"]?.string
        else { return nil }
        self.init(
            name: name, run: run, bytes: bytes, records: records, texts: texts, sha256: sha256)
    }
}
