#!/usr/bin/env python3
"""What the index costs when the archive is large: the index by itself, and the whole program on text.

    scale.py --winnow .build/release/winnow --bench .build/release/winnow-bench --documents 1000000

The index by itself is made of invented documents without text (`winnow-bench index`), over 30 nights; then new
documents are entered, each time by a new process, beside the same documents and no index, in interleaved rounds.
On text, `winnow run` archives the first documents of a generated corpus at once; then the next 1,000 and 100,000 go to
copies of that archive and to empty ones; then the archive is made again with "memory": "256MB" and compared byte by
byte. Needs disk: 1.4 GB a million documents for the index, 12 GB more for the text, whose corpus is kept.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from benchmark_corpus import HERE, WORK
from measure import machine, markdown_table, measure, spread

FEW, MANY = 1_000, 100_000
SMALL_MEMORY = "256MB"
MIB = 1024 ** 2


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", required=True, type=Path, help="the release binary")
    parser.add_argument("--bench", required=True, type=Path, help="the release binary of winnow-bench")
    parser.add_argument("--documents", type=int, default=1_000_000, help="documents in the archive (1,000,000)")
    parser.add_argument("--new", type=int, default=MANY, help="documents of the large batch (100,000)")
    parser.add_argument("--nights", type=int, default=30, help="runs that make the index (30)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--only", choices=("index", "text"), help="one of the two parts")
    parser.add_argument("--corpus", type=Path, help="a JSON lines file of documents and new ones (default: generated)")
    parser.add_argument("--work", type=Path, default=WORK, help="where to make everything (Benchmarks/work)")
    parser.add_argument("--save", type=Path, help="a JSON file for every single figure")
    return parser.parse_args()


def tell(text):
    print(text, file=sys.stderr, flush=True)


def forget_pages(folder):
    """Drops what the page cache holds of the files below a folder, once they are on disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.fsync(file)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# The index by itself.

def step(options, name, *more):
    """One process of `winnow-bench index`: its figures, and what it cost seen from outside."""
    out = options.work / "figures.tsv"
    with open(out, "wb") as file:
        cost = measure([str(options.bench), "index", name, "--folder", str(options.work / "index"), *map(str, more)],
                       stdout=file)
    if cost.exit_status != 0:
        raise SystemExit(f"winnow-bench index {name} failed with exit status {cost.exit_status}")
    figures = {key: float(value) for key, value in (line.split("\t") for line in out.read_text().splitlines())}
    figures["process CPU s"] = cost.cpu_seconds
    figures["process wall s"] = cost.wall_seconds
    figures["process peak RssAnon MiB"] = cost.peak_anonymous_mib
    tell(f"index {name} {' '.join(map(str, more))}: {cost.cpu_seconds:.1f} CPU s, {cost.peak_anonymous_mib:.0f} MiB")
    return figures


def measure_index(options):
    results = {"make": step(options, "make", "--documents", options.documents, "--nights", options.nights)}
    rounds = []
    for _ in range(options.rounds):
        one = {}
        for count in (FEW, options.new):
            forget_pages(options.work / "index")
            one[f"{count} cold"] = step(options, "ask", "--documents", count)
            one[f"{count}"] = step(options, "ask", "--documents", count)
            one[f"{count} alone"] = step(options, "ask", "--documents", count, "--alone")
        rounds.append(one)
    results["ask"] = rounds
    results["kinds"] = step(options, "kinds")
    results["join"] = step(options, "join", "--documents", min(options.documents, 1_000_000))
    results["merge"] = step(options, "merge")
    shutil.rmtree(options.work / "index")
    return results


