"""A year of nights equals one batch: the same documents kept, each drop naming the same keeper, however a dump is split."""
import shutil
from pathlib import Path

import archive

RUNS = (1, 2, 7, 30)


def verdicts(output):
    """[(id, keeper, similarity, kind)] of every document; a kept one is its own keeper."""
    kept = [(record["id"], record["id"], 1.0, "kept") for record in archive.records(output, "articles")]
    return sorted(kept + [(record["id"], record["keeper"], record["similarity"], record["kind"])
                          for record in archive.records(output, "duplicates")])


def split(lines, runs, folder):
    """Writes the lines as so many successive dumps."""
    for run in range(runs):
        part = folder / f"night-{run:03}.jsonl"
        part.write_bytes(b"".join(lines[run * len(lines) // runs:(run + 1) * len(lines) // runs]))
        yield part


def ingest(winnow, lines, runs, folder, *settings):
    """Takes a dump in by so many runs. Returns the archive, or None if a run failed."""
    output = folder / f"in-{runs}"
    for part in split(lines, runs, folder):
        outcome = winnow.run(part, output, *settings)
        part.unlink()
        if outcome.status != 0:
            print(outcome.messages[-2000:])
            return None
    return output


def check_splits(checks, winnow, name, lines, folder, *settings):
    """The archive of one run against those of more; all are removed."""
    whole = None
    for runs in RUNS:
        output = ingest(winnow, lines, runs, folder, *settings)
        label = f"{name} in {runs} runs {' '.join(settings)}".strip()
        if not checks.expect(f"{label}: ends well", output is not None, ""):
            return
        found = verdicts(output)
        verified = winnow.call("verify", "--output", output)
        checks.expect(f"{label}: winnow verify", verified.status == 0, verified)
        if whole is None:
            whole = found
            continue
        differing = set(found) ^ set(whole)
        checks.expect(f"{label}: same kept, same keepers", not differing,
                      f"{len(found)} documents, {len(differing)} differ {sorted(differing)[:2] or ''}")
        shutil.rmtree(output)
    shutil.rmtree(folder / "in-1")


def check_memory(checks, winnow, name, lines, folder):
    """How much memory the index may take changes no byte of the archive, index included."""
    hashes = []
    for memory in ("32MB", "2GB"):
        part = next(split(lines, 1, folder))
        output = folder / f"memory-{memory}"
        outcome = winnow.run(part, output, f"memory={memory}")
        if not checks.expect(f"{name} with memory={memory}: ends well", outcome.status == 0, outcome):
            return
        hashes.append(archive.file_hashes(output))
    checks.expect(f"{name}: same manifest and files with either memory", hashes[0] == hashes[1],
                  f"{len(hashes[0])} files")


def check_nights(checks, winnow, data, corpus, folder):
    """A real dump, where the measuring data is there, and a generated one."""
    dumps = [("generated", corpus)]
    dump = Path(data, "dumps", "reutersnews_2010h2.jsonl.gz")
    if dump.exists():
        dumps.append(("reutersnews_2010h2", dump))
    else:
        checks.skip("reutersnews_2010h2", f"{dump} does not exist")
    for name, path in dumps:
        checks.section(f"Nights of {name}")
        lines = archive.raw_lines(path)
        for settings in (("clean=false",), ()):
            check_splits(checks, winnow, name, lines, folder, *settings)
        check_memory(checks, winnow, name, lines, folder)
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
