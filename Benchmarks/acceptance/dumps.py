"""Real dumps against their exact truth: no false drop, every pair resolved, nothing lost, same bytes on any threads."""
import csv
import gzip
import json
import shutil
from collections import defaultdict
from pathlib import Path

import archive
from exact_pairs import shingles, words

THRESHOLDS = (0.7, 0.8, 0.9)
THREADS = (1, 2, 3, 8)
SHINGLE = 5


def read_truth(path, threshold):
    """[(id_a, id_b)] at or above the threshold, by their exact counts: the printed similarity is rounded."""
    with gzip.open(path, "rt", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        pairs = []
        for row in rows:
            shared, size_a, size_b = int(row["shared"]), int(row["size_a"]), int(row["size_b"])
            if shared / (size_a + size_b - shared) >= threshold:
                pairs.append((row["id_a"], row["id_b"]))
        return pairs


def similarity(a, b):
    """Exact Jaccard similarity; texts shorter than a shingle are equal in their words or have nothing in common."""
    x, y = shingles(a, SHINGLE), shingles(b, SHINGLE)
    if not x or not y:
        return float(words(a) == words(b))
    return len(x & y) / len(x | y)


def keeper_of(duplicate):
    """(keeper's id, similarity, kind) as an archived duplicate names them."""
    return duplicate["keeper"], duplicate["similarity"], duplicate["kind"]


def wrong_drops(duplicates, kept, texts, threshold):
    """What is wrong with the archived duplicates, and the largest error of a stated similarity."""
    wrong, largest_error = [], 0.0
    for duplicate in duplicates:
        keeper, stated, kind = keeper_of(duplicate)
        if keeper not in kept:
            wrong.append(f"{duplicate['id']}: its keeper {keeper} is not in the archive")
            continue
        mine, theirs = texts[duplicate["id"]], texts[keeper]
        exact = similarity(mine, theirs)
        largest_error = max(largest_error, abs(exact - stated))
        is_right = {"exact": mine == theirs, "short": words(mine) == words(theirs)}.get(kind, exact >= threshold)
        if not is_right:
            wrong.append(f"{duplicate['id']}: {kind} of {keeper}, exact similarity {exact:.4f}")
    return wrong, largest_error


def both_kept(pairs, kept):
    return [(a, b) for a, b in pairs if a in kept and b in kept]


def equal_words_kept(texts, kept):
    """Kept documents whose words equal those of another kept document; no truth file is needed to judge them."""
    groups = defaultdict(list)
    for id in kept:
        groups[tuple(words(texts[id]))].append(id)
    return [group for group in groups.values() if len(group) > 1]


def check_threshold(checks, winnow, dump, truth, texts, threshold, folder):
    name = dump.name.removesuffix(".jsonl.gz")
    output = folder / "exact"
    outcome = winnow.run(dump, output, "clean=false", f"dedup.threshold={threshold}")
    if not checks.expect(f"{name} at {threshold}, clean=false: ends well", outcome.status == 0,
                         outcome):
        print(outcome.messages[-2000:])
        return
    kept = {record["id"] for record in archive.records(output, "articles")}
    duplicates = list(archive.records(output, "duplicates"))
    wrong, largest_error = wrong_drops(duplicates, kept, texts, threshold)
    checks.expect(f"{name} at {threshold}: every drop has an archived partner", not wrong,
                  f"{len(duplicates)} dropped, {len(wrong)} wrong {wrong[:2] if wrong else ''}")
    checks.expect(f"{name} at {threshold}: similarities as stated", largest_error < 1e-5,
                  f"largest error {largest_error:.7f}")
    pairs = read_truth(truth, threshold)
    missed = both_kept(pairs, kept)
    checks.expect(f"{name} at {threshold}: every true pair is resolved", not missed,
                  f"{len(pairs)} pairs, {len(missed)} missed {missed[:2] if missed else ''}")
    equal = equal_words_kept(texts, kept)
    checks.expect(f"{name} at {threshold}: no equal texts kept", not equal, f"{len(equal)} groups {equal[:1] or ''}")
    shutil.rmtree(output)


def check_counts(checks, name, output, records_read):
    counts = archive.counts(archive.manifest(output))
    lines = {stream: sum(1 for _ in archive.records(output, stream))
             for stream in ("articles", "duplicates", "rejected")}
    checks.expect(f"{name}: read = kept + duplicates + rejected + seen",
                  archive.is_balanced(counts) and counts["read"] == records_read, counts)
    checks.expect(f"{name}: the manifest counts what the files hold",
                  counts is not None and list(lines.values())
                  == [counts["kept"], counts["duplicates"], counts["rejected"]], lines)


def restores(restored, text, is_rejected):
    """True if the text came back. A rejected record may come back whole, as it was set aside: a line of JSON."""
    if restored == text:
        return True
    try:
        return is_rejected and json.loads(restored)["text"] == text
    except (ValueError, KeyError, TypeError):
        return False


def check_restore(checks, winnow, name, output, texts):
    outcome = winnow.call("restore", "--all", "--output", output)
    restored = {record["id"]: record["text"] for record in map(json.loads, outcome.output.splitlines())}
    rejected = {record["id"] for record in archive.records(output, "rejected")}
    different = [id for id, text in restored.items() if not restores(text, texts.get(id), id in rejected)]
    missing = texts.keys() - restored.keys() - rejected
    checks.expect(f"{name}: restore gives every input text back",
                  outcome.status == 0 and not different and not missing,
                  f"{outcome}, {len(restored)} restored, {len(different)} different, {len(missing)} missing "
                  f"{(different or sorted(missing))[:2] or ''}")


def check_threads(checks, winnow, dump, texts, folder):
    """Runs with each number of threads; the archive of the last stays for the other checks. Returns it or None."""
    name = dump.name.removesuffix(".jsonl.gz")
    hashes = {}
    for threads in THREADS:
        output = folder / f"threads-{threads}"
        outcome = winnow.run(dump, output, threads=threads)
        if outcome.status != 0:
            checks.expect(f"{name} with {threads} threads: ends well", False, outcome)
            print(outcome.messages[-2000:])
            return None
        hashes[threads] = archive.file_hashes(output)
    differing = {path for other in hashes.values() for path in other.keys() | hashes[THREADS[0]].keys()
                 if other.get(path) != hashes[THREADS[0]].get(path)}
    checks.expect(f"{name}: same bytes with {', '.join(map(str, THREADS))} threads", not differing,
                  f"{len(hashes[THREADS[0]])} files, {len(differing)} differ {sorted(differing)[:3] or ''}")
    return output


def note_effect_of_cleaning(checks, name, output, truth, texts):
    """How the decisions over cleaned texts compare with the truth over the raw ones; the two may rightly differ."""
    kept = {record["id"] for record in archive.records(output, "articles")}
    pairs = read_truth(truth, 0.8)
    duplicates = list(archive.records(output, "duplicates"))
    below = sum(similarity(texts[d["id"]], texts[keeper_of(d)[0]]) < 0.8 for d in duplicates)
    emptied = [record["id"] for record in archive.records(output, "rejected") if words(texts[record["id"]])]
    checks.note(f"{name}: texts that cleaning emptied", f"{len(emptied)} {emptied[:3] or ''}")
    checks.note(f"{name} at 0.8, cleaned",
                f"{len(both_kept(pairs, kept))} of {len(pairs)} raw pairs both kept; "
                f"{below} of {len(duplicates)} drops below 0.8 in the raw texts")


def check_dumps(checks, winnow, data, folder):
    """Every dump of DATA/dumps against DATA/truth."""
    for dump in sorted(Path(data, "dumps").glob("*.jsonl.gz")):
        name = dump.name.removesuffix(".jsonl.gz")
        checks.section(f"Dump {name}")
        texts = {record["id"]: record["text"] for record in archive.read_lines(dump)}
        truth = Path(data, "truth", f"{name}.pairs.tsv.gz")
        for threshold in THRESHOLDS:
            check_threshold(checks, winnow, dump, truth, texts, threshold, folder)
        output = check_threads(checks, winnow, dump, texts, folder)
        if output:
            check_counts(checks, name, output, len(texts))
            check_restore(checks, winnow, name, output, texts)
            note_effect_of_cleaning(checks, name, output, truth, texts)
        for left in folder.iterdir():
            shutil.rmtree(left)
