// Near-duplicates among real articles in scripts without spaces, against the slow definition.

import ByteText
import DocumentModel
import TestFixtures
import Testing

@testable import NearDuplicates

@Suite struct UnspacedScriptTests {
    private let parameters = NearDuplicateParameters()

    private func shingles(_ text: String, _ width: Int = 5) -> ShingleSet {
        ShingleSet(WordList(Array(text.utf8)), shingleWords: width)
    }

    @Test(arguments: LocalArticle.all)
    func `an edited copy has the similarity of the definition`(article: LocalArticle) {
        for change in LocalArticle.Change.allCases {
            let copy = article.copy(with: change)
            #expect(copy != article.text, "\(change) changes nothing")
            let jaccard = Similarity(shingles(article.text), shingles(copy)).jaccard
            let match = decisions(on: [article.text, copy], parameters: parameters).matches[1]
            #expect(match?.similarity == (jaccard >= 0.8 ? jaccard : nil), "\(change)")
            switch change {
            // A fifth of the article: either side of the threshold.
            case .removedParagraph: #expect(0.78...0.84 ~= jaccard, "\(jaccard)")
            // Punctuation is no word.
            case .quotationStyle: #expect(jaccard == 1)
            default: #expect(0.88..<1 ~= jaccard, "\(change): \(jaccard)")
            }
        }
    }

    @Test func `different articles on one topic in one style are all kept`() {
        let texts = LocalArticle.all.map(\.text)
        let found = decisions(on: texts, parameters: parameters)
        #expect(found.keepers == Array(texts.indices))
    }

    @Test func `among originals and copies each drop names the keeper of the definition`() {
        let articles = LocalArticle.all
        let copies = LocalArticle.Change.allCases.flatMap { change in
            articles.map { $0.copy(with: change) }
        }
        let texts = articles.map(\.text) + copies
        let found = decisions(on: texts, parameters: parameters)
        for (number, expected) in slowDecisions(on: texts, threshold: 0.8).enumerated() {
            let match = found.matches[number]
            #expect(match.map { found.keepers[$0.keeper] } == expected?.keeper, "text \(number)")
            #expect(match?.similarity == expected?.similarity, "text \(number)")
            if let expected, number >= articles.count {
                #expect(expected.keeper % articles.count == number % articles.count)
            }
        }
    }

    /// The table of docs/near-duplicates.md, in ten-thousandths.
    @Test(arguments: [
        ("zh", [424, 102, 38, 0], 6), ("hant", [238, 50, 0, 0], 1), ("ja", [669, 177, 22, 0], 6),
        ("th", [4415, 1118, 114, 7], 6), ("lo", [3243, 606, 86, 0], 1),
        ("km", [2895, 455, 30, 0], 1), ("my", [3620, 509, 19, 0], 1),
    ])
    func `five characters tell articles apart, two do not`(
        language: String, highest: [Int], pairs: Int
    ) {
        let texts = LocalArticle.all.filter { $0.language == language }.map(\.text)
        #expect(texts.count * (texts.count - 1) / 2 == pairs)
        #expect([2, 3, 5, 8].map { highestSimilarity(of: texts, width: $0) } == highest)
    }

    /// Of any two of the texts, in ten-thousandths.
    private func highestSimilarity(of texts: [String], width: Int) -> Int {
        let sets = texts.map { shingles($0, width) }
        let all = sets.indices.flatMap { second in
            sets[..<second].map { Similarity($0, sets[second]).jaccard }
        }
        return Int(((all.max() ?? 1) * 10_000).rounded())
    }

    /// Why marks are no words: they would make shingles shorter and articles more alike.
    @Test(arguments: [("th", 114, 265), ("lo", 86, 145), ("km", 30, 102), ("my", 19, 438)])
    func `with marks as words articles would be more alike`(
        language: String, without: Int, with: Int
    ) {
        let texts = LocalArticle.all.filter { $0.language == language }.map(\.text)
        // A Han character of its own stands for each mark.
        let marked = texts.map { text in
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { scalar in
                        let category = scalar.properties.generalCategory
                        let isMark = category == .nonspacingMark || category == .spacingMark
                        return isMark ? Unicode.Scalar(0x5000 + scalar.value) ?? scalar : scalar
                    }))
        }
        #expect(highestSimilarity(of: texts, width: 5) == without)
        #expect(highestSimilarity(of: marked, width: 5) == with)
    }

    @Test func `different articles share no bucket, copies share most`() {
        var batch = batch(of: LocalArticle.all.flatMap { [$0.text, $0.copy(with: .number)] })
        var sketches = SketchBatch()
        var sketcher = BatchSketcher(parameters: parameters)
        sketcher.sketch(&batch, into: &sketches)
        let bands = parameters.bandCount
        let keys = (0..<batch.records.count).map { number in
            Set(sketches.bandKeys[(number * bands)..<((number + 1) * bands)])
        }
        for second in keys.indices {
            for first in 0..<second {
                let shared = keys[first].intersection(keys[second]).count
                if first / 2 == second / 2 {
                    #expect(shared >= 10, "\(LocalArticle.all[first / 2])")
                } else {
                    #expect(shared == 0)
                }
            }
        }
    }

    @Test(arguments: LocalArticle.all)
    func `articles are long enough to tell`(article: LocalArticle) {
        let isShortForm = ["lo", "km", "my"].contains(String(article.language))
        #expect(article.text.unicodeScalars.count >= (isShortForm ? 500 : 450))
    }

    @Test func `a short headline is matched by equality only`() {
        let headlines = [
            "停航检修", "停航检修！", "停航检测", "停航", "號外", "号外", "橋流失", "橋、流失", "น้ำท่วม", "น้ำแห้ง",
            "「น้ำ ท่วม」",
        ]
        let found = decisions(on: headlines, parameters: parameters)
        let keepers = found.matches.map { $0.map { found.keepers[$0.keeper] } }
        #expect(keepers == [nil, 0, nil, nil, nil, nil, nil, 6, nil, nil, 8])
        #expect(found.matches.compactMap { $0?.similarity } == [1, 1, 1])
    }

    @Test func `bulletins of one template with other figures stay apart`() {
        let texts = (0..<20).map { day in
            "临溪水文站第\(100 + day)号简报：今天早上八点，上游水位\(41 + day)米，下游水位\(12 + day * 3)米，"
                + "流量每秒\(320 + day * 17)立方米。最高气温\(18 + day)度，最低气温\(3 + day)度，"
                + "降雨量\(day * 7 + 1)毫米。预计明天水位下降\(day + 5)厘米，请沿岸船只注意安全。"
        }
        let found = decisions(on: texts, parameters: parameters)
        #expect(found.keepers == Array(texts.indices))
        let jaccard = Similarity(shingles(texts[0]), shingles(texts[1])).jaccard
        #expect(0.2..<0.6 ~= jaccard, "\(jaccard)")
    }

    @Test func `spaces and line breaks between characters change nothing`() {
        for article in LocalArticle.all {
            var spaced = String.UnicodeScalarView()
            for (number, scalar) in article.text.unicodeScalars.enumerated() {
                spaced.append(scalar)
                // Full-width Latin letters have spaces between their words.
                let isLetter = 0xE00..<0xFF00 ~= scalar.value && scalar.properties.isAlphabetic
                if isLetter, number % 7 == 0 { spaced.append("\u{200B}") }
                if isLetter, number % 31 == 0 { spaced.append("\n") }
            }
            let found = decisions(on: [article.text, String(spaced)], parameters: parameters)
            #expect(found.matches[1]?.similarity == 1, "\(article)")
        }
    }
}
