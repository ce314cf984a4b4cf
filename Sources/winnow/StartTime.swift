// The time of day: when this run started, and when others did.

internal import Glibc

/// Times of runs, for people.
enum StartTime {
    /// The time now in UTC, as ISO 8601.
    static func text() -> String { text(ofMilliseconds: time(nil) * 1_000) }

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
