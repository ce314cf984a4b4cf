// What is known of an archive of which no commit is whole.

internal import Archive
internal import Catalogue
internal import JSONBytes
internal import NearDuplicates

/// What the catalogue repeats of the commits, and what the segments prove.
struct LostCommit {
    /// A JSON object as a commit has it; empty if nothing is known.
    private(set) var parameters = Array("{}".utf8)
    /// What could not be known, one sentence each.
    private(set) var notices: [String] = []
    private var runs: [Int: CatalogueRun] = [:]

    /// - Parameter fingerprint: of the parameters that whole segments were made with.
    init(_ store: ArchiveStore, fingerprint: UInt64?) {
        var held: [String: String] = [:]
        do throws(CatalogueError) {
            if let catalogue = try Catalogue(trustedIn: store.stateFolder) {
                held = try catalogue.archive().parameters
                for run in try catalogue.runs() {
                    if let number = run.number { runs[number] = run }
                }
            }
        } catch {
            // A catalogue that cannot be read tells nothing; it is made again.
        }
        if !held.isEmpty {
            parameters = Self.json(held)
            notices.append("the parameters of the archive were taken from its catalogue")
        } else if fingerprint == NearDuplicateParameters().fingerprint {
            let usual = NearDuplicateParameters()
            parameters = Self.json([
                "dedup": "true", "threshold": "\(usual.threshold)",
                "shingle": "\(usual.shingleWords)",
            ])
            notices.append("the index was made with the usual parameters; others are not known")
        } else {
            notices.append(
                "the parameters of the archive are not known: those of the next run count, which"
                    + " derives the index again")
        }
    }

    /// Puts back what the catalogue knows of runs whose records are all there.
    mutating func complete(_ commit: inout Commit) {
        var unknown: [Int] = []
        for index in commit.runs.indices {
            let counts = CatalogueCounts(commit.runs[index].counts)
            if let known = runs[commit.runs[index].run]?.counts, known.kept == counts.kept,
                known.duplicates == counts.duplicates, known.rejected == counts.rejected
            {
                commit.runs[index].counts.read = known.read
                commit.runs[index].counts.seen = known.seen
            } else {
                unknown.append(commit.runs[index].run)
            }
        }
        guard let first = unknown.first, let last = unknown.last else { return }
        notices.append(
            "how many records of runs \(first) to \(last) had been seen before is not known")
    }

    private static func json(_ parameters: [String: String]) -> [UInt8] {
        let lists: Set = ["packs", "sources"]
        var json = JSONWriter()
        json.beginObject()
        for (key, value) in parameters.sorted(by: { $0.key < $1.key }) {
            json.key(key)
            if lists.contains(key) {
                json.beginArray()
                for item in value.split(separator: " ") { json.string(String(item)) }
                json.endArray()
            } else if let number = Int(value) {
                json.integer(number)
            } else if let number = Double(value) {
                json.double(number)
            } else if value == "true" || value == "false" {
                json.boolean(value == "true")
            } else {
                json.string(value)
            }
        }
        json.endObject()
        return json.bytes
    }
}
