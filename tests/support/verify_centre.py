"""What the centre keeps of a stream (docs/protocol.md: Segments, Receipt): signatures, contents, byte by byte against
an export. Part of verify.py."""
import hashlib
import json
import os
import re
import sqlite3

from verify_journal import Attempts, Findings, first_hash, follow, split_lines
from verify_restored import older_hashes, restored_of
from verify_seal import OpenSsl, SealError
from zstd_decoder import decompress
from zstd_entropy import ZstdError

SEGMENT_NAME = re.compile(r"([0-9a-f]{32})-(\d{12})-(\d{12})-([0-9a-f]{16})\.segment")
RECEIPT_NAME = re.compile(r"(\d{12})-(\d{12})\.receipt")
HEADER_MAX, PLAIN_MAX = 4096, 8 << 20
QUIET = ("receipt", "alive")  # what follows the last answer without an end, and is never a reason to seal


def statement(data: bytes, kind: str, keys: list) -> dict:
    said = json.loads(data.decode("utf-8"))
    if list(said) != keys or said["type"] != kind or said["v"] != 1 or not 0 < said["first"] <= said["last"]:
        raise SealError(f"no {kind}")
    return said


COMMON = ["type", "v", "organiser", "event", "box", "stream", "first", "last"]


def read_receipt(openssl: OpenSsl, data: bytes) -> dict:
    content, _ = openssl.verify(data, "receipt")
    return statement(content, "receipt", COMMON + ["hash", "contiguous", "at"])


def read_segment(openssl: OpenSsl, data: bytes, kind: str = "segment") -> tuple:
    """(header, lines)"""
    content, signer = openssl.verify(data, "box")
    end = content.index(b"\n", 0, HEADER_MAX)
    header = statement(content[:end], kind, COMMON + ["previous", "hash"])
    if header["box"] != signer:
        raise SealError(f"box {header['box']}, signed by {signer}")
    return header, split_lines(decompress(openssl.decrypt(content[end + 1:]), PLAIN_MAX))


