// winnow check: what a run would find, without running.

internal import Archive
internal import Cleaners
package import DocumentModel
internal import NearDuplicates
internal import Readers

/// Everything that can be known of a configuration before a run.
package struct ConfigurationReview: Sendable {
    /// What an input holds.
    package struct Input: Sendable {
        package var name: String
        package var files: Int
        package var bytes: Int
    }

    package private(set) var inputs: [Input]
    /// What would be skipped or cannot be read.
    package private(set) var faults: [InputFault] = []
    package let ruleCount: Int
    package let bandCount: Int
    package let rowCount: Int
    package let threads: Int
    package let archivedArticles: Int

    /// - Throws: the first thing that would keep a run from beginning.
    package init(_ configuration: PipelineConfiguration) throws {
        let plan = try RunPlan(configuration)
        inputs = configuration.inputs.map { Input(name: $0.name, files: 0, bytes: 0) }
        ruleCount = plan.rules.table.names.count
        bandCount = plan.parameters.bandCount
        rowCount = plan.parameters.rowCount
        threads = plan.threads
        let store = try ArchiveStore(opening: configuration.output)
        archivedArticles = store.commit?.totals.kept ?? 0
        if let commit = store.commit {
            try plan.checkParameters(of: commit, in: configuration.output)
        }
        var listing = try InputListing(plan.inputs, excluding: configuration.output)
        while let entry = listing.next() {
            switch entry {
            case .file(let input, let bytes):
                inputs[input].files += 1
                inputs[input].bytes += bytes
            case .fault(let fault): faults.append(fault)
            }
        }
    }
}
