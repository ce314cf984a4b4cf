// Why a text was not accepted as JSON, and where.

/// A refused JSON text.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Not JSON as RFC 8259 has it.
        case malformed
        /// Nested deeper than `JSONParser.maximumDepth`.
        case tooDeep
        /// A number that no 64-bit integer or double holds.
        case numberOutOfRange
        /// Longer than 4 GiB.
        case tooLarge
        /// The parser found no memory for its tables.
        case outOfMemory
    }

    package var code: Code
    /// Offset of the fault in the text, where it could be told.
    package var byteOffset: Int?
    /// What is wrong, for people.
    package var reason: String

    package init(_ code: Code, at byteOffset: Int? = nil, _ reason: String) {
        self.code = code
        self.byteOffset = byteOffset
        self.reason = reason
    }

    package var description: String {
        byteOffset.map { "\(reason) at byte \($0)" } ?? reason
    }
}
