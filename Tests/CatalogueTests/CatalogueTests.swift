import ByteIO
import ByteText
import DocumentModel
import SystemPackage
import TestFixtures
import Testing

@testable import Catalogue

@Suite struct CatalogueTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func open() throws -> Catalogue {
        try Catalogue(openingIn: scratch.folder, setAside: scratch.setAside)
    }

    /// An archive of so many runs with two files each.
    static func archive(runs: Int) -> CatalogueArchive {
        var archive = CatalogueArchive()
        for number in 1..<(runs + 1) {
            var counts = CatalogueCounts()
            counts.read = 10 * number
            counts.kept = 7 * number
            counts.duplicates = [.near: number, .update: 1]
            archive.runs.append(CatalogueArchive.Run(number: number, counts: counts))
            for stream in ["articles", "ledger"] {
                archive.files.append(
                    CatalogueArchive.File(
                        path: "\(stream)/00000\(number)-00000.jsonl.gz", run: number, bytes: 5,
                        uncompressedBytes: 50, records: 7, sha256: "\(stream)\(number)"))
            }
            archive.segments.append(
                CatalogueArchive.Segment(
                    name: "s\(number)", run: number, bytes: 9, documents: 7, records: 100,
                    root: "r\(number)"))
        }
        archive.files.sort { $0.path < $1.path }
        archive.parameters = ["threshold": "0.8", "seed": "17"]
        return archive
    }

    static func input(_ number: Int, path: String? = nil) -> KnownInput {
        KnownInput(
            path: path ?? "/in/\(number).jsonl", reading: "auto", sizeBytes: 100 + number,
            modifiedNanoseconds: 1_700_000_000_123_456_789 + number, device: .max,
            inode: UInt64(number), digest: .init(high: .max - UInt64(number), low: UInt64(number)),
            form: "lines", records: number,
            continuation: number % 2 == 0
                ? .init(records: number, storedOffset: 90, textOffset: 900) : nil)
    }

    static func run(_ number: Int?, at milliseconds: Int) -> CatalogueRun {
        var run = CatalogueRun()
        run.number = number
        run.startedMilliseconds = milliseconds
        run.endedMilliseconds = milliseconds + 1_500
        run.seconds = 1.5
        run.outcome = number == nil ? .unchanged : .archived
        run.counts.read = 10
        run.counts.kept = 7
        run.counts.duplicates = [.near: 1, .update: 1]
        run.filesRead = 1
        run.bytesIn = 1_000
        run.bytesOut = 100
        run.program = "1.2.3"
        return run
    }

    @Test func `what is recorded is found again, in order, by another reader`() throws {
        var pending = PendingInputs()
        for number in 1...3 { pending.append(Self.input(number)) }
        let runs = [Self.run(1, at: 5_000), Self.run(nil, at: 9_000)]
        do {
            let catalogue = try open()
            #expect(catalogue.isNew)
            #expect(catalogue.notices == [])
            try catalogue.record(runs[0], inputs: pending, archive: Self.archive(runs: 1))
            try catalogue.record(runs[1])
        }
        let catalogue = try #require(try Catalogue(readingIn: scratch.folder))
        #expect(try catalogue.runs() == runs)
        #expect(try catalogue.archive().files == Self.archive(runs: 1).files)
        #expect(try catalogue.archive().segments == Self.archive(runs: 1).segments)
        #expect(try catalogue.archive().parameters == ["threshold": "0.8", "seed": "17"])
        #expect(try catalogue.inputCount() == 3)
        for number in 1...3 {
            let input = Self.input(number)
            #expect(try catalogue.input(at: input.path, reading: "auto") == input)
            #expect(try catalogue.input(at: input.path, reading: "text") == nil)
            #expect(
                try catalogue.input(
                    ofSize: input.sizeBytes, digest: input.digest, reading: "auto") == input)
            #expect(try catalogue.hasInput(ofSize: input.sizeBytes))
        }
        #expect(try !catalogue.hasInput(ofSize: 99))
        #expect(
            try catalogue.input(ofSize: 101, digest: .init(high: 1, low: 1), reading: "auto") == nil
        )
        #expect(
            try scratch.names() == [Catalogue.fileName, "catalogue.sum"], "no journal stays")
    }

    @Test func `there is nothing to read where there is no catalogue`() throws {
        #expect(try Catalogue(readingIn: scratch.folder) == nil)
        #expect(try scratch.names() == [])
    }

    @Test func `a row of the same path replaces the older one`() throws {
        let catalogue = try open()
        for number in [2, 3] {
            var pending = PendingInputs()
            pending.append(Self.input(number, path: "/a"))
            try catalogue.record(Self.run(nil, at: number), inputs: pending, archive: .init())
        }
        #expect(try catalogue.inputCount() == 1)
        #expect(try catalogue.input(at: "/a", reading: "auto") == Self.input(3, path: "/a"))
    }

    @Test func `others may read while look-ups go on, and look-ups end before a record`() throws {
        let catalogue = try open()
        try catalogue.beginLookups()
        #expect(try !catalogue.hasInput(ofSize: 1))
        #expect(try Catalogue(readingIn: scratch.folder)?.runs() == [])
        try catalogue.endLookups()
        try catalogue.record(Self.run(nil, at: 1))
        #expect(try Catalogue(readingIn: scratch.folder)?.runs().count == 1)
    }

    @Test func `runs that only the commit knows are added without times, known ones stay`() throws {
        let catalogue = try open()
        try catalogue.record(
            Self.run(1, at: 5_000), inputs: PendingInputs(), archive: Self.archive(runs: 1))
        try catalogue.replaceArchive(Self.archive(runs: 3))
        let runs = try catalogue.runs()
        #expect(runs.map(\.number) == [1, 2, 3])
        #expect(runs.map(\.startedMilliseconds) == [5_000, nil, nil])
        #expect(runs[2].counts == Self.archive(runs: 3).runs[2].counts)
    }

    @Test func `inputs of runs that the archive does not have are forgotten`() throws {
        let catalogue = try open()
        for number in 1...3 {
            var pending = PendingInputs()
            pending.append(Self.input(number))
            var run = Self.run(number, at: number)
            run.counts = Self.archive(runs: 3).runs[number - 1].counts
            try catalogue.record(run, inputs: pending, archive: Self.archive(runs: number))
        }
        #expect(try catalogue.reconcile(with: Self.archive(runs: 3)) == 0)
        #expect(try catalogue.inputCount() == 3)
        // Another run 2 than the one that is known: what followed it was not read for this archive.
        var other = Self.archive(runs: 2)
        other.files[1].sha256 = "another"
        #expect(try catalogue.reconcile(with: other) == 2)
        #expect(try catalogue.input(at: "/in/1.jsonl", reading: "auto") != nil)
        #expect(try catalogue.runs().map(\.number) == [1, 2])
        #expect(try catalogue.archive() == other)
        #expect(try catalogue.reconcile(with: CatalogueArchive()) == 1)
        #expect(try catalogue.inputCount() == 0)
    }

    @Test func `an act that rewrote files makes nothing forgotten`() throws {
        let catalogue = try open()
        var pending = PendingInputs()
        pending.append(Self.input(1))
        var run = Self.run(1, at: 1)
        run.counts = Self.archive(runs: 1).runs[0].counts
        try catalogue.record(run, inputs: pending, archive: Self.archive(runs: 1))
        var rewritten = Self.archive(runs: 1)
        rewritten.runs.append(
            CatalogueArchive.Run(number: 2, act: "compact", counts: CatalogueCounts()))
        rewritten.files[0].sha256 = "another"
        #expect(try catalogue.reconcile(with: rewritten) == 0)
        #expect(try catalogue.inputCount() == 1)
        #expect(try catalogue.archive() == rewritten)
        #expect(try catalogue.runs().map(\.act) == ["run", "compact"])
        // The act is known by now: it explains no more differences.
        rewritten.files[0].sha256 = "a third"
        #expect(try catalogue.reconcile(with: rewritten) == 1)
    }

    @Test func `a file that is no catalogue is moved aside, and a new one made`() throws {
        for (count, bytes) in [Array("no database".utf8), [UInt8](repeating: 7, count: 9_000)]
            .enumerated()
        {
            try scratch.write(Catalogue.fileName, bytes)
            let catalogue = try open()
            #expect(catalogue.isNew)
            #expect(catalogue.notices.count == 1)
            try catalogue.record(Self.run(nil, at: 1))
            let place = count == 0 ? Catalogue.fileName : "2-\(Catalogue.fileName)"
            #expect(try scratch.bytes("set-aside/\(place)") == bytes)
        }
        let names = try scratch.names()
        #expect(names.first == Catalogue.fileName && names.count == 4)
    }

    @Test func `damaged pages are found on opening`() throws {
        do {
            let catalogue = try open()
            var pending = PendingInputs()
            for number in 1...2_000 { pending.append(Self.input(number)) }
            try catalogue.record(Self.run(nil, at: 1), inputs: pending, archive: .init())
        }
        let whole = try scratch.bytes(Catalogue.fileName)
        #expect(whole.count > 100_000)
        var torn = whole
        for place in 40_000..<90_000 { torn[place] = UInt8(truncatingIfNeeded: place) }
        for damaged in [torn, Array(whole[..<60_000])] {
            try scratch.write(Catalogue.fileName, damaged)
            let catalogue = try open()
            #expect(catalogue.notices.count == 1)
            #expect(try catalogue.inputCount() == 0)
        }
        try scratch.write(Catalogue.fileName, whole)
        let mended = try open()
        #expect(mended.notices == [] && !mended.isNew)
        #expect(try mended.inputCount() == 2_000)
    }

    @Test func `another program's database and a link are moved aside`() throws {
        try scratch.sql("CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1)", in: "other.db")
        try scratch.folder.rename("other.db", to: Catalogue.fileName)
        #expect(try open().notices.first?.contains("another program") == true)
        try scratch.folder.removeFile(Catalogue.fileName)
        try scratch.write("elsewhere", [])
        try Link.make(to: "elsewhere", at: scratch.folder.path(Catalogue.fileName))
        #expect(try open().notices.first?.contains("no regular file") == true)
        #expect(try scratch.bytes("elsewhere") == [])
    }

    @Test func `a newer schema is refused with both versions and left alone`() throws {
        do { _ = try open() }
        try scratch.sql(
            "INSERT INTO grdb_migrations VALUES('7')", in: Catalogue.fileName)
        let before = try scratch.bytes(Catalogue.fileName)
        let errors = [
            #expect(throws: CatalogueError.self) { try open() },
            #expect(throws: CatalogueError.self) { try Catalogue(readingIn: scratch.folder) },
        ]
        for error in errors {
            #expect(error?.code == .newerSchema)
            #expect(error?.description.contains("schema 7") == true)
            #expect(error?.description.contains("up to 1") == true)
            #expect(error?.description.contains("install a newer Winnow") == true)
        }
        #expect(try scratch.bytes(Catalogue.fileName) == before)
    }

    @Test func `a path that is no UTF-8 is refused, not opened elsewhere`() throws {
        let odd = SystemPackage.FilePath.Component(platformString: [0x64, -1, 0] as [CChar])
        let folder = Folder(scratch.folder.path.appending(try #require(odd)))
        try folder.create()
        let error = #expect(throws: CatalogueError.self) {
            try Catalogue(openingIn: folder, setAside: scratch.setAside)
        }
        #expect(error?.code == .unusablePath)
        #expect(try folder.names() == [])
    }
}
