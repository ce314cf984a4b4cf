// What an archive knows of a text, in words and in JSON.

internal import Archive
internal import DocumentModel
internal import JSONBytes
internal import NearDuplicates
internal import PipelineAssembly

enum QueryText {
    static func print(_ answer: QueryAnswer) {
        var lines = ["\(Readable.oneLine(answer.id)): \(verdict(answer))"]
        for document in answer.nearest {
            let neighbour = document.neighbour
            lines.append(
                "  \(Readable.decimals(neighbour.similarity, 4))"
                    + "  \(Readable.oneLine(document.id))\(contained(neighbour))")
            let about = [document.title, document.source, document.created].filter { !$0.isEmpty }
            if !about.isEmpty {
                lines.append("          \(Readable.oneLine(about.joined(separator: ", ")))")
            }
        }
        Console.print(lines.joined(separator: "\n"))
    }

    private static func verdict(_ answer: QueryAnswer) -> String {
        switch answer.standing {
        case .seen:
            guard let stream = answer.archivedStream else { return "known, it was archived before" }
            return "known, it is in \(stream.rawValue)/ as \(Readable.oneLine(answer.archivedID))"
        case .duplicate(let kind, let keeper, let similarity):
            let name = Readable.oneLine(keeper)
            switch kind {
            case .exact: return "known, the same text as \(name)"
            case .short: return "known, the same words as \(name)"
            case .contained: return "known, contained in \(name)"
            case .near, .update:
                return "known, a near-duplicate of \(name)"
                    + " (similarity \(Readable.decimals(similarity, 4)))"
            }
        case .unknown:
            return answer.nearest.isEmpty
                ? "not known" : "not known; the nearest archived documents:"
        case .rejected(let reason):
            return "not known, a run would reject it (\(reason.rawValue))"
        }
    }

    /// Says that one text stands in the other, where similarity does not show it.
    private static func contained(_ neighbour: Neighbour) -> String {
        let telling = 0.8
        func per(_ share: Double) -> String { "\(Readable.decimals(share * 100, 0)) %" }
        if neighbour.similarity >= telling { return "" }
        if neighbour.containment >= telling {
            return "  (\(per(neighbour.containment)) of the text stands in it)"
        }
        if neighbour.coverage >= telling {
            return "  (\(per(neighbour.coverage)) of it stands in the text)"
        }
        return ""
    }

    static func printJSON(_ answer: QueryAnswer) {
        Console.printJSON { json in
            json.field("id", answer.id)
            json.field("source", answer.source)
            json.key("known")
            json.boolean(answer.standing.isKnown)
            var (kind, reason, keeper, similarity) = ("none", "", "", 0.0)
            switch answer.standing {
            case .seen: (kind, similarity) = ("seen", 1)
            case .duplicate(let how, let whose, let share):
                (kind, keeper, similarity) = (how.rawValue, whose, share)
            case .unknown: break
            case .rejected(let why): (kind, reason) = ("rejected", why.rawValue)
            }
            json.field("kind", kind)
            json.field("reason", reason)
            json.field("keeper", keeper)
            json.field("similarity", rounded(similarity))
            json.field("archived_id", answer.archivedID)
            json.field("archived_stream", answer.archivedStream?.rawValue ?? "")
            json.list("nearest", answer.nearest) { json, document in
                json.field("id", document.id)
                json.field("title", document.title)
                json.field("source", document.source)
                json.field("created", document.created)
                json.field("similarity", rounded(document.neighbour.similarity))
                json.field("containment", rounded(document.neighbour.containment))
                json.field("coverage", rounded(document.neighbour.coverage))
                json.field("shingles_shared", document.neighbour.sharedCount)
            }
        }
    }

    /// As similarities are archived.
    private static func rounded(_ share: Double) -> Double {
        (share * 1_000_000).rounded() / 1_000_000
    }
}
