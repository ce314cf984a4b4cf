"""What every peer runner needs: its arguments, the records of the input, shingles, and where the kept ids go."""
import argparse
import itertools
import re
import sys

WORD = re.compile(r"\w+")


def arguments():
    """IN.jsonl OUT --threshold --shingle --slots --threads, described by the runner's own first lines."""
    parser = argparse.ArgumentParser(
        description=sys.modules["__main__"].__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", help="JSON lines with id and text")
    parser.add_argument("output", help="file for the kept ids, one a line")
    parser.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--shingle", type=int, default=5, help="words a shingle (5)")
    parser.add_argument("--slots", type=int, default=128, help="values a signature (128)")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def batches(path, count=200):
    """Lists of raw lines: what a worker process gets at a time."""
    with open(path, "rb") as file:
        while batch := list(itertools.islice(file, count)):
            yield batch


def shingles(text, n):
    """The n-word shingles of a text; a shorter text is one shingle."""
    words = WORD.findall(text.lower())
    if len(words) < n:
        return [" ".join(words)]
    return list(map(" ".join, zip(*(words[i:] for i in range(n)))))


def write_kept(path, ids):
    with open(path, "w") as file:
        file.writelines(f"{id}\n" for id in ids)
