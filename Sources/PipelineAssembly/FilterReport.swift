// What the stateless filters did, for people and for programs.

package import DocumentModel

/// What a stateless filter did.
package struct FilterReport: Sendable {
    package var read = 0
    package var kept = 0
    package var duplicates = 0
    package var rejected = 0
    package var faults: [InputFault] = []

    package init() {}

    /// True if something of the input was damaged: exit status 3.
    package var hasDamage: Bool {
        damagedRecords.count > 0 || faults.contains(where: \.isDamage)
    }
    package private(set) var damagedRecords = DamagedRecords()

    mutating func addRejected(
        _ reason: RejectionReason, detail: ArraySlice<UInt8>, prefix: String
    ) {
        rejected += 1
        damagedRecords.add(reason, detail: detail, prefix: prefix)
    }
}
