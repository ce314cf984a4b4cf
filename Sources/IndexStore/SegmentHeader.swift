// The first bytes of a segment, and what decides which segments go together.

/// What decides which segments may stand in one index.
package struct SegmentParameters: Equatable, Sendable {
    /// A hash of everything that decides about shingles, bands and buckets.
    package var fingerprint: UInt64
    package var bandCount: Int
    /// False if the documents were archived without being compared: they have no shingle sets.
    package var isSketched: Bool
    /// True if the segment holds the sample of shingles that containment asks for.
    package var hasContainment: Bool

    package init(
        fingerprint: UInt64, bandCount: Int, isSketched: Bool = true, hasContainment: Bool = false
    ) {
        self.fingerprint = fingerprint
        self.bandCount = bandCount
        self.isSketched = isSketched
        self.hasContainment = hasContainment
    }

    /// Tables before the one of texts are those of the bands.
    package var textTable: Int { bandCount }
    package var identityTable: Int { bandCount + 1 }
    package var idTable: Int { bandCount + 2 }
    package var containmentTable: Int { bandCount + 3 }
    package var tableCount: Int { bandCount + 3 + (hasContainment ? 1 : 0) }
}

/// The first bytes of a segment. All numbers of the format are little-endian.
struct SegmentHeader: Equatable {
    static let magic = Array("WINNOWIX".utf8)
    static let version: UInt32 = 1
    static let bytes = 128

    var parameters: SegmentParameters
    var extent: SegmentExtent

    var encoded: [UInt8] {
        var output = Self.magic
        output.append(littleEndian: Self.version)
        output.append(littleEndian: UInt32(parameters.bandCount))
        output.append(littleEndian: parameters.fingerprint)
        output.append(
            littleEndian: (parameters.isSketched ? 1 : 0) | (parameters.hasContainment ? 2 : 0)
                as UInt64)
        for counts in [extent.first, extent.counts] {
            for kind in RecordKind.allCases { output.append(littleEndian: UInt64(counts[kind])) }
        }
        output.append(contentsOf: repeatElement(0, count: Self.bytes - output.count))
        return output
    }

    enum Decoded {
        case header(SegmentHeader)
        case newer(UInt32)
        case foreign
    }

    static func decode(_ bytes: Span<UInt8>) -> Decoded {
        for index in magic.indices where bytes[index] != magic[index] { return .foreign }
        let version = UInt32(truncatingIfNeeded: bytes.littleEndian(at: 8, bytes: 4))
        guard version <= Self.version else { return .newer(version) }
        let flags = bytes.littleEndian(at: 24, bytes: 8)
        guard version > 0, flags <= 3 else { return .foreign }
        func counts(at offset: Int) -> RecordCounts? {
            var result = RecordCounts()
            for kind in RecordKind.allCases {
                let number = bytes.littleEndian(at: offset + 8 * kind.rawValue, bytes: 8)
                guard number < 1 << 48 else { return nil }
                result[kind] = Int(number)
            }
            return result
        }
        guard let first = counts(at: 32), let extent = counts(at: 56),
            case let bandCount = Int(bytes.littleEndian(at: 12, bytes: 4)), bandCount <= 256
        else { return .foreign }
        return .header(
            SegmentHeader(
                parameters: SegmentParameters(
                    fingerprint: bytes.littleEndian(at: 16, bytes: 8), bandCount: bandCount,
                    isSketched: flags & 1 != 0, hasContainment: flags & 2 != 0),
                extent: SegmentExtent(first: first, counts: extent)))
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number &>> Number(shift)))
        }
    }
}

extension Span<UInt8> {
    func littleEndian(at offset: Int, bytes: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<bytes { number |= UInt64(self[offset + index]) &<< UInt64(8 * index) }
        return number
    }
}
