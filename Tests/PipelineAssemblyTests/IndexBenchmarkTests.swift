import ByteText
import IndexStore
import NearDuplicates
import SystemPackage
import TestFixtures
import Testing

@testable import PipelineAssembly

@Suite struct IndexBenchmarkTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func benchmark(_ name: String) throws -> IndexBenchmark {
        try IndexBenchmark(folder: scratch.path.appending(name), memory: "64MB") { ResourceUse() }
    }

    /// Of made documents those that repeat an older one.
    private func repeated(_ numbers: Range<Int>) -> Int {
        numbers.count { [.copy, .near].contains(MadeSketches.origin(of: $0).kind) }
    }

    private func values(_ figures: [Figure]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: figures.map { ($0.name, Int($0.value)) })
    }

    @Test(arguments: [1, 7])
    func `the copies among made documents are dropped, over one night and over seven`(
        nights: Int
    ) throws {
        let benchmark = try benchmark("index")
        let made = values(try benchmark.make(documents: 2_000, nights: nights))
        let entered = made["documents"] ?? 0
        #expect(made["duplicates"] == repeated(0..<entered))
        #expect(made["kept in index"] == entered - repeated(0..<entered))
        #expect(made["records in index"] == entered)

        let asked = values(try benchmark.ask(documents: 700, isAlone: false))
        #expect(asked["documents"] == 700)
        #expect(asked["duplicates"] == repeated(entered..<entered + 700))
        // What was asked is taken back, and the index is whole.
        for segment in try benchmark.segments() { try segment.verify() }
        let again = values(try benchmark.ask(documents: 700, isAlone: false))
        #expect(again["duplicates"] == asked["duplicates"])
        #expect(values(try benchmark.sizes())["records in index"] == entered)
    }

    @Test func `without the index only copies within the batch are dropped`() throws {
        let benchmark = try benchmark("index")
        _ = try benchmark.make(documents: 1_000, nights: 1)
        let alone = values(try benchmark.ask(documents: 700, isAlone: true))
        let beside = values(try benchmark.ask(documents: 700, isAlone: false))
        #expect(alone["duplicates"] ?? 0 < beside["duplicates"] ?? 0)
    }

    @Test func `a sorted join finds as many candidates as filter and search`() throws {
        let benchmark = try benchmark("index")
        _ = try benchmark.make(documents: 1_000, nights: 3)
        // It stops the program if the counts differ.
        let figures = try benchmark.join(upTo: 1_000)
        #expect(figures.map(\.name) == ["search CPU s: 1000", "join CPU s: 1000"])
        #expect(try benchmark.askByKind(documents: 300).count == 8)
        #expect(values(try benchmark.merge())["merged segments"] ?? 0 > 0)
    }

    @Test func `a made document is as similar to its origin as its kind says`() {
        var made = MadeSketches(parameters: NearDuplicateParameters())
        var sketches = SketchBatch()
        for (number, kind) in MadeSketches.Kind.allCases.enumerated() {
            made.append(100 + number, as: kind, of: kind == .fresh ? 100 : 7, to: &sketches)
        }
        made.append(7, as: .fresh, of: 7, to: &sketches)
        let sets = sketches.sketches.map { Set(sketches.shingles[$0.shingles]) }
        let shares = sets.dropLast().map { set in
            Double(set.intersection(sets[4]).count) / Double(set.union(sets[4]).count)
        }
        #expect(shares[0] < 0.01)
        #expect(shares[1] == 1)
        #expect(abs(shares[2] - 0.9) < 0.01)
        #expect(abs(shares[3] - 0.7) < 0.01)
        let texts = sketches.sketches.map(\.text)
        #expect(texts[1] == texts[4])
        #expect(Set(texts).count == 4)
    }
}
