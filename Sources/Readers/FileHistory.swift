// What is learned of the file at hand while it is read, so that it need not be read again.

/// The state of a file's reading that the next run asks for.
struct FileHistory {
    /// The file with its status when it was opened; nil for streams and where nobody remembers.
    var listed: ListedFile?
    /// True if the file was written to while it was read.
    var isChanging = false
    /// True if the file's content decides whether it is read at all.
    var isAwaitingJudgement = false
    /// True if more lines can be appended to it without changing what it is.
    var staysLines = false
    var hasFault = false
    var hasReadError = false
    /// Where the last record begins in the decompressed file, if no line end follows it.
    var openRecordOffset: Int?
    /// True if what stands at the file's end cannot be taken up again.
    var hasOpenEnd = false

    /// Says that a record without a place to go on from was met.
    mutating func noteOpenEnd() { hasOpenEnd = true }
}

/// Files that are too young to be read: the first ones are named, the rest are counted.
struct WaitingFiles {
    /// How many are named for each input.
    static let namedCount = 10

    var input = 0
    var count = 0
}