def print_index(options, results):
    make = results["make"]
    print(f"\n### The index by itself: {options.documents:,} documents kept in {options.nights} runs\n")
    print(markdown_table(["making it", ""], [
        ["documents entered, duplicates among them", f"{make['documents']:,.0f}, {make['duplicates']:,.0f}"],
        ["CPU s, wall s", f"{make['CPU s']:,.0f}, {make['wall s']:,.0f}"],
        ["of which µs a document: invent and sketch", f"{make['sketch us a document']:.1f}"],
        ["ask older segments", f"{make['ask us a document']:.1f}"],
        ["decide and enter", f"{make['decide us a document']:.1f}"],
        ["write and merge segments", f"{make['finish us a document']:.1f}"],
        ["peak RssAnon, MiB", f"{make['process peak RssAnon MiB']:,.0f}"],
        ["segments", f"{make['segments']:.0f}"]]))
    print()
    names = [name for name in make if name.startswith("bytes a document")]
    print(markdown_table(["on disk", "bytes a document"], [
        [name.removeprefix("bytes a document").removeprefix(": ") or "all", f"{make[name]:,.1f}"] for name in names]))
    print()
    rows = []
    for count in (FEW, options.new):
        for suffix, label in ((" alone", "against none"), ("", "against the index"), (" cold", "the same, not in memory")):
            of = [one[f"{count}{suffix}"] for one in results["ask"]]
            rows.append([f"{count:,} {label}"] + [
                spread([one[name] for one in of], digits) for name, digits in (
                    ("process CPU s", 2), ("process wall s", 2), ("ask us a document", 1), ("finish us a document", 1),
                    ("process peak RssAnon MiB", 0), ("peak RssFile MiB", 0), ("major faults", 0))])
    print(markdown_table(["new documents", "CPU s", "wall s", "ask, µs a document", "write and merge, µs",
                          "peak RssAnon MiB", "peak RssFile MiB", "major faults"], rows))
    print()
    print(markdown_table(["asking about one document, ns", "blocks not checked yet", "checked"], [
        [kind, f"{results['kinds'][f'ns a document: {kind}, first']:,.0f}",
         f"{results['kinds'][f'ns a document: {kind}, again']:,.0f}"] for kind in ("fresh", "copy", "near", "unlike")]))
    print()
    sizes = [name.removeprefix("join CPU s: ") for name in results["join"] if name.startswith("join")]
    print(markdown_table(["candidates of a batch of", "filter and search, CPU s", "sort and join, CPU s"], [
        [f"{int(size):,}", f"{results['join'][f'search CPU s: {size}']:.3f}", f"{results['join'][f'join CPU s: {size}']:.3f}"]
        for size in sizes]))
    print(f"\nMerging all {results['merge']['merged segments']:.0f} segments into one: "
          f"{results['merge']['merge CPU us a record']:.1f} µs CPU a record, "
          f"peak RssAnon {results['merge']['process peak RssAnon MiB']:.0f} MiB.")


# The whole program on text.

def corpus_parts(options):
    """Files of the archived documents, of the next few and of the next many."""
    total = options.documents + options.new
    corpus = options.corpus or options.work / f"corpus-{total}-{options.seed}.jsonl"
    if not corpus.exists():
        tell(f"generating {corpus}")
        partial = corpus.with_name("partial-" + corpus.name)
        subprocess.run([sys.executable, str(HERE / "generate_corpus.py"), str(partial), "--docs", str(total),
                        "--seed", str(options.seed)], check=True)
        partial.rename(corpus)
    parts = [options.work / name for name in ("archived.jsonl", "few.jsonl", "many.jsonl")]
    with open(corpus, "rb") as lines, open(parts[0], "wb") as archived, open(parts[1], "wb") as few, \
            open(parts[2], "wb") as many:
        for number, line in enumerate(lines):
            if number < options.documents:
                archived.write(line)
            elif number < total:
                many.write(line)
                if number < options.documents + FEW:
                    few.write(line)
    return parts


def winnow_run(options, source, output, *more):
    cost = measure([str(options.winnow), "run", "--set", "clean=false", "--input", str(source), "--output", str(output),
                    *more], stderr=subprocess.DEVNULL)
    if cost.exit_status not in (0, 3):
        raise SystemExit(f"winnow run failed with exit status {cost.exit_status}")
    tell(f"winnow run {source.name} to {output.name} {' '.join(more)}: {cost.cpu_seconds:.1f} CPU s, "
         f"{cost.wall_seconds:.1f} s, {cost.peak_anonymous_mib:.0f} MiB")
    return cost.row()


def clone(archive, copy):
    """A copy of an archive; files that are written once are shared."""
    def copied(source, target):
        (os.link if source.endswith((".jsonl.gz", ".seg")) else shutil.copy2)(source, target)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(archive, copy, copy_function=copied)


