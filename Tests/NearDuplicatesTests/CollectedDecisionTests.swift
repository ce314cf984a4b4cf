import DocumentModel
import Testing

@testable import NearDuplicates

@Suite struct CollectedDecisionTests {
    /// Hashes so small that all of them are in the sample: no candidate is missed.
    private func set(_ ranges: Range<UInt32>...) -> [UInt32] {
        Set(ranges.joined()).sorted()
    }

    private func contained(_ row: Int, _ share: Double) -> CollectedDrop {
        CollectedDrop(keeper: .collected(row), similarity: share, kind: .contained)
    }

    private func near(_ row: Int, _ similarity: Double) -> CollectedDrop {
        CollectedDrop(keeper: .collected(row), similarity: similarity, kind: .near)
    }

    @Test(arguments: [[0, 1], [1, 0]])
    func `a part is dropped into its container whichever comes first`(order: [Int]) throws {
        let part = set(0..<95, 1_000..<1_005)
        let container = set(0..<300)
        let rows = order.map { [part, container][$0] }
        let decision = try TableRun.decision(rows)
        let at = order.firstIndex(of: 0) ?? 0
        #expect(decision.drops[at] == contained(1 - at, 0.95))
        #expect(decision.drops[1 - at] == nil)
    }

    @Test func `a share below the threshold drops nothing`() throws {
        let decision = try TableRun.decision([set(0..<89, 1_000..<1_011), set(0..<300)])
        #expect(decision.drops == [nil, nil])
    }

    @Test func `of several containers the fullest one is named, then the one decided first`() throws
    {
        let part = set(0..<100)
        let decision = try TableRun.decision([
            part, set(0..<95, 200..<500), set(0..<100, 600..<900), set(0..<100, 1_000..<1_900),
        ])
        #expect(decision.drops == [contained(2, 1), nil, nil, nil])
    }

    @Test func `a part of a part goes to what is kept`() throws {
        let decision = try TableRun.decision([
            set(0..<50), set(0..<100), set(0..<300), set(0..<1_000),
        ])
        #expect(
            decision.drops == [contained(3, 1), contained(3, 1), contained(3, 1), nil])
    }

    @Test func `copies of a part go to its container`() throws {
        // Row 1 is a copy of row 0; both stand in row 2.
        let decision = try TableRun.decision([set(0..<100), set(0..<90), set(0..<400)])
        #expect(decision.drops == [contained(2, 1), contained(2, 1), nil])
    }

    @Test func `a copy that its keeper's container does not hold is kept`() throws {
        // J(0, 1) = 90 / 110, but of row 1 only 90 + 0 of 102 stand in row 2: below 0.9.
        let decision = try TableRun.decision([
            set(0..<98), set(0..<90, 5_000..<5_012), set(0..<400),
        ])
        #expect(decision.drops == [contained(2, 1), nil, nil])
    }

    @Test func `of two copies left alone the first becomes the keeper of the second`() throws {
        let decision = try TableRun.decision([
            set(0..<98), set(0..<90, 5_000..<5_012), set(0..<90, 5_000..<5_014), set(0..<400),
        ])
        #expect(decision.drops == [contained(3, 1), nil, near(1, 102 / 104), nil])
    }

    @Test func `a copy that is kept late takes its own parts`() throws {
        // Row 1 was a copy of row 0, is kept once row 0 went into row 2, and holds row 3.
        let decision = try TableRun.decision([
            set(0..<98), set(0..<90, 5_000..<5_012), set(0..<400),
            set(60..<90, 5_000..<5_012),
        ])
        #expect(decision.drops == [contained(2, 1), nil, nil, contained(1, 1)])
    }

    @Test func `what an earlier run archived stays and is reported`() throws {
        let decision = try TableRun.decision(
            archived: [set(0..<100), set(2_000..<2_900)],
            [set(0..<500), set(2_100..<2_200), set(0..<90)])
        #expect(
            decision.drops == [
                nil,
                CollectedDrop(keeper: .archived(1), similarity: 1, kind: .contained),
                CollectedDrop(keeper: .archived(0), similarity: 0.9, kind: .near),
            ])
        #expect(decision.archivedParts == [.init(archived: 0, row: 0, containment: 1)])
    }

    @Test func `short texts take no part`() throws {
        let decision = try TableRun.decision([[], set(0..<100), []])
        #expect(decision.drops == [nil, nil, nil])
    }

    @Test func `the order decides which near-duplicate is kept and output stays by row`() throws {
        let rows = [set(0..<100), set(0..<95), set(0..<90)]
        #expect(
            try TableRun.decision(rows, order: [2, 0, 1]).drops
                == [near(2, 0.9), near(2, 90 / 95), nil])
        #expect(
            try TableRun.decision(rows, order: [1, 2, 0]).drops
                == [near(1, 0.95), nil, near(1, 90 / 95)])
    }

    @Test func `a run that is stopped decides nothing`() throws {
        for patience in 0..<4 {
            var run = TableRun(rows: [set(0..<100), set(0..<300)])
            var asked = 0
            let decision = try CollectedDecision.decide(
                &run, order: [0, 1], containment: ContainmentParameters(threshold: 0.9)
            ) {
                asked += 1
                return asked > patience
            }
            let isStopped = decision == nil
            #expect(isStopped, "patience \(patience)")
        }
    }
}