class CentreStream:
    """The segments of one stream at the centre, opened."""

    def __init__(self, data: str, stream: str, openssl: OpenSsl):
        self.data, self.stream, self.openssl = data, stream, openssl
        self.segments: list = []  # (header, file name), in order
        self.files: dict = {}     # file name -> (SHA-256, size)
        self.lines: dict = {}     # lsn -> line

    def read(self, check: Findings, box: str, event: str) -> None:
        folder = os.path.join(self.data, "segments", self.stream)
        for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            named, self.files[name] = SEGMENT_NAME.fullmatch(name), (hashlib.sha256(data).hexdigest(), len(data))
            if not named or self.files[name][0][:16] != named.group(4):
                check.add(f"{name}: the file is not the one that its name tells of")
                continue
            try:
                header, lines = read_segment(self.openssl, data)
            except (SealError, ZstdError, ValueError, KeyError) as error:
                check.add(f"{name}: {error}")
                continue
            if (header["stream"], header["first"], header["last"]) != (self.stream, int(named.group(2)), int(named.group(3))):
                check.add(f"{name}: its header speaks of {header['stream'][:8]}… {header['first']}-{header['last']}")
                continue
            if (header["box"], header["event"]) != (box, event):
                check.add(f"{name}: of box {header['box']}, kegiatan {header['event']}")
            entries = follow(lines, header["first"], bytes.fromhex(header["previous"]), check, name)
            if len(entries) != header["last"] - header["first"] + 1 or entries[-1]["hash"] != header["hash"]:
                check.add(f"{name}: holds {len(entries)} entries and not those of its header")
            self.segments.append((header, name))
            for entry, line in zip(entries, lines):
                if self.lines.setdefault(entry["lsn"], line) != line:
                    check.add(f"{name}: lsn {entry['lsn']} differs from another segment's (fork)")
        self.check_chain(check)
        check.counted = f"{len(self.segments)} segments, {len(self.lines)} entries"

    def check_chain(self, check: Findings) -> None:
        self.segments.sort(key=lambda one: one[0]["first"])
        last, previous = 0, first_hash(self.stream).hex()
        for header, name in self.segments:
            if header["first"] <= last:
                check.add(f"{name}: covers what another segment covers (fork)")
            elif header["first"] == last + 1 and header["previous"] != previous:
                check.add(f"{name}: does not follow the segment before")
            elif header["first"] > last + 1:
                check.add(f"lsn {last + 1}-{header['first'] - 1} never arrived")
            last, previous = header["last"], header["hash"]

    def contiguous(self) -> int:
        last = 0
        for header, _ in self.segments:
            if header["first"] != last + 1:
                break
            last = header["last"]
        return last

    def compare(self, check: Findings, lines: list, entries: list) -> None:
        """Every entry of the export, byte by byte."""
        missing = [lsn for lsn in range(1, len(lines) + 1) if lsn not in self.lines]
        different = [lsn for lsn, line in self.lines.items() if lsn <= len(lines) and lines[lsn - 1] != line]
        tail = len(lines)
        while tail and tail in missing and tail <= len(entries) and entries[tail - 1]["kind"] in QUIET:
            tail -= 1
        for lsn in different[:20]:
            check.add(f"lsn {lsn}: the centre holds other bytes")
        lost = [lsn for lsn in missing if lsn <= tail]
        if lost:
            check.add(f"{len(lost)} entries are not at the centre, the first is lsn {lost[0]}")
        beyond = [lsn for lsn in self.lines if lsn > len(lines)]
        if beyond:
            check.add(f"the centre holds {len(beyond)} entries that the export lacks, from lsn {min(beyond)}")
        if len(missing) > len(lost):
            check.notes.append(f"{len(missing) - len(lost)} receipts and signs of life at the end are not sent yet")
        check.counted = f"{len(self.lines) - len(beyond) - len(different)} of {len(lines)} entries the same"

    def check_database(self, check: Findings) -> None:
        """The rows that the gateway wrote before it signed receipts, and what was opened, against the files."""
        rows = self.rows("gateway.db", "SELECT first, last, digest, previous, hash, organiser, event, box, name, bytes, fork "
                         "FROM segment WHERE stream = ?", check)
        files = {}
        for header, name in self.segments:
            digest, size = self.files[name]
            files[(header["first"], header["last"], digest)] = [
                *(bytes.fromhex(header[key]) for key in ("previous", "hash")),
                *(header[key] for key in ("organiser", "event", "box")), name[:-len("-0123456789abcdef.segment")] + ".segment", size]
        for first, last, digest, *said, fork in rows:
            kept = files.pop((first, last, digest), None)
            if kept != said:
                check.add(f"gateway.db: {first}-{last} has no sound file" if kept is None else
                          f"gateway.db: the row of {first}-{last} says other things than its file")
            if fork:
                check.add(f"gateway.db: {first}-{last} is marked as a fork")
        for first, last, _ in files:
            check.add(f"gateway.db: no row of segment {first}-{last}")
        opened = self.check_entries(check)
        self.check_attempts(check, opened)
        check.counted = f"{len(rows)} segments, {len(opened)} opened entries"

    def check_entries(self, check: Findings) -> list:
        """The opened entries, those of the segments, as far as the row of the stream says; gives them."""
        opened = self.rows("centre.db", "SELECT lsn, at_ms, term, kind, version, npsn, subject, bytes, hash FROM entry "
                           "WHERE stream = ? ORDER BY lsn", check)
        entries = []
        for lsn, *rest in opened:
            said = json.loads(self.lines.get(lsn, b"{}"))
            kept = [one.decode() if isinstance(one, bytes) and i < 7 else one for i, one in enumerate(rest)]
            kept[-1] = kept[-1].hex()
            if [lsn, *kept] != list(said.values()):
                check.add(f"centre.db: lsn {lsn} differs from its segment")
            entries.append(said)
        last = entries[-1] if entries else {}
        header = self.segments[0][0] if self.segments else {}
        expected = [(header.get("organiser"), header.get("event"), header.get("box"), len(entries), last.get("hash"), "")]
        streams = self.rows("centre.db", "SELECT organiser, event, box, opened, lower(hex(hash)), problem FROM stream "
                            "WHERE stream = ?", check)
        if (streams or entries) and streams != expected:
            check.add(f"centre.db: the stream is told of as {streams}, its opened entries give {expected}")
        return entries

    def check_attempts(self, check: Findings, entries: list) -> None:
        """The table of attempts, worked out anew from the opened entries."""
        replay = Attempts(Findings(""))
        for entry in entries:
            if entry:
                replay.take(entry)
        expected = set()
        for name, one in replay.attempts.items():
            (term, n), mark = max(one["epochs"].items())
            expected.add((name, one["participant"], one["test"], term, n, mark["seq"], mark["head"].hex(), one["finished"] or ""))
        rows = set(self.rows("centre.db", "SELECT attempt, participant, test, term, n, seq, lower(hex(head)), code FROM attempt "
                             "WHERE stream = ?", check))
        for row in sorted(rows ^ expected)[:20]:
            check.add(f"centre.db: attempt {row[0]} {'is not what the entries give' if row in rows else 'has no such row'}: {row[1:]}")

    def rows(self, name: str, query: str, check: Findings) -> list:
        path = os.path.join(self.data, name)
        if not os.path.exists(path):
            check.notes.append(f"there is no {name}")
            return []
        try:
            connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            try:
                return connection.execute(query, (self.stream,)).fetchall()
            finally:
                connection.close()
        except sqlite3.Error as error:
            check.add(f"{name}: {error}")
            return []


