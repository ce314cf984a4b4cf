#!/usr/bin/env python3
"""Reads the articles of an archive with one outside program, as its users would; prints {"rows", "digest"}.

    readers.py READER ARCHIVE

Ends with status 77 where the program is not installed. Run one a process, so that a crash costs one reader.
"""
import glob
import io
import json
import os
import subprocess
import sys
import tempfile

from archive import content_digest

NOT_INSTALLED = 77


def with_zcat(paths):
    """Counts lines only: zcat knows no ids."""
    text = subprocess.run(["zcat", *paths], stdout=subprocess.PIPE, check=True).stdout
    return text.count(b"\n"), None


def with_python(paths):
    return list_of_pairs((record["id"], record["text"]) for path in paths for record in one_file(path))


def one_file(path):
    import gzip
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def with_pandas(paths):
    import pandas
    frame = pandas.concat([pandas.read_json(path, lines=True) for path in paths])
    return list_of_pairs(zip(frame["id"], frame["text"]))


def with_duckdb(paths):
    import duckdb
    pattern = os.path.join(os.path.dirname(paths[0]), "*.jsonl.gz")
    return list_of_pairs(duckdb.sql(f"select id, text from read_json_auto('{pattern}')").fetchall())


def with_pyarrow(paths):
    import pyarrow
    import pyarrow.json
    table = pyarrow.concat_tables([pyarrow.json.read_json(path) for path in paths], promote_options="default")
    return list_of_pairs(zip(table["id"].to_pylist(), table["text"].to_pylist()))


def with_polars(paths):
    import polars
    rows = []
    for path in paths:
        try:
            frame = polars.read_ndjson(path)
        except polars.exceptions.PolarsError:
            # Versions that do not unpack gzip themselves.
            frame = polars.read_ndjson(io.BytesIO(subprocess.check_output(["zcat", path])))
        rows += frame.select("id", "text").rows()
    return list_of_pairs(rows)


def with_datasets(paths):
    with tempfile.TemporaryDirectory() as cache:
        os.environ.update(HF_HOME=cache, HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")
        import datasets
        datasets.disable_progress_bars()
        rows = datasets.load_dataset("json", data_files=paths, split="train", cache_dir=cache)
        return list_of_pairs(zip(rows["id"], rows["text"]))


def list_of_pairs(pairs):
    pairs = [(str(id), text) for id, text in pairs]
    return len(pairs), content_digest(pairs)


READERS = {
    "zcat | wc -l": with_zcat, "python gzip + json": with_python, "pandas": with_pandas, "duckdb": with_duckdb,
    "pyarrow": with_pyarrow, "polars": with_polars, "datasets": with_datasets}


def main():
    reader, folder = sys.argv[1:]
    paths = sorted(glob.glob(os.path.join(folder, "articles", "*.jsonl.gz")))
    try:
        rows, digest = READERS[reader](paths)
    except ImportError as error:
        print(error, file=sys.stderr)
        sys.exit(NOT_INSTALLED)
    print(json.dumps({"rows": rows, "digest": digest}))


if __name__ == "__main__":
    main()
