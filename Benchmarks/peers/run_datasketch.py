#!/usr/bin/env python3
"""datasketch: MinHash and MinHashLSH; a document is kept unless the index already holds a candidate for it."""
import multiprocessing
from functools import partial

import numpy as np
import orjson
import xxhash
from datasketch import LeanMinHash, MinHash, MinHashLSH

import peer


def sign(n, slots, lines):
    records = [orjson.loads(line) for line in lines]
    sets = [[s.encode() for s in peer.shingles(record["text"], n)] for record in records]
    signatures = MinHash.bulk(sets, num_perm=slots, hashfunc=xxhash.xxh32_intdigest)
    return [record["id"] for record in records], np.stack([s.hashvalues for s in signatures])


def main():
    arguments = peer.arguments()
    index = MinHashLSH(threshold=arguments.threshold, num_perm=arguments.slots)
    scheme = MinHash(num_perm=arguments.slots, hashfunc=xxhash.xxh32_intdigest).scheme
    kept = []
    with multiprocessing.Pool(arguments.threads) as pool:
        work = partial(sign, arguments.shingle, arguments.slots)
        for ids, signatures in pool.imap(work, peer.batches(arguments.input)):
            for id, values in zip(ids, signatures):
                signature = LeanMinHash(seed=1, hashvalues=values, scheme=scheme)
                if not index.query(signature):
                    index.insert(id, signature, check_duplication=False)
                    kept.append(id)
        pool.close()
        pool.join()
    peer.write_kept(arguments.output, kept)


if __name__ == "__main__":
    main()
