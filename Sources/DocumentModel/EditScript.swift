// Applying an edit script to a delivered text, and taking it back.

/// The two directions of an edit script: `delivered + edits -> text` and
/// `text + edits + removed bytes -> delivered`.
///
/// Both are linear in the output. Scripts come from the archive as well as from the cleaner, so a
/// script that does not fit its text is refused, never trusted.
package enum EditScript {
    /// Why a script does not fit the text it came with.
    package struct Mismatch: Error, Equatable, Sendable, CustomStringConvertible {
        /// Index of the edit in the script; the number of edits if the text ends wrongly.
        package var edit: Int
        package var reason: String

        package var description: String { "edit \(edit) of the script does not fit: \(reason)" }
    }

    /// Appends the text that results when every edit is applied to the delivered bytes.
    ///
    /// - Parameters:
    ///   - edits: sorted by `start`, not overlapping.
    ///   - inserted: the arena that the edits' `inserted` ranges point into.
    package static func apply(
        _ edits: ArraySlice<Edit>, to delivered: ArraySlice<UInt8>,
        inserted arena: borrowing [UInt8], into text: inout [UInt8]
    ) throws(Mismatch) {
        let origin = delivered.startIndex
        var copied = 0
        for (index, edit) in edits.enumerated() {
            try check(edit, index, from: copied, deliveredBytes: delivered.count)
            guard edit.inserted.upperBound <= arena.count else {
                throw Mismatch(edit: index, reason: "its inserted bytes are missing")
            }
            text.append(contentsOf: delivered[(origin + copied)..<(origin + edit.start)])
            text.append(contentsOf: arena[edit.inserted.bounds])
            copied = edit.start + edit.removedCount
        }
        text.append(contentsOf: delivered[(origin + copied)...])
    }

    /// Appends the delivered bytes that a cleaned text was made from.
    ///
    /// - Parameters:
    ///   - edits: sorted by `start`, not overlapping; of `inserted` only the length is used.
    ///   - removed: the removed bytes of all edits, one after the other.
    package static func restore(
        _ text: ArraySlice<UInt8>, undoing edits: ArraySlice<Edit>,
        removed: ArraySlice<UInt8>, into delivered: inout [UInt8]
    ) throws(Mismatch) {
        var textIndex = text.startIndex
        var removedIndex = removed.startIndex
        var restored = 0
        for (index, edit) in edits.enumerated() {
            try check(edit, index, from: restored, deliveredBytes: .max)
            let kept = edit.start - restored
            guard text.endIndex - textIndex >= kept,
                text.endIndex - textIndex - kept >= Int(edit.inserted.count)
            else {
                throw Mismatch(edit: index, reason: "the text ends before it")
            }
            guard removed.endIndex - removedIndex >= edit.removedCount else {
                throw Mismatch(edit: index, reason: "its removed bytes are missing")
            }
            delivered.append(contentsOf: text[textIndex..<(textIndex + kept)])
            delivered.append(
                contentsOf: removed[removedIndex..<(removedIndex + edit.removedCount)])
            textIndex += kept + Int(edit.inserted.count)
            removedIndex += edit.removedCount
            restored = edit.start + edit.removedCount
        }
        guard removedIndex == removed.endIndex else {
            throw Mismatch(edit: edits.count, reason: "removed bytes are left over")
        }
        delivered.append(contentsOf: text[textIndex...])
    }

    private static func check(
        _ edit: Edit, _ index: Int, from previousEnd: Int, deliveredBytes: Int
    ) throws(Mismatch) {
        guard edit.start >= previousEnd else {
            throw Mismatch(edit: index, reason: "it overlaps the one before or is out of order")
        }
        guard edit.removedCount >= 0, edit.start <= deliveredBytes,
            edit.removedCount <= deliveredBytes - edit.start
        else {
            throw Mismatch(edit: index, reason: "it reaches beyond the delivered text")
        }
    }
}
