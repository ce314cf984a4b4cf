#!/usr/bin/env python3
"""gaoya: MinHashStringIndex with its own analyser and checked queries; the first of a group is kept.

RAYON_NUM_THREADS is set from --threads before the library starts its pool.
"""
import os

import orjson

import peer


def main():
    arguments = peer.arguments()
    os.environ["RAYON_NUM_THREADS"] = str(arguments.threads)
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=arguments.threshold, num_bands=None, band_size=None,
        num_hashes=arguments.slots, analyzer="word", lowercase=True,
        ngram_range=(arguments.shingle, arguments.shingle), id_container="smallvec")
    ids, dropped = [], set()
    for lines in peer.batches(arguments.input, 5000):
        records = [orjson.loads(line) for line in lines]
        numbers = list(range(len(ids), len(ids) + len(records)))
        ids += [record["id"] for record in records]
        texts = [record["text"] for record in records]
        index.par_bulk_insert_docs(numbers, texts)
        for number, hits in zip(numbers, index.par_bulk_query(texts)):
            if any(hit < number and hit not in dropped for hit in hits):
                dropped.add(number)
    peer.write_kept(arguments.output, (id for number, id in enumerate(ids) if number not in dropped))


if __name__ == "__main__":
    main()
