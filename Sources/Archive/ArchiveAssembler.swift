// Distributing rendered records to the four streams, in input order, once their fate is decided.

package import ByteText
internal import DocumentModel
internal import JSONBytes

/// Appends the lines of decided records to members. It has one owner and needs no lock.
///
/// For the same records in the same order with the same fates the members are the same, however
/// the records were batched.
package struct ArchiveAssembler: ~Copyable, Sendable {
    /// Size at which a member is full. Smaller costs ratio, larger costs more when a byte goes bad.
    package static let memberBytes = 1 << 20
    /// The metadata's field that holds the input's id of a record whose id was made unique.
    package static let originalIDKey = "winnow_original_id"
    /// The metadata's field that names the version before.
    package static let predecessorKey = "winnow_predecessor"
    /// How the metadata of such a record begins.
    static let originalIDHead = Array("{\"\(originalIDKey)\":\"".utf8)

    private var builders: [MemberBuilder]
    private var full: [Member] = []
    private var nextOrdinal = 0
    /// What was appended so far. `read` is the caller's to count: it proves the balance.
    package private(set) var counts = RunCounts()

    package init(memberBytes: Int = ArchiveAssembler.memberBytes) {
        precondition(memberBytes > 0, "a member of \(memberBytes) bytes")
        builders = ArchiveStream.allCases.map {
            MemberBuilder(stream: $0, capacityBytes: memberBytes)
        }
    }

    /// Counts records that the run has read, before anything is known of them.
    package mutating func countRead(_ records: Int) { counts.read += records }

    /// Counts a record that is archived already and leaves no trace.
    package mutating func countSeen() { counts.seen += 1 }

    /// Archives a record as a kept document.
    /// - Parameters:
    ///   - newID: an id that is unique, if the record's own is taken; UTF-8.
    ///   - predecessor: the id of the document of which it is a new version; only with a `newID`.
    package mutating func appendKept(
        _ rendered: borrowing RenderedBatch, at index: Int, newID: [UInt8]? = nil,
        predecessor: [UInt8]? = nil
    ) {
        append(rendered, index, mark: nil, newID, predecessor: predecessor)
        counts.kept += 1
    }

    /// Archives a record, whole, as a copy of a kept one.
    package mutating func appendDuplicate(
        _ rendered: borrowing RenderedBatch, at index: Int, mark: DuplicateMark,
        newID: [UInt8]? = nil
    ) {
        precondition(
            mark.similarity >= 0 && mark.similarity <= 1, "similarity \(mark.similarity)")
        append(rendered, index, mark: mark, newID)
        counts[mark.kind] += 1
    }

    /// Archives a rejected record.
    package mutating func appendRejected(_ rendered: borrowing RenderedBatch, at index: Int) {
        let record = rendered.records[index]
        guard let reason = record.rejection else {
            preconditionFailure("record \(index) is not rejected")
        }
        add(to: .rejected) {
            $0.append(copying: rendered.bytes.span.extracting(record.line.bounds))
        }
        counts[reason] += 1
    }

    /// The members that have become full since the last call, in the order to write them.
    package mutating func takeMembers() -> [Member] {
        let members = full
        full.removeAll()
        return members
    }

    /// Ends the run: all members that are left, full or not.
    package mutating func finish() -> [Member] {
        for index in builders.indices { close(index) }
        return takeMembers()
    }

    /// Appends what the next records go on from: the lines that are no member yet, the counts.
    ///
    /// - Precondition: all full members were taken.
    package func encode(to fields: inout FieldWriter) {
        precondition(full.isEmpty, "\(full.count) members were not taken")
        fields.number(nextOrdinal)
        for builder in builders { builder.encode(to: &fields) }
        counts.encode(to: &fields)
    }

    /// Goes on from what `encode` has written; nothing was appended yet.
    package mutating func decode(_ fields: inout FieldReader) throws(FieldFault) {
        nextOrdinal = try fields.number()
        for index in builders.indices { try builders[index].decode(&fields) }
        counts = try RunCounts(decoding: &fields)
    }

    private mutating func append(
        _ rendered: borrowing RenderedBatch, _ index: Int, mark: DuplicateMark?,
        _ newID: [UInt8]?, predecessor: [UInt8]? = nil
    ) {
        let record = rendered.records[index]
        precondition(record.rejection == nil, "record \(index) is rejected")
        let lines = rendered.bytes.span
        add(to: mark == nil ? .articles : .duplicates) { output in
            if let newID {
                Self.appendRenamed(record, lines, newID, predecessor, to: &output)
            } else {
                output.append(copying: lines.extracting(record.line.bounds))
            }
            if let mark { Self.extend(with: mark, &output) }
        }
        if !record.ledger.isEmpty {
            add(to: .ledger) { output in
                guard let newID else {
                    return output.append(copying: lines.extracting(record.ledger.bounds))
                }
                output.append(
                    copying: lines.extracting(record.ledger.lowerBound..<record.ledgerID.lowerBound)
                )
                Self.appendEscaped(newID.span, to: &output)
                output.append(
                    copying: lines.extracting(record.ledgerID.upperBound..<record.ledger.upperBound)
                )
            }
        }
        if newID != nil { counts.renamed += 1 }
    }

    private mutating func add(to stream: ArchiveStream, _ write: (inout [UInt8]) -> Void) {
        if builders[stream.index].append(write) { close(stream.index) }
    }

    private mutating func close(_ index: Int) {
        guard let member = builders[index].take(ordinal: nextOrdinal) else { return }
        full.append(member)
        nextOrdinal += 1
    }

    /// The line with another id; the input's own, and the version before, in front of the metadata.
    private static func appendRenamed(
        _ record: RenderedRecord, _ lines: Span<UInt8>, _ newID: [UInt8],
        _ predecessor: [UInt8]?, to output: inout [UInt8]
    ) {
        output.append(copying: lines.extracting(record.line.lowerBound..<record.id.lowerBound))
        appendEscaped(newID.span, to: &output)
        output.append(copying: lines.extracting(record.id.upperBound..<record.metadata.lowerBound))
        let metadata = lines.extracting(record.metadata.bounds)
        // The metadata is an object inside a string: what is put into it is escaped twice.
        var first = originalIDHead
        first.append(copying: lines.extracting(record.id.bounds))
        first.append(UInt8(ascii: "\""))
        if let predecessor {
            first.append(contentsOf: ",\"\(predecessorKey)\":\"".utf8)
            appendEscaped(predecessor.span, to: &first)
            first.append(UInt8(ascii: "\""))
        }
        appendEscaped(first.span, to: &output)
        // An object that has a field has a quote.
        let hasFields = metadata.indices.contains { metadata[$0] == UInt8(ascii: "\"") }
        if hasFields { output.append(UInt8(ascii: ",")) }
        let brace = metadata.indices.first { metadata[$0] == UInt8(ascii: "{") } ?? 0
        output.append(
            copying: lines.extracting(
                (record.metadata.lowerBound + brace + 1)..<record.line.upperBound))
    }

    /// Opens the line that was just appended again and adds the duplicate's own fields.
    static func extend(with mark: DuplicateMark, _ output: inout [UInt8]) {
        output.removeLast(2)
        output.append(contentsOf: ",\"keeper\":\"".utf8)
        appendEscaped(mark.keeper.span, to: &output)
        output.append(contentsOf: "\",\"similarity\":".utf8)
        DuplicateMark.append(similarity: mark.similarity, to: &output)
        output.append(contentsOf: ",\"kind\":\"".utf8)
        output.append(contentsOf: mark.kind.rawValue.utf8)
        output.append(contentsOf: "\"}\n".utf8)
    }

    private static func appendEscaped(_ text: Span<UInt8>, to output: inout [UInt8]) {
        var writer = JSONWriter()
        writer.string(text)
        output.append(contentsOf: writer.bytes[1..<(writer.bytes.count - 1)])
    }
}
