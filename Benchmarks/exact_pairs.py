#!/usr/bin/env python3
"""Exact all-pairs Jaccard similarity of a dump: slow, obvious, right. The oracle for the fast way.

    exact_pairs.py IN.jsonl[.gz] OUT.pairs.tsv [--threshold 0.3]

A word is a match of  re.findall(r"\\w+", text.lower()),  but in scripts without spaces (Han, Kana, Thai, Lao, Khmer,
Burmese) each letter and number is a word; a shingle is n consecutive words; sets, not bags. Pairs are
counted through an inverted index, so the cost is the sum of the squares of the posting lists: minutes and about
1 KiB a shingle-rich document for tens of thousands of articles, no more.

OUT: id_a, id_b, shared, size_a, size_b, jaccard, containment (shared / smaller set), by falling similarity.
Documents of fewer than --min-shingles distinct shingles are left out: they match by equality of their words only.
"""
import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "Scripts"))
from generate_unicode_tables import ALONE_RANGES, LATER_WORDS  # noqa: E402


def char_class(ranges):
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in ranges)


WORD = re.compile(r"\w+")
ALONE = char_class(ALONE_RANGES)
HAS_ALONE = re.compile(f"[{ALONE}]")
# One letter or number of a script without spaces, or a run of others.
WORD_OR_ALONE = re.compile(f"(?=[{ALONE}])[\\w{char_class(LATER_WORDS)}]|[^\\W{ALONE}]+")


def words(text):
    text = text.lower()
    return (WORD_OR_ALONE if HAS_ALONE.search(text) else WORD).findall(text)


def shingles(text, n=5):
    """The set of n-word shingles as tuples of words."""
    w = words(text)
    return set(zip(*(w[i:] for i in range(n))))


def read_records(path):
    """Yields every record of a JSON lines file, gzip or plain."""
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def exact_pairs(records, threshold, containment=None, n=5, min_shingles=10):
    """Yields (id_a, id_b, shared, size_a, size_b) of each pair at or above either bound, a before b in the dump."""
    numbers, postings = {}, defaultdict(list)
    ids, sizes = [], []
    for record in records:
        keys = [numbers.setdefault(s, len(numbers)) for s in shingles(record["text"] or "", n)]
        if len(keys) < min_shingles:
            continue
        shared_with = Counter(earlier for key in keys for earlier in postings[key])
        for earlier, shared in shared_with.items():
            smaller = min(sizes[earlier], len(keys))
            if (shared >= threshold * (sizes[earlier] + len(keys) - shared)
                    or containment is not None and shared >= containment * smaller):
                yield ids[earlier], record["id"], shared, sizes[earlier], len(keys)
        for key in keys:
            postings[key].append(len(ids))
        ids.append(record["id"])
        sizes.append(len(keys))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", help="JSON lines with id and text, plain or gzip")
    parser.add_argument("output", help="tab-separated pairs")
    parser.add_argument("--threshold", type=float, default=0.3, help="Jaccard from which a pair is written (0.3)")
    parser.add_argument("--containment", type=float, help="also write pairs contained to this share")
    parser.add_argument("--shingle", type=int, default=5, help="words a shingle (5)")
    parser.add_argument("--min-shingles", type=int, default=10)
    arguments = parser.parse_args()
    rows = []
    for a, b, shared, size_a, size_b in exact_pairs(
            read_records(arguments.input), arguments.threshold, arguments.containment, arguments.shingle,
            arguments.min_shingles):
        rows.append((shared / (size_a + size_b - shared), shared / min(size_a, size_b), a, b, shared, size_a, size_b))
    rows.sort(key=lambda row: (-row[0], -row[1], row[2], row[3]))
    with open(arguments.output, "w") as out:
        out.write("id_a\tid_b\tshared\tsize_a\tsize_b\tjaccard\tcontainment\n")
        for jaccard, containment, a, b, shared, size_a, size_b in rows:
            out.write(f"{a}\t{b}\t{shared}\t{size_a}\t{size_b}\t{jaccard:.6f}\t{containment:.6f}\n")
    print(json.dumps({"pairs": len(rows), "at_least_0.8": sum(row[0] >= 0.8 for row in rows)}))


if __name__ == "__main__":
    main()
