// Finding the end of a JSON value without understanding it, piece by piece.

/// Counts brackets and watches quotes. What it passes need not be JSON; the parser judges.
struct ValueScanner {
    private enum Form {
        case start, container, string, scalar
    }

    private var form = Form.start
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Moves `position` to the value's end if that lies inside the bytes and returns true; else
    /// moves it to the end of the bytes, to go on with the next piece.
    mutating func scan(_ bytes: Span<UInt8>, from position: inout Int) -> Bool {
        var place = position
        defer { position = place }
        while place < bytes.count {
            let byte = bytes[place]
            if isInString {
                place += 1
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                    if form == .string { return true }
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where form != .scalar:
                if form == .start { form = .string }
                isInString = true
            case UInt8(ascii: "{") where form != .scalar, UInt8(ascii: "[") where form != .scalar:
                form = .container
                depth += 1
            case UInt8(ascii: "}") where form == .container,
                UInt8(ascii: "]") where form == .container:
                depth -= 1
                if depth == 0 {
                    place += 1
                    return true
                }
            case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x20, 0x0A, 0x0D, 0x09:
                if form == .scalar { return true }
                if form == .start { form = .scalar }
            default: if form == .start { form = .scalar }
            }
            place += 1
        }
        return false
    }
}
