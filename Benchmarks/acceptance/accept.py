#!/usr/bin/env python3
"""The acceptance run: does the archive keep its promises to other programs, on real dumps, with hostile input?

    accept.py --winnow .build/release/winnow [--only readers,dumps,nights,bad]

readers  archives of seeds/ and of a generated corpus, read whole by zcat, Python, pandas, DuckDB, pyarrow, polars
         and Hugging Face datasets: same ids, same number of rows, same texts; metrics and logs by their readers
dumps    real dumps against exact truth: drops, recall, counts, restore, threads
nights   a dump in 1, 2, 7 and 30 runs: same documents kept, same keepers; same bytes with little and much memory
bad      conformance and hostile files: no crash, no hang, the outcome that their manifest names

dumps and bad need the measuring data (../shared/data beside the repository, or --data) and are skipped without.
Prints one line a check; ends with status 1 if one failed.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

# What the benchmarks share with this run stands one folder up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import archive  # noqa: E402
from bad_inputs import check_bad_inputs  # noqa: E402
from checks import Checks, Winnow  # noqa: E402
from dumps import check_counts, check_dumps  # noqa: E402
from monitoring import check_monitoring  # noqa: E402
from nights import check_nights  # noqa: E402
from readers import NOT_INSTALLED, READERS  # noqa: E402

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
WORK = HERE.parent / "work"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", required=True, type=Path, help="the release binary")
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--only", default="readers,dumps,nights,bad", help="which parts, by commas")
    parser.add_argument("--docs", type=int, default=2000, help="documents of the generated corpus (2000)")
    return parser.parse_args()


def check_index(checks, output):
    """Has the reader that was written from docs/index-format.md alone read every segment of the index."""
    ids = [record["id"] for record in archive.records(output, "articles")]
    found, errors = [], ""
    for segment in archive.manifest(output)["index"]:
        read = subprocess.run([sys.executable, REPOSITORY / "Scripts" / "read_segment.py",
                               output / ".winnow" / "segments" / segment["name"], "--root", segment["root"]],
                              capture_output=True, text=True)
        errors += read.stderr
        if read.returncode == 0:
            found += [document["id"] for document in json.loads(read.stdout)["documents"]]
    checks.expect("the index as docs/index-format.md says", not errors and found == ids,
                  f"{len(found)} documents {errors or ''}")


def check_readers(checks, winnow, name, input, records_read, folder):
    """Makes an archive of the input and has every reader read it."""
    checks.section(f"Other programs read the archive of {name}")
    output = folder / name
    outcome = winnow.run(input, output)
    if not checks.expect("winnow run", outcome.status in (0, 3), outcome):
        print(outcome.messages[-2000:])
        return
    counts = archive.counts(archive.manifest(output))
    if records_read is None and counts is not None:
        records_read = counts["read"]
    check_counts(checks, name, output, records_read)
    wrong = archive.wrong_files(output)
    checks.expect("files as manifest.json and SHA256SUMS say", not wrong,
                  f"{len(archive.manifest(output)['files'])} files, {len(wrong)} wrong {wrong or ''}")
    verified = winnow.call("verify", "--output", output)
    checks.expect("winnow verify", verified.status == 0, verified)
    check_index(checks, output)
    before = archive.file_hashes(output)
    again = winnow.run(input, output)
    checks.expect("a second run of the same input adds nothing", again.status in (0, 3)
                  and archive.file_hashes(output) == before, again)
    if input.is_dir():
        check_restored_files(checks, winnow, output)
    wanted = archive.content_digest(
        (record["id"], record["text"]) for record in archive.records(output, "articles"))
    for reader in READERS:
        read = subprocess.run([sys.executable, HERE / "readers.py", reader, output], capture_output=True, text=True)
        if read.returncode == NOT_INSTALLED:
            checks.skip(reader, read.stderr.strip())
        elif read.returncode != 0:
            checks.expect(reader, False, read.stderr.strip().splitlines()[-1:])
        else:
            seen = json.loads(read.stdout.splitlines()[-1])
            checks.expect(reader, seen["rows"] == counts["kept"] and seen["digest"] in (wanted, None),
                          f"{seen['rows']} rows, ids and texts {seen['digest'] or 'not looked at'}")


def check_restored_files(checks, winnow, output):
    """Every archived text file comes back byte for byte."""
    files = {record["id"]: Path(record["origin"]["file"]) for stream in ("articles", "duplicates")
             for record in archive.records(output, stream) if record["origin"]["file"].endswith(".txt")}
    different = [id for id, file in files.items()
                 if winnow.call("restore", id, "--output", output).output != file.read_bytes()]
    checks.expect("winnow restore gives every text file back", not different,
                  f"{len(files)} files, {len(different)} different {different[:2] or ''}")


def generated_corpus(folder, docs):
    corpus = folder / "generated.jsonl.gz"
    subprocess.run([sys.executable, HERE.parent / "generate_corpus.py", corpus, "--docs", str(docs)], check=True)
    return corpus


def main():
    options = arguments()
    parts = options.only.split(",")
    winnow, checks = Winnow(options.winnow), Checks()
    WORK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK, prefix="acceptance-") as name:
        folder = Path(name)
        if "readers" in parts:
            seeds = REPOSITORY / "seeds"
            if seeds.is_dir():
                check_readers(checks, winnow, "seeds", seeds, None, folder)
                check_monitoring(checks, winnow, seeds, folder)
            else:
                checks.skip("seeds", f"{seeds} does not exist")
            check_readers(checks, winnow, "generated", generated_corpus(folder, options.docs), options.docs, folder)
        if "nights" in parts:
            place = folder / "nights"
            place.mkdir()
            check_nights(checks, winnow, options.data, generated_corpus(folder, options.docs), place)
        for part, check in (("dumps", check_dumps), ("bad", check_bad_inputs)):
            if part in parts and options.data.is_dir():
                place = folder / part
                place.mkdir()
                check(checks, winnow, options.data, place)
            elif part in parts:
                checks.skip(part, f"{options.data} does not exist")
    sys.exit(checks.close())


if __name__ == "__main__":
    main()
