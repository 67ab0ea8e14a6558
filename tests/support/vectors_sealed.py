#!/usr/bin/env python3
"""docs/vectors-sealed.json: published test keys, one sealed segment over the entries of docs/vectors.json, its receipt,
and a frame of a second medium.
Signing and sealing draw random numbers, so the file is kept and not made anew.

`vectors_sealed.py` opens all of it with openssl and compares with docs/vectors.json; `vectors_sealed.py --make KEYS BOX`
(what `proktor keys init` and `proktor enrol` wrote) makes it again. The keys are public and protect nothing.
"""
import base64
import ctypes
import ctypes.util
import hashlib
import json
import os
import struct
import sys
import tempfile

from sealing import Sealer
from verify_centre import read_receipt, read_segment
from verify_seal import OpenSsl

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")
KEPT = os.path.join(DOCS, "vectors-sealed.json")
FILES = {"roots.pem": "{keys}/centre/roots.pem", "centre.key": "{keys}/centre/centre.key", "centre.pem": "{keys}/centre/centre.pem",
         "centre_chain.pem": "{keys}/centre/centre_chain.pem", "box.key": "{box}/box/box.key", "box.pem": "{box}/box/box.pem",
         "chain.pem": "{box}/box/chain.pem", "receipt.key": "{keys}/gateway/receipt.key",
         "receipt.pem": "{keys}/gateway/receipt.pem", "receipt_chain.pem": "{keys}/gateway/receipt_chain.pem"}


MEDIUM_FOLDER = "kegiatan/latihan-an-2026"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def medium_file(stream: str, sealed: bytes) -> bytes:
    length = struct.pack(">I", len(sealed))
    return b"PROKTORM1\n" + bytes.fromhex(stream) + length + sealed + hashlib.sha256(sealed).digest()[:8] + length


def sealed_in(file: bytes, stream: str) -> bytes:
    """What the one frame of a .medium file seals; ValueError when the file is anything else."""
    length = struct.unpack(">I", file[26:30])[0]
    sealed = file[30:30 + length]
    if medium_file(stream, sealed) != file:
        raise ValueError("not a .medium file of one frame")
    return sealed


def read_json(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_keys(directory: str, keys: dict) -> None:
    for name, text in keys.items():
        with open(os.path.join(directory, name), "w", encoding="ascii") as file:
            file.write(text)


def compress(plain: bytes) -> bytes:
    """By libzstd itself, so that the vector has Huffman literals and sequences."""
    library = ctypes.CDLL(ctypes.util.find_library("zstd"))
    library.ZSTD_compress.restype = ctypes.c_size_t
    out = ctypes.create_string_buffer(len(plain) + 1000)
    size = library.ZSTD_compress(out, ctypes.c_size_t(len(out)), plain, ctypes.c_size_t(len(plain)), 6)
    return out.raw[:size]


def statements(journal: dict) -> tuple:
    entries = journal["entries"]
    genesis = json.loads(entries[0]["bytes"])
    common = {"v": 1, "organiser": genesis["organiser"], "event": genesis["event"], "box": genesis["box"],
              "stream": journal["stream"], "first": 1, "last": len(entries)}
    header = {"type": "segment", **common, "previous": journal["previous_of_first"], "hash": entries[-1]["hash"]}
    receipt = {"type": "receipt", **common, "hash": entries[-1]["hash"], "contiguous": len(entries), "at": 1795390050000}
    return header, receipt


def medium_header(header: dict) -> dict:
    return header | {"type": "medium", "organiser": "", "event": MEDIUM_FOLDER}


def make(keys_directory: str, box: str) -> None:
    keys = {}
    for name, path in FILES.items():
        with open(path.format(keys=keys_directory, box=box), encoding="ascii") as file:
            keys[name] = file.read()
    journal = read_json(os.path.join(DOCS, "vectors.json"))["journal"]
    plain = "".join(entry["feed"] + "\n" for entry in journal["entries"]).encode()
    header, receipt = statements(journal)
    with tempfile.TemporaryDirectory() as directory:
        write_keys(directory, keys)
        sealer, packed = Sealer(directory), compress(plain)
        segment, signed = sealer.segment(header, packed), sealer.receipt(receipt)
        medium = medium_file(journal["stream"], sealer.segment(medium_header(header), packed, recipient="box.pem"))
    about = ("keys: published, for these vectors only. segment: `packed` is zstd of the feed lines of vectors.json, "
             "journal.entries, each with LF; `file` is the segment file. receipt: `content` is what `file` signs. medium: "
             "`file` is a .medium file of one frame with the same `packed`, for the box alone. Bytes in base64url")
    document = {"about": about, "keys": keys, "segment": {
        "name": journal["segment_name"], "header": header, "packed": base64url(packed),
        "file": base64url(segment)}, "receipt": {"content": receipt, "file": base64url(signed)},
        "medium": {"header": medium_header(header), "file": base64url(medium)}}
    with open(KEPT, "w", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=1) + "\n")


def check() -> list:
    kept, journal = read_json(KEPT), read_json(os.path.join(DOCS, "vectors.json"))["journal"]
    header, receipt = statements(journal)
    with tempfile.TemporaryDirectory() as directory:
        write_keys(directory, kept["keys"])
        openssl = OpenSsl(*(os.path.join(directory, name) for name in ("roots.pem", "centre.key", "centre.pem")))
        found, lines = read_segment(openssl, unbase64url(kept["segment"]["file"]))
        said = read_receipt(openssl, unbase64url(kept["receipt"]["file"]))
        box = OpenSsl(*(os.path.join(directory, name) for name in ("roots.pem", "box.key", "box.pem")))
        frame, frame_lines = read_segment(box, sealed_in(unbase64url(kept["medium"]["file"]), journal["stream"]), "medium")
    pairs = {"segment.header": (kept["segment"]["header"], header), "the file's header": (found, header),
             "segment.name": (kept["segment"]["name"], journal["segment_name"]), "receipt.content": (kept["receipt"]["content"], receipt),
             "the receipt": (said, receipt), "medium.header": (kept["medium"]["header"], medium_header(header)),
             "the frame's header": (frame, medium_header(header)), "the frame's lines": (frame_lines, lines),
             "the lines": ([line.decode() for line in lines], [entry["feed"] for entry in journal["entries"]])}
    return [name for name, (one, other) in pairs.items() if one != other]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(*sys.argv[2:4])
    wrong = check()
    print(f"vectors-sealed.json differs: {', '.join(wrong)}" if wrong else "vectors: docs/vectors-sealed.json opens and agrees")
    sys.exit(1 if wrong else 0)
