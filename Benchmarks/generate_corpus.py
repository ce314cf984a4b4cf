#!/usr/bin/env python3
"""Writes a synthetic article dump whose near-duplicates are known exactly.

    generate_corpus.py OUT.jsonl[.gz] --docs 100000 --seed 11

OUT.jsonl      {"id", "text"}, one article a line, shuffled
OUT.truth.tsv  id, family, kind, id of the original ("-" for an original)
OUT.pairs.tsv  id_a, id_b, jaccard, containment: every pair inside a family

Similarity is over sets of n consecutive lower-cased words (5 unless told). A family is an original and what was
made from it; texts of different families are drawn independently and share almost nothing but stock lines.

Kinds: original; copy (same bytes); edited (aimed at Jaccard 0.50 to 0.99, measured exactly afterwards);
container (holds a whole original and as much again); template (pages that share a skeleton, mostly Jaccard
0.2 to 0.6: what a careless matcher merges).

The same arguments give the same bytes with the same version of numpy.
"""
import argparse
import gzip
import json
from pathlib import Path

import numpy as np

# How a word is written; a token is mark * vocabulary + word.
PLAIN, CAPITAL, FULL_STOP, COMMA, PARAGRAPH_END = range(5)

SHARES = {"copy": 0.10, "edited": 0.25, "container": 0.02, "template": 0.04}

STOCK_LINES = """Subscribe to our channel
Follow us on social media for more stories
Sign up for the evening newsletter and never miss a headline
Read the full report on our website
All rights reserved by the publisher and its partners
Share this story with a friend
This page was updated with further details
We use cookies to measure how this page is read
The opinions expressed are those of the writer
Download the app to read without advertisements
Already a subscriber? Log in here
Reporting by our correspondents and editing by the night desk""".split("\n")


def make_words(rng, count):
    """Distinct invented words, short ones first because frequent words are short."""
    onsets = list("bcdfghjklmnprstvwz") + ["br", "ch", "st", "tr"]
    vowels = list("aeiou") + ["ai", "ou", "é", "ö"]
    vowel_weights = np.array([20, 24, 18, 18, 12, 3, 3, 1, 1]) / 100
    codas = ["", "", "", "n", "r", "s", "l", "t"]
    words, known = [], set()
    while len(words) < count:
        syllables = 1 + (len(words) >= 80) + (len(words) >= 4000) + int(rng.integers(0, 2))
        parts = zip(rng.choice(onsets, syllables), rng.choice(vowels, syllables, p=vowel_weights))
        word = "".join(a + b for a, b in parts) + str(rng.choice(codas))
        if word not in known:
            known.add(word)
            words.append(word)
    return words


