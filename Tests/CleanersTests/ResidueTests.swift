// Which lines go and which stay, and what is captured from them.

import DocumentModel
import Testing

@testable import Cleaners

@Suite struct ResidueTests {
    static let first =
        "The old crane at the quay was painted blue again in spring; it took eleven people."
    static let second =
        "Nobody asked for it. The paint was left over from the boats, the weather was kind."

    @Test(arguments: [
        "Subscribe to our channel", "Follow us on:", "EN|FR|RU", "QAY4471", "DSC_0012.jpg",
        "Share on Facebook", "Advertisement", "Read more...", "3 Comments 14 Likes",
        "Sign up for our free weekly newsletter", "We use cookies to improve your experience.",
        "© 2020 The Corner Gazette", "Print this page", "(Photo: Town Archive)",
        "Click here to support our work", "Already a subscriber? Log in",
    ]) func `Residue in the middle of the body goes with its gap`(line: String) throws {
        let cleaned = try clean("\(Self.first)\n\n\(line)\n\n\(Self.second)\n")
        #expect(cleaned.text == "\(Self.first)\n\n\(Self.second)\n")
        #expect(cleaned.edits.count == 1)
        #expect(cleaned.edits.allSatisfy { $0.scoreHundredths >= 100 })
    }

    @Test(arguments: [
        "Splits within the movement", "Subscribe to our cause or stand aside, the chairman said.",
        "“Follow us,” the guide said.", "Share the bread, share the work: that was the slogan.",
        "Enough!", "II", "12 May: The first tents go up.", "– higher wages for night work;",
        "As the committee points out:", "Maria Keller, nurse", "Read more slowly, she said.",
        "[1] Ministry of Works, Annual Report 1974, p. 12.", "To the workers of Leeds:",
        "> Subscribe to our channel", "Pay 31 May", "1988 195 .282 .320 .328", "* * *",
        "All rights reserved to the crown in 1763 were never returned.", "Griffin Park",
    ]) func `Content that looks like residue stays`(line: String) throws {
        let cleaned = try clean("\(Self.first)\n\n\(line)\n\n\(Self.second)\n")
        #expect(cleaned.isSameRange, "\(cleaned.rules)")
    }

    @Test func `The larger gap stays where a line without one goes`() throws {
        let cleaned = try clean("\(Self.first)\nSubscribe to our channel\n\n\(Self.second)")
        #expect(cleaned.text == "\(Self.first)\n\n\(Self.second)")
        let tail = try clean("\(Self.first)\n\n\(Self.second)\n\nSubscribe to our channel")
        #expect(tail.text == "\(Self.first)\n\n\(Self.second)")
        let head = try clean("Subscribe to our channel\n\n\n\(Self.first)\n\(Self.second)\n")
        #expect(head.text == "\(Self.first)\n\(Self.second)\n")
    }

    @Test func `A hard-wrapped paragraph is not read line by line`() throws {
        let text = """
            He said that everybody who wanted to have a better paper should
            subscribe now
            and that the rest of them could go on reading whatever it was that
            they were
            reading before the war, which had not been a great deal, in truth.
            """
        #expect(try clean(text).isSameRange)
    }

    @Test func `A reader's comment goes as a block`() throws {
        let cleaned = try clean(
            """
            \(Self.first)

            \(Self.second)

            John D. says:

            July 11, 2015 at 05:57

            Very true, thanks for posting this.

            Reply
            """)
        #expect(cleaned.text == "\(Self.first)\n\n\(Self.second)")
    }

    @Test func `Headlines go with the line that announces them`() throws {
        let cleaned = try clean(
            """
            \(Self.first)

            \(Self.second)

            Most read

            A winter without trains

            Who owns the quay?

            """)
        #expect(cleaned.text == "\(Self.first)\n\n\(Self.second)\n")
    }

    @Test func `A header in another script goes, the title stays and is captured`() throws {
        let cleaned = try clean(
            """
            Ελεύθερη Βιβλιοθήκη ── για όλους

            www.shelf.example European Languages shelf@shelf.example Γλώσσες

            By Hannah Birch 18.03.2020

            A library in a telephone box

            \(Self.first)

            \(Self.second)

            Free Shelf 17 March 2020
            """)
        #expect(cleaned.text == "A library in a telephone box\n\n\(Self.first)\n\n\(Self.second)")
        #expect(cleaned.title == "A library in a telephone box")
        #expect(cleaned.authors == ["Hannah Birch"])
        #expect(cleaned.created == "2020-03-18")
    }

    @Test(arguments: [
        ("05.08.2021 Author: Peter Olsen", "Peter Olsen", "2021-08-05"),
        ("Peter Olsen, July 16", "Peter Olsen", ""),
        ("By Daniel Roth | 2021-09-14 | Travel", "Daniel Roth", "2021-09-14"),
        ("By Ana Van Arden, staff writer", "Ana Van Arden", ""),
        ("Submitted by Rashid O'Dea on 12/09/2012 - 18:17", "Rashid O'Dea", "2012-09-12"),
        ("Published: March 3, 2019", "", "2019-03-03"),
        ("Monday, 4 May 2020", "", "2020-05-04"), ("3. Mai 2021", "", "2021-05-03"),
        ("AGN 250522 GMT June 2014", "", "2014-06-25"),
    ]) func `Names and dates are captured from the line that goes`(
        line: String, author: String, date: String
    ) throws {
        let cleaned = try clean(
            "Why the crane is blue\n\n\(line)\n\n\(Self.first)\n\n\(Self.second)\n")
        #expect(cleaned.text == "Why the crane is blue\n\n\(Self.first)\n\n\(Self.second)\n")
        #expect(cleaned.title == "Why the crane is blue")
        #expect(cleaned.authors == (author.isEmpty ? [] : [author]))
        #expect(cleaned.created == date)
    }

    @Test func `An impossible date is no date`() throws {
        let cleaned = try clean("A title\n\n31.02.2020\n\n\(Self.first)\n\n\(Self.second)\n")
        #expect(cleaned.isSameRange)
        #expect(cleaned.created.isEmpty)
    }

    @Test func `Fields of the input beat what the text suggests`() throws {
        let text = "A title\n\nBy Ana Bell 18.03.2020\n\n\(Self.first)\n\n\(Self.second)\n"
        let cleaned = try clean([Array(text.utf8)]) { record, batch in
            record.title = batch.append("Given")
            record.created = batch.append("1999-01-01")
            batch.names.append(batch.append("Given Author"))
            record.authors = ItemRange(start: batch.names.count - 1, count: 1)
        }[0]
        #expect(cleaned.title == "Given")
        #expect(cleaned.created == "1999-01-01")
        #expect(cleaned.authors == ["Given Author"])
    }

    @Test(arguments: ["", " \n\t\u{A0}\n", "\r\n\u{3000}\n"])
    func `A text of white space is set aside`(text: String) throws {
        #expect(try clean(text).rejection == .emptyText)
    }

    @Test(arguments: [
        "Subscribe to our channel\n", "Read more...\n\n* * *\n",
        "Subscribe to our channel\n\nFollow us on:\n\nShare on Facebook\n",
    ]) func `Cleaning never empties a text`(text: String) throws {
        let cleaned = try clean(text)
        #expect(cleaned.rejection == nil)
        #expect(cleaned.isSameRange, "\(cleaned.rules)")
        let other = try clean(text.replacing("\n", with: "\r\n"))
        #expect(other.text == text)
        #expect(other.rejection == nil)
    }
}
