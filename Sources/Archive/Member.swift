// A gzip member to be: about 1 MiB of whole records of one stream.

internal import ByteText
package import Codecs

/// Whole lines of one stream, full and ready to be compressed by anyone.
package struct Member: Sendable {
    package let stream: ArchiveStream
    /// Place among all members of the run, from 0: the order in which they are written.
    package let ordinal: Int
    package let recordCount: Int
    package let bytes: [UInt8]

    /// Compresses the lines as one gzip member: a pure function, to be called in parallel.
    package func compressed(using encoder: inout GzipEncoder) -> CompressedMember {
        var output: [UInt8] = []
        encoder.appendMember(of: bytes.span, to: &output)
        return CompressedMember(
            stream: stream, ordinal: ordinal, recordCount: recordCount,
            uncompressedBytes: bytes.count, bytes: output)
    }
}

/// A finished gzip member.
package struct CompressedMember: Sendable {
    package let stream: ArchiveStream
    package let ordinal: Int
    package let recordCount: Int
    package let uncompressedBytes: Int
    package let bytes: [UInt8]
}

/// Gathers whole lines of one stream until a member is full.
struct MemberBuilder: Sendable {
    let stream: ArchiveStream
    let capacityBytes: Int
    private(set) var bytes: [UInt8] = []
    private(set) var recordCount = 0

    init(stream: ArchiveStream, capacityBytes: Int) {
        self.stream = stream
        self.capacityBytes = capacityBytes
    }

    /// Adds one line, written by `write`; true if the member is full now.
    ///
    /// Full means that the capacity is reached, whatever comes next: the boundary depends on the
    /// records so far alone.
    mutating func append(_ write: (inout [UInt8]) -> Void) -> Bool {
        if bytes.isEmpty { bytes.reserveCapacity(capacityBytes + capacityBytes / 16) }
        write(&bytes)
        recordCount += 1
        return bytes.count >= capacityBytes
    }

    /// Hands the lines over and starts anew; nil if there are none.
    mutating func take(ordinal: Int) -> Member? {
        guard recordCount > 0 else { return nil }
        let member = Member(
            stream: stream, ordinal: ordinal, recordCount: recordCount, bytes: bytes)
        bytes = []
        recordCount = 0
        return member
    }

    /// Appends the lines that are no member yet.
    func encode(to fields: inout FieldWriter) {
        fields.number(recordCount)
        fields.run(bytes[...])
    }

    /// Replaces the lines by those that `encode` has written.
    mutating func decode(_ fields: inout FieldReader) throws(FieldFault) {
        recordCount = try fields.number()
        bytes.reserveCapacity(capacityBytes + capacityBytes / 16)
        bytes.append(contentsOf: try fields.run())
    }
}
