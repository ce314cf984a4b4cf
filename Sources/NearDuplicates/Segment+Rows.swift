// The rows of a segment that stand for a record or an id.

package import ByteText
package import IndexStore

extension Segment {
    /// The row of the record with an identity; nil if the segment does not know it.
    package func row(ofIdentity identity: Digest) throws(IndexError) -> Int? {
        let key = UInt32(truncatingIfNeeded: identity.key)
        return try firstRow(of: key, inTable: parameters.identityTable) {
            (row) throws(IndexError) in try record(at: row).identity == identity
        }
    }

    /// The row of the kept document or duplicate that has an id; nil if none has it.
    package func row(ofID id: UInt64) throws(IndexError) -> Int? {
        try firstRow(of: UInt32(truncatingIfNeeded: id), inTable: parameters.idTable) {
            (row) throws(IndexError) in try record(at: row).id == id
        }
    }

    /// The first row of a rejected record with an id. Looks at all of them: they stand in no table.
    package func row(ofRejectedID id: UInt64) throws(IndexError) -> Int? {
        let first = extent.firstRow(of: .rejected)
        for row in first..<first + extent.counts.rejected where try record(at: row).id == id {
            return row
        }
        return nil
    }

    /// True if a kept document or a duplicate of the segment has the id.
    package func holds(id: UInt64) throws(IndexError) -> Bool { try row(ofID: id) != nil }

    private func firstRow(
        of key: UInt32, inTable table: Int, _ isWanted: (Int) throws(IndexError) -> Bool
    ) throws(IndexError) -> Int? {
        guard try mayHold(key, inTable: table) else { return nil }
        var found: Int?
        try forEachRow(of: key, inTable: table) { (row) throws(IndexError) in
            if try isWanted(row) { found = row }
            return found == nil
        }
        return found
    }
}
