// What the tool says: results on standard output, everything else on standard error.

internal import ByteIO
internal import Glibc
internal import JSONBytes
internal import PipelineAssembly
internal import SystemPackage

/// The two standard streams, used the same way by all commands.
enum Console {
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
        var writer = JSONWriter()
        writer.beginObject()
        build(&writer)
        writer.endObject()
        writer.endLine()
        write(writer.bytes, to: .output, lineEnd: false)
    }

    /// Says something that is no result: a message, a warning.
    static func complain(_ text: String) {
        write(Array(Readable.harmless(text).utf8), to: .error, lineEnd: true)
    }

    /// Says what was passed over while an archive was asked.
    static func complain(about questions: ArchiveQuestions) {
        for notice in questions.notices { complain("winnow: \(notice)") }
    }

    /// True if colours and a moving line make sense on standard error.
    static var isLively: Bool {
        // SAFETY: only whether there is a value is asked.
        let hasNoColor = unsafe getenv("NO_COLOR") != nil
        return StandardStream.error.isTerminal && !hasNoColor
    }

    private static func write(_ bytes: [UInt8], to stream: StandardStream, lineEnd: Bool) {
        var bytes = bytes
        if lineEnd, bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        do {
            try stream.write(bytes.span)
        } catch {
            // Nobody listens: there is nobody to tell.
            if stream == .output, error.errno != .brokenPipe {
                // Standard error may be gone as well; the status still tells.
                try? StandardStream.error.write("winnow: \(error)\n")
                exit(ExitStatus.inputOutput.rawValue)
            }
            if stream == .output { exit(ExitStatus.done.rawValue) }
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
