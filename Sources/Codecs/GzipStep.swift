// How a gzip stream is read step by step, and how far.

/// How far gzip data may expand.
package struct GzipLimits: Sendable {
    /// Decompressed bytes for one compressed byte; deflate itself ends at 1,032.
    package var maximumRatio = 1_000
    /// The ratio is judged when this much has come out: small files may be very regular.
    package var ratioFreeBytes = 64 << 20
    /// Decompressed bytes of the whole stream.
    package var maximumOutputBytes = Int.max

    package init() {}
}

/// What `GzipDecoder.decode` came to.
package enum GzipStep: Equatable, Sendable {
    /// The input is used up; call again with the next piece.
    case needsInput
    /// As much as was asked for has been appended; call again with the same input.
    case outputFull
    /// Everything before the fault has been appended; call again with the same input to go on.
    case fault(CodecError)
    /// The stream has ended, or nothing more can be had of it.
    case finished
}
