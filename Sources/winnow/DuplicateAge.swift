// How old duplicates may become: 90d, 12w.

internal import ArgumentParser

/// An age in days or weeks, as the command line says it.
struct DuplicateAge: ExpressibleByArgument, Equatable {
    /// No archive is a thousand years old.
    private static let limitDays = 365_250
    private static let dayMilliseconds = 86_400_000

    var days: Int

    init(days: Int) { self.days = days }

    init?(argument: String) {
        guard let unit = argument.last, let number = Int(argument.dropLast()), number >= 0,
            argument.first != "+", number <= Self.limitDays
        else { return nil }
        switch unit {
        case "d": days = number
        case "w": days = 7 * number
        default: return nil
        }
    }

    /// The time so long before another one, both in milliseconds since 1970.
    func before(_ milliseconds: Int) -> Int { milliseconds - days * Self.dayMilliseconds }
}
