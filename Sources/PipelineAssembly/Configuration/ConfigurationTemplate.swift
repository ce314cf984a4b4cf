// The pipeline.json that `winnow init` writes.

internal import JSONBytes

/// A configuration with every common key at its default.
package enum ConfigurationTemplate {
    /// The file's text; the two paths are put in as JSON strings.
    package static func json(input: String, output: String) -> String {
        """
        {
          "version": 1,
          "input": [{ "path": \(quoted(input)), "format": "auto" }],
          "clean": { "packs": "auto" },
          "dedup": { "threshold": 0.8, "shingle": 5, "keep": "first", "containment": null,
                     "update": "keep-old" },
          "output": { "path": \(quoted(output)), "codec": "gzip", "shard": "256MB" },
          "memory": "2GB",
          "threads": 0
        }

        """
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
