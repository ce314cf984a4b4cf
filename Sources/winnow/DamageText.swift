// Where the input is damaged, for people.

internal import DocumentModel
internal import JSONBytes
internal import PipelineAssembly

enum DamageText {
    /// Faults shown on a screen; all of them stand in the manifest.
    private static let shownFaults = 20

    /// Says on standard error what was damaged or skipped, a line each, and how much more there is.
    static func list(_ faults: [InputFault], _ records: DamagedRecords) {
        for fault in faults.prefix(shownFaults) {
            let place = fault.byteOffset < 0 ? "" : " at byte \(fault.byteOffset)"
            let message = Readable.oneLine("\(fault.path)\(place): \(fault.message)")
            let verdict = fault.isDamage ? "damaged" : "skipped"
            Console.log(
                .fault, fault.isDamage ? .warning : .info, message, line: "\(verdict): \(message)"
            ) { json in
                json.field("verdict", verdict)
                json.field("path", fault.path)
                json.field("offset", fault.byteOffset)
            }
        }
        more(faults.count - shownFaults, "place")
        for record in records.lines {
            let message = Readable.oneLine(record)
            Console.log(.fault, .warning, message, line: "rejected: \(message)") { json in
                json.field("verdict", "rejected")
            }
        }
        more(records.count - records.lines.count, "record")
    }

    private static func more(_ count: Int, _ noun: String) {
        guard count > 0 else { return }
        let message = "and \(count) more \(noun)s"
        Console.log(.fault, .warning, message, line: "... \(message)") { json in
            json.field("more", count)
        }
    }
}
