import ByteText
import TestFixtures
import Testing

@testable import Catalogue

@Suite struct InputCursorTests {
    private let scratch: ScratchFolder
    private let catalogue: Catalogue

    init() throws {
        scratch = try ScratchFolder()
        catalogue = try Catalogue(openingIn: scratch.folder, setAside: scratch.setAside)
    }

    private func input(_ path: String, _ reading: String, _ number: Int) -> KnownInput {
        var input = CatalogueTests.input(number, path: path)
        input.reading = reading
        return input
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `a cursor finds what a search finds, in any order of questions`(seed: UInt64) throws {
        var generator = Generator(state: seed)
        // Names that order by bytes otherwise than by characters, and equal ones in two forms.
        let heads = ["/a", "/a/", "/a.b/", "/\u{E9}/", "/e\u{301}/", "/z/\u{1F600}", "/Z"]
        func path() -> String {
            "\(heads[Int(generator.next() % 7)])\(generator.next() % 300)"
        }
        var pending = PendingInputs()
        for number in 0..<1_500 {
            pending.append(input(path(), ["auto", "text", "json"][number % 3], number))
        }
        try catalogue.record(
            CatalogueTests.run(nil, at: 1), inputs: pending, archive: CatalogueArchive())
        var questions = (0..<3_000).map { _ in path() }
        questions[..<2_000].sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var cursor = InputCursor()
        for question in questions {
            for reading in ["auto", "text"] {
                let found = try cursor.mark(at: question, reading: reading, in: catalogue)
                let known = try catalogue.input(at: question, reading: reading)
                #expect(found?.inode == known?.inode, "seed \(seed), \(question) \(reading)")
                #expect(found?.modifiedNanoseconds == known?.modifiedNanoseconds)
                #expect(found?.sizeBytes == known?.sizeBytes)
            }
        }
    }

    @Test func `nothing is found in an empty table`() throws {
        var cursor = InputCursor()
        for path in ["/b", "/a", "/c"] {
            #expect(try cursor.mark(at: path, reading: "auto", in: catalogue) == nil)
        }
    }
}
