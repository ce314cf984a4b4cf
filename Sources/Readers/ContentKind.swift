// Telling what a file holds from its first bytes and, where they leave a choice, from its name.

internal import ByteText

/// How a file's bytes are divided into records.
enum ContentKind: Equatable {
    /// The whole file is one article.
    case text
    /// One JSON value a line.
    case lines
    /// JSON values that may span lines, arrays taken apart.
    case document

    /// Judges by the beginning of the decompressed file.
    ///
    /// `{` or `[` first means JSON; for a name that does not say JSON what follows has to look like
    /// it, too, because an article may well begin with a bracket. A JSON value that goes on behind
    /// its first line, and an array in a file that is not named `.jsonl`, is a document.
    static func of(_ head: Span<UInt8>, format: InputFormat, name: [UInt8]) -> ContentKind {
        switch format {
        case .text: return .text
        case .jsonl: return .lines
        case .json: return .document
        case .auto: break
        }
        let saysLines = hasSuffix(name, ".jsonl") || hasSuffix(name, ".ndjson")
        let saysDocument = hasSuffix(name, ".json")
        let start = skipSpace(head, startOfText(head))
        guard start < head.count else {
            return saysLines ? .lines : saysDocument ? .document : .text
        }
        switch head[start] {
        case UInt8(ascii: "{"):
            if saysLines { return .lines }
            let next = skipSpace(head, start + 1)
            let follows = next < head.count ? head[next] : UInt8(ascii: "}")
            let looksRight = follows == UInt8(ascii: "\"") || follows == UInt8(ascii: "}")
            guard looksRight || saysDocument else { return .text }
            return spansLines(head, start) ? .document : .lines
        case UInt8(ascii: "["):
            let next = skipSpace(head, start + 1)
            if saysLines { return closesOnItsLine(head, start) ? .lines : .document }
            if saysDocument { return .document }
            return next < head.count && head[next] == UInt8(ascii: "{") ? .document : .text
        default:
            return saysLines ? .lines : saysDocument ? .document : .text
        }
    }

    /// True if a file that begins like this stays one of lines, whatever is appended to it.
    static func staysLines(_ head: Span<UInt8>, format: InputFormat, name: [UInt8]) -> Bool {
        if format == .jsonl { return true }
        let start = skipSpace(head, startOfText(head))
        guard start < head.count, of(head, format: format, name: name) == .lines else {
            return false
        }
        return head[start] == UInt8(ascii: "{") && closesOnItsLine(head, start)
    }

    /// The kind's name as it is remembered.
    var name: String {
        switch self {
        case .text: "text"
        case .lines: "lines"
        case .document: "document"
        }
    }

    /// Where the text begins: behind a byte order mark.
    static func startOfText(_ head: Span<UInt8>) -> Int {
        head.count >= 3 && head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF ? 3 : 0
    }

    /// True if an object that starts here is laid out over several lines. A first line that is
    /// merely broken is followed by another object's line.
    private static func spansLines(_ head: Span<UInt8>, _ start: Int) -> Bool {
        if closesOnItsLine(head, start) { return false }
        guard let end = ByteSearch.firstIndex(of: UInt8(ascii: "\n"), in: head, from: start)
        else { return false }
        let next = skipSpace(head, end)
        return next < head.count && head[next] != UInt8(ascii: "{")
    }

    private static func closesOnItsLine(_ head: Span<UInt8>, _ start: Int) -> Bool {
        var scanner = ValueScanner()
        var position = start
        let lineEnd =
            ByteSearch.firstIndex(of: UInt8(ascii: "\n"), in: head, from: start) ?? head.count
        return scanner.scan(head.extracting(0..<lineEnd), from: &position)
    }

    private static func skipSpace(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var position = start
        while position < bytes.count, JSONSpace.contains(bytes[position]) { position += 1 }
        return position
    }

    private static func hasSuffix(_ name: [UInt8], _ suffix: String) -> Bool {
        var name = name.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }[...]
        if name.suffix(3).elementsEqual(".gz".utf8) { name = name.dropLast(3) }
        return name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
}

/// The four characters that JSON allows between tokens.
enum JSONSpace {
    static func contains(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
