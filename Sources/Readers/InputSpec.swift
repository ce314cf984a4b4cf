// What to read and how: one entry of a configuration's `input` list.

internal import ByteIO
package import Codecs
package import SystemPackage

/// How the files of an input are to be understood.
package enum InputFormat: String, CaseIterable, Sendable {
    /// By content, then by name.
    case auto
    /// Each file is one article.
    case text
    /// Each line is one JSON object.
    case jsonl
    /// Each file is one JSON document: an array of objects, or objects.
    case json
}

/// Names of the JSON fields that hold what Winnow uses; nil means the usual names.
package struct FieldMapping: Equatable, Sendable {
    package var text: String?
    package var id: String?
    package var source: String?
    package var url: String?
    package var title: String?
    package var authors: String?
    package var created: String?
    package var language: String?

    package init() {}
}

/// One input of a run.
package struct InputSpec: Equatable, Sendable {
    /// A file, a folder, a pattern (see `Glob`), or `-` for standard input.
    package var path: FilePath
    package var format: InputFormat
    package var fields: FieldMapping

    package init(
        path: FilePath, format: InputFormat = .auto, fields: FieldMapping = FieldMapping()
    ) {
        self.path = path
        self.format = format
        self.fields = fields
    }

    package var isStandardInput: Bool { path == "-" }

    /// The input's own name, which is a document's source where nothing better is known: the file
    /// or folder without the suffixes of formats.
    package var name: String {
        if isStandardInput { return "stdin" }
        let path = Glob(path)?.base ?? path
        var name = String(decoding: path.lastComponent?.bytes ?? [], as: UTF8.self)
        let suffixes = [".gz", ".jsonl", ".ndjson", ".json", ".txt"]
        while let suffix = suffixes.first(where: { name.hasSuffix($0) && name != $0 }) {
            name.removeLast(suffix.count)
        }
        return name.isEmpty || name == "." || name == ".." ? "input" : name
    }
}

/// Where reading stops so that no input can exhaust the machine.
package struct ReaderLimits: Sendable {
    /// A longer record is passed over and rejected.
    package var recordBytes = 128 << 20
    package var gzip = GzipLimits()

    package init() {}
}
