// What stays known of records that were taken out of the archive: digests, never a text or an id.

internal import ByteIO
package import ByteText
internal import SystemPackage

/// A list of digests below `.winnow/known/`, as a commit lists it.
package struct KnownFile: Equatable, Sendable {
    static let suffix = ".known"
    static let magic = Array("WINNOWKN".utf8)
    static let digestBytes = 16

    /// For instance `000012.known`.
    package var name: String
    /// The act that wrote it.
    package var run: Int
    /// Size of the file.
    package var bytes: Int
    /// Digests of records: source, id and delivered text together.
    package var records: Int
    /// Digests of delivered texts by themselves; they stand behind those of records.
    package var texts: Int
    package var sha256: String

    /// All digests of the file.
    package var count: Int { records + texts }

    /// The act that a list's name tells; nil for other names.
    static func run(ofName name: String) -> Int? {
        guard name.hasSuffix(suffix), let run = Int(name.dropLast(suffix.count)), run > 0,
            run <= ArchiveStream.highestNumber, ArchiveStream.padded(run, to: 6) + suffix == name
        else { return nil }
        return run
    }

    /// Reads the digests. Throws `.damaged` if the file is not what the commit says.
    package func digests(in store: ArchiveStore) throws(ArchiveError) -> [Digest] {
        let folder = store.folder(of: self)
        func damaged(_ reason: String) -> ArchiveError {
            ArchiveError(
                .damaged, folder.path(name), reason, remedy: ArchiveVerifier.salvageRemedy)
        }
        let content = try onDisk { () throws(FileError) in try folder.contents(of: name) }
        guard let content else { throw damaged("the list of known records is missing") }
        guard content.count == bytes, ContentHash.hexadecimal(of: content.span) == sha256,
            content.starts(with: Self.magic),
            content.count == Self.magic.count + count * Self.digestBytes
        else { throw damaged("the list of known records is not what the commit says") }
        return Self.digests(in: content)
    }

    /// All whole digests of a file's bytes.
    static func digests(in content: [UInt8]) -> [Digest] {
        func number(at offset: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(content[offset + $1]) << (8 * UInt64($1)) }
        }
        return (0..<max(0, (content.count - magic.count) / digestBytes)).map {
            let offset = magic.count + $0 * digestBytes
            return Digest(high: number(at: offset), low: number(at: offset + 8))
        }
    }
}

/// Digests of records that an act takes out.
package struct KnownRecords: Sendable {
    package var records: [Digest] = []
    package var texts: [Digest] = []

    package init() {}

    package var isEmpty: Bool { records.isEmpty && texts.isEmpty }

    var encoded: [UInt8] {
        var output = KnownFile.magic
        output.reserveCapacity(output.count + (records.count + texts.count) * KnownFile.digestBytes)
        for digest in records + texts {
            for half in [digest.high, digest.low] {
                for shift in stride(from: 0, to: UInt64(64), by: 8) {
                    output.append(UInt8(truncatingIfNeeded: half >> shift))
                }
            }
        }
        return output
    }
}

extension ArchiveStore {
    /// All that is known of records that were taken out.
    package func knownRecords() throws(ArchiveError) -> KnownRecords {
        var all = KnownRecords()
        for file in commit?.known ?? [] {
            let digests = try file.digests(in: self)
            all.records += digests[..<file.records]
            all.texts += digests[file.records...]
        }
        return all
    }
}
