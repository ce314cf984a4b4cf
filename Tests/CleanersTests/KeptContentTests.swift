// Lines that wear the clothes of residue and are content by where and among what they stand.

import Testing

@testable import Cleaners

@Suite struct KeptContentTests {
    private static let first = ResidueTests.first
    private static let second = ResidueTests.second

    private static func document(_ lines: String...) -> String {
        lines.joined(separator: "\n\n") + "\n"
    }

    @Test(arguments: [
        document("Firms to merge", first, "(Quayside Scientific Industries)", second),
        document("Firms to merge", first, second, "(Quayside Scientific Industries)"),
        document("Oil output falls", first, second, "(EGPC).", "(QSI)"),
    ]) func `Names in brackets stay unless they are an agency's`(text: String) throws {
        let cleaned = try clean(text)
        #expect(cleaned.isSameRange, "\(cleaned.rules)")
    }

    @Test(arguments: ["(Reuters)", "(AFP)", "Reuters/AP", "(Agencies)", "(Quay News Service)"])
    func `An agency goes as the last line only`(line: String) throws {
        let last = try clean(Self.document("A title", Self.first, Self.second, line))
        #expect(last.text == Self.document("A title", Self.first, Self.second))
        let middle = try clean(Self.document("A title", Self.first, line, Self.second))
        #expect(middle.isSameRange)
    }

    @Test(arguments: [
        document(
            "Saturday's games", "Griffin Park", "Leeds against Hull at three in the afternoon.",
            "Martin Park", "Bath against Luton, which is sold out.", "Howard Ground",
            "York against Bury."),
        document("The crane", first, "Martin Howard", second),
        document("The crane", first, "Anna Petersen", second, "John Howard", first),
        document("The crane", first, "SAINT JOHN FLAMES", second),
    ]) func `Venues and names among the body stay`(text: String) throws {
        let cleaned = try clean(text)
        #expect(cleaned.isSameRange, "\(cleaned.rules)")
    }

    @Test func `A lone name goes under the title and as the last line`() throws {
        let wanted = Self.document("Why the crane is blue", Self.first, Self.second)
        let head = try clean(
            Self.document("Why the crane is blue", "Anna Petersen", Self.first, Self.second))
        #expect(head.text == wanted)
        #expect(head.authors == ["Anna Petersen"])
        let tail = try clean(
            Self.document("Why the crane is blue", Self.first, Self.second, "Anna Petersen"))
        #expect(tail.text == wanted)
    }

    @Test(arguments: [
        document(
            "What is on", "Friday, 25 February", first, "Saturday, 26 February", second,
            "Sunday, 27 February", first),
        document(
            "A diary", first, second, "4 May 2020", second, "5 May 2020", "Rain, and no paint."),
        document(
            "A letter", first, second, "25 April 1988", "Harbour office", "To the council:", second),
    ]) func `Dates that head a part of the text stay`(text: String) throws {
        let cleaned = try clean(text)
        #expect(cleaned.isSameRange, "\(cleaned.rules)")
    }

    @Test(arguments: [
        document("A title", "4 May 2020", first, second),
        document("A title", first, second, "4 May 2020"),
        document("A title", first, second, "4 May 2020", "Subscribe to our channel"),
    ]) func `A date goes above the body, at the end, and beside residue`(text: String) throws {
        let cleaned = try clean(text)
        #expect(cleaned.text == Self.document("A title", Self.first, Self.second))
        #expect(cleaned.created == "2020-05-04")
    }

    @Test(arguments: [
        "Produced by Jupiter Research the analysis of forty towns found that few can swim",
        "Reporting by Ellen Marsh the harbour office knew of it since the spring of last year",
        "Edited by Ana Bell the letters are hard to read.",
    ]) func `A sentence that begins like a credit stays`(line: String) throws {
        let cleaned = try clean(Self.document("A title", Self.first, Self.second, line))
        #expect(cleaned.isSameRange, "\(cleaned.rules)")
    }

    @Test(arguments: [
        document("A title", first, "TO: harbour@quay.example", second),
        document("A title", first, "crane@quay.example", second),
        document("How to log in", first, second, "% telnet quay.example 79"),
        document("How to log in", first, second, "telnet quay.example"),
        document("Maps", first, second, "There is a library of maps at:", "maps.quay.example"),
        document("Crane for sale", first, second, "Please write to:", "Anna Petersen"),
        document("A letter", first, second, "Ana> Posted-From: quay.example"),
        "In article <C5J.E31@quay.example>, ana@dock.example writes:\n\n\(first)\n\n\(second)\n",
        "In article <C5J.E31@quay.example>, ana@dock.example\n(Ana Bell) writes...\n\n\(first)\n",
    ]) func `Addresses inside letters and of quoted authors stay`(text: String) throws {
        let cleaned = try clean(text)
        #expect(cleaned.isSameRange, "\(cleaned.rules)")
    }

    @Test(arguments: [
        "Mono mode          | Off | On", "Crane parts [Bell].......... $ 1.00", "Keywords:",
        "Later.", "OK.", "Back to Earth",
        "- Harbour Quarterly, March 1990, page 77", "RFC-822",
    ]) func `Rows, labels, citations and answers of one word stay`(line: String) throws {
        let cleaned = try clean(Self.document("A title", Self.first, line, Self.second))
        #expect(cleaned.isSameRange, "\(cleaned.rules)")
    }

    @Test(arguments: [
        "www.shelf.example European Languages shelf@shelf.example Γλώσσες άλλες και άλλες",
        "shelf.example the free shelf of the lower town shelf@shelf.example",
    ]) func `A site's header with host and e-mail address goes at the head alone`(
        line: String
    ) throws {
        let head = try clean(Self.document(line, "A title", Self.first, Self.second))
        #expect(head.text == Self.document("A title", Self.first, Self.second))
        #expect(head.title == "A title")
        let body = try clean(Self.document("A title", Self.first, line, Self.second))
        #expect(body.isSameRange, "\(body.rules)")
    }
}
