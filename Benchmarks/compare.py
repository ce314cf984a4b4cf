#!/usr/bin/env python3
"""Winnow beside its peers on the same corpus with the same parameters, and beside gzip on the same file.

    compare.py --winnow .build/release/winnow --docs 100000 --rounds 5 --save laptop

Table 1, near-duplicates alone: plain JSON lines in, kept ids out; threshold 0.8, 5-word shingles, signatures of 128
slots (datatrove: its own 14 x 8). Table 2, the whole job: `winnow run` on the .jsonl.gz (read, clean, deduplicate,
archive) beside `gzip -dc FILE | gzip -6`. Everybody is measured from start to exit, in interleaved rounds; figures
are medians with least and greatest. On a machine that others use compare CPU, not wall.

Without --corpus a corpus with exact truth is generated below Benchmarks/work/. Peers: Benchmarks/install_peers.sh.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmark_corpus import corpus_for
from measure import machine, markdown_table, measure, spread
from score_kept import score

HERE = Path(__file__).resolve().parent
WORK = HERE / "work"
# Peer: its environment below Benchmarks/work/.
PEERS = {"rensa": "peers", "datasketch": "peers", "gaoya": "peers", "datatrove": "peers", "text-dedup": "text-dedup"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", required=True, type=Path, help="the release binary")
    parser.add_argument("--corpus", type=Path, help="X.jsonl with X.truth.tsv and X.pairs.tsv beside it")
    parser.add_argument("--docs", type=int, default=10000, help="size of the generated corpus (10000)")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-rounds", type=int, help="peers take part in the first rounds only (default: in all)")
    parser.add_argument("--peers", default=",".join(PEERS), help="which peers, by commas; '' for none")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--environments", type=Path, default=WORK, help="folder with venv-peers and venv-text-dedup")
    parser.add_argument("--save", metavar="NAME", help="write every row to Benchmarks/results/NAME.json")
    return parser.parse_args()


def peer_commands(wanted, options, corpus, folder):
    """{"name version": command} of the peers that are installed; says which are not."""
    commands = {}
    for name in filter(None, wanted.split(",")):
        if name not in PEERS:
            raise SystemExit(f"no peer is called {name}; there are {', '.join(PEERS)}")
        python = options.environments / f"venv-{PEERS[name]}" / "bin" / "python"
        version = subprocess.run(
            [python, "-c", f"import importlib.metadata as m; print(m.version('{name}'))"],
            capture_output=True, text=True) if python.exists() else None
        if version is None or version.returncode != 0:
            print(f"{name} is not installed: run Benchmarks/install_peers.sh", file=sys.stderr)
            continue
        script = HERE / "peers" / f"run_{name.replace('-', '_')}.py"
        commands[f"{name} {version.stdout.strip()}"] = [
            python, script, corpus, folder / f"{name}.kept", "--threshold", str(options.threshold),
            "--shingle", "5", "--slots", "128", "--threads", str(options.threads)]
    return commands


def checked(name, command, good=(0,), **streams):
    """Measures a command that has to succeed; its messages are shown only if it does not."""
    with tempfile.TemporaryFile() as messages:
        streams.setdefault("stderr", messages)
        result = measure(list(map(str, command)), **streams)
        if result.exit_status not in good:
            messages.seek(0)
            sys.stderr.buffer.write(messages.read()[-4000:])
            raise SystemExit(f"{name} failed with exit status {result.exit_status}")
    return result


def near_duplicate_rows(options, corpus, folder):
    """Every round of the near-duplicate pass: (name, Measurement), and the score of each name."""
    winnow = [options.winnow, "dedup", corpus, "--threshold", options.threshold, "--shingle", 5,
              "--threads", options.threads]
    contestants = {"winnow": winnow} | peer_commands(options.peers, options, corpus, folder)
    rows, scores = [], {}
    for round in range(options.rounds):
        names = list(contestants)
        for name in names[round % len(names):] + names[:round % len(names)]:
            if name == "winnow":
                kept = folder / "winnow.kept"
                with open(kept, "wb") as out:
                    result = checked(name, contestants[name], stdout=out)
            elif options.peer_rounds is not None and round >= options.peer_rounds:
                continue
            else:
                kept = contestants[name][3]
                result = checked(name, contestants[name])
            rows.append((name, result))
            if name not in scores:
                scores[name] = score(str(corpus).removesuffix(".jsonl"), set(kept.read_text().splitlines()),
                                     options.threshold)
            print(f"round {round + 1}: {name}: {result.cpu_seconds:.1f} s CPU", file=sys.stderr)
    return rows, scores


def whole_run_rows(options, compressed, folder):
    """Every round of the whole job beside gzip: (name, Measurement)."""
    rows = []
    for round in range(options.rounds):
        gzip_command = ["sh", "-c", f"gzip -dc '{compressed}' | gzip -6 > /dev/null"]
        output = folder / "output"
        pair = [("winnow run", [options.winnow, "run", "--input", compressed, "--output", output,
                                "--threads", options.threads]),
                ("gzip -dc | gzip -6", gzip_command)]
        for name, command in pair if round % 2 == 0 else reversed(pair):
            result = checked(name, command, good=(0, 3))
            rows.append((name, result))
            print(f"round {round + 1}: {name}: {result.cpu_seconds:.1f} s CPU", file=sys.stderr)
        shutil.rmtree(output, ignore_errors=True)
    return rows


def by_name(rows):
    grouped = {}
    for name, result in rows:
        grouped.setdefault(name, []).append(result)
    return grouped


def report(options, corpus, compressed, dedup_rows, scores, run_rows):
    documents = scores["winnow"]["documents"]
    print(f"\nMachine: {machine()}. {documents:,} documents, {corpus.stat().st_size / 1e6:.0f} MB "
          f"({compressed.stat().st_size / 1e6:.0f} MB as gzip -6), {options.threads} threads, "
          f"{options.rounds} interleaved rounds: median (least to greatest).\n")
    table = []
    for name, results in sorted(by_name(dedup_rows).items(), key=lambda item: item[0] != "winnow"):
        cpu = [result.cpu_seconds for result in results]
        table.append([
            name, spread(cpu), spread([result.wall_seconds for result in results]),
            spread([documents / seconds for seconds in cpu], 0),
            spread([result.peak_resident_mib for result in results], 0),
            f"{scores[name]['recall']:.4f}", scores[name]["false_removed"], scores[name]["families_lost"]])
    print(markdown_table(["near-duplicates alone", "CPU s", "wall s", "documents / CPU s", "peak MiB", "recall",
                          "false removals", "families lost"], table))
    grouped = by_name(run_rows)
    table = [[name, spread([r.cpu_seconds for r in results]), spread([r.wall_seconds for r in results]),
              spread([r.peak_resident_mib for r in results], 0), spread([r.peak_anonymous_mib for r in results], 0)]
             for name, results in grouped.items()]
    print()
    print(markdown_table(["the whole job on .jsonl.gz", "CPU s", "wall s", "peak MiB", "of it anonymous"], table))
    ratios = [mine.cpu_seconds / theirs.cpu_seconds
              for mine, theirs in zip(grouped["winnow run"], grouped["gzip -dc | gzip -6"])]
    print(f"\nCPU of winnow run over CPU of gzip -dc | gzip -6, round by round: {spread(ratios, 3)}")
    print(f"Load at the end of the rounds: {spread([r.load for _, r in dedup_rows + run_rows], 1)}")
    return ratios


def main():
    options = arguments()
    corpus, compressed = corpus_for(options.corpus, options.docs, options.seed, options.environments)
    with tempfile.TemporaryDirectory(dir=WORK, prefix="compare-") as folder:
        dedup_rows, scores = near_duplicate_rows(options, corpus, Path(folder))
        run_rows = whole_run_rows(options, compressed, Path(folder))
    ratios = report(options, corpus, compressed, dedup_rows, scores, run_rows)
    if options.save:
        path = HERE / "results" / f"{options.save}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({
            "date": date.today().isoformat(), "machine": machine(), "threads": options.threads,
            "corpus": {"name": corpus.name, "bytes": corpus.stat().st_size, "gzip_bytes": compressed.stat().st_size},
            "near_duplicates": [{"name": name} | result.row() for name, result in dedup_rows],
            "scores": scores,
            "whole_job": [{"name": name} | result.row() for name, result in run_rows],
            "cpu_over_gzip": [round(ratio, 4) for ratio in ratios],
        }, indent=1) + "\n")
        print(f"rows: {path}")


if __name__ == "__main__":
    main()
