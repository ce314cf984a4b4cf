#!/usr/bin/env python3
"""Scores an archive that was made with containment against the exact truth; prints one JSON line.

    score_contained.py STEM ARCHIVE [--containment 0.95] [--threshold 0.8]

reads STEM.truth.tsv and STEM.pairs.tsv (id_a, id_b, jaccard, containment), as generate_corpus.py writes them, and
the archive of one `winnow run --set clean=false --set dedup.containment=0.95` over the corpus.

pairs, recall   per order of arrival: pairs of a text and its container at or above the containment and below the
                threshold, and the share of them of which at least one document was removed
drops           removed documents by kind
false_removed   removed documents whose keeper is not what the rule asks: not kept, or not alike enough
similarity_off  removed documents with another similarity than the true one (shingles are compared by 26-bit hashes),
                and the largest difference
missed_pairs    all pairs that the rule joins, both kept
"""
import argparse
import csv
import glob
import gzip
import json


def rows(path):
    with open(path, newline="") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def records(archive, stream):
    for path in sorted(glob.glob(f"{archive}/{stream}/*.jsonl.gz")):
        with gzip.open(path) as file:
            for line in file:
                yield json.loads(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stem")
    parser.add_argument("archive")
    parser.add_argument("--containment", type=float, default=0.95)
    parser.add_argument("--threshold", type=float, default=0.8)
    options = parser.parse_args()
    kind_of = {row[0]: row[2] for row in rows(options.stem + ".truth.tsv")}
    alike = {}
    for a, b, *shares in rows(options.stem + ".pairs.tsv"):
        if a != "id_a":
            alike[a, b] = alike[b, a] = tuple(map(float, shares[:2]))
    kept = {record["id"] for record in records(options.archive, "articles")}
    pairs, found = {}, {}
    missed = 0
    for (a, b), (jaccard, containment) in alike.items():
        if a > b:
            continue
        are_both_kept = a in kept and b in kept
        missed += are_both_kept and (jaccard >= options.threshold or containment >= options.containment)
        if "contain" in (kind_of[a], kind_of[b]) and containment >= options.containment and jaccard < options.threshold:
            # Ids are in the order of arrival; the container is the one that was made of the other.
            order = "container_first" if kind_of[a] == "contain" else "part_first"
            pairs[order] = pairs.get(order, 0) + 1
            found[order] = found.get(order, 0) + (not are_both_kept)
    drops, false_removed, off = {}, [], []
    for record in records(options.archive, "duplicates"):
        kind, keeper = record["kind"], record["keeper"]
        drops[kind] = drops.get(kind, 0) + 1
        jaccard, containment = alike.get((record["id"], keeper), (0, 0))
        true, least = (containment, options.containment) if kind == "contained" else (jaccard, options.threshold)
        if keeper not in kept or true < least:
            false_removed.append([record["id"], keeper, kind, record["similarity"], true])
        # The truth and the archive are both rounded to six decimals.
        if abs(true - record["similarity"]) > 2e-6:
            off.append(abs(true - record["similarity"]))
    print(json.dumps({
        "pairs": pairs, "recall": {order: round(found[order] / pairs[order], 6) for order in pairs}, "drops": drops,
        "kept": len(kept), "false_removed": len(false_removed), "examples": false_removed[:5],
        "similarity_off": [len(off), round(max(off, default=0), 6)], "missed_pairs": missed}))


if __name__ == "__main__":
    main()
