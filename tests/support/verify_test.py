#!/usr/bin/env python3
"""Tests verify.py by breaking what it reads, one thing at a time: each must be found, by the check that names it."""
import base64
import contextlib
import ctypes
import ctypes.util
import io
import json
import os
import random
import shutil
import sys
import tempfile

import vectors_sealed
import verify
from verify_journal import Findings, feed_line
from verify_restored import check_claim
from verify_world import OLDER, STREAM, World
from zstd_decoder import decompress
from zstd_entropy import ZstdError

SEED, FLIPS = 20261122, 6  # `--every-byte` takes all
VECTORS = os.path.join(vectors_sealed.DOCS, "vectors.json")


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def run(world: World, *more: str) -> tuple:
    """(exit code, the checks that fail)"""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = verify.main([world.export, "--centre", world.centre, "--centre-keys", world.keys, "--json", *more])
    said = json.loads(out.getvalue())
    return code, [check for check in said.get("checks", []) if not check["ok"]], said


def entries_path(world: World) -> str:
    return os.path.join(world.export, "entries.ndjson")


def segment_paths(world: World) -> list:
    folder = os.path.join(world.centre, "segments", STREAM)
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def receipt_paths(world: World) -> list:
    folder = os.path.join(world.export, "receipts")
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def on_lines(change):
    def act(world: World) -> None:
        path = entries_path(world)
        lines = read(path).split(b"\n")[:-1]
        change(lines)
        write(path, b"".join(line + b"\n" for line in lines))
    return act


def swap(lines: list) -> None:
    lines[8], lines[9] = lines[9], lines[8]


def rewritten(kind: str, **fields):
    """The whole box lies in one voice: an entry is changed and the chain made anew. Only heads or the centre tell."""
    def act(world: World) -> None:
        journal = world.journal
        at = next(i for i, entry in enumerate(journal.entries) if entry["kind"] == kind)
        later = journal.entries[at:]
        journal.entries = journal.entries[:at]
        for entry in later:
            data = json.loads(entry["bytes"])
            if entry is later[0]:
                data |= fields
            journal.add(entry["kind"], entry["subject"], data if entry is later[0] else entry["bytes"], entry["npsn"])
            journal.entries[-1]["at_ms"] = entry["at_ms"]
        world.write_export()
    return act


def as_evidence(world: World) -> None:
    stored = next(entry["bytes"] for entry in world.journal.entries if entry["subject"].endswith(" 0.1 2 2000"))
    rewritten("evidence", line=base64.urlsafe_b64encode(stored.encode()).rstrip(b"=").decode())(world)


def forged_receipt(role: str = "receipt", **changes):
    def act(world: World) -> None:
        path = receipt_paths(world)[0]
        said = {"type": "receipt", **world.range_of(world.journal, 1, 6), "hash": world.journal.hash_at(6), "contiguous": 6,
                "at": 9} | changes
        write(path, world.sealer.receipt(said, role))
    return act


def segment(changes=(), role="box", plain=None):
    return lambda world: world.send_segment(world.journal, 1, 6, role, changes, plain and plain(world.journal))


def sql(database: str, statement: str):
    def act(world: World) -> None:
        connection = getattr(world, database)
        connection.execute(statement)
        connection.commit()
    return act


def edit(name: str, old: bytes, new: bytes):
    def act(world: World) -> None:
        path = os.path.join(world.export, name)
        data = read(path)
        if old not in data:
            raise AssertionError(f"{name} holds no {old!r}")
        write(path, data.replace(old, new, 1))
    return act