class Language:
    """An invented language: words with natural frequencies, and how they are written down."""

    def __init__(self, rng, vocabulary):
        self.rng = rng
        words = make_words(rng, vocabulary)
        frequencies = 1.0 / (np.arange(1, vocabulary + 1) + 2.7) ** 1.05
        self.cumulated = np.cumsum(frequencies / frequencies.sum())
        self.drawable = vocabulary
        numbers = {word: number for number, word in enumerate(words)}
        self.stock_lines = []
        for line in STOCK_LINES:
            line_words = line.lower().replace("?", "").replace(".", "").split()
            for word in line_words:
                if word not in numbers:
                    numbers[word] = len(words)
                    words.append(word)
            self.stock_lines.append([numbers[word] for word in line_words])
        self.size = len(words)
        self.written = np.array(
            words + [w.capitalize() for w in words] + [w + "." for w in words] + [w + "," for w in words]
            + [w + ".\n" for w in words], dtype=object)

    def draw(self, count):
        return np.minimum(np.searchsorted(self.cumulated, self.rng.random(count)), self.drawable - 1)

    def prose(self, count):
        """`count` words in sentences and paragraphs; ends a paragraph."""
        marks = np.where(self.rng.random(count) < 0.045, COMMA, PLAIN)
        lengths = np.clip(self.rng.gamma(5.0, 3.7, count // 5 + 2), 5, 60).astype(np.int64)
        ends = np.cumsum(lengths)
        ends = np.append(ends[ends < count - 5], count)
        marks[np.append(0, ends[:-1])] = CAPITAL
        closes_paragraph = self.rng.random(len(ends)) < 0.27
        closes_paragraph[-1] = True
        marks[ends - 1] = np.where(closes_paragraph, PARAGRAPH_END, FULL_STOP)
        return marks * self.size + self.draw(count)

    def stock_line(self):
        words = np.array(self.stock_lines[int(self.rng.integers(len(self.stock_lines)))])
        marks = np.full(len(words), PLAIN)
        marks[0], marks[-1] = CAPITAL, PARAGRAPH_END
        return marks * self.size + words

    def article(self):
        """An original: prose of natural length with a few stock lines between its paragraphs."""
        tokens = self.prose(int(np.clip(self.rng.lognormal(6.0, 0.62), 110, 4000)))
        for _ in range(min(int(self.rng.poisson(1.6)), len(tokens) // 80)):
            at = int(self.rng.choice(self.paragraph_ends(tokens)))
            tokens = np.concatenate((tokens[:at], self.stock_line(), tokens[at:]))
        return tokens

    def paragraph_ends(self, tokens):
        return np.flatnonzero(tokens >= PARAGRAPH_END * self.size) + 1

    def replace_words(self, tokens, places):
        changed = tokens.copy()
        changed[places] = (changed[places] // self.size) * self.size + self.draw(len(places))
        return changed

    def text(self, tokens):
        return " ".join(self.written[tokens].tolist()).replace("\n ", "\n\n").rstrip("\n")


def with_scattered_changes(language, tokens, lost_shingles, n):
    """A copy in which single words are replaced, each of which costs about n shingles."""
    places = language.rng.choice(len(tokens), max(1, int(lost_shingles / n)), replace=False)
    return language.replace_words(tokens, places)


def edited(language, tokens, target, n):
    """A copy changed in one of six ways so that its Jaccard similarity comes near `target`."""
    rng, count = language.rng, len(tokens) - n + 1
    way = ("words", "block", "cut", "addition", "order", "mixture")[int(rng.integers(6))]
    lost_each_side = count * (1 - target) / (1 + target)
    at_front = rng.random() < 0.3
    if way == "words":
        return with_scattered_changes(language, tokens, lost_each_side, n)
    if way == "block":
        length = int(np.clip(lost_each_side - n + 1, 1, len(tokens) - 1))
        start = int(rng.integers(0, len(tokens) - length))
        return language.replace_words(tokens, np.arange(start, start + length))
    if way == "cut":
        length = max(1, int(count * (1 - target)))
        return tokens[length:] if at_front else tokens[:-length]
    if way == "addition":
        more = language.prose(max(6, int(count * (1 / target - 1))))
        return np.concatenate((more, tokens) if at_front else (tokens, more))
    if way == "order":
        paragraphs = [p for p in np.split(tokens, language.paragraph_ends(tokens)) if len(p)]
        shuffled = np.concatenate([paragraphs[i] for i in rng.permutation(len(paragraphs))])
        return with_scattered_changes(language, shuffled, lost_each_side - (n - 1) * len(paragraphs), n)
    half = with_scattered_changes(language, tokens, lost_each_side / 2, n)
    return np.concatenate((half, language.prose(max(6, int(count * (1 / target - 1) / 2)))))


def make_documents(language, count, n):
    """[(tokens, family, kind, index of the original or -1)] of `count` documents in the order they were made."""
    rng = language.rng
    wanted = {kind: int(count * share) for kind, share in SHARES.items()}
    originals = count - sum(wanted.values())
    documents = [(language.article(), i, "original", -1) for i in range(originals)]
    sources = iter(rng.permutation(originals).tolist())

    def make(kind, most, tokens_of):
        left = wanted[kind]
        while left:
            source = next(sources)
            members = min(left, int(np.clip(rng.geometric(0.7), 1, most)))
            for _ in range(members):
                documents.append((tokens_of(documents[source][0]), source, kind, source))
            left -= members

    make("edited", 4, lambda tokens: edited(language, tokens, float(rng.uniform(0.5, 0.99)), n))
    make("copy", 8, lambda tokens: tokens)
    make("container", 1, lambda tokens: np.concatenate(
        (tokens, language.prose(int(len(tokens) * rng.uniform(1.0, 3.0))))))
    for i in range(wanted["template"]):
        if i % 5 == 0:
            skeleton = [language.prose(int(k)) for k in rng.integers(20, 60, 6)]
        filled = [part for s in skeleton for part in (s, language.prose(int(rng.integers(12, 40))))]
        documents.append((np.concatenate(filled), originals + i // 5, "template", -1))
    return documents


def shingle_sets(word_arrays, n):
    """One array of distinct shingle keys for each document of a family.

    Keys are exact, not hashed: n word numbers, renumbered within the family, packed into 64 bits.
    """
    lengths = [len(words) for words in word_arrays]
    distinct, numbers = np.unique(np.concatenate(word_arrays), return_inverse=True)
    base = len(distinct)
    if base ** n >= 2 ** 64:
        raise SystemExit(f"a family of {base} distinct words is too large for exact {n}-word shingles")
    sets, start = [], 0
    for length in lengths:
        words = numbers[start:start + length].astype(np.uint64)
        start += length
        keys = np.zeros(max(0, length - n + 1), dtype=np.uint64)
        for k in range(n):
            keys = keys * np.uint64(base) + words[k:k + len(keys)]
        sets.append(np.unique(keys))
    return sets


def family_pairs(documents, language, n):
    """Yields (i, j, jaccard, containment) of every pair of documents in one family."""
    families = {}
    for i, (_, family, _, _) in enumerate(documents):
        families.setdefault(family, []).append(i)
    for members in families.values():
        if len(members) < 2:
            continue
        sets = shingle_sets([documents[i][0] % language.size for i in members], n)
        for x in range(len(members)):
            for y in range(x + 1, len(members)):
                shared = len(np.intersect1d(sets[x], sets[y], assume_unique=True))
                union = len(sets[x]) + len(sets[y]) - shared
                yield members[x], members[y], shared / union, shared / min(len(sets[x]), len(sets[y]))


def stem_of(path):
    """The path without .jsonl and .gz: what the truth files are named after."""
    return str(path).removesuffix(".gz").removesuffix(".jsonl")


def generate(path, docs, seed, n=5, vocabulary=60000):
    """Writes the dump and its truth; returns the number of bytes of JSON lines."""
    rng = np.random.default_rng(seed)
    language = Language(rng, vocabulary)
    documents = make_documents(language, docs, n)
    order = rng.permutation(docs)
    places = np.empty(docs, dtype=np.int64)
    places[order] = np.arange(docs)
    ids = [f"d{place:07d}" for place in places]

    stem = stem_of(path)
    with open(stem + ".pairs.tsv", "w") as out:
        out.write("id_a\tid_b\tjaccard\tcontainment\n")
        for i, j, jaccard, containment in family_pairs(documents, language, n):
            out.write(f"{ids[i]}\t{ids[j]}\t{jaccard:.6f}\t{containment:.6f}\n")
    with open(stem + ".truth.tsv", "w") as out:
        out.write("id\tfamily\tkind\toriginal\n")
        for i in order:
            _, family, kind, source = documents[i]
            out.write(f"{ids[i]}\t{family}\t{kind}\t{ids[source] if source >= 0 else '-'}\n")

    written = 0
    is_gzip = str(path).endswith(".gz")
    with (gzip.GzipFile(path, "wb", compresslevel=6, mtime=0) if is_gzip else open(path, "wb")) as out:
        for i in order:
            record = {"id": ids[i], "text": language.text(documents[i][0])}
            line = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
            out.write(line)
            written += len(line)
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="OUT.jsonl or OUT.jsonl.gz")
    parser.add_argument("--docs", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--shingle", type=int, default=5, help="words a shingle (5)")
    arguments = parser.parse_args()
    written = generate(arguments.out, arguments.docs, arguments.seed, arguments.shingle)
    print(f"{arguments.docs} documents, {written} bytes, seed {arguments.seed}: {arguments.out}")


if __name__ == "__main__":
    main()
