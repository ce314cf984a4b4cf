// Quantities as people write them in a configuration.

/// Sizes as people write them.
enum ByteSize {
    /// "256MB", "2 GB", "1GiB", "4096"; nil if it is not a size.
    static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isNumber && $0.isASCII }
        guard let number = Int(digits) else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        let factors = [
            "": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000,
            "tb": 1_000_000_000_000, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
            "tib": 1 << 40,
        ]
        guard let factor = factors[unit] else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows ? nil : bytes
    }
}

/// Lengths of time as people write them.
enum TimeSpan {
    /// Ten years: longer than any upload, and its nanoseconds fit.
    static let longestSeconds = 10 * 366 * 86_400

    /// Seconds in "10m", "30s", "2 h", "1d", "45"; nil if it is no length of time.
    static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isNumber && $0.isASCII }
        guard let number = Int(digits) else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        let factors = ["": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let factor = factors[String(unit)] else { return nil }
        let (seconds, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows || seconds > longestSeconds ? nil : seconds
    }
}
