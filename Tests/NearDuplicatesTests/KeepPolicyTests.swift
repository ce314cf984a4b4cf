import Testing

@testable import NearDuplicates

@Suite struct KeepPolicyTests {
    private struct Made {
        var words = 0
        var created = ""
        var source = ""
    }

    private func order(_ policy: KeepPolicy, _ documents: [Made]) -> [Int] {
        let ranker = KeepRanker(policy)
        return KeepRanker.order(
            documents.map {
                ranker.rank(
                    wordCount: $0.words, created: Array($0.created.utf8).span,
                    source: Array($0.source.utf8).span)
            })
    }

    @Test func `first is input order whatever the documents are`() {
        #expect(
            order(.first, [Made(words: 1), Made(words: 9, created: "2001-01-01"), Made(words: 5)])
                == [0, 1, 2])
    }

    @Test func `longest goes by words and then by input order`() {
        #expect(
            order(.longest, [Made(words: 5), Made(words: 9), Made(words: 5), Made(words: 9)])
                == [1, 3, 0, 2])
        #expect(order(.longest, [Made(words: 0), Made(words: .max)]) == [1, 0])
    }

    @Test func `earliest goes by the point in time and puts what has no date last`() {
        let dates = [
            "", "2010-07-02", "2010-07-01T23:00:00-05:00", "2010-07-02T00:00:00Z",
            "2010-07-02T01:30:00+02:00", "1999-12-31T23:59:60", "yesterday",
            "2010-07-02T00:00:00.5",
        ]
        #expect(
            order(.earliest, dates.map { Made(created: $0) }) == [5, 4, 1, 3, 7, 2, 0, 6])
    }

    @Test func `source goes by the list and puts others last`() {
        let sources = ["c.example", "b.example", "", "a.example", "b.example", "b.example.org"]
        #expect(
            order(.source(["a.example", "b.example"]), sources.map { Made(source: $0) })
                == [3, 1, 4, 0, 2, 5])
    }

    @Test func `only first needs no collecting`() {
        #expect(!KeepPolicy.first.needsCollecting)
        #expect(KeepPolicy.longest.needsCollecting)
        #expect(KeepPolicy.earliest.needsCollecting)
        #expect(KeepPolicy.source([]).needsCollecting)
    }

    private func microseconds(_ text: String) -> UInt64? {
        PublicationInstant.microseconds(Array(text.utf8).span)
    }

    @Test func `days are counted as the calendar does`() {
        let day: UInt64 = 86_400_000_000
        var before = microseconds("1999-12-31") ?? 0
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        for year in 2_000...2_030 {
            for (index, length) in lengths.enumerated() {
                let isLeap = year % 4 == 0
                for date in 1...(length + (index == 1 && isLeap ? 1 : 0)) {
                    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
                    let text = "\(year)-\(two(index + 1))-\(two(date))"
                    let next = microseconds(text)
                    #expect(next == before + day, "\(text)")
                    before = next ?? 0
                }
            }
        }
        #expect(microseconds("1900-03-01") == (microseconds("1900-02-28") ?? 0) + day)
        #expect(microseconds("2000-03-01") == (microseconds("2000-02-28") ?? 0) + 2 * day)
    }

    @Test(arguments: [
        "", "2010", "2010-07", "2010-13-01", "2010-07-00", "2010-07-02 10:00:00", "2010-07-02T10",
        "2010-07-02T10:00:00+2", "20100702",
    ])
    func `what is no date in the archive's form counts as none`(text: String) {
        #expect(microseconds(text) == nil)
    }
}
