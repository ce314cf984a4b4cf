// Which keep policy a configuration asks for.

internal import JSONBytes
internal import NearDuplicates

/// Where a file says something about the keep policy, for messages.
struct KeepPlace {
    /// Byte offsets of the values; nil where the file has none.
    var keep: Int?
    var sources: Int?

    init() {}

    init(_ tree: JSONTree) {
        keep = tree["dedup"]?["keep"]?.byteOffset
        sources = tree["dedup"]?["sources"]?.byteOffset
    }
}

extension PipelineConfiguration.Deduplication {
    /// The policy that is asked for.
    var policy: KeepPolicy {
        switch keep {
        case "longest": .longest
        case "earliest": .earliest
        case "source": .source(sources)
        default: .first
        }
    }

    /// True if no document can be decided on before all are known.
    package var isCollected: Bool { policy.needsCollecting || containment != nil }

    /// Refuses a policy and a list of sources that do not go together, once all is read.
    func checkKeep(
        _ place: KeepPlace, _ origin: ConfigurationOrigin
    ) throws(ConfigurationError) {
        func fault(_ offset: Int?, _ reason: String) -> ConfigurationError {
            guard let offset else {
                return ConfigurationError(place: origin.place, reason: reason)
            }
            return origin.error(at: offset, reason)
        }
        if keep == "source", sources.isEmpty {
            throw fault(
                place.keep,
                "dedup.keep is \"source\" but no source is named; list them in dedup.sources, the"
                    + " one to keep first in front")
        }
        if keep != "source", !sources.isEmpty {
            throw fault(
                place.sources,
                "dedup.sources is for \"keep\": \"source\", but dedup.keep is \"\(keep)\"")
        }
        var seen: Set<String> = []
        for name in sources where !seen.insert(name).inserted {
            throw fault(place.sources, "dedup.sources names \"\(name)\" twice")
        }
    }
}
