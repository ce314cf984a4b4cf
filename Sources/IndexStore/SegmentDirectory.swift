// Where the sections of a segment lie: what stands behind the blocks.

internal import CHashKernels

/// Where the sections lie. Offsets in bytes from the start of the file.
struct SegmentDirectory: Equatable {
    var blobs = 0..<0
    var documents = 0..<0
    var records = 0..<0
    var tables: [KeyTable] = []

    struct KeyTable: Equatable {
        var filter = 0
        var buckets = 0
        var entries = 0
        var filterBlocks = 0
        var entryCount = 0
        var bucketBits = 0
        var rowBits = 0

        static let filterBlockBytes = Int(WINNOW_FILTER_BLOCK)

        /// Bytes of the packed entries, with what an unaligned load may read behind them.
        static func entryBytes(_ count: Int, bits: Int) -> Int { (count * bits + 7) / 8 + 9 }
    }

    private static var tableFields: [WritableKeyPath<KeyTable, Int>] {
        [
            \.filter, \.buckets, \.entries, \.filterBlocks, \.entryCount, \.bucketBits, \.rowBits,
        ]
    }

    var encoded: [UInt8] {
        var output: [UInt8] = []
        for section in [blobs, documents, records] {
            output.append(littleEndian: UInt64(section.lowerBound))
            output.append(littleEndian: UInt64(section.count))
        }
        output.append(littleEndian: UInt64(tables.count))
        for table in tables {
            for field in Self.tableFields {
                output.append(littleEndian: UInt64(table[keyPath: field]))
            }
        }
        return output
    }

    /// Nil if the bytes are no directory of a file whose sections end at `end`.
    init?(_ bytes: Span<UInt8>, end: Int) {
        guard bytes.count >= 56 else { return nil }
        func number(_ index: Int) -> Int? {
            let value = bytes.littleEndian(at: 8 * index, bytes: 8)
            return value <= UInt64(end) ? Int(value) : nil
        }
        func section(_ index: Int) -> Range<Int>? {
            guard let start = number(index), let count = number(index + 1), start + count <= end
            else { return nil }
            return start..<start + count
        }
        guard let blobs = section(0), let documents = section(2), let records = section(4),
            let count = number(6), bytes.count == 8 * (7 + count * Self.tableFields.count)
        else { return nil }
        (self.blobs, self.documents, self.records) = (blobs, documents, records)
        for index in 0..<count {
            var table = KeyTable()
            for (place, field) in Self.tableFields.enumerated() {
                guard let value = number(7 + index * Self.tableFields.count + place) else {
                    return nil
                }
                table[keyPath: field] = value
            }
            guard table.isInside(end) else { return nil }
            tables.append(table)
        }
    }

    init() {}
}

extension SegmentDirectory.KeyTable {
    /// True if every look-up stays before `end`.
    fileprivate func isInside(_ end: Int) -> Bool {
        guard bucketBits <= 28, rowBits <= 32, filterBlocks > 0 else { return false }
        let bits = 32 - bucketBits + rowBits
        return filter + filterBlocks * Int(WINNOW_FILTER_BLOCK) <= end
            && buckets + 4 * ((1 << bucketBits) + 1) <= end
            && entries + Self.entryBytes(entryCount, bits: bits) <= end
    }
}
