// The fields of each stream's lines: names, order and types.

internal import JSONBytes

/// The schema that every archived line has to the letter. docs/archive-format.md explains it.
enum ArchiveSchema {
    /// What a value has to be.
    indirect enum Shape: Sendable {
        case string, integer
        /// A number with a decimal point.
        case decimal
        /// A string that holds a JSON object.
        case objectInString
        case list(Shape)
        case object([Field])
    }

    struct Field: Sendable {
        var name: StaticString
        var shape: Shape

        init(_ name: StaticString, _ shape: Shape) {
            self.name = name
            self.shape = shape
        }
    }

    private static let origin = Shape.object([
        Field("file", .string), Field("record", .integer), Field("offset", .integer),
    ])

    private static let document = [
        Field("id", .string), Field("text", .string), Field("source", .string),
        Field("url", .string), Field("title", .string), Field("authors", .list(.string)),
        Field("created", .string), Field("language", .string),
        Field("metadata", .objectInString), Field("origin", origin),
    ]

    /// Where `metadata` stands in a document's line.
    static let metadataIndex = 8

    private static let duplicate =
        document + [
            Field("keeper", .string), Field("similarity", .decimal), Field("kind", .string),
        ]

    /// Where `keeper` stands in a duplicate's line.
    static let keeperIndex = 10
    /// Where `kind` stands in a duplicate's line.
    static let kindIndex = 12

    /// Where `reason` stands in a rejected record's line.
    static let reasonIndex = 1

    private static let rejected = [
        Field("id", .string), Field("reason", .string), Field("detail", .string),
        Field("source", .string), Field("origin", origin), Field("raw", .string),
        Field("encoding", .string),
    ]

    private static let ledger = [
        Field("id", .string), Field("source", .string),
        Field("delivered", .object([Field("bytes", .integer), Field("crc32", .integer)])),
        Field(
            "edits",
            .list(
                .object([
                    Field("at", .integer), Field("removed", .string),
                    Field("removed_base64", .string), Field("inserted", .string),
                    Field("inserted_base64", .string), Field("rule", .string),
                    Field("pack", .string), Field("score", .decimal),
                ]))),
        Field("original", .object([Field("encoding", .string), Field("base64", .string)])),
    ]

    static func fields(of stream: ArchiveStream) -> [Field] {
        switch stream {
        case .articles: document
        case .duplicates: duplicate
        case .rejected: rejected
        case .ledger: ledger
        }
    }

    /// The first field of a parsed line that is not as the schema says; nil if all are.
    static func firstMismatch(
        in parser: borrowing JSONParser, _ bytes: Span<UInt8>, of stream: ArchiveStream
    ) -> String? {
        guard parser.root == .object else { return "the line is no object" }
        let fields = fields(of: stream)
        guard parser.count == fields.count else {
            return "\(parser.count) fields instead of \(fields.count)"
        }
        for (index, field) in fields.enumerated() {
            guard parser.withKey(at: index, { $0.isEqual(to: field.name) }) else {
                return "field \(index + 1) is not \(field.name)"
            }
            let isRight: Bool =
                switch field.shape {
                // Strings hold nearly all bytes: no tree is built for them.
                case .string: parser.kind(at: index) == .string
                case .objectInString:
                    parser.kind(at: index) == .string
                        && parser.withString(at: index) {
                            // No JSON is a wrong shape, whatever the reason.
                            (try? JSONTree(parsing: $0))?.fields != nil
                        }
                default: matches(bytes.extracting(parser.rawRange(at: index)), field.shape)
                }
            guard isRight else { return "\(field.name) has a wrong type" }
        }
        return nil
    }

    private static func matches(_ json: Span<UInt8>, _ shape: Shape) -> Bool {
        // No JSON is a wrong shape, whatever the reason.
        guard let tree = try? JSONTree(parsing: json) else { return false }
        return matches(tree, shape)
    }

    private static func matches(_ tree: JSONTree, _ shape: Shape) -> Bool {
        switch (shape, tree.value) {
        case (.string, .string), (.integer, .integer), (.decimal, .double): return true
        case (.list(let element), .array(let elements)):
            return elements.allSatisfy { matches($0, element) }
        case (.object(let expected), .object(let fields)):
            return fields.count == expected.count
                && zip(fields, expected).allSatisfy {
                    $0.key == "\($1.name)" && matches($0.value, $1.shape)
                }
        default: return false
        }
    }
}
