// Why a record was set aside instead of archived.

/// The closed list of reasons for which a record goes to `rejected/`.
///
/// `rawValue` is the name that stands in the archive, the manifest and messages.
package enum RejectionReason: String, CaseIterable, Sendable {
    /// The line is not JSON (RFC 8259).
    case malformedJSON = "malformed-json"
    /// JSON nested deeper than the limit.
    case nestedTooDeep = "nested-too-deep"
    /// A number that no 64-bit integer or double holds.
    case numberOutOfRange = "number-out-of-range"
    /// JSON, but not an object.
    case notAnObject = "not-an-object"
    /// The object has no text field.
    case noTextField = "no-text-field"
    /// The text field holds something else than a string.
    case textNotAString = "text-not-a-string"
    /// The record is longer than the limit.
    case recordTooLong = "record-too-long"
    /// The input was damaged within the record, so that only a part of it could be read.
    case cutOff = "cut-off"
    /// Bytes that are no text in any supported encoding (NUL bytes, images, archives).
    case notText = "not-text"
    /// Text in an encoding that could not be told.
    case unknownEncoding = "unknown-encoding"
    /// Nothing but white space, before or after cleaning.
    case emptyText = "empty-text"
    /// Characters, but no word (no letter, number or underscore).
    case noWords = "no-words"

    /// True if the input was damaged (exit status 3); an empty text is no damage.
    package var isDamage: Bool {
        switch self {
        case .emptyText, .noWords: false
        default: true
        }
    }
}
