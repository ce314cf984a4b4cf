// An input file as the catalogue remembers it.

package import ByteText

/// One row of the table of inputs: what was read of a file, and where reading can go on.
package struct KnownInput: Equatable, Sendable {
    /// Where reading goes on once the file has grown.
    package struct Continuation: Equatable, Sendable {
        /// Records before the place.
        package var records: Int
        /// The place in the file as it lies on disk.
        package var storedOffset: Int
        /// The place in the decompressed file.
        package var textOffset: Int

        package init(records: Int, storedOffset: Int, textOffset: Int) {
            self.records = records
            self.storedOffset = storedOffset
            self.textOffset = textOffset
        }
    }

    /// From the root on; see `InputPath.text(of:)`.
    package var path: String
    /// How the file was understood: format and field names. Read in another way it is another file.
    package var reading: String
    package var sizeBytes: Int
    package var modifiedNanoseconds: Int
    package var device: UInt64
    package var inode: UInt64
    /// Of all bytes as they lie on disk.
    package var digest: ContentDigest.Value
    /// `text`, `lines` or `document`.
    package var form: String
    package var records: Int
    /// Nil where a longer file has to be read from its start.
    package var continuation: Continuation?

    package init(
        path: String, reading: String, sizeBytes: Int, modifiedNanoseconds: Int, device: UInt64,
        inode: UInt64, digest: ContentDigest.Value, form: String, records: Int,
        continuation: Continuation?
    ) {
        self.path = path
        self.reading = reading
        self.sizeBytes = sizeBytes
        self.modifiedNanoseconds = modifiedNanoseconds
        self.device = device
        self.inode = inode
        self.digest = digest
        self.form = form
        self.records = records
        self.continuation = continuation
    }
}

/// Paths as text: SQLite's texts are UTF-8, file names need not be.
package enum InputPath {
    /// The path itself where it is UTF-8 without `%`; else `%` and the bytes that are no UTF-8
    /// stand as `%` and two hexadecimal digits (RFC 3986, section 2.1).
    package static func text(of bytes: [UInt8]) -> String {
        if !bytes.contains(UInt8(ascii: "%")),
            let text = String(validating: bytes, as: UTF8.self)
        {
            return text
        }
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            if byte < 0x80 && byte != UInt8(ascii: "%") {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
