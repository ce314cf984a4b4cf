// A line that tells how far a run is, on a terminal only.

internal import ByteIO
internal import Glibc

/// Redraws one line on standard error a few times a second; silent where nobody looks.
struct ProgressLine {
    private let isShown = Console.isLively
    private let start = ProgressLine.now()
    private var lastDrawn = 0.0

    /// Seconds on a clock that never goes back.
    static func now() -> Double {
        var time = timespec()
        // SAFETY: the structure is this function's own.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    var elapsedSeconds: Double { Self.now() - start }

    /// Shows the counts, with the rate and, where the total is known, the time left.
    mutating func show(_ doing: String, documents: Int, share: Double?) {
        guard isShown else { return }
        let elapsed = elapsedSeconds
        guard elapsed - lastDrawn > 0.2 else { return }
        lastDrawn = elapsed
        var line = "\(doing): \(Readable.count(documents)) documents"
        line += ", \(Readable.count(Int(Double(documents) / elapsed)))/s"
        if let share, share > 0.01, share <= 1 {
            let left = elapsed / share - elapsed
            line += ", \(Int(share * 100)) %, \(Readable.seconds(left)) left"
        }
        draw("\r\(line)\u{1B}[K")
    }

    /// Takes the line away.
    mutating func clear() {
        if isShown, lastDrawn > 0 { draw("\r\u{1B}[K") }
    }

    private func draw(_ text: String) {
        // A terminal that went away stops nothing.
        try? StandardStream.error.write(text)
    }
}

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

/// Numbers as people read them.
enum Readable {
    /// 1234567 as "1,234,567".
    static func count(_ number: Int) -> String {
        var digits = Array(String(abs(number)))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// 1 and "run" as "1 run", 1234 as "1,234 runs".
    static func count(_ number: Int, _ noun: String) -> String {
        "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// Bytes as "12.3 MB".
    static func bytes(_ number: Int) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB"]
        var value = Double(number)
        var unit = 0
        while value >= 1_000, unit < units.count - 1 {
            value /= 1_000
            unit += 1
        }
        return unit == 0 ? "\(number) bytes" : "\(decimals(value, 1)) \(units[unit])"
    }

    /// Seconds as "4.2 s" or "3 min 5 s".
    static func seconds(_ number: Double) -> String {
        number < 60 ? "\(decimals(number, 1)) s" : "\(Int(number) / 60) min \(Int(number) % 60) s"
    }

    /// A number with so many decimals.
    static func decimals(_ number: Double, _ places: Int) -> String {
        var unit = 1
        for _ in 0..<places { unit *= 10 }
        let scaled = Int((abs(number) * Double(unit)).rounded())
        let sign = number < 0 && scaled > 0 ? "-" : ""
        if places == 0 { return "\(sign)\(scaled)" }
        let rest = String(scaled % unit)
        return "\(sign)\(scaled / unit)." + String(repeating: "0", count: places - rest.count)
            + rest
    }
}
