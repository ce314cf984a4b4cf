// Numbers and names as people read them.

/// Turns values into words for people.
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

    /// A text without the power to steer a terminal: control characters other than line ends and
    /// tabulators are escaped.
    static func harmless(_ text: String) -> String {
        escaping(text) { $0 == "\n" || $0 == "\t" }
    }

    /// A name on one line: all control characters are escaped.
    static func oneLine(_ text: String) -> String {
        escaping(text) { _ in false }
    }

    private static func escaping(_ text: String, except: (Unicode.Scalar) -> Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control, !except(scalar) {
                escaped += scalar.escaped(asASCII: true)
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
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
