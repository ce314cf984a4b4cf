// Reading gzip streams of many members, also damaged ones, piece by piece.

internal import ByteText
internal import CISAL

/// A streaming decoder of concatenated gzip members (RFC 1952) over ISA-L's inflate.
///
/// Checksums and lengths are verified. Zero padding behind a member is ignored. After damaged
/// deflate data it seeks the next member: a header whose member decodes for `trialBytes` or to
/// its verified end; what lies between is counted in the fault.
@safe package struct GzipDecoder: ~Copyable, @unchecked Sendable {
    // @unchecked: the state has this value as its only owner and is never shared.
    // SAFETY: of the whole type: `init` makes the state, `deinit` alone destroys it, and no pointer
    // into it is handed out; buffers are bounded where they are passed.

    private enum Phase: Sendable {
        case header, body, trailer, seeking, finished
    }

    /// A supposed member after damage is believed when so much of it decodes.
    private static let trialBytes = 4096
    private static let trailerBytes = 8

    private let state: UnsafeMutablePointer<inflate_state>
    private let limits: GzipLimits
    private var phase = Phase.header
    /// Bytes of a header or trailer that began in an earlier piece of input.
    private var pending: [UInt8] = []
    /// Offset in the stream of the current input's first byte.
    private var inputBase = 0
    private var memberStart = 0
    /// Members whose end was reached so far.
    package private(set) var memberCount = 0
    private var memberOutput: UInt32 = 0
    /// True if checksum or length of the member before were wrong.
    private var wasMemberWrong = false
    /// Decompressed bytes appended so far.
    package private(set) var totalOutput = 0

    /// The fault whose reach is not known until the next member is found.
    private var openFault: CodecError?
    /// Output of a supposed member that is not believed yet.
    private var trial: [UInt8] = []
    private var isTrial = false

    package init(limits: GzipLimits = GzipLimits()) {
        guard let state = unsafe winnow_inflate_create() else {
            preconditionFailure("no memory for a decompressor")
        }
        unsafe self.state = unsafe state
        self.limits = limits
    }

    deinit { unsafe winnow_inflate_destroy(state) }

    /// Forgets everything, for another stream, or for the rest of one of which whole members of
    /// `compressedBytes` were read and gave `outputBytes`.
    package mutating func reset(behind compressedBytes: Int = 0, outputBytes: Int = 0) {
        phase = .header
        pending.removeAll(keepingCapacity: true)
        inputBase = compressedBytes
        memberStart = compressedBytes
        memberCount = compressedBytes > 0 ? 1 : 0
        wasMemberWrong = false
        totalOutput = outputBytes
        openFault = nil
        trial.removeAll(keepingCapacity: true)
        isTrial = false
    }

    /// Decodes `input` from `position` on and appends at most `limit` bytes (plus `trialBytes`
    /// after damage) to `output`. `isLast` says that no input follows. `position` may step back.
    package mutating func decode(
        _ input: Span<UInt8>, from position: inout Int, isLast: Bool,
        into output: inout [UInt8], atMost limit: Int
    ) -> GzipStep {
        let end = output.count + limit
        if openFault == nil && !trial.isEmpty { flushTrial(into: &output) }
        while true {
            let step: GzipStep?
            switch phase {
            case .header: step = readHeader(input, &position, isLast)
            case .body where isTrial:
                step = tryBody(input, &position, isLast)
            case .body:
                step = readBody(input, &position, isLast, &output, end)
            case .trailer: step = readTrailer(input, &position, isLast)
            case .seeking: step = seek(input, &position, isLast)
            case .finished: return .finished
            }
            guard let step else { continue }
            if step == .needsInput {
                inputBase += input.count
                position = input.count
            }
            return step
        }
    }

    private mutating func readHeader(
        _ input: Span<UInt8>, _ position: inout Int, _ isLast: Bool
    ) -> GzipStep? {
        if memberCount > 0 && pending.isEmpty && !isTrial {
            while position < input.count, input[position] == 0 { position += 1 }
        }
        guard position < input.count || !pending.isEmpty else {
            guard isLast else { return .needsInput }
            if memberCount == 0 {
                return stop(.truncated, at: inputBase + position, "an empty file is no gzip file")
            }
            phase = .finished
            return nil
        }
        let start = inputBase + position - pending.count
        let carried = pending.count
        let outcome: GzipHeader.Outcome
        if carried == 0 {
            outcome = GzipHeader.parse(input.extracting(position..<input.count))
        } else {
            pending.append(copying: input.extracting(position..<input.count))
            outcome = GzipHeader.parse(pending.span)
        }
        switch outcome {
        case .needsMore:
            if carried == 0 { pending.append(copying: input.extracting(position..<input.count)) }
            position = input.count
            if !isLast { return .needsInput }
            pending = []
            if isTrial {
                abandonTrial(input, &position)
                return nil
            }
            return stop(.truncated, at: inputBase + position, "the stream ends in a gzip header")
        case .complete(let bytes, let isChecksumRight):
            position += bytes - carried
            pending = []
            memberStart = start
            memberOutput = 0
            wasMemberWrong = false
            phase = .body
            unsafe winnow_inflate_reset(state)
            if isChecksumRight { return nil }
            if isTrial {
                abandonTrial(input, &position)
                return nil
            }
            return .fault(
                CodecError(
                    .badHeaderChecksum, at: start, "a gzip header whose own checksum is wrong"))
        case .noMagic, .refused:
            pending = []
            if isTrial {
                abandonTrial(input, &position)
                return nil
            }
            // Behind a member whose data was wrong, the end may have been wrong, too.
            if wasMemberWrong {
                return damage(
                    .corrupt, at: start, "no gzip member follows a damaged one", input, &position)
            }
            memberStart = start
            let isGarbage = outcome == .noMagic
            let code: CodecError.Code =
                isGarbage ? (memberCount == 0 ? .notGzip : .trailingGarbage) : .badHeader
            var reason = "bytes that are no gzip member"
            if case .refused(let text) = outcome { reason = "a gzip header is refused: \(text)" }
            return damage(code, at: start, reason, input, &position)
        }
    }

    private mutating func readBody(
        _ input: Span<UInt8>, _ position: inout Int, _ isLast: Bool,
        _ output: inout [UInt8], _ end: Int
    ) -> GzipStep? {
        guard output.count < end else { return .outputFull }
        let room = end - output.count
        let before = position
        let (result, produced) = inflate(input, &position, &output, room)
        totalOutput += produced
        let consumed = max(1, inputBase + position)
        if totalOutput > limits.maximumOutputBytes {
            return stop(
                .expansionLimit, at: consumed,
                "more than \(limits.maximumOutputBytes) bytes decompressed")
        }
        if totalOutput > limits.ratioFreeBytes, totalOutput / limits.maximumRatio > consumed {
            return stop(
                .expansionLimit, at: consumed,
                "\(consumed) bytes expand to \(totalOutput), more than \(limits.maximumRatio) fold")
        }
        if result < 0 {
            return damage(
                .corrupt, at: inputBase + position, "the compressed data is damaged", input,
                &position)
        }
        if result == 1 {
            beginTrailer()
            return nil
        }
        if output.count >= end { return .outputFull }
        if produced > 0 || position > before { return nil }
        if !isLast { return .needsInput }
        return stop(.truncated, at: inputBase + position, "the stream ends within a gzip member")
    }

    private mutating func tryBody(
        _ input: Span<UInt8>, _ position: inout Int, _ isLast: Bool
    ) -> GzipStep? {
        let before = position
        var output: [UInt8] = []
        swap(&output, &trial)
        let (result, produced) = inflate(
            input, &position, &output, Self.trialBytes - output.count)
        swap(&output, &trial)
        if result < 0 {
            abandonTrial(input, &position)
            return nil
        }
        if result == 1 {
            beginTrailer()
            return nil
        }
        if trial.count >= Self.trialBytes { return announce() }
        if produced > 0 || position > before { return nil }
        if !isLast { return .needsInput }
        abandonTrial(input, &position)
        return nil
    }

    private mutating func readTrailer(
        _ input: Span<UInt8>, _ position: inout Int, _ isLast: Bool
    ) -> GzipStep? {
        while pending.count < Self.trailerBytes {
            guard position < input.count else {
                if !isLast { return .needsInput }
                pending = []
                if isTrial {
                    abandonTrial(input, &position)
                    return nil
                }
                return stop(
                    .truncated, at: inputBase + position,
                    "the stream ends in a gzip trailer; the data before it is complete")
            }
            pending.append(input[position])
            position += 1
        }
        let crc = littleEndian(pending, 0)
        let length = littleEndian(pending, 4)
        pending = []
        let actual = unsafe winnow_inflate_crc(state)
        let isRight = crc == actual && length == memberOutput
        memberCount += 1
        phase = .header
        if isTrial {
            if isRight { return announce() }
            abandonTrial(input, &position)
            return nil
        }
        if isRight { return nil }
        wasMemberWrong = true
        let what = crc == actual ? "length" : "checksum"
        return .fault(
            CodecError(
                .checksumMismatch, at: inputBase + position,
                "the \(what) of the gzip member at byte \(memberStart) does not match its data"))
    }

    /// Looks for the next header from `position` on.
    private mutating func seek(
        _ input: Span<UInt8>, _ position: inout Int, _ isLast: Bool
    ) -> GzipStep? {
        while position < input.count {
            let rest = input.extracting(position..<input.count)
            switch GzipHeader.parse(rest) {
            case .noMagic, .refused: position += 1
            case .complete, .needsMore:
                isTrial = true
                trial.removeAll(keepingCapacity: true)
                memberStart = inputBase + position
                phase = .header
                return nil
            }
        }
        guard isLast else { return .needsInput }
        phase = .finished
        guard var fault = openFault else { return nil }
        openFault = nil
        fault.skippedBytes = max(0, inputBase + position - fault.compressedOffset)
        fault.message += "; nothing could be read of the \(fault.skippedBytes) bytes behind it"
        return .fault(fault)
    }

    /// Remembers a fault and starts to seek behind the damaged member's start.
    private mutating func damage(
        _ code: CodecError.Code, at offset: Int, _ message: String,
        _ input: Span<UInt8>, _ position: inout Int
    ) -> GzipStep? {
        openFault = CodecError(code, at: offset, message)
        // Damaged data is often decoded past the member's end before it is noticed, so the search
        // begins at the member's start, as far back as this piece of input goes.
        position = min(input.count, max(0, memberStart + 1 - inputBase))
        phase = .seeking
        return nil
    }

    private mutating func stop(
        _ code: CodecError.Code, at offset: Int, _ message: String
    ) -> GzipStep {
        phase = .finished
        return .fault(CodecError(code, at: offset, message))
    }

    /// The supposed member is real: tell what was lost before it.
    /// Its data follows on the next call.
    private mutating func announce() -> GzipStep? {
        isTrial = false
        guard var fault = openFault else { return nil }
        openFault = nil
        fault.skippedBytes = max(0, memberStart - fault.compressedOffset)
        fault.message +=
            "; \(fault.skippedBytes) compressed bytes skipped,"
            + " reading goes on at byte \(memberStart)"
        return .fault(fault)
    }

    private mutating func abandonTrial(_ input: Span<UInt8>, _ position: inout Int) {
        isTrial = false
        trial.removeAll(keepingCapacity: true)
        pending = []
        position = min(input.count, max(0, memberStart + 1 - inputBase))
        phase = .seeking
    }

    private mutating func flushTrial(into output: inout [UInt8]) {
        output.append(contentsOf: trial)
        totalOutput += trial.count
        trial.removeAll(keepingCapacity: true)
    }

    private mutating func beginTrailer() {
        var rest: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
        // SAFETY: at most eight bytes fit in the bit buffer of 64 bits.
        let count = unsafe rest.withUnsafeMutableBufferPointer { buffer in
            unsafe winnow_inflate_leftover(state, buffer.baseAddress)
        }
        pending = Array(rest.prefix(Int(count)))
        phase = .trailer
    }

    private mutating func inflate(
        _ input: Span<UInt8>, _ position: inout Int, _ output: inout [UInt8], _ room: Int
    ) -> (result: Int32, produced: Int) {
        let largest = 1 << 30
        var consumed = UInt32(min(input.count - position, largest))
        var produced = UInt32(min(room, largest))
        var result: Int32 = 0
        let start = position
        output.append(addingCapacity: Int(produced)) { target in
            // SAFETY: input and target live for the closures and do not overlap; the library is
            // told both bounds and keeps no pointer that it uses after the call.
            unsafe target.withUnsafeMutableBufferPointer { buffer, count in
                unsafe input.withUnsafeBufferPointer { source in
                    result = unsafe winnow_inflate_step(
                        state, source.baseAddress?.advanced(by: start), &consumed,
                        buffer.baseAddress?.advanced(by: count), &produced)
                }
                count += Int(produced)
            }
        }
        position += Int(consumed)
        memberOutput &+= produced
        return (result, Int(produced))
    }

    private func littleEndian(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
    }
}
