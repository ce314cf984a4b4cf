#!/usr/bin/env python3
"""Reads a segment of the index as docs/index-format.md describes it, checks all of it, and prints it as JSON.

    read_segment.py FILE [--root HEX] [--brief]

Written from the page alone, with nothing but the standard library: it shows that the page says enough. Ends with
status 1 and a message if anything is not as the page says.
"""
import argparse
import json
import struct
import sys
from pathlib import Path

BLOCK = 16384
MASK = (1 << 64) - 1


class Damage(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Damage(message)


def finalise(h):
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        h = ((h ^ h >> 33) * factor) & MASK
    return h ^ h >> 33


def multiply_mix(a, b):
    product = a * b
    return (product ^ product >> 64) & MASK


def hash_bytes(data, seed):
    h = seed ^ 0xA0761D6478BD642F ^ len(data)
    whole = len(data) // 16 * 16
    for a, b in struct.iter_unpack("<QQ", data[:whole]):
        h = multiply_mix(a ^ 0xE7037ED1A0B428DB, b ^ h)
    a, b = struct.unpack("<QQ", data[whole:].ljust(16, b"\0"))
    h = multiply_mix(a ^ 0x8EBC6AF09C88C6E3, b ^ h)
    return finalise(h ^ len(data))


def digest(data):
    return hash_bytes(data, 0x517CC1B727220A95), hash_bytes(data, 0x2D358DCCAA6C78A5)


def hexadecimal(high, low):
    return f"{high:016x}{low:016x}"


class Segment:
    def __init__(self, data):
        self.data = data
        self.read_footer()
        self.check_blocks()
        self.read_header()
        self.read_directory()

    def numbers(self, offset, count):
        return struct.unpack_from(f"<{count}Q", self.data, offset)

    def read_footer(self):
        data = self.data
        expect(len(data) >= 192, "too short")
        start = len(data) - 64
        expect(data[start:start + 8] == b"WINNOWFT", "no footer")
        self.covered, self.directory_start, self.blocks, size = self.numbers(start + 8, 4)
        expect(size == len(data), "another size")
        expect(self.blocks == (self.covered + BLOCK - 1) // BLOCK, "another number of blocks")
        expect(self.directory_start == self.covered + 8 * self.blocks <= start, "sizes do not fit")
        self.root = self.numbers(start + 40, 2)
        expect(self.numbers(start + 56, 1) == (0,), "bytes behind the root")
        expect(digest(data[self.covered:start + 40]) == self.root, "wrong root")

    def check_blocks(self):
        sums = self.numbers(self.covered, self.blocks)
        for number, expected in enumerate(sums):
            block = self.data[number * BLOCK:min((number + 1) * BLOCK, self.covered)]
            seed = (number * 0x9E3779B97F4A7C15 + 1) & MASK
            expect(hash_bytes(block, seed) == expected, f"block {number} does not match its checksum")

    def read_header(self):
        magic, self.version, self.bands, self.fingerprint, flags = struct.unpack_from("<8sIIQQ", self.data, 0)
        expect(magic == b"WINNOWIX", "no segment")
        expect(self.version == 1, f"format {self.version}")
        self.sketched, self.contained = bool(flags & 1), bool(flags & 2)
        self.first, self.counts = self.numbers(32, 3), self.numbers(56, 3)

    def read_directory(self):
        at = self.directory_start
        self.blobs, self.documents, self.records = (self.numbers(at + 16 * i, 2) for i in range(3))
        count = self.numbers(at + 48, 1)[0]
        expect(count == self.bands + 3 + self.contained, f"{count} tables")
        expect(at + 56 + 56 * count == len(self.data) - 64, "the directory has another size")
        self.tables = [self.numbers(at + 56 + 56 * i, 7) for i in range(count)]

    def document(self, number):
        at = self.documents[0] + 32 * number
        high, low, start, id_bytes, shingles = struct.unpack_from("<QQQII", self.data, at)
        at = self.blobs[0] + start
        end = at + id_bytes
        if number + 1 < self.counts[0]:
            limit = self.blobs[0] + self.numbers(self.documents[0] + 32 * (number + 1) + 16, 1)[0]
        else:
            limit = sum(self.blobs)
        return {"text": hexadecimal(high, low), "id": self.data[at:end].decode(),
                "shingles": decode_set(self.data[end:limit], shingles)}

    def record(self, row):
        high, low, id_hash = self.numbers(self.records[0] + 24 * row, 3)
        return {"identity": hexadecimal(high, low), "id": f"{id_hash:016x}"}

    def entries(self, number):
        """All entries of a table as (key, row); each must pass the filter and be found in its bucket."""
        filter_start, buckets, packed, blocks, count, bucket_bits, row_bits = self.tables[number]
        bits = 32 - bucket_bits + row_bits
        starts = struct.unpack_from(f"<{(1 << bucket_bits) + 1}I", self.data, buckets)
        expect(starts[0] == 0 and starts[-1] == count, f"table {number}: buckets do not hold the entries")
        result = []
        for bucket in range(1 << bucket_bits):
            for index in range(starts[bucket], starts[bucket + 1]):
                at = packed + (index * bits >> 3)
                entry = int.from_bytes(self.data[at:at + 9], "little") >> (index * bits & 7) & (1 << bits) - 1
                key = bucket << 32 - bucket_bits | entry >> row_bits
                result.append((key, entry & (1 << row_bits) - 1))
                block = filter_start + 64 * (key * blocks >> 32)
                h = finalise(key + 0x9E3779B97F4A7C15 & MASK)
                for _ in range(6):
                    expect(self.data[block + (h >> 3 & 63)] >> (h & 7) & 1, f"table {number}: the filter lacks a key")
                    h >>= 9
        expect(result == sorted(result), f"table {number}: entries are not in order")
        return result

    def check_tables(self):
        """What a reader finds by key is what the rows say."""
        kept, all_rows = self.counts[0], sum(self.counts)
        key = 0xFFFFFFFF
        texts = [(int(self.document(i)["text"], 16) & key, i) for i in range(kept)]
        rows = [self.record(i) for i in range(all_rows)]
        identities = [(int(row["identity"], 16) & key, i) for i, row in enumerate(rows)]
        ids = [(int(row["id"], 16) & key, i) for i, row in enumerate(rows[:kept + self.counts[1]])]
        for number, expected in enumerate([texts, identities, ids], self.bands):
            expect(self.entries(number) == sorted(expected), f"table {number} does not hold its keys")
        for number in [*range(self.bands), *range(self.bands + 3, len(self.tables))]:
            expect(all(row < kept for _, row in self.entries(number)), f"table {number} leads outside")


def decode_set(data, count):
    gap = (1 << 26) // (count + 1)
    parameter = 0
    while parameter < 25 and 2 << parameter <= gap:
        parameter += 1
    bits = int.from_bytes(data, "little")
    at, value, result = 0, -1, []
    for _ in range(count):
        quotient = 0
        while bits >> at & 1:
            quotient, at = quotient + 1, at + 1
        rest = bits >> at + 1 & (1 << parameter) - 1
        at += 1 + parameter
        value += 1 + (quotient << parameter | rest)
        result.append(value)
    expect(at <= 8 * len(data), "a set does not end")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--root", help="what the commit says")
    parser.add_argument("--brief", action="store_true", help="no documents, records and tables")
    options = parser.parse_args()
    try:
        segment = Segment(options.file.read_bytes())
        root = hexadecimal(*segment.root)
        expect(options.root in (None, root), f"root {root}, not the commit's")
        segment.check_tables()
        answer = {"format": segment.version, "root": root, "bytes": len(segment.data), "bands": segment.bands,
                  "sketched": segment.sketched, "containment": segment.contained,
                  "fingerprint": f"{segment.fingerprint:016x}", "first": segment.first, "counts": segment.counts}
        if not options.brief:
            answer["documents"] = [segment.document(i) for i in range(segment.counts[0])]
            answer["records"] = [segment.record(i) for i in range(sum(segment.counts))]
            answer["tables"] = [segment.entries(i) for i in range(len(segment.tables))]
    except Damage as damage:
        print(f"{options.file}: {damage}", file=sys.stderr)
        return 1
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
