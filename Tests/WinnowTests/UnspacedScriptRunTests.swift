// winnow run on a dump in scripts without spaces.

import Foundation
import TestFixtures
import Testing

@Suite struct UnspacedScriptRunTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Writes records as JSON lines.
    private func write(_ records: [(id: String, text: String)], to name: String) throws {
        var lines = Data()
        for record in records {
            lines += try JSONSerialization.data(withJSONObject: [
                "id": record.id, "text": record.text,
            ])
            lines.append(0x0A)
        }
        try folder.write(name, Array(lines))
    }

    @Test func `copies are dropped into their originals and other articles are kept`() throws {
        let articles = LocalArticle.all
        let changes: [LocalArticle.Change] = [
            .headline, .number, .insertedSentence, .quotationStyle, .siteResidue,
        ]
        var records = articles.map { (id: $0.name, text: $0.text) }
        for change in changes {
            records += articles.map { (id: "\($0.name)/\(change)", text: $0.copy(with: change)) }
        }
        records += articles.map { (id: "\($0.name)/same", text: $0.text) }
        try write(records, to: "dump.jsonl")
        let run = try folder.winnow("run", "--input", "dump.jsonl", "--output", "out", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let kept = try folder.shell("zcat out/articles/*.gz").objects()
        #expect(kept.compactMap { $0["id"] as? String } == articles.map(\.name))
        #expect(kept.compactMap { $0["text"] as? String } == articles.map(\.text))
        let duplicates = try folder.shell("zcat out/duplicates/*.gz").objects()
        #expect(duplicates.count == articles.count * (changes.count + 1))
        for duplicate in duplicates {
            let id = try #require(duplicate["id"] as? String)
            let parts = id.split(separator: "/").map(String.init)
            #expect(duplicate["keeper"] as? String == parts[0], "\(id)")
            let kind = duplicate["kind"] as? String
            let similarity = try #require(duplicate["similarity"] as? Double)
            // Residue is cut before texts are compared.
            let isExact = ["same", "siteResidue"].contains(parts[1])
            #expect(kind == (isExact ? "exact" : "near"), "\(id) \(similarity)")
            #expect(isExact || parts[1] == "quotationStyle" ? similarity == 1 : similarity < 1)
        }
    }

    @Test func `a later run knows the articles of an earlier one`() throws {
        let articles = LocalArticle.all
        try write(articles.map { (id: $0.name, text: $0.text) }, to: "one.jsonl")
        try write(
            articles.map { (id: "b-\($0.name)", text: $0.copy(with: .number)) }, to: "two.jsonl")
        #expect(try folder.winnow("run", "--input", "one.jsonl", "--output", "out").status == 0)
        let run = try folder.winnow("run", "--input", "two.jsonl", "--output", "out", "--json")
        #expect(try run.object()["kept"] as? Int == 0)
        let duplicates = try folder.shell("zcat out/duplicates/000002*.gz").objects()
        #expect(duplicates.compactMap { $0["keeper"] as? String } == articles.map(\.name))
    }
}
