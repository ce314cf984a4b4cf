// What the tool says: results on standard output, everything else on standard error.

internal import ByteIO
internal import Glibc
internal import JSONBytes
internal import Synchronization
internal import SystemPackage

/// The two standard streams, used the same way by all commands.
enum Console {
    /// True while a line that is drawn again and again stands on the terminal.
    private static let hasMovingLine = Atomic<Bool>(false)

    /// Prints a result for people. A vanished reader ends the program quietly.
    static func print(_ text: String) {
        write(Array(Readable.harmless(text).utf8), to: .output, lineEnd: true)
    }

    /// Prints result bytes as they are.
    static func print(bytes: [UInt8]) {
        write(bytes, to: .output, lineEnd: false)
    }

    /// Prints a JSON object as one line.
    static func printJSON(_ build: (inout JSONWriter) -> Void) {
        write(line(build), to: .output, lineEnd: false)
    }

    /// A JSON object with its line end.
    static func line(_ build: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        build(&writer)
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }

    /// Writes to standard error. Where nobody listens nobody can be told.
    static func say(_ bytes: [UInt8]) { write(bytes, to: .error, lineEnd: true) }

    /// True if colours and a moving line make sense on standard error.
    static var isLively: Bool {
        // SAFETY: only whether there is a value is asked.
        let hasNoColor = unsafe getenv("NO_COLOR") != nil
        return StandardStream.error.isTerminal && !hasNoColor
    }

    /// Draws the moving line again; whatever is printed or said next takes its place.
    static func draw(_ text: String) {
        hasMovingLine.store(true, ordering: .relaxed)
        // A terminal that went away stops nothing.
        try? StandardStream.error.write("\r\(Readable.oneLine(text))\u{1B}[K")
    }

    private static func write(_ bytes: [UInt8], to stream: StandardStream, lineEnd: Bool) {
        if hasMovingLine.exchange(false, ordering: .relaxed) {
            // As for drawing it.
            try? StandardStream.error.write("\r\u{1B}[K")
        }
        var bytes = bytes
        if lineEnd, bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        do {
            try stream.write(bytes.span)
        } catch {
            guard stream == .output else { return }
            var status = ExitStatus.done
            if error.errno != .brokenPipe { status = ExitStatus(reporting: error) }
            logEnd(status)
            exit(status.rawValue)
        }
    }
}

extension JSONWriter {
    /// Writes a key with a string.
    mutating func field(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    /// Writes a key with a whole number.
    mutating func field(_ name: String, _ number: Int) {
        key(name)
        integer(number)
    }

    /// Writes a key with a number.
    mutating func field(_ name: String, _ number: Double) {
        key(name)
        double(number)
    }

    /// Writes a key with an object.
    mutating func object(_ name: String, _ build: (inout JSONWriter) -> Void) {
        key(name)
        beginObject()
        build(&self)
        endObject()
    }

    /// Writes a key with a list of objects.
    mutating func list<Items: Sequence>(
        _ name: String, _ items: Items, _ build: (inout JSONWriter, Items.Element) -> Void
    ) {
        key(name)
        beginArray()
        for item in items {
            beginObject()
            build(&self, item)
            endObject()
        }
        endArray()
    }
}
