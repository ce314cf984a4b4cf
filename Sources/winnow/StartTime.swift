// The time of day, asked once a run.

internal import Glibc

/// When the program was started, for people.
enum StartTime {
    /// The time now in UTC, as ISO 8601.
    static func text() -> String {
        var now = time(nil)
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
