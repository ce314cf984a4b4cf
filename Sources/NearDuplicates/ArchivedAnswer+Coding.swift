// What the segments say of a document as bytes, for those who keep it outside memory.

internal import DocumentModel

extension ArchivedAnswer {
    private static let matchFlag: UInt8 = 1
    private static let takenFlag: UInt8 = 2
    private static let bucketFlag: UInt8 = 4

    /// Appends match, id and bucket counts. Containers and parts are few and kept elsewhere, and a
    /// document that was seen is not kept at all.
    package func encode(to bytes: inout [UInt8]) {
        bytes.append(
            (match == nil ? 0 : Self.matchFlag) | (isIDTaken ? Self.takenFlag : 0)
                | (bucketCounts.isEmpty ? 0 : Self.bucketFlag))
        if let match {
            SketchBatch.append(UInt64(match.keeper), 8, to: &bytes)
            SketchBatch.append(match.similarity.bitPattern, 8, to: &bytes)
            let kind = DuplicateKind.allCases.firstIndex(of: match.kind) ?? 0
            SketchBatch.append(UInt64(kind), 1, to: &bytes)
        }
        if bucketCounts.isEmpty { return }
        for count in bucketCounts { SketchBatch.append(UInt64(count), 2, to: &bytes) }
    }

    /// Undoes `encode`.
    ///
    /// - Parameters:
    ///   - bytes: all that `encode` wrote, and nothing behind it.
    ///   - bandCount: bands of the index that was asked.
    package init(decoding bytes: Span<UInt8>, bandCount: Int) {
        self.init()
        let flags = bytes[0]
        isIDTaken = flags & Self.takenFlag != 0
        var place = 1
        if flags & Self.matchFlag != 0 {
            match = Match(
                keeper: Int(SketchBatch.number(bytes, place, 8)),
                similarity: Double(bitPattern: SketchBatch.number(bytes, place + 8, 8)),
                kind: DuplicateKind.allCases[Int(bytes[place + 16])])
            place += 17
        }
        if flags & Self.bucketFlag == 0 { return }
        bucketCounts = (0..<bandCount).map {
            UInt16(SketchBatch.number(bytes, place + 2 * $0, 2))
        }
    }
}
