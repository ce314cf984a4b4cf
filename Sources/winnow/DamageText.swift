// Where the input is damaged, for people.

internal import DocumentModel
internal import PipelineAssembly

enum DamageText {
    /// Faults shown on a screen; all of them stand in the manifest.
    private static let shownFaults = 20

    /// Says on standard error what was damaged or skipped, a line each, and how much more there is.
    static func list(_ faults: [InputFault], _ records: DamagedRecords) {
        for fault in faults.prefix(shownFaults) {
            let place = fault.byteOffset < 0 ? "" : " at byte \(fault.byteOffset)"
            let message = "\(fault.path)\(place): \(fault.message)"
            Console.complain(
                (fault.isDamage ? "damaged: " : "skipped: ") + Readable.oneLine(message))
        }
        if faults.count > shownFaults {
            Console.complain("... and \(faults.count - shownFaults) more places")
        }
        for line in records.lines { Console.complain("rejected: " + Readable.oneLine(line)) }
        if records.count > records.lines.count {
            Console.complain("... and \(records.count - records.lines.count) more records")
        }
    }
}
