#!/usr/bin/env python3
"""What a second thread brings: `winnow dedup` and `winnow run` with each number of threads, in interleaved rounds.

    scaling.py --winnow .build/release/winnow --docs 100000 --rounds 7

Prints wall and CPU seconds and the gain over one thread, paired by round, as median (least to greatest); ends with
an error if the kept ids depend on the number of threads. Wants a quiet machine: look at the load it prints.
"""
import argparse
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from benchmark_corpus import WORK, corpus_for
from measure import machine, markdown_table, measure, spread


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", required=True, type=Path, help="the release binary")
    parser.add_argument("--corpus", type=Path, help="a JSON lines file (default: generated)")
    parser.add_argument("--docs", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", default="1,2", help="numbers of threads, by commas; the first is the base (1,2)")
    parser.add_argument("--commands", default="dedup,run")
    return parser.parse_args()


def timed(options, command, threads, corpus, compressed, folder):
    """One run; returns its Measurement and, for dedup, the hash of the kept ids."""
    if command == "dedup":
        kept = folder / "kept"
        with open(kept, "wb") as out:
            result = measure([str(options.winnow), "dedup", str(corpus), "--threads", threads], stdout=out)
        return result, hashlib.sha256(kept.read_bytes()).hexdigest()
    output = folder / "output"
    result = measure([str(options.winnow), "run", "--input", str(compressed), "--output", str(output),
                      "--threads", threads])
    shutil.rmtree(output, ignore_errors=True)
    return result, None


def main():
    options = arguments()
    corpus, compressed = corpus_for(options.corpus, options.docs, options.seed)
    counts = options.threads.split(",")
    table, hashes = [], set()
    with tempfile.TemporaryDirectory(dir=WORK, prefix="scaling-") as folder:
        for command in options.commands.split(","):
            rounds = []
            for round in range(options.rounds):
                results = {}
                for threads in counts if round % 2 == 0 else counts[::-1]:
                    results[threads], kept = timed(options, command, threads, corpus, compressed, Path(folder))
                    if results[threads].exit_status not in (0, 3):
                        raise SystemExit(f"winnow {command} failed with exit status {results[threads].exit_status}")
                    hashes |= {kept} - {None}
                rounds.append(results)
                print(f"{command}, round {round + 1}", file=sys.stderr)
            for threads in counts:
                table.append([
                    f"{command}, {threads} thread{'s' if threads != '1' else ''}",
                    spread([r[threads].wall_seconds for r in rounds]),
                    spread([r[threads].cpu_seconds for r in rounds]),
                    spread([r[threads].peak_resident_mib for r in rounds], 0),
                    spread([r[counts[0]].wall_seconds / r[threads].wall_seconds for r in rounds])])
    print(f"\nMachine: {machine()}. {corpus.name}, {options.rounds} interleaved rounds: "
          "median (least to greatest).\n")
    print(markdown_table(["", "wall s", "CPU s", "peak MiB", f"gain over {counts[0]}"], table))
    if len(hashes) > 1:
        raise SystemExit("the kept ids depend on the number of threads")


if __name__ == "__main__":
    main()
