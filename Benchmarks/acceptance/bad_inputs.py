"""Hostile and broken inputs: each is reported, its neighbours survive, nothing crashes, hangs or grows."""
import csv
import json
import re
import shutil
from pathlib import Path

import archive

GROUPS = ("jsonl", "json_suite", "gzip", "utf8", "text", "neardup")
TIMEOUT_SECONDS = 30
MEMORY_LIMIT_MIB = 512
# Set aside without being damaged: an empty text is a fact about the input, not a fault of it.
NOT_DAMAGE = {"empty-text", "no-words"}
DONE, DONE_WITH_DAMAGE, CONFIGURATION = 0, 3, 78

# What a note says in words, as the numbers of good records that meet it.
GOOD_RECORDS_IN_WORDS = {
    "text/nfc_nfd_pair.jsonl": {2}, "jsonl/long_line_64MiB.jsonl.gz": {1, 2}, "neardup/degenerate.jsonl": {19},
    "neardup/all_identical_2000.jsonl.gz": {2000}, "neardup/chain_60.jsonl": {60}, "neardup/contained.jsonl": {3},
    # An empty file whose name tells nothing may count as an empty text.
    "gzip/empty_payload.gz": {0, 1},
    "neardup/hub_boilerplate_1500.jsonl": {1500}, "neardup/sizes_threshold.jsonl": {9}}
# degenerate: word, four words, five words, repeated word, Chinese, Thai, one endless word.
KEPT_EXACTLY = {
    "neardup/all_identical_2000.jsonl.gz": 1, "neardup/degenerate.jsonl": 7, "text/nfc_nfd_pair.jsonl": 1}