# what is broken, how, a word of a check that must fail
CASES = [
    ("a line is missing", on_lines(lambda lines: lines.pop(9)), "order"),
    ("the last line is missing", on_lines(lambda lines: lines.pop()), "order"),
    ("two lines are swapped", on_lines(swap), "order"),
    ("a line stands twice", on_lines(lambda lines: lines.insert(9, lines[9])), "order"),
    ("the export is cut in a line", lambda world: write(entries_path(world), read(entries_path(world))[:-7]), "order"),
    ("a space more in a line", edit("entries.ndjson", b'"term":0', b'"term": 0'), "form"),
    ("an escape more in a line", edit("entries.ndjson", "é".encode(), b"\\u00e9"), "form"),
    ("the chain is made anew over another answer", rewritten("event", value={"r1": "c8"}), "centre holds every entry"),
    ("… and its attempt's head differs", rewritten("event", value={"r1": "c8"}), "heads of all epochs"),
    ("another head in `finished`", rewritten("finished", head="00" * 32), "heads of all epochs"),
    ("another kode bukti in `finished`", rewritten("finished", code="0000-0000-0000"), "heads of all epochs"),
    ("an epoch with another parent", rewritten("epoch", parent="00" * 32), "heads of all epochs"),
    ("a quarantined line with another seq", rewritten("quarantine", seq=9), "heads of all epochs"),
    ("kept as evidence is the stored line", as_evidence, "evidence"),
    ("the genesis names another box", rewritten("genesis", box="BOX-0002"), "genesis"),
    ("another kode bukti is printed", edit("kode-bukti.csv", b"P1,literasi,S1", b"P2,literasi,S1"), "kode-bukti.csv"),
    ("export.json names another stream", edit("export.json", STREAM.encode(), OLDER.encode()), "order"),
    ("a receipt is gone", lambda world: os.remove(receipt_paths(world)[1]), "receipts"),
    ("a receipt signed by the box", forged_receipt("box"), "receipts"),
    ("a receipt for another stream", forged_receipt(stream=OLDER), "receipts"),
    ("a receipt for another box", forged_receipt(box="BOX-0002"), "receipts"),
    ("a receipt for another hash", forged_receipt(hash="11" * 32), "receipts"),
    ("a receipt that promises more than there is", forged_receipt(contiguous=500), "receipts"),
    ("a receipt for a range that never came", forged_receipt(first=2), "receipts"),
    ("a segment is gone", lambda world: os.remove(segment_paths(world)[1]), "centre holds every entry"),
    ("… and receipts promised it", lambda world: os.remove(segment_paths(world)[1]), "receipts"),
    ("a segment signed by the receipt role", segment(role="receipt"), "segments"),
    ("a segment of another box", segment({"box": "BOX-0002"}), "segments"),
    ("a segment of another stream", segment({"stream": OLDER}), "segments"),
    ("a segment that begins elsewhere", segment({"previous": "22" * 32}), "segments"),
    ("a segment with another last hash", segment({"hash": "33" * 32}), "segments"),
    ("a segment whose lines were changed", segment(plain=lambda journal: journal.lines(1, 6).replace(b"Uji", b"Uja", 1)),
     "segments"),
    ("a segment of no lines", segment(plain=lambda journal: b"\n"), "segments"),
    ("two segments cover one range", lambda world: world.send_segment(world.journal, 5, 6), "segments"),
    ("a segment under another name", lambda world: os.rename(segment_paths(world)[0], segment_paths(world)[0][:-9] + "0.segment"),
     "segments"),
    *((change, sql(database, change), "databases") for database, change in (
        ("gateway", "DELETE FROM segment WHERE first = 1"), ("gateway", "UPDATE segment SET fork = 1 WHERE first = 1"),
        ("gateway", "UPDATE segment SET previous = hash"), ("gateway", "UPDATE segment SET box = 'BOX-0002'"),
        ("gateway", "UPDATE segment SET bytes = bytes + 1"), ("opened", "UPDATE stream SET hash = zeroblob(32)"),
        ("opened", "UPDATE entry SET bytes = replace(bytes, 'c1', 'c2') WHERE kind = 'event'"),
        ("opened", "DELETE FROM entry WHERE lsn = 9"), ("opened", "UPDATE stream SET problem = 'a gap'"),
        ("opened", "DELETE FROM attempt"), ("opened", "UPDATE attempt SET code = '0000-0000-0000' WHERE code <> ''"),
        ("opened", "UPDATE attempt SET head = zeroblob(32)"), ("opened", "UPDATE attempt SET participant = 'P9'"))),
    ("another version of the export", edit("export.json", b'"v":1', b'"v":2'), "order"),
]


def check_cases(failures: list) -> int:
    with tempfile.TemporaryDirectory() as room:
        whole = World(os.path.join(room, "whole"))
        code, wrong, _ = run(whole)
        if code != 0:
            failures.append(f"an unbroken world fails: {wrong}")
        for number, (name, act, check) in enumerate(CASES):
            world = World(os.path.join(room, str(number)), like=whole)
            act(world)
            code, wrong, _ = run(world)
            if code != 1 or not any(check in one["check"] for one in wrong):
                failures.append(f"{name}: exit {code}, found by {[one['check'] for one in wrong]}")
        check_paper(whole, room, failures)
    return len(CASES) + 2


def check_paper(world: World, room: str, failures: list) -> None:
    paper = os.path.join(room, "paper.csv")
    code = read(os.path.join(world.export, "kode-bukti.csv")).split(b"\n")[1].split(b",")[-1]
    for written, expected in ((code, 0), (code.lower(), 0), (code[:-1] + (b"0" if code[-1:] != b"0" else b"1"), 1)):
        write(paper, b"username,test,code\nP1,literasi," + written + b"\n")
        found, wrong, _ = run(world, "--codes", paper)
        if found != expected or (expected and "paper" not in wrong[0]["check"]):
            failures.append(f"paper says {written!r}: exit {found}")