def check_receipts(check: Findings, export, openssl: OpenSsl, centre) -> None:
    """Signature, role, that the export has what is receipted, that the centre holds what it promised. Receipts for an older
    stream that this one continues must speak of its hashes, as far as they can be made again."""
    folder, proven, older = os.path.join(export.directory, "receipts"), set(), 0
    before = {one["from_stream"]: [] for one in restored_of(export.entries)}
    if before:
        before[restored_of(export.entries)[-1]["from_stream"]] = older_hashes(export.entries)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        try:
            said = read_receipt(openssl, data)
        except (SealError, ValueError, KeyError, TypeError) as error:
            check.add(f"{name}: {error}")
            continue
        named = RECEIPT_NAME.fullmatch(name)
        if not named or (int(named.group(1)), int(named.group(2))) != (said["first"], said["last"]):
            check.add(f"{name}: speaks of {said['first']}-{said['last']}")
        if said["stream"] in before and said["box"] == export.about["box"]:
            hashes, older = before[said["stream"]], older + 1
            if said["last"] <= len(hashes) and hashes[said["last"] - 1] != said["hash"]:
                check.add(f"{name}: another hash at lsn {said['last']} than the older stream")
            continue
        strange = [key for key in ("organiser", "event", "box", "stream") if said[key] != export.about[key]]
        if strange:
            check.add(f"{name}: for another {', '.join(strange)}")
            continue
        if said["last"] > len(export.entries) or export.entries[said["last"] - 1]["hash"] != said["hash"]:
            check.add(f"{name}: another hash at lsn {said['last']} than the export")
            continue
        proven.add((said["first"], said["last"], said["hash"]))
        if centre is None:
            continue
        if not any((header["first"], header["last"], header["hash"]) == (said["first"], said["last"], said["hash"])
                   for header, _ in centre.segments):
            check.add(f"{name}: the centre does not have the segment that it receipted")
        if said["contiguous"] > centre.contiguous():
            check.add(f"{name}: promises all up to {said['contiguous']}, the centre has {centre.contiguous()}")
    for entry in export.entries:
        if entry["kind"] == "receipt" and entry["subject"] == export.about["stream"]:
            said = json.loads(entry["bytes"])
            if (said.get("first"), said.get("last"), said.get("hash")) not in proven:
                check.add(f"lsn {entry['lsn']}: the receipt for {said.get('first')}-{said.get('last')} has no sound file")
    if centre is not None:
        silent = sum((header["first"], header["last"], header["hash"]) not in proven for header, _ in centre.segments)
        if silent:
            check.notes.append(f"{silent} segments at the centre have no receipt at the box yet")
    check.counted = f"{len(names)} receipts, {len(proven) + older} hold"

