import DocumentModel
import Foundation
import Readers
import SystemPackage
import TestFixtures
import Testing

/// One row of the table of hostile inputs.
struct ConformanceCase: CustomTestStringConvertible, Sendable {
    var path: String
    var expected: String
    var note: String
    var testDescription: String { "\(path): \(expected) \(note)" }
}

private let dataFolder = Checkout.root.appendingPathComponent("../shared/data/bad")
    .standardizedFileURL.path

private let cases: [ConformanceCase] = {
    let folder = ProcessInfo.processInfo.environment["WINNOW_SHARED_BAD"] ?? dataFolder
    guard let table = try? String(contentsOfFile: folder + "/manifest.tsv", encoding: .utf8) else {
        return []
    }
    return table.split(separator: "\n").dropFirst().map { line in
        let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        return ConformanceCase(
            path: folder + "/" + cells[0], expected: cells[1], note: cells.count > 2 ? cells[2] : ""
        )
    }
}()

private func group(_ names: String...) -> [ConformanceCase] {
    cases.filter { each in names.contains { each.path.contains("/bad/\($0)/") } }
}

private let isThere = !cases.isEmpty

@Suite(.enabled(if: isThere, "the shared folder of hostile inputs is not there"))
struct ConformanceTests {
    /// Files whose note begins with a number that is not one of records.
    private static let otherNumbers = ["bom.jsonl", "two_members.gz", "trailing_zeros.gz"]

    /// Reads, and checks what must hold for every input: valid UTF-8, an id, a reason, a source.
    private func checkedRead(
        _ each: ConformanceCase, format: InputFormat = .auto
    ) throws -> ReadDump {
        let dump = try read(.init(each.path), format: format)
        for record in dump.records {
            #expect(record.id != "not valid UTF-8" && !record.id.isEmpty)
            #expect(record.metadata != "not valid UTF-8")
            #expect((record.rejection == nil) == record.detail.isEmpty)
            if !each.path.hasSuffix(".txt") {
                #expect(String(validating: record.delivered, as: UTF8.self) != nil)
            }
        }
        return dump
    }

    @Test(arguments: group("jsonl", "gzip", "neardup"))
    func `lines and gzip give what the table says`(each: ConformanceCase) throws {
        let dump = try checkedRead(each)
        let isDamaged =
            !dump.damage.isEmpty || dump.reasons.contains { $0.isDamage }
        switch each.expected.split(separator: ":")[0] {
        case "ok":
            #expect(!isDamaged, "\(dump.faults) \(dump.rejected.map(\.detail))")
            let wanted = each.note.split { !$0.isNumber }.first.flatMap { Int($0) }
            let isCounted = each.path.contains("/jsonl/") || each.path.contains("/gzip/")
            if let wanted, isCounted, !Self.otherNumbers.contains(where: each.path.hasSuffix) {
                #expect(dump.kept.count == wanted)
            }
        case "partial":
            #expect(isDamaged)
            if let wanted = Int(each.expected.dropFirst(8)) {
                #expect(dump.kept.count == wanted, "\(dump.faults) \(dump.rejected.map(\.detail))")
            } else {
                #expect(dump.kept.count > 10)
            }
        case "reject": #expect(isDamaged)
        case "bomb": #expect(isDamaged && dump.kept.isEmpty)
        default: #expect(!dump.records.isEmpty || !dump.faults.isEmpty)
        }
    }

    @Test(arguments: group("json_suite"))
    func `documents of the JSON suite are accepted and refused as it says`(
        each: ConformanceCase
    ) throws {
        let name = each.path.split(separator: "/").last.map(String.init) ?? ""
        let refusals: Set<RejectionReason> = [
            .malformedJSON, .nestedTooDeep, .numberOutOfRange, .recordTooLong,
        ]
        let dump = try checkedRead(each, format: .json)
        let isRefused =
            !dump.damage.isEmpty || dump.reasons.contains { refusals.contains($0) }
        if name.hasPrefix("y_") {
            #expect(!isRefused, "\(dump.faults) \(dump.rejected.map(\.detail))")
        } else if name.hasPrefix("n_") {
            #expect(isRefused)
        }
    }

    @Test(arguments: group("text", "utf8"))
    func `text files give what the table says`(each: ConformanceCase) throws {
        let dump = try checkedRead(each)
        let record = try #require(dump.records.first)
        switch each.expected {
        case "ok":
            #expect(record.rejection == nil, "\(record.detail)")
            if each.note.hasPrefix("Zoë") { #expect(record.text.contains(each.note)) }
        case "reject": #expect(record.rejection == .notText)
        default: #expect(record.rejection == nil || !record.detail.isEmpty)
        }
    }

    @Test func `UTF-16 and UTF-32 without a mark are told where NUL bytes show them`() throws {
        for each in group("text") where each.path.contains("nobom_utf-") {
            #expect(
                try checkedRead(each).records.first?.text.contains("naïve café 日本語 😀") == true,
                "\(each.path)")
        }
    }

    @Test func `hostile names and file kinds end, block nothing and are told`() throws {
        let folder = try ScratchFolder()
        let script = try #require(group("text").first).path.replacingOccurrences(
            of: #"/bad/text/.*"#, with: "/bad/make_fs.sh", options: .regularExpression)
        try folder.run("bash \(script) tree")
        let dump = try read(folder.path.appending("tree"))
        #expect(dump.kept.count == 7)
        #expect(dump.kept.contains { $0.id.hasSuffix("/leaf.txt") })
        #expect(dump.reasons.sorted { $0.rawValue < $1.rawValue } == [.emptyText, .recordTooLong])
        #expect(
            Set(dump.faults.map(\.path)).isSuperset(of: [
                "dangling", "fifo", "loop_a", "loop_b", "self",
            ]))
    }
}