def check_flips(failures: list, every: bool) -> int:
    """One bit of any byte of any file that people carry."""
    dice, count = random.Random(SEED), 0
    with tempfile.TemporaryDirectory() as room:
        world = World(os.path.join(room, "world"))
        names = ("entries.ndjson", "kode-bukti.csv", "export.json")
        paths = [os.path.join(world.export, name) for name in names] + receipt_paths(world)[:1] + segment_paths(world)[:1]
        for path in paths:
            data = read(path)
            for at in range(len(data)) if every else dice.sample(range(len(data)), FLIPS):
                write(path, data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1:])
                code, _, _ = run(world)
                count += 1
                if code == 0:
                    failures.append(f"{os.path.basename(path)}: byte {at} of {len(data)} flipped, not found (seed {SEED})")
            write(path, data)
    return count


def check_restored(failures: list) -> int:
    with tempfile.TemporaryDirectory() as room:
        world = World(os.path.join(room, "restored"), restored=True)
        code, wrong, said = run(world)
        notes = [note for check in said["checks"] for note in check["notes"]]
        if code != 0 or not any("only in the older stream: 2 entries" in note for note in notes):
            failures.append(f"a restored stream: exit {code}, {wrong}, {notes}")
        said = {"type": "receipt", **world.range_of(world.journal, 1, 10), "stream": OLDER, "hash": "44" * 32, "contiguous": 10, "at": 9}
        write(receipt_paths(world)[0], world.sealer.receipt(said))
        if run(world)[0] != 1:
            failures.append("a receipt for another hash of the older stream goes unnoticed")
        journal = world.journal
        at = next(i for i, entry in enumerate(journal.entries) if entry["kind"] == "event")
        journal.entries[at] = {**journal.entries[at], "bytes": journal.entries[at]["bytes"].replace("c1", "c2")}
        write(entries_path(world), b"".join(feed_line(entry).encode() + b"\n" for entry in journal.entries))
        code, wrong, _ = run(world)
        if code != 1 or not any("continues" in one["check"] for one in wrong):
            failures.append(f"a restored stream with another answer: exit {code}, {[one['check'] for one in wrong]}")
    for stream in vectors_sealed.read_json(VECTORS)["journal"]["restored"]:
        findings = Findings("")
        if check_claim(findings, stream["entries"]) != stream["previous_stream"] or findings.wrong:
            failures.append(f"vectors.json, restored: {findings.wrong}")
    return 4


def frames(data: bytes, level: int, checksum: int) -> bytes:
    library = ctypes.CDLL(ctypes.util.find_library("zstd"))
    library.ZSTD_createCCtx.restype = ctypes.c_void_p
    library.ZSTD_compress2.restype = ctypes.c_size_t
    context = ctypes.c_void_p(library.ZSTD_createCCtx())
    library.ZSTD_CCtx_setParameter(context, 100, level)
    library.ZSTD_CCtx_setParameter(context, 201, checksum)
    out = ctypes.create_string_buffer(len(data) + len(data) // 100 + 1000)
    size = library.ZSTD_compress2(context, out, ctypes.c_size_t(len(out)), data, ctypes.c_size_t(len(data)))
    library.ZSTD_freeCCtx(context)
    return out.raw[:size]


def check_zstd(failures: list) -> int:
    """What libzstd packs, at all levels and of several kinds of text, comes back; damage is an error, never a crash."""
    dice, count = random.Random(SEED), 0
    words = [bytes(dice.randrange(97, 123) for _ in range(dice.randrange(1, 9))) for _ in range(60)]
    kinds = [lambda n: dice.randbytes(n), lambda n: bytes([dice.randrange(256)]) * n,
             lambda n: bytes(min(255, int(dice.expovariate(0.05))) for _ in range(n)),
             lambda n: b" ".join(dice.choice(words) for _ in range(n // 5))[:n],
             lambda n: b"\n".join(b'{"lsn":%d,"hash":"%064x"}' % (i, dice.getrandbits(256)) for i in range(n // 80))[:n]]
    for size in (0, 1, 31, 100, 300, 2000, 20_000, 140_000):
        for kind in kinds:
            data = kind(size)
            for level in (-5, 1, 3, 6, 12, 19, 22) if size < 10_000 else (dice.choice((-5, 1, 3)), 6, dice.choice((12, 19))):
                packed = frames(data, level, count & 1)
                count += 1
                if decompress(packed) != data:
                    failures.append(f"zstd level {level}, {size} bytes: another text")
                if size > 2000:
                    continue
                at = dice.randrange(len(packed))
                with contextlib.suppress(ZstdError):
                    decompress(packed[:at])
                    failures.append(f"zstd: cut at {at} of {len(packed)} goes unnoticed")
                with contextlib.suppress(ZstdError):
                    decompress(packed[:at] + bytes([packed[at] ^ 1 << dice.randrange(8)]) + packed[at + 1:])
    return count


def main(arguments: list) -> int:
    if not shutil.which("openssl"):
        print("skipped: no openssl command")
        return 77
    failures: list = []
    count = check_cases(failures) + check_restored(failures) + check_flips(failures, "--every-byte" in arguments) + check_zstd(failures)
    print("\n".join(failures) if failures else f"verify: {count} cases, each as it should be")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
