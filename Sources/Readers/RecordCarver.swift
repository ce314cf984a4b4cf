// Dividing a file's bytes into records, as the bytes come in.

internal import ByteText

/// What the carver found at the cursor.
enum Carving: Sendable {
    /// A record; the cursor moves to `next`.
    case record(Range<Int>, next: Int)
    /// Nothing but space and punctuation up to `next`.
    case nothing(next: Int)
    /// The record that begins at the cursor goes on behind the bytes at hand.
    case needsMore
    /// The document is not as it should be; the cursor moves to `next`.
    case fault(String, next: Int)
    /// Nothing more can be had of this file.
    case finished
}

/// Finds where records begin and end. It remembers how far it has looked, so that no byte is
/// looked at twice, and offsets are relative to the cursor, so that the window may move.
struct RecordCarver: Sendable {
    private enum Place {
        /// Before, between or behind values outside arrays.
        case outside(isFirst: Bool, mayFollow: Bool)
        case behindBracket, behindElement, behindComma
    }

    private let isLines: Bool
    private var scannedBytes = 0
    private var place = Place.outside(isFirst: true, mayFollow: true)
    private var value: ValueScanner?

    init(_ kind: ContentKind) {
        isLines = kind == .lines
    }

    /// True if a gap in the bytes ends the file: behind it nobody knows where in an array one is.
    var endsWhereCut: Bool { !isLines }

    /// Says that the bytes from the cursor on, all of them scanned, were dropped.
    mutating func dropScanned() { scannedBytes = 0 }

    mutating func next(_ window: Span<UInt8>, from cursor: Int, isEnd: Bool) -> Carving {
        isLines ? nextLine(window, cursor, isEnd) : nextValue(window, cursor, isEnd)
    }

    private mutating func nextLine(
        _ window: Span<UInt8>, _ cursor: Int, _ isEnd: Bool
    ) -> Carving {
        var end = window.count
        var next = window.count
        if let newline = ByteSearch.firstIndex(
            of: UInt8(ascii: "\n"), in: window, from: cursor + scannedBytes)
        {
            end = newline
            next = newline + 1
        } else if !isEnd {
            scannedBytes = window.count - cursor
            return .needsMore
        } else if cursor == window.count && scannedBytes == 0 {
            return .finished
        }
        scannedBytes = 0
        if end > cursor, window[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        var start = cursor
        while start < end, JSONSpace.contains(window[start]) { start += 1 }
        return start == end ? .nothing(next: next) : .record(start..<end, next: next)
    }

    private mutating func nextValue(
        _ window: Span<UInt8>, _ cursor: Int, _ isEnd: Bool
    ) -> Carving {
        if value != nil { return goOn(window, cursor, isEnd) }
        var start = cursor
        while start < window.count, JSONSpace.contains(window[start]) { start += 1 }
        guard start < window.count else {
            if start > cursor { return .nothing(next: start) }
            return isEnd ? end() : .needsMore
        }
        let byte = window[start]
        switch place {
        case .outside(let isFirst, let mayFollow):
            if byte == UInt8(ascii: "["), isFirst {
                place = .behindBracket
                return .nothing(next: start + 1)
            }
            let isObject = byte == UInt8(ascii: "{")
            guard isFirst || (mayFollow && isObject) else {
                return stop("more text behind the end of the JSON document", window.count)
            }
            place = .outside(isFirst: false, mayFollow: isObject)
        case .behindElement:
            if byte == UInt8(ascii: ",") {
                place = .behindComma
                return .nothing(next: start + 1)
            }
            if byte == UInt8(ascii: "]") { return closeArray(start) }
            place = .behindComma
            return .fault("a comma is missing between two elements of the array", next: start)
        case .behindBracket, .behindComma:
            if byte == UInt8(ascii: "]") {
                if case .behindBracket = place { return closeArray(start) }
                place = .behindElement
                return .fault("an element is missing behind a comma of the array", next: start)
            }
            if byte == UInt8(ascii: ",") {
                place = .behindComma
                return .fault("an element of the array is missing", next: start + 1)
            }
            place = .behindElement
        }
        value = ValueScanner()
        scannedBytes = 0
        if start > cursor { return .nothing(next: start) }
        return goOn(window, cursor, isEnd)
    }

    /// Looks for the end of the value that begins at the cursor.
    private mutating func goOn(
        _ window: Span<UInt8>, _ cursor: Int, _ isEnd: Bool
    ) -> Carving {
        guard var scanner = value else { return .needsMore }
        var position = cursor + scannedBytes
        let isWhole = scanner.scan(window, from: &position)
        guard isWhole || isEnd else {
            value = scanner
            scannedBytes = position - cursor
            return .needsMore
        }
        value = nil
        scannedBytes = 0
        // A bracket or quote out of place would be a value of no bytes, for ever.
        let end = max(position, min(cursor + 1, window.count))
        return .record(cursor..<end, next: end)
    }

    private mutating func closeArray(_ start: Int) -> Carving {
        place = .outside(isFirst: false, mayFollow: false)
        return .nothing(next: start + 1)
    }

    private mutating func end() -> Carving {
        switch place {
        case .outside(isFirst: true, mayFollow: _):
            return stop("the file holds no JSON value", nil)
        case .outside: return .finished
        case .behindBracket, .behindElement, .behindComma:
            return stop("the JSON array is not closed; the file seems to be cut off", nil)
        }
    }

    /// Reports once, then finishes.
    private mutating func stop(_ message: String, _ next: Int?) -> Carving {
        place = .outside(isFirst: false, mayFollow: false)
        isStopped = true
        return .fault(message, next: next ?? -1)
    }

    /// True if what follows in the file is not to be read.
    private(set) var isStopped = false
}
