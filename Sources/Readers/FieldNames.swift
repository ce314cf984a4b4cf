// Which field of a JSON object means what.

internal import JSONBytes

/// What Winnow uses of a record.
enum FieldRole: Int, CaseIterable {
    case text, id, source, url, title, authors, created, language

    /// The usual names, the best first.
    fileprivate var usualNames: [String] {
        switch self {
        case .text: ["text", "body", "content", "article", "maintext", "raw_content"]
        case .id: ["id"]
        case .source: ["source"]
        case .url: ["url", "link", "uri"]
        case .title: ["title", "headline"]
        case .authors: ["authors", "author", "byline"]
        case .created:
            ["created", "date", "published", "date_published", "publication_date", "pubDate"]
        case .language: ["language", "lang"]
        }
    }
}

/// The names that one input's records are searched for.
struct FieldNames {
    private struct Name {
        var bytes: [UInt8]
        var role: FieldRole
        /// 0 is the best.
        var rank: Int
    }

    private var names: [Name] = []

    /// A mapped role has the mapped name alone; the others have their usual names.
    init(_ mapping: FieldMapping) {
        for role in FieldRole.allCases {
            let mapped =
                switch role {
                case .text: mapping.text
                case .id: mapping.id
                case .source: mapping.source
                case .url: mapping.url
                case .title: mapping.title
                case .authors: mapping.authors
                case .created: mapping.created
                case .language: mapping.language
                }
            for (rank, name) in (mapped.map { [$0] } ?? role.usualNames).enumerated() {
                names.append(Name(bytes: Array(name.utf8), role: role, rank: rank))
            }
        }
    }

    /// Fills `fields` with the index of the best field of each role, or -1. Of repeated keys the
    /// last one counts; a null counts as absent.
    func find(in parser: borrowing JSONParser, _ fields: inout [Int]) {
        var ranks = [Int](repeating: .max, count: FieldRole.allCases.count)
        for role in FieldRole.allCases { fields[role.rawValue] = -1 }
        for index in 0..<parser.count where parser.kind(at: index) != .null {
            parser.withKey(at: index) { key in
                for name in names where name.bytes.count == key.count {
                    let role = name.role.rawValue
                    guard name.rank <= ranks[role], Self.equal(name.bytes.span, key) else {
                        continue
                    }
                    ranks[role] = name.rank
                    fields[role] = index
                }
            }
        }
    }

    private static func equal(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        for index in one.indices where one[index] != other[index] { return false }
        return true
    }
}
