// winnow stats: the counts of an archive and the size of its index.

internal import Archive
internal import ArgumentParser
internal import SystemPackage

struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Counts of the archive and of each run, shares, and what the index takes.",
        discussion: """
            Example:
              winnow stats --json
            """)

    @OptionGroup var place: ArchiveOptions
    @OptionGroup var answer: AnswerOptions

    mutating func run() throws {
        let path = try place.archive()
        let store = try ArchiveStore(opening: path)
        for notice in store.notices { Console.notice(notice) }
        if answer.json {
            StatsText.printJSON(path, store.commit)
        } else if let commit = store.commit {
            Console.print(StatsText.lines(path, commit).joined(separator: "\n"))
        } else {
            Console.print("\(path) holds no archive yet")
        }
    }
}
