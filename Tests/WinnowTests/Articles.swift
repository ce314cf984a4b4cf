// Articles that the tests make themselves.

import Foundation
import TestFixtures

enum Articles {
    /// An article of many words; numbers far apart share few of them.
    static func text(_ number: Int) -> String {
        let sentences = (0..<12).map { line in
            "On day \(number * 31 + line) the boat with sail \(number * 17 + line * 3) left the"
                + " pier, and keeper \(number * 7 + line) wrote it down beside the tide."
        }
        return "The harbour book, part \(number)\n\n"
            + sentences.joined(separator: "\n\n") + "\n"
    }

    /// Kept: a, d. Duplicates: b is a copy of a, c one word off. Rejected without damage: e.
    static func writeFive(to folder: ScratchFolder) throws {
        try folder.write("in/a.txt", text(1) + "\nSubscribe to our channel\n")
        try folder.write("in/b.txt", text(1) + "\nSubscribe to our channel\n")
        try folder.write(
            "in/c.txt",
            text(1).replacingOccurrences(of: "tide.\n\nOn day 42", with: "sea.\n\nOn day 42"))
        try folder.write("in/d.txt", text(2))
        try folder.write("in/e.txt", "")
    }
}

extension ScratchFolder {
    /// A folder with the five articles archived in `out`.
    static func withArchive() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        try Articles.writeFive(to: folder)
        _ = try folder.winnow("run", "--input", "in", "--output", "out")
        return folder
    }
}
