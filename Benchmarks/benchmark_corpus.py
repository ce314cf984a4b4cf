"""The corpus that a benchmark reads: the one it is given, or one generated below Benchmarks/work/ and kept there."""
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE / "work"


def corpus_for(given, docs, seed, environments=WORK):
    """(X.jsonl, X.jsonl.gz); the truth of X stands beside the first. Makes what is not there yet."""
    WORK.mkdir(exist_ok=True)
    corpus = given or WORK / f"corpus-{docs}-{seed}.jsonl"
    if not corpus.exists():
        if given:
            raise SystemExit(f"{corpus} does not exist")
        python = environments / "venv-peers" / "bin" / "python"
        generator = [str(python) if python.exists() else sys.executable, str(HERE / "generate_corpus.py")]
        partial = corpus.with_name("partial-" + corpus.name)
        subprocess.run(generator + [str(partial), "--docs", str(docs), "--seed", str(seed)], check=True)
        for ending in (".truth.tsv", ".pairs.tsv", ".jsonl"):
            partial.with_name(partial.stem + ending).rename(corpus.with_name(corpus.stem + ending))
    compressed = corpus.with_name(corpus.name + ".gz")
    if not compressed.exists():
        compressed = WORK / (corpus.name + ".gz")
    if not compressed.exists():
        partial = compressed.with_name("partial-" + compressed.name)
        with open(corpus, "rb") as source, open(partial, "wb") as out:
            subprocess.run(["gzip", "-6", "-n"], stdin=source, stdout=out, check=True)
        partial.rename(compressed)
    return corpus, compressed
