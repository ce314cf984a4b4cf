// The fields of an archived document that a rebuilt index needs.

package import DocumentModel
internal import JSONBytes
internal import SystemPackage

/// A document read back from the archive. The memory is reused from one to the next.
package struct ArchivedDocument: ~Copyable, Sendable {
    private var content: [UInt8] = []
    private var idRange = 0..<0
    private var originalIDRange = 0..<0
    private var textRange = 0..<0
    private var sourceRange = 0..<0
    private var keeperRange = 0..<0
    /// Where in the line those fields end that duplicates and kept documents share.
    private(set) var sharedEnd = 0
    /// What kind of duplicate it is; nil for a kept document.
    package private(set) var kind: DuplicateKind?
    private var parser = JSONParser()

    init() {}

    /// Its id in the archive.
    package var id: ArraySlice<UInt8> { content[idRange] }
    /// The id that the input gave it: `id` unless that was taken.
    package var originalID: ArraySlice<UInt8> { content[originalIDRange] }
    /// The cleaned text.
    package var text: ArraySlice<UInt8> { content[textRange] }
    package var source: ArraySlice<UInt8> { content[sourceRange] }
    /// For a duplicate the id of the document that it is a copy of; else empty.
    package var keeper: ArraySlice<UInt8> { content[keeperRange] }

    /// Takes the fields from a line; false if it is no document's.
    mutating func read(_ bytes: Span<UInt8>, _ line: Range<Int>, of stream: ArchiveStream) -> Bool {
        do throws(JSONError) {
            try parser.parse(bytes, in: line, isRepairing: false)
        } catch {
            return false
        }
        content.removeAll(keepingCapacity: true)
        kind = nil
        let fields = ArchiveSchema.fields(of: stream)
        guard parser.root == .object, parser.count == fields.count,
            let id = take("id", at: 0), let text = take("text", at: 1),
            let source = take("source", at: 2)
        else { return false }
        idRange = id
        originalIDRange = id
        textRange = text
        sourceRange = source
        keeperRange = 0..<0
        sharedEnd = parser.rawRange(at: ArchiveSchema.keeperIndex - 1).upperBound - line.lowerBound
        if stream == .duplicates {
            guard let keeper = take("keeper", at: ArchiveSchema.keeperIndex) else { return false }
            keeperRange = keeper
            guard let kindRange = take("kind", at: fields.count - 1),
                let known = DuplicateKind(
                    rawValue: String(decoding: content[kindRange], as: UTF8.self))
            else { return false }
            kind = known
        }
        return readOriginalID(at: ArchiveSchema.metadataIndex)
    }

    private mutating func take(_ name: StaticString, at index: Int) -> Range<Int>? {
        guard parser.kind(at: index) == .string,
            parser.withKey(at: index, { $0.isEqual(to: name) })
        else { return nil }
        let start = content.count
        parser.appendString(at: index, to: &content)
        return start..<content.count
    }

    /// Looks into the metadata only where its first field says that the id was changed.
    private mutating func readOriginalID(at index: Int) -> Bool {
        let isChanged = parser.withString(at: index) { metadata in
            metadata.starts(with: ArchiveAssembler.originalIDHead)
        }
        guard isChanged else { return true }
        var metadata: [UInt8] = []
        parser.appendString(at: index, to: &metadata)
        var fields = JSONParser()
        do throws(JSONError) {
            try fields.parse(metadata.span, isRepairing: false)
        } catch {
            return false
        }
        guard fields.count > 0, fields.kind(at: 0) == .string else { return false }
        let start = content.count
        fields.appendString(at: 0, to: &content)
        originalIDRange = start..<content.count
        return true
    }
}

extension Span<UInt8> {
    /// True if the bytes are those of the name.
    func isEqual(to name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        // SAFETY: both buffers are read inside the closures only, and have `count` bytes.
        return unsafe withUnsafeBufferPointer { own in
            name.withUTF8Buffer { expected in unsafe own.elementsEqual(expected) }
        }
    }

    func starts(with head: [UInt8]) -> Bool {
        guard count >= head.count else { return false }
        for index in head.indices where self[index] != head[index] { return false }
        return true
    }
}
