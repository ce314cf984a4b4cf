import ByteIO
import ByteText
import DocumentModel
import SystemPackage
import TestFixtures
import Testing

@testable import Catalogue

@Suite struct CatalogueSumTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
        let catalogue = try open()
        try catalogue.replaceArchive(CatalogueTests.archive(runs: 2))
    }

    private func open() throws -> Catalogue {
        try Catalogue(openingIn: scratch.folder, setAside: scratch.setAside)
    }

    private func check(isReading: Bool = true) throws -> CatalogueCheck {
        try CatalogueCheck(
            of: scratch.folder, against: CatalogueTests.archive(runs: 2), isReading: isReading)
    }

    @Test func `the sum says what it was told, and no bit of it can change`() throws {
        let sum = CatalogueSum(changes: 12, bytes: 40_960, digest: Digest(high: 1, low: 2))
        let text = sum.encoded
        #expect(CatalogueSum(text) == sum)
        for bit in 0..<8 * text.count {
            var flipped = text
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(CatalogueSum(flipped) == nil, "bit \(bit)")
        }
        for count in 0..<text.count { #expect(CatalogueSum(Array(text.prefix(count))) == nil) }
    }

    @Test func `the sum is that of the file after every change`() throws {
        #expect(try CatalogueSum.state(in: scratch.folder, isReading: true) == .whole)
        let catalogue = try open()
        try catalogue.record(CatalogueRun())
        #expect(try CatalogueSum.state(in: scratch.folder, isReading: true) == .whole)
        try catalogue.forgetInputs(fromRun: 1)
        #expect(try CatalogueSum.state(in: scratch.folder, isReading: true) == .whole)
        #expect(try check().fault == nil)
    }

    @Test func `every byte of the catalogue counts`() throws {
        let whole = try scratch.bytes(Catalogue.fileName)
        var random = SeededGenerator(seed: 9)
        for _ in 0..<200 {
            var bytes = whole
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try scratch.write(Catalogue.fileName, bytes)
            #expect(try check().fault?.file == Catalogue.fileName, "byte \(place)")
        }
        try scratch.write(Catalogue.fileName, Array(whole.dropLast(4_096)))
        #expect(try check(isReading: false).fault?.file == Catalogue.fileName)
        let catalogue = try open()
        #expect(catalogue.notices.count == 1 && catalogue.isNew)
        #expect(try scratch.bytes("set-aside/\(Catalogue.fileName)").count == whole.count - 4_096)
    }

    @Test func `a change whose sum was never written is no damage`() throws {
        let before = try scratch.bytes("catalogue.sum")
        try scratch.sql("DELETE FROM parameters", in: Catalogue.fileName)
        #expect(try scratch.bytes("catalogue.sum") == before)
        #expect(try CatalogueSum.state(in: scratch.folder, isReading: true) == .stale)
        // The same run, another content: a stale sum cannot excuse that.
        #expect(try check().fault?.reason == "it differs from commit 2")
        do {
            let catalogue = try open()
            #expect(catalogue.notices == [] && !catalogue.isNew)
        }
        // Sealed at once: what is changed next has another count than the old sum.
        #expect(try CatalogueSum.state(in: scratch.folder, isReading: true) == .whole)
    }

    @Test func `a catalogue behind the commit is no damage, one ahead of it is`() throws {
        for (runs, isFault) in [(3, false), (2, false), (1, true)] {
            let found = try CatalogueCheck(
                of: scratch.folder, against: CatalogueTests.archive(runs: runs), isReading: true)
            #expect((found.fault != nil) == isFault, "\(runs)")
        }
    }

    @Test func `a missing file or sum is found, and made again with a notice`() throws {
        try scratch.folder.removeFile("catalogue.sum")
        #expect(try check().fault?.file == "catalogue.sum")
        do { #expect(try open().notices == []) }
        #expect(try check().fault == nil)
        try scratch.folder.removeFile(Catalogue.fileName)
        #expect(try check().fault == .init(file: Catalogue.fileName, reason: "it is missing"))
        #expect(try open().notices.count == 1)
        #expect(try check().fault == nil)
    }

    @Test func `what a killed run may leave is no damage`() throws {
        // Between the first sum and the database, and between that and its tables.
        try scratch.folder.removeFile(Catalogue.fileName)
        try CatalogueSum.clear(in: scratch.folder)
        #expect(try check().fault == nil)
        try scratch.write(Catalogue.fileName, [])
        #expect(try check().fault == nil)
        try scratch.sql(
            "CREATE TABLE grdb_migrations(identifier TEXT NOT NULL PRIMARY KEY)",
            in: Catalogue.fileName)
        #expect(try check().fault == nil)
        let catalogue = try open()
        #expect(catalogue.notices == [] && catalogue.isNew)
        // A journal that is to be played back: the pages may be anything until then.
        try scratch.write(Catalogue.journalName, [1, 2, 3])
        try scratch.write(Catalogue.fileName, [4, 5, 6])
        #expect(try check().fault == nil)
    }
}
