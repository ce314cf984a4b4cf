// README.md of an archive: a dataset card that says what is there and how to open it.

internal import DocumentModel

/// The card of the archive at one commit. A function of the commit alone.
struct DatasetCard {
    let commit: Commit

    /// The card's bytes: a YAML header as Hugging Face reads it, then Markdown.
    func markdown() -> [UInt8] { Array((header + body + opening).utf8) }

    private var header: String {
        var text = "---\nconfigs:\n"
        for stream in ArchiveStream.allCases where !commit.files(of: stream).isEmpty {
            text += "- config_name: \(stream.rawValue)\n"
            text += "  data_files: \(stream.rawValue)/*.jsonl.gz\n"
            if stream == .articles { text += "  default: true\n" }
        }
        return text + "---\n\n"
    }

    private var body: String {
        let totals = commit.totals
        let runs = commit.runs.count { $0.act == .run }
        return """
            # Article archive

            Cleaned and deduplicated articles, written by Winnow in \(runs) \
            \(runs == 1 ? "run" : "runs"). Every record that was read is accounted for.

            | folder | what | records | bytes |
            | --- | --- | ---: | ---: |
            \(row(.articles, "kept documents"))
            \(row(.duplicates, "copies of kept documents, whole, each naming its keeper"))
            \(row(.rejected, "records set aside, with the reason"))
            \(row(.ledger, "what was removed from a text or changed in it, and by which rule"))

            Records read: \(totals.read). Kept: \(totals.kept). Duplicates: \
            \(totals.duplicateCount) (\(kinds(totals))). Rejected: \(totals.rejectedCount). \
            Archived before: \(totals.seen).\(removed(totals))

            ## Fields

            | field | type | in | meaning |
            | --- | --- | --- | --- |
            | `id` | string | all | the input's id, else path or `path#record`; unique in articles and duplicates |
            | `text` | string | articles, duplicates | the cleaned text |
            | `source` | string | all | who published it |
            | `url`, `title` | string | articles, duplicates | as the input or the text gives them |
            | `authors` | list of strings | articles, duplicates | |
            | `created` | string | articles, duplicates | publication date, ISO 8601 |
            | `language` | string | articles, duplicates | BCP 47 tag |
            | `metadata` | string | articles, duplicates | a JSON object: the input's other fields |
            | `origin` | object | all but ledger | `file`, `record` (from 1), `offset` (bytes) |
            | `keeper` | string | duplicates | id of the kept document |
            | `similarity` | number | duplicates | exact Jaccard similarity or containment |
            | `kind` | string | duplicates | `exact`, `near`, `short`, `contained` or `update` |
            | `reason`, `detail` | string | rejected | why it was set aside |
            | `raw`, `encoding` | string | rejected | the record, as `text` or `base64` |
            | `delivered` | object | ledger | `bytes` and `crc32` of the text before cleaning |
            | `edits` | list of objects | ledger | `at`, `removed`, `inserted`, `rule`, `pack`, `score` |
            | `original` | object | ledger | `encoding` and `base64` where decoding lost something |

            Every field is always there with one type; what is not known is empty, never null.


            """
    }

    private var opening: String {
        """
        ## Opening it

        ```sh
        zcat articles/*.jsonl.gz | head -1
        sha256sum -c SHA256SUMS
        ```

        ```python
        import glob, pandas
        pandas.concat(pandas.read_json(f, lines=True, dtype=False, convert_dates=False)
                      for f in sorted(glob.glob("articles/*.jsonl.gz")))

        import datasets
        datasets.load_dataset("json", data_files="articles/*.jsonl.gz")
        ```

        ```sql
        -- DuckDB
        SELECT source, count(*) FROM 'articles/*.jsonl.gz' GROUP BY source;
        ```

        `manifest.json` lists the files of the last whole commit with their sizes and hashes.

        """
    }

    private func row(_ stream: ArchiveStream, _ what: String) -> String {
        let files = commit.files(of: stream)
        let records = files.reduce(0) { $0 + $1.records }
        let bytes = files.reduce(0) { $0 + $1.bytes }
        return "| `\(stream.rawValue)/` | \(what) | \(records) | \(bytes) |"
    }

    private func removed(_ counts: RunCounts) -> String {
        counts.removed == 0 ? "" : " Taken out later: \(counts.removed)."
    }

    private func kinds(_ counts: RunCounts) -> String {
        DuplicateKind.allCases.filter { counts[$0] > 0 || $0 == .exact || $0 == .near }
            .map { "\(counts[$0]) \($0.rawValue)" }.joined(separator: ", ")
    }
}
