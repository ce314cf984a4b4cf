#!/usr/bin/env python3
"""rensa: R-MinHash signatures and its own deduplicator with its default bands."""
import multiprocessing
from functools import partial

import orjson
from rensa import RMinHash, RMinHashDeduplicator

import peer


def sign(n, slots, lines):
    records = [orjson.loads(line) for line in lines]
    sets = [peer.shingles(record["text"], n) for record in records]
    return list(zip((record["id"] for record in records),
                    RMinHash.from_token_sets(sets, num_perm=slots, seed=42)))


def main():
    arguments = peer.arguments()
    deduplicator = RMinHashDeduplicator(
        threshold=arguments.threshold, num_perm=arguments.slots, use_lsh=True, num_bands=None, seed=42)
    kept = []
    with multiprocessing.Pool(arguments.threads) as pool:
        work = partial(sign, arguments.shingle, arguments.slots)
        for signed in pool.imap(work, peer.batches(arguments.input)):
            kept += [id for (id, _), is_new in zip(signed, deduplicator.add_pairs(signed)) if is_new]
        pool.close()
        pool.join()
    peer.write_kept(arguments.output, kept)


if __name__ == "__main__":
    main()
