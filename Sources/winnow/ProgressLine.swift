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
