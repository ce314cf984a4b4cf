#!/usr/bin/env python3
"""datatrove: its documented four stages on the local executor, 14 buckets of 8 hashes.

Its English default is spaCy's tokeniser. The input is cut into one file a worker first, its unit of parallelism.
"""
import sys
import tempfile
from pathlib import Path

import orjson
from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter)
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.utils.hashing import HashConfig
from loguru import logger

import peer

BUCKETS, HASHES_A_BUCKET = 14, 8


def cut(path, folder, parts):
    folder.mkdir()
    files = [open(folder / f"{part:05d}.jsonl", "wb") for part in range(parts)]
    for number, lines in enumerate(peer.batches(path, 1000)):
        files[number % parts].writelines(lines)
    for file in files:
        file.close()


def main():
    arguments = peer.arguments()
    logger.remove()
    logger.add(sys.stderr, level="ERROR")
    config = MinhashConfig(
        n_grams=arguments.shingle, num_buckets=BUCKETS, hashes_per_bucket=HASHES_A_BUCKET,
        hash_config=HashConfig(precision=64))
    with tempfile.TemporaryDirectory(prefix="datatrove-") as work:
        cut(arguments.input, Path(work) / "in", arguments.threads)

        def run(name, tasks, *steps):
            LocalPipelineExecutor(
                pipeline=list(steps), tasks=tasks, workers=arguments.threads, logging_dir=f"{work}/log/{name}",
                skip_completed=False).run()

        def reader():
            return JsonlReader(f"{work}/in", compression=None)

        run("sign", arguments.threads, reader(),
            MinhashDedupSignature(output_folder=f"{work}/signatures", config=config))
        run("bucket", BUCKETS, MinhashDedupBuckets(
            input_folder=f"{work}/signatures", output_folder=f"{work}/buckets", config=config))
        run("cluster", 1, MinhashDedupCluster(
            input_folder=f"{work}/buckets", output_folder=f"{work}/removed", config=config))
        run("filter", arguments.threads, reader(), MinhashDedupFilter(input_folder=f"{work}/removed"),
            JsonlWriter(f"{work}/out", compression=None))
        kept = []
        for file in sorted(Path(work, "out").iterdir()):
            for lines in peer.batches(file):
                kept += [orjson.loads(line)["id"] for line in lines]
    peer.write_kept(arguments.output, kept)


if __name__ == "__main__":
    main()
