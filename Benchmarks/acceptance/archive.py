"""An archive as Python's own gzip and json see it: the plain view that every other check is measured against."""
import gzip
import hashlib
import json
from pathlib import Path

STREAMS = ("articles", "duplicates", "rejected", "ledger")


def raw_lines(path):
    """The lines of a JSON lines file, gzip or plain, with their line ends."""
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        return [line for line in file if line.strip()]


def read_lines(path):
    """The records of a JSON lines file, gzip or plain."""
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def shards(folder, stream):
    return sorted(Path(folder, stream).glob("*.jsonl.gz"))


def records(folder, stream):
    """Every record of one stream, in archive order."""
    for shard in shards(folder, stream):
        yield from read_lines(shard)


def content_digest(rows):
    """One hash of a set of (id, text): equal sets have equal digests, whatever the order."""
    lines = sorted(f"{id}\t{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}" for id, text in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def manifest(folder):
    """manifest.json, or {} where nothing was committed."""
    path = Path(folder, "manifest.json")
    return json.loads(path.read_bytes()) if path.exists() else {}


def _nested(value):
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nested(child)


def _total(value):
    return sum(_total(v) for v in value.values()) if isinstance(value, dict) else int(value)


def counts(document):
    """{"read", "kept", "duplicates", "rejected", "seen"} of a manifest or of a run's report; None if it has none."""
    names = ("read", "kept", "duplicates", "rejected", "seen")
    for value in _nested(document):
        if isinstance(value, dict) and all(name in value for name in names):
            return {name: _total(value[name]) for name in names}
    return None


def is_balanced(c):
    return c is not None and c["read"] == c["kept"] + c["duplicates"] + c["rejected"] + c["seen"]


def file_hashes(folder):
    """{path: SHA-256} of everything that promise 3 (same input, same bytes) speaks of."""
    paths = [path for stream in STREAMS for path in shards(folder, stream)]
    paths += [path for name in ("manifest.json", "SHA256SUMS") if (path := Path(folder, name)).exists()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def wrong_files(folder):
    """Files whose SHA-256 or number of records differs from manifest.json or SHA256SUMS, or that these do not name."""
    present = file_hashes(folder)
    sums = dict(reversed(line.split("  ", 1)) for line in Path(folder, "SHA256SUMS").read_text().splitlines())
    named = {file["path"]: file for file in manifest(folder)["files"]}
    wrong = {path for path in sums if path in present and sums[path] != present[path]}
    for path in {path for path in present if path.endswith(".jsonl.gz")} | named.keys():
        file = named.get(path)
        if (file is None or path not in sums or file["sha256"] != present.get(path)
                or file["records"] != sum(1 for _ in read_lines(Path(folder, path)))):
            wrong.add(path)
    return sorted(wrong)