# What a decoded file must hold, before any cleaning.
GREETING = "Zo\u00eb \u2014 na\u00efve caf\u00e9 \u65e5\u672c\u8a9e \U0001f600"
DECODED = {f"text/bom_{encoding}.txt": GREETING
           for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")}
# One replacement character for each maximal subpart of a malformed sequence, as the WHATWG decoder has it.
DECODED["text/overlong_cesu_surrogates.txt"] = "".join(
    letter + "\ufffd" * count for letter, count in zip("abcdefg", (2, 3, 3, 6, 4, 5, 0)))


def good_records_wanted(path, note):
    """The numbers of good records that a manifest's note allows; None where it names none."""
    if path in GOOD_RECORDS_IN_WORDS:
        return GOOD_RECORDS_IN_WORDS[path]
    if path.endswith(".txt"):
        return None
    found = re.search(r"(\d+)(?: or (\d+))?(?: one-record)?(?: records?\b| members\b|;|$)|array of (\d+) objects"
                      r"|^(\d+)$", note)
    return {int(number) for number in found.groups() if number} if found else None


def tally(output):
    """(kept, good, damaged) records of an archive; good ones include the empty. Reads every file, so it must be
    whole gzip, UTF-8 and JSON."""
    kept = sum(1 for _ in archive.records(output, "articles"))
    good = kept + sum(1 for _ in archive.records(output, "duplicates"))
    reasons = [record.get("reason") for record in archive.records(output, "rejected")]
    harmless = sum(reason in NOT_DAMAGE for reason in reasons)
    return kept, good + harmless, len(reasons) - harmless


def verdict(path, expect, note, outcome, output):
    """(is met, figure) of one case."""
    figure = str(outcome)
    if outcome.failed_to_end:
        return False, figure
    if outcome.cost.peak_resident_mib > MEMORY_LIMIT_MIB:
        return False, f"{figure}: more than {MEMORY_LIMIT_MIB} MiB"
    try:
        kept, good, damaged = tally(output)
    except (OSError, ValueError, EOFError) as error:
        return False, f"{figure}: the archive cannot be read: {error}"
    counts = archive.counts(archive.manifest(output))
    figure += f", {kept} kept, {good} good, {damaged} damaged"
    if counts is not None and not archive.is_balanced(counts):
        return False, f"{figure}; counts do not add up: {counts}"
    wanted = good_records_wanted(path, note)
    kind, _, number = expect.partition(":")
    if kind == "partial" and number.isdigit():
        wanted = {int(number)}
    if path.startswith("json_suite/"):
        # A bare JSON value is no document, valid or not.
        wanted = {0}
    allowed = {"ok": {DONE}, "partial": {DONE_WITH_DAMAGE}, "bomb": {DONE, DONE_WITH_DAMAGE},
               "reject": {DONE_WITH_DAMAGE, CONFIGURATION},
               "either": {DONE, DONE_WITH_DAMAGE, CONFIGURATION}}[kind]
    if path.startswith("json_suite/") or path.startswith("jsonl/long_line"):
        allowed = {DONE, DONE_WITH_DAMAGE}
    if outcome.status not in allowed:
        return False, f"{figure}; {expect} wants exit {' or '.join(map(str, sorted(allowed)))}"
    if wanted is not None and good not in wanted:
        return False, f"{figure}; {' or '.join(map(str, sorted(wanted)))} good records wanted"
    if (number == "?" or kind == "ok" and path.endswith(".txt")) and good == 0:
        return False, f"{figure}; some good records wanted"
    if kind == "reject" and not path.startswith("gzip/bitflip") and good:
        return False, f"{figure}; no records wanted"
    if path in KEPT_EXACTLY and kept != KEPT_EXACTLY[path]:
        return False, f"{figure}; {KEPT_EXACTLY[path]} kept wanted"
    return True, figure


def check_decoding(checks, winnow, data, folder):
    """Files of known content, read without cleaning."""
    for path, wanted in DECODED.items():
        output = folder / "decoded"
        outcome = winnow.run(Path(data, "bad", path), output, "clean=false", timeout_seconds=TIMEOUT_SECONDS)
        texts = [record["text"] for record in archive.records(output, "articles")]
        checks.expect(f"{path}: decoded", len(texts) == 1 and wanted in texts[0], f"{outcome}, {texts!r:.80}")
        shutil.rmtree(output, ignore_errors=True)


def check_values_in_records(checks, winnow, data, folder):
    """Every one-line case of the JSON suite as a value inside a record, between good records.

    A reader that looks only at the fields it needs lets broken values through, and then archives them.
    """
    dump, output = folder / "values.jsonl", folder / "values"
    cases = []
    with open(dump, "wb") as out:
        for path in sorted(Path(data, "bad", "json_suite").iterdir()):
            value = path.read_bytes()
            if b"\n" in value or b"\r" in value or len(value) > 50_000:
                continue
            cases.append(path.stem)
            number = len(cases)
            # Texts of one case must not equal those of another: they would be duplicates.
            out.write(b'{"id":"good-%d","text":"neighbour number %d stands whole here"}\n' % (number, number))
            out.write(b'{"id":"%s","text":"case number %d holds a value","value":%s}\n'
                      % (path.stem.encode(), number, value))
    outcome = winnow.run(dump, output, "clean=false", "dedup=false", timeout_seconds=TIMEOUT_SECONDS)
    if not checks.expect("JSON suite inside records: ends well", outcome.status == DONE_WITH_DAMAGE, outcome):
        return
    kept = {record["id"] for record in archive.records(output, "articles")}
    lost = [f"good-{n}" for n in range(1, len(cases) + 1) if f"good-{n}" not in kept]
    refused = [case for case in cases if case.startswith("y_") and case not in kept]
    let_in = [case for case in cases if case.startswith("n_") and case in kept]
    checks.expect("JSON suite inside records: neighbours survive", not lost, f"{len(lost)} lost {lost[:3] or ''}")
    checks.expect("JSON suite inside records: valid values accepted", not refused,
                  f"{sum(c.startswith('y_') for c in cases)} cases, {len(refused)} refused {refused[:5] or ''}")
    checks.expect("JSON suite inside records: broken values refused", not let_in,
                  f"{sum(c.startswith('n_') for c in cases)} cases, {len(let_in)} let in {let_in[:5] or ''}")
    unreadable = []
    for record in archive.records(output, "articles"):
        try:
            json.loads(record.get("metadata") or "{}")
        except ValueError:
            unreadable.append(record["id"])
    checks.expect("JSON suite inside records: metadata is JSON", not unreadable,
                  f"{len(unreadable)} broken {unreadable[:5] or ''}")


def check_bad_inputs(checks, winnow, data, folder):
    """Every case of DATA/bad/manifest.tsv in the groups that this version reads."""
    checks.section("Hostile and broken inputs")
    with open(Path(data, "bad", "manifest.tsv"), newline="") as file:
        cases = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                 if row["path"].split("/")[0] in GROUPS]
    output = folder / "bad"
    suite_met = suite_cases = 0
    for case in cases:
        path = case["path"]
        outcome = winnow.run(Path(data, "bad", path), output, timeout_seconds=TIMEOUT_SECONDS)
        is_met, figure = verdict(path, case["expect"], case["note"] or "", outcome, output)
        shutil.rmtree(output, ignore_errors=True)
        if path.startswith("json_suite/"):
            # Hundreds of cases: only what goes wrong gets a line of its own.
            suite_cases += 1
            suite_met += is_met
            if is_met:
                continue
        checks.expect(f"{path} ({case['expect']})", is_met, figure)
    checks.expect("json_suite: files that hold no document", suite_met == suite_cases,
                  f"{suite_met} of {suite_cases} as wanted")
    check_decoding(checks, winnow, data, folder)
    check_values_in_records(checks, winnow, data, folder)
