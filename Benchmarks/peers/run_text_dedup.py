#!/usr/bin/env python3
"""text-dedup: its own command line (python -m text_dedup.minhash); the first of a cluster is kept."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import peer


def main():
    arguments = peer.arguments()
    with tempfile.TemporaryDirectory(prefix="text-dedup-") as work:
        environment = dict(os.environ, HF_DATASETS_OFFLINE="1", HF_HOME=f"{work}/home", TOKENIZERS_PARALLELISM="false")
        command = [
            sys.executable, "-m", "text_dedup.minhash", "--path", "json",
            "--data_files", str(Path(arguments.input).resolve()), "--split", "train",
            "--cache_dir", f"{work}/cache", "--output", f"{work}/out", "--column", "text",
            "--ngram", str(arguments.shingle), "--num_perm", str(arguments.slots),
            "--threshold", str(arguments.threshold), "--hash_func", "xxh3", "--batch_size", "10000",
            "--num_proc", str(arguments.threads), "--min_length", "0"]
        run = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)
        if run.returncode != 0:
            raise SystemExit(run.stderr[-4000:])
        import datasets
        peer.write_kept(arguments.output, datasets.load_from_disk(f"{work}/out")["id"])


if __name__ == "__main__":
    main()
