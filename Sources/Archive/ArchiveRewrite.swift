// Taking records out of data files: every line that stays is written again.

internal import ByteIO
internal import ByteText
package import DocumentModel
internal import JSONBytes

/// Where a record came from.
package struct RecordOrigin: Equatable, Sendable {
    package var stream: ArchiveStream
    /// The run that it came with.
    package var run: Int
}

/// A document that was taken out of a file.
package struct TakenDocument: Sendable {
    package var origin: RecordOrigin
    package var id: [UInt8]
    package var originalID: [UInt8]
    package var source: [UInt8]
    package var text: [UInt8]
    package var delivered: [UInt8]
    /// For a duplicate: the id of its keeper, and its kind.
    package var keeper: [UInt8]
    package var kind: DuplicateKind?
    /// Its line as that of a kept document, and its entry in the ledger, without line feeds.
    package var line: [UInt8]
    package var ledger: [UInt8]
}

/// A record that was taken out of a file.
package enum TakenRecord: Sendable {
    case document(TakenDocument)
    case rejection(ArchivedRejection, RecordOrigin)
}

/// Goes through an archive once and writes the files again from which something goes. The ledger
/// of one run at a time is in memory.
package struct ArchiveRewrite {
    private let store: ArchiveStore
    private let isConcerned: (ArchivedFile) -> Bool
    private let goes: (borrowing ArchivedDocument, RecordOrigin) -> Bool
    private let goesRejected: (_ id: [UInt8], RecordOrigin) -> Bool

    /// - Parameters:
    ///   - isConcerned: false for files that need not be looked into.
    ///   - document: true if a document goes.
    ///   - rejection: true if a rejected record of this id goes.
    package init(
        _ store: ArchiveStore, isConcerned: @escaping (ArchivedFile) -> Bool,
        document: @escaping (borrowing ArchivedDocument, RecordOrigin) -> Bool,
        rejection: @escaping (_ id: [UInt8], RecordOrigin) -> Bool
    ) {
        self.store = store
        self.isConcerned = isConcerned
        goes = document
        goesRejected = rejection
    }

    /// Writes the changed files and returns the whole list of files as it will be.
    ///
    /// - Parameters:
    ///   - staging: nil writes nothing: the list is then that of the commit.
    ///   - taken: gets every record that goes, in archive order within its stream.
    package func execute(
        in staging: inout ReplacementStaging?, taken: (TakenRecord) throws -> Void
    ) throws -> [ArchivedFile] {
        let all = store.commit?.files ?? []
        var replaced: [String: ArchivedFile?] = [:]
        for run in Set(all.map(\.run)).sorted() {
            let files = all.filter { $0.run == run }
            var places: [(file: ArchivedFile, lines: Set<Int>)] = []
            for file in files where file.stream != .ledger && isConcerned(file) {
                let lines = try linesThatGo(from: file)
                if !lines.isEmpty { places.append((file, lines)) }
            }
            if places.isEmpty { continue }
            let ledger = try ArchiveReader(store).ledger(ofRun: run)
            var ids: Set<String> = []
            for (file, lines) in places {
                try take(lines, from: file, ledger) { record in
                    if case .document(let document) = record {
                        ids.insert(String(decoding: document.id, as: UTF8.self))
                    }
                    try taken(record)
                }
                if staging != nil {
                    replaced[file.path] = .some(try rewrite(file, without: lines, &staging))
                }
            }
            if staging == nil { continue }
            for file in files where file.stream == .ledger {
                let lines = try ledgerLines(of: ids, in: file)
                if lines.isEmpty { continue }
                replaced[file.path] = .some(try rewrite(file, without: lines, &staging))
            }
        }
        return all.compactMap { replaced[$0.path] ?? $0 }
    }

    private func linesThatGo(from file: ArchivedFile) throws(ArchiveError) -> Set<Int> {
        var lines: Set<Int> = []
        var document = ArchivedDocument()
        var origins = OriginWalk(file)
        _ = try ArchivedLines.forEach(of: file, in: store.folder(of: file)) {
            (bytes, line, address) throws(ArchiveError) in
            let origin = RecordOrigin(stream: file.stream, run: origins.next())
            let isGoing: Bool
            if file.stream == .rejected {
                let id = try ArchiveReader(store).rejection(bytes.extracting(line), address).id
                isGoing = goesRejected(id, origin)
            } else {
                guard document.read(bytes, line, of: file.stream) else {
                    throw ArchiveReader(store).damage(address, "it is no document")
                }
                isGoing = goes(document, origin)
            }
            if isGoing { lines.insert(address.record) }
            return true
        }
        return lines
    }

    private func take(
        _ lines: Set<Int>, from file: ArchivedFile, _ ledger: [String: [UInt8]],
        _ taken: (TakenRecord) throws -> Void
    ) throws {
        var failure: (any Error)?
        var document = ArchivedDocument()
        var origins = OriginWalk(file)
        _ = try ArchivedLines.forEach(of: file, in: store.folder(of: file)) {
            (bytes, line, address) throws(ArchiveError) in
            let origin = RecordOrigin(stream: file.stream, run: origins.next())
            guard lines.contains(address.record) else { return true }
            let record: TakenRecord
            if file.stream == .rejected {
                record = .rejection(
                    try ArchiveReader(store).rejection(bytes.extracting(line), address), origin)
            } else {
                guard document.read(bytes, line, of: file.stream) else {
                    throw ArchiveReader(store).damage(address, "it is no document")
                }
                record = .document(
                    try copy(document, bytes.extracting(line), origin, ledger, address))
            }
            do { try taken(record) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }

    private func copy(
        _ document: borrowing ArchivedDocument, _ line: Span<UInt8>, _ origin: RecordOrigin,
        _ ledger: [String: [UInt8]], _ address: RecordAddress
    ) throws(ArchiveError) -> TakenDocument {
        let entryLine = ledger[String(decoding: document.id, as: UTF8.self)]
        var delivered = Array(document.text)
        if let entryLine {
            guard let entry = LedgerEntry(line: entryLine) else {
                throw ArchiveReader(store).damage(address, "its ledger entry cannot be read")
            }
            do throws(LedgerEntry.Mismatch) {
                delivered = try entry.delivered(document.text)
            } catch {
                throw ArchiveReader(store).damage(address, error.description)
            }
        }
        var kept: [UInt8] = []
        if origin.stream == .duplicates {
            kept.append(copying: line.extracting(0..<document.sharedEnd))
            kept.append(UInt8(ascii: "}"))
        } else {
            kept.append(copying: line)
        }
        return TakenDocument(
            origin: origin, id: Array(document.id), originalID: Array(document.originalID),
            source: Array(document.source), text: Array(document.text), delivered: delivered,
            keeper: Array(document.keeper), kind: document.kind, line: kept,
            ledger: entryLine ?? [])
    }

    private func ledgerLines(
        of ids: Set<String>, in file: ArchivedFile
    ) throws(ArchiveError) -> Set<Int> {
        var lines: Set<Int> = []
        var parser = JSONParser()
        _ = try ArchivedLines.forEach(of: file, in: store.folder(of: file)) {
            (bytes, line, address) throws(ArchiveError) in
            do throws(JSONError) {
                try parser.parse(bytes, in: line, isRepairing: false)
            } catch {
                throw ArchiveReader(store).damage(address, "it is no ledger entry")
            }
            var id: [UInt8] = []
            if parser.count > 0, parser.kind(at: 0) == .string {
                parser.appendString(at: 0, to: &id)
            }
            if ids.contains(String(decoding: id, as: UTF8.self)) { lines.insert(address.record) }
            return true
        }
        return lines
    }

    /// The file that replaces another one; nil if nothing of it stays.
    private func rewrite(
        _ file: ArchivedFile, without lines: Set<Int>, _ staging: inout ReplacementStaging?
    ) throws(ArchiveError) -> ArchivedFile? {
        guard lines.count < file.records, staging != nil,
            var output = try staging?.makeFile(of: file.stream)
        else { return nil }
        var origins = OriginWalk(file)
        var kept: [RunShare] = []
        _ = try ArchivedLines.forEach(of: file, in: store.folder(of: file)) {
            (bytes, line, address) throws(ArchiveError) in
            let run = origins.next()
            if lines.contains(address.record) { return true }
            kept.append(run: run)
            try output.append(line: bytes.extracting(line))
            return true
        }
        return try output.finish(
            run: file.run, origins: file.stream == .ledger ? [] : kept)
    }
}

/// The origins of a file's records, one after the other.
struct OriginWalk {
    private var shares: ArraySlice<RunShare>
    private var used = 0

    init(_ file: ArchivedFile) { shares = file.shares[...] }

    mutating func next() -> Int {
        while let share = shares.first, used == share.records, shares.count > 1 {
            shares.removeFirst()
            used = 0
        }
        used += 1
        return shares.first?.run ?? 0
    }
}