def measure_text(options):
    archived, few, many = corpus_parts(options)
    archive, trial, small = (options.work / name for name in ("archive", "trial", "small"))
    for folder in (archive, trial, small):
        shutil.rmtree(folder, ignore_errors=True)
    results = {"archive": winnow_run(options, archived, archive)}
    manifest = json.loads((archive / "manifest.json").read_text())
    results["counts"] = manifest.get("totals") or manifest.get("counts")
    results["index bytes"] = size_of(archive / ".winnow" / "segments")
    results["segments"] = len(list((archive / ".winnow" / "segments").iterdir()))
    rounds = []
    for _ in range(options.rounds):
        one = {}
        for name, source in (("few", few), ("many", many)):
            shutil.rmtree(trial, ignore_errors=True)
            one[name + " alone"] = winnow_run(options, source, trial)
            clone(archive, trial)
            one[name] = winnow_run(options, source, trial)
            clone(archive, trial)
            subprocess.run(["sync"], check=True)
            forget_pages(trial / ".winnow")
            one[name + " cold"] = winnow_run(options, source, trial)
        rounds.append(one)
    results["ask"] = rounds
    shutil.rmtree(trial)
    results["small"] = winnow_run(options, archived, small, "--set", f"memory={SMALL_MEMORY}")
    same = [(archive / name).read_bytes() == (small / name).read_bytes() for name in ("SHA256SUMS", "manifest.json")]
    results["small sums equal"], results["small manifest equal"] = same
    for folder in (archive, small):
        shutil.rmtree(folder)
    for part in (archived, few, many):
        part.unlink()
    return results


def print_text(options, results):
    kept = results["counts"]["kept"] if results["counts"] else options.documents
    print(f"\n### The whole program: {options.documents:,} documents of text, {kept:,} kept\n")
    rows = []
    for name, label in (("archive", "archive them at once"), ("small", f'the same, "memory": "{SMALL_MEMORY}"')):
        one = results[name]
        rows.append([label, f"{one['cpu_seconds']:,.1f}", f"{one['wall_seconds']:,.1f}",
                     f"{one['peak_anonymous_mib']:,.0f}"])
    for key, count in (("few", FEW), ("many", options.new)):
        for suffix, label in ((" alone", "into none"), ("", "into the archive"), (" cold", "the same, index not in memory")):
            of = [one[key + suffix] for one in results["ask"]]
            rows.append([f"{count:,} new {label}"] + [spread([one[field] for one in of], digits) for field, digits in (
                ("cpu_seconds", 2), ("wall_seconds", 2), ("peak_anonymous_mib", 0))])
    print(markdown_table(["", "CPU s", "wall s", "peak RssAnon MiB"], rows))

    def middle(difference):
        return statistics.median(map(difference, results["ask"]))
    few_memory = middle(lambda one: one["few"]["peak_anonymous_mib"] - one["few alone"]["peak_anonymous_mib"])
    held = [
        ["1,000 new against the archive: CPU s", middle(lambda one: one["few"]["cpu_seconds"]), 1.0, 2],
        ["1,000 new against the archive: wall s", middle(lambda one: one["few"]["wall_seconds"]), 1.0, 2],
        ["1,000 new: MiB over the same against none", few_memory, 100, 0],
        [f"{options.new:,} new: CPU against that with none",
         middle(lambda one: one["many"]["cpu_seconds"] / one["many alone"]["cpu_seconds"]), 1.5, 2],
        ["index on disk: bytes a kept document", results["index bytes"] / kept, 1500, 0],
        ["index in memory: bytes a kept document (RssAnon)", few_memory * MIB / kept, 64, 1],
        [f'"memory": "{SMALL_MEMORY}": peak RssAnon MiB', results["small"]["peak_anonymous_mib"], 256 + 64, 0]]
    print()
    print(markdown_table(["", "measured", "wanted at most", ""], [
        [name, f"{value:,.{digits}f}", f"{most:,}", "held" if value <= most else "missed"]
        for name, value, most, digits in held]))
    print(f'\nWith "memory": "{SMALL_MEMORY}" the data files are {"" if results["small sums equal"] else "NOT "}the same, '
          f'manifest and index are {"" if results["small manifest equal"] else "NOT "}the same.')


def main():
    options = arguments()
    options.work, options.winnow, options.bench = (
        path.resolve() for path in (options.work, options.winnow, options.bench))
    options.work.mkdir(parents=True, exist_ok=True)
    results = {"machine": machine(), "documents": options.documents, "nights": options.nights}
    print(f"Machine: {machine()}. {options.rounds} interleaved rounds: median (least to greatest).")
    if options.only != "text":
        results["index"] = measure_index(options)
        print_index(options, results["index"])
    if options.only != "index":
        results["text"] = measure_text(options)
        print_text(options, results["text"])
    if options.save:
        options.save.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
