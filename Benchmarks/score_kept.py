#!/usr/bin/env python3
"""Scores a list of kept ids against the exact truth; prints one JSON line.

    score_kept.py STEM KEPT [--threshold 0.8]

reads STEM.truth.tsv (first column: every id; second: its family) and STEM.pairs.tsv (id_a, id_b, jaccard, ...),
as generate_corpus.py writes them.

recall          share of the pairs at or above the threshold of which at least one document was removed
missed_pairs    the other pairs: both kept
false_removed   removed documents without a kept document at or above the threshold
families_lost   families of which no document was kept
removed_share   per range of Jaccard, in families of two: [share removed, pairs]; ideally a step at the threshold
"""
import argparse
import csv
import json

RANGES = [0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.9999, 2.0]


def read_pairs(path):
    """Yields (id_a, id_b, jaccard); a file without a header line has them in columns 1, 2 and 3."""
    with open(path, newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        column = 2
        for number, row in enumerate(rows):
            if number == 0 and row[0] == "id_a":
                column = row.index("jaccard")
                continue
            yield row[0], row[1], float(row[column])


def read_families(path):
    """{id: family} in the order of the file."""
    with open(path, newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return {row[0]: row[1] for row in rows}


def score(stem, kept, threshold):
    """The figures that the module's description names, as a dictionary."""
    family_of = read_families(stem + ".truth.tsv")
    members = {}
    for document, family in family_of.items():
        members.setdefault(family, []).append(document)
    nearest_kept = {}
    resolved = missed = 0
    by_range = {low: [0, 0] for low in RANGES[:-1]}
    for a, b, jaccard in read_pairs(stem + ".pairs.tsv"):
        both_kept = a in kept and b in kept
        if jaccard >= threshold:
            missed += both_kept
            resolved += not both_kept
        if len(members[family_of[a]]) == 2:
            low = max(r for r in RANGES[:-1] if r <= jaccard)
            by_range[low][0] += not both_kept
            by_range[low][1] += 1
        for gone, other in ((a, b), (b, a)):
            if gone not in kept and other in kept:
                nearest_kept[gone] = max(nearest_kept.get(gone, 0.0), jaccard)
    removed = [document for document in family_of if document not in kept]
    return {
        "documents": len(family_of),
        "kept": len(family_of) - len(removed),
        "unknown_ids": len(kept - family_of.keys()),
        "recall": round(resolved / (resolved + missed), 5) if resolved + missed else 1.0,
        "missed_pairs": missed,
        "false_removed": sum(nearest_kept.get(document, 0.0) < threshold for document in removed),
        "families_lost": sum(not any(d in kept for d in family) for family in members.values()),
        "removed_share": {
            f"{low:g} to {high:g}": [round(by_range[low][0] / by_range[low][1], 4), by_range[low][1]]
            for low, high in zip(RANGES, RANGES[1:]) if by_range[low][1]},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stem", help="path of the truth files without .truth.tsv and .pairs.tsv")
    parser.add_argument("kept", help="the ids that were kept, one a line")
    parser.add_argument("--threshold", type=float, default=0.8)
    arguments = parser.parse_args()
    with open(arguments.kept) as file:
        kept = set(file.read().split("\n")) - {""}
    print(json.dumps(score(arguments.stem, kept, arguments.threshold)))


if __name__ == "__main__":
    main()
