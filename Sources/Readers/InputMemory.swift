// What a reader asks of those who remember earlier runs, and what it tells them.

package import ByteIO
package import ByteText
package import SystemPackage

/// A regular file that a reader has come to. Streams are never remembered.
package struct ListedFile: Sendable {
    /// Index in the run's list of inputs.
    package var input: Int
    /// Where the file is.
    package var location: FilePath
    package var status: FileStatus

    package init(input: Int, location: FilePath, status: FileStatus) {
        self.input = input
        self.location = location
        self.status = status
    }
}

/// Where reading goes on in a file that has grown.
package struct InputContinuation: Equatable, Sendable {
    /// Records before the place.
    package var records: Int
    /// The place in the file as it lies on disk.
    package var storedOffset: Int
    /// The place in the decompressed file.
    package var textOffset: Int

    package init(records: Int, storedOffset: Int, textOffset: Int) {
        self.records = records
        self.storedOffset = storedOffset
        self.textOffset = textOffset
    }
}

/// What is to be done with a listed file.
package enum InputVerdict: Equatable, Sendable {
    /// Read it from its start.
    case read
    /// Read it, unless `recognises` knows its content.
    case readIfNew
    /// Go on behind what was read, if the first `storedBytes` still have the digest; else read it
    /// from its start.
    case goOn(InputContinuation, storedBytes: Int, digest: ContentDigest.Value)
    /// Pass it over, without opening it.
    case skip
    /// Leave it for the next run, with this reason.
    case wait(String)
}

/// What a reader has learned of a file that it read to the end.
package struct ReadFile: Sendable {
    /// The file with its status when it was opened; size and time were the same at its end.
    package var listed: ListedFile
    /// Of all its bytes as they lie on disk.
    package var digest: ContentDigest.Value
    /// `text`, `lines` or `document`.
    package var form: String
    package var records: Int
    /// Nil if a longer file has to be read from its start.
    package var continuation: InputContinuation?
}

/// Knows what earlier runs have read. Asked on the reader's thread, a file at a time.
package protocol InputMemory: AnyObject, Sendable {
    func verdict(on file: ListedFile) -> InputVerdict
    /// True if a file of this content was read; the file at hand counts as read, too, from now on.
    func recognises(_ digest: ContentDigest.Value, of file: ListedFile) -> Bool
    /// Takes what was learned. What of the file's records comes of the run is not known yet.
    func remember(_ file: ReadFile)
}
