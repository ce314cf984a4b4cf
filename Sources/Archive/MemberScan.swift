// Reading what is whole in a damaged data file: member by member, over the places that are not.

internal import ByteIO
internal import ByteText
internal import Codecs
internal import SystemPackage

/// What stands in a data file, be it damaged.
struct MemberScan {
    /// Compressed bytes read at once.
    private static let pieceBytes = 4 << 20
    /// No member grows as long: a place where one seems to is damaged.
    private static let memberLimitBytes = 1 << 30
    /// How the encoder begins each member: no name, time 0, no system.
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    /// The part of the header by which the next member is looked for.
    private static let headBytes = 8

    /// A place that does not decode.
    struct Gap: Equatable {
        /// Bytes of the file.
        var bytes: Range<Int>
        /// Lines that were read before it.
        var linesBefore: Int
    }

    private(set) var gaps: [Gap] = []
    /// Whole lines that were read.
    private(set) var lines = 0
    /// Bytes of the lines with their line feeds.
    private(set) var uncompressedBytes = 0
    private(set) var bytes = 0
    private(set) var sha256 = ""

    /// Calls `body` with a buffer and the range of a line in it, without its line feed, for each
    /// line of each member whose checksum is right, in the file's order.
    ///
    /// A member whose header alone is damaged is read all the same. Throws if the file cannot be
    /// read.
    init(
        of path: FilePath, _ body: (Span<UInt8>, Range<Int>) throws -> Void
    ) throws {
        var reader = try onDisk { () throws(FileError) in try FileReader(opening: path) }
        var hash = ContentHash()
        var window: [UInt8] = []
        var start = 0
        var isLast = false
        func fill() throws(ArchiveError) {
            let before = window.count
            let count = try onDisk { () throws(FileError) in
                try reader.read(into: &window, upTo: Self.pieceBytes)
            }
            isLast = count < Self.pieceBytes
            hash.update(window.span.extracting(before..<window.count))
            bytes += count
        }
        try fill()
        var position = 0
        var lost: Int?
        var content: [UInt8] = []
        while true {
            if position > Self.pieceBytes {
                window.removeSubrange(0..<position)
                start += position
                position = 0
            }
            if position == window.count {
                if isLast { break }
                try fill()
                continue
            }
            content.removeAll(keepingCapacity: true)
            switch Self.member(window, position, &content, isLast, isMending: lost == nil) {
            case .end(let end):
                if let from = lost { endGap(from..<(start + position)) }
                lost = nil
                try take(content, body)
                position = end
            case .cutOff where !isLast && window.count - position < Self.memberLimitBytes:
                try fill()
            case .cutOff, .damaged:
                if lost == nil { lost = start + position }
                position = Self.nextHead(in: window, after: position, isLast: isLast)
            }
        }
        if let from = lost { endGap(from..<(start + window.count)) }
        sha256 = hash.hexadecimal
    }

    private mutating func endGap(_ bytes: Range<Int>) {
        gaps.append(Gap(bytes: bytes, linesBefore: lines))
    }

    private enum Outcome {
        case end(Int)
        /// The bytes end within the member.
        case cutOff
        case damaged
    }

    private static func member(
        _ window: [UInt8], _ position: Int, _ content: inout [UInt8], _ isLast: Bool,
        isMending: Bool
    ) -> Outcome {
        do throws(CodecError) {
            return .end(
                try GzipMember.decompress(
                    window.span, from: position, limit: memberLimitBytes, into: &content))
        } catch {
            // Flags that were not set make zlib wait for fields that are not there.
            if error.code == .truncated, !isLast || !isMending { return .cutOff }
        }
        // Where a member must begin, a damaged header costs nothing: there is only one.
        guard isMending, window.count - position > header.count,
            !window[position...].starts(with: header)
        else { return .damaged }
        content.removeAll(keepingCapacity: true)
        var mended = Array(window[position...])
        mended.replaceSubrange(0..<header.count, with: header)
        do throws(CodecError) {
            return .end(
                try GzipMember.decompress(mended.span, limit: memberLimitBytes, into: &content)
                    + position)
        } catch {
            return error.code == .truncated ? .cutOff : .damaged
        }
    }

    /// Where the next member may begin, or as far as is known that none does.
    private static func nextHead(in window: [UInt8], after position: Int, isLast: Bool) -> Int {
        var place = position + 1
        while place + headBytes <= window.count {
            guard
                let found = ByteSearch.firstIndex(of: header[0], in: window.span, from: place),
                found + headBytes <= window.count
            else { break }
            if window[found...].starts(with: header[..<headBytes]) { return found }
            place = found + 1
        }
        return isLast ? window.count : max(position + 1, window.count - headBytes + 1)
    }

    private mutating func take(
        _ content: [UInt8], _ body: (Span<UInt8>, Range<Int>) throws -> Void
    ) throws {
        var start = 0
        while let end = ByteSearch.firstIndex(
            of: UInt8(ascii: "\n"), in: content.span, from: start)
        {
            try body(content.span, start..<end)
            lines += 1
            uncompressedBytes += end + 1 - start
            start = end + 1
        }
    }
}
