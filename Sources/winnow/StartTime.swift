// The time of day: when this run started, and when others did.

internal import ByteIO
internal import Glibc

/// Times of runs, for people.
enum StartTime {
    /// The time now in UTC, as ISO 8601.
    static func text() -> String { text(ofMilliseconds: WallClock.nanoseconds() / 1_000_000) }

    /// The time now in UTC to the millisecond (RFC 3339), for logs.
    static func preciseText() -> String {
        let milliseconds = WallClock.nanoseconds() / 1_000_000
        let digits = "\(1_000 + milliseconds % 1_000)".suffix(3)
        return text(ofMilliseconds: milliseconds).dropLast() + ".\(digits)Z"
    }

    /// A time in UTC, as ISO 8601; milliseconds since 1970 are cut to seconds.
    static func text(ofMilliseconds milliseconds: Int) -> String {
        var now = time_t(milliseconds / 1_000)
        // SAFETY: both structures are this function's own; no pointer in them is followed.
        var parts = unsafe tm()
        unsafe _ = gmtime_r(&now, &parts)
        let date = unsafe [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday]
        let time = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec]
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return date.map(two).joined(separator: "-") + "T" + time.map(two).joined(separator: ":")
            + "Z"
    }
}
