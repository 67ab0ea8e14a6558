"""A box's export and the centre's store as the programs write them, made by hand for the tests of verify.py: two
participants, a second login with lines in quarantine, a conflicting line, an attempt without a submit, three segments."""
import base64
import copy
import hashlib
import json
import os
import shutil
import sqlite3

from sealing import Sealer, compact, stored_frame
from vectors_sealed import KEPT, read_json, write_keys
from verify_journal import Attempts, Findings, code_of, entry_hash, feed_line, first_hash, sha256

ORGANISER, EVENT, BOX = "nasional", "latihan-uji", "BOX-0001"  # the box of the published keys
STREAM, OLDER = "5f3759df0badc0de8badf00ddeadbeef", "0123456789abcdef0123456789abcdef"


class Journal:
    def __init__(self, stream: str, genesis: dict):
        self.stream, self.entries = stream, []
        self.add("genesis", EVENT, {"organiser": ORGANISER, "event": EVENT, "title": "Uji", "mark": "LATIHAN", "stream": stream,
                                    "box": BOX, "previous_head": "11" * 32, **genesis})

    def add(self, kind: str, subject: str, data, npsn: str = "") -> None:
        text = data if isinstance(data, str) else compact(data).decode()
        entry = {"lsn": len(self.entries) + 1, "at_ms": 1795390000000 + len(self.entries), "term": 0, "kind": kind, "version": 1,
                 "npsn": npsn, "subject": subject, "bytes": text}
        previous = bytes.fromhex(self.hash_at(len(self.entries)))
        self.entries.append({**entry, "hash": entry_hash(previous, {**entry, "hash": ""}).hex()})

    def hash_at(self, lsn: int) -> str:
        return self.entries[lsn - 1]["hash"] if lsn else first_hash(self.stream).hex()

    def lines(self, first: int, last: int) -> bytes:
        return b"".join(feed_line(entry).encode() + b"\n" for entry in self.entries[first - 1:last])

    def epoch(self, attempt: str, n: int, parent: bytes, lines: list, seq: int = 1, kind: str = "event", head=None) -> bytes:
        head = head or sha256(b"proktor-1", bytes.fromhex(attempt), bytes(8), n.to_bytes(8, "big"), parent)
        for at, rest in enumerate(lines, seq):
            line = f'{{"v":1,"seq":{at},{rest},"t":{at * 1000}}}'
            self.add(kind, f"{attempt} 0.{n} {at} {at * 1000}", line, "69900001")
            head = sha256(head, line.encode())
        return head


def sitting(journal: Journal) -> None:
    """Everything up to the close of the sesi."""
    journal.add("school", "69900001", {"npsn": "69900001", "name": "SMP Uji “Satu”"})
    journal.add("test", "literasi", {"id": "literasi", "title": "Literasi", "items": 3})
    for number in (1, 2):
        journal.add("participant", f"012990000{number}", {"username": f"P{number}", "name": "Ayu\t日", "npsn": "69900001"}, "69900001")
    one, two, three = ("%032x" % number for number in (1, 2, 3))
    answer = '"kind":"answer","item":"i1","value":{"r1":"c%d é"}'
    begin = {"sesi": "S1", "test": "literasi", "seed": "7", "term": 0, "n": 1, "device": "", "x": 1}
    journal.add("attempt", one, {"participant": "0129900001", **begin}, "69900001")
    head = journal.epoch(one, 1, bytes(32), [answer % 1, answer % 2])
    journal.add("epoch", one, {"term": 0, "n": 2, "parent": head.hex(), "device": "", "x": 2}, "69900001")
    journal.epoch(one, 1, bytes(32), [answer % 9], 3, "quarantine", head)
    journal.add("evidence", f"{one} 0.1 2 2500", {"line": base64.urlsafe_b64encode(b'{"v":1,"seq":2}').rstrip(b"=").decode()}, "69900001")
    head = journal.epoch(one, 2, head, [answer % 3, '"kind":"submit"'])
    journal.add("finished", one, {"term": 0, "n": 2, "seq": 2, "head": head.hex(), "code": code_of(head), "answered": 1, "x": 3})
    for attempt, lines in ((two, [answer % 4]), (three, [])):
        journal.add("attempt", attempt, {"participant": "0129900002", **begin, "test": f"t{attempt[-1]}"}, "69900001")
        head = journal.epoch(attempt, 1, bytes(32), lines)
        if lines:
            journal.add("finished", attempt, {"term": 0, "n": 1, "seq": 1, "head": head.hex(), "code": "", "answered": 1, "x": 3})
    journal.add("sitting-closed", "S1", {"by": "proktor1", "x": 4})


class World:
    """`directory`/export, centre, keys; `like`: a copy of another one."""

    def __init__(self, directory: str, restored: bool = False, like=None):
        self.directory = directory
        if like:
            shutil.copytree(like.directory, directory)
        self.export, self.centre, self.keys = (os.path.join(directory, name) for name in ("export", "centre", "keys"))
        for path in (os.path.join(self.export, "receipts"), self.centre, self.keys):
            os.makedirs(path, exist_ok=True)
        self.sealer = Sealer(self.keys)
        self.gateway = sqlite3.connect(os.path.join(self.centre, "gateway.db"))
        self.opened = sqlite3.connect(os.path.join(self.centre, "centre.db"))
        if like:
            self.journal = copy.deepcopy(like.journal)
        else:
            self.make(restored)

    def make(self, restored: bool) -> None:
        write_keys(self.keys, read_json(KEPT)["keys"])
        self.gateway.execute("CREATE TABLE segment (stream, first, last, digest, previous, hash, organiser, event, box, name, bytes, fork)")
        self.opened.execute("CREATE TABLE entry (stream, lsn, at_ms, term, kind, version, npsn, subject, bytes, hash)")
        self.opened.execute("CREATE TABLE stream (stream, organiser, event, box, opened, hash, problem)")
        self.opened.execute("CREATE TABLE attempt (stream, attempt, participant, test, term, n, seq, head, code)")
        if restored:
            self.make_restored()
        else:
            self.journal = Journal(STREAM, {})
            sitting(self.journal)
            self.send(self.journal, [6, 12, len(self.journal.entries)])
        self.write_export()

    def make_restored(self) -> None:
        """The box was lost after lsn 12; the centre has two entries more of its stream than the medium had."""
        older = Journal(OLDER, {})
        sitting(older)
        self.send(older, [14], "ignored")
        said = {"type": "receipt", **self.range_of(older, 1, 10), "hash": older.hash_at(10), "contiguous": 10, "at": 9}
        self.put_receipt("000000000001-000000000010.receipt", self.sealer.receipt(said))
        self.journal = Journal(STREAM, {"previous_head": older.hash_at(12), "event_previous_head": "11" * 32,
                                        "previous_stream": OLDER})
        for entry in older.entries[1:12]:
            self.journal.entries.append({**entry, "hash": entry_hash(bytes.fromhex(self.journal.entries[-1]["hash"]), entry).hex()})
        self.journal.add("restored", EVENT, {"from_stream": OLDER, "lsn": 12, "hash": older.hash_at(12), "sources": ["medium"], "x": 9})
        self.send(self.journal, [len(self.journal.entries)])

    def send(self, journal: Journal, ends: list, receipts: str = "receipts") -> None:
        first = 1
        for last in ends:
            self.send_segment(journal, first, last)
            said = {"type": "receipt", **self.range_of(journal, first, last), "hash": journal.hash_at(last), "contiguous": last, "at": 9}
            if receipts == "receipts":
                self.put_receipt(f"{first:012d}-{last:012d}.receipt", self.sealer.receipt(said))
                journal.add("receipt", journal.stream, {"first": first, "last": last, "hash": said["hash"], "at": 9})
            first = last + 1
        for entry in journal.entries[:ends[-1]]:
            row = [entry[key] if key != "bytes" else entry[key].encode() for key in entry if key != "hash"]
            self.opened.execute("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?)",
                                (journal.stream, *row, bytes.fromhex(entry["hash"])))
        self.tell_of_opened(journal, ends[-1])
        self.gateway.commit()
        self.opened.commit()

    def tell_of_opened(self, journal: Journal, last: int) -> None:
        self.opened.execute("INSERT INTO stream VALUES (?,?,?,?,?,?,'')",
                            (journal.stream, ORGANISER, EVENT, BOX, last, bytes.fromhex(journal.hash_at(last))))
        replay = Attempts(Findings(""))
        for entry in journal.entries[:last]:
            replay.take(entry)
        for name, one in replay.attempts.items():
            epoch = max(one["epochs"])
            mark = one["epochs"][epoch]
            self.opened.execute("INSERT INTO attempt VALUES (?,?,?,?,?,?,?,?,?)", (
                journal.stream, name, one["participant"], one["test"], *epoch, mark["seq"], mark["head"], one["finished"] or ""))

    def range_of(self, journal: Journal, first: int, last: int) -> dict:
        return {"v": 1, "organiser": ORGANISER, "event": EVENT, "box": BOX, "stream": journal.stream, "first": first, "last": last}

    def put_receipt(self, name: str, data: bytes) -> None:
        with open(os.path.join(self.export, "receipts", name), "wb") as file:
            file.write(data)

    def send_segment(self, journal: Journal, first: int, last: int, role: str = "box", changes=(), plain=None) -> None:
        header = {"type": "segment", **self.range_of(journal, first, last), "previous": journal.hash_at(first - 1),
                  "hash": journal.hash_at(last), **dict(changes)}
        data = self.sealer.segment(header, stored_frame(journal.lines(first, last) if plain is None else plain), role)
        digest = hashlib.sha256(data).hexdigest()
        folder = os.path.join(self.centre, "segments", journal.stream)
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(folder):
            if name.startswith(f"{journal.stream}-{first:012d}-{last:012d}"):
                os.remove(os.path.join(folder, name))
        self.gateway.execute("DELETE FROM segment WHERE stream = ? AND first = ?", (journal.stream, first))
        with open(os.path.join(folder, f"{journal.stream}-{first:012d}-{last:012d}-{digest[:16]}.segment"), "wb") as file:
            file.write(data)
        self.gateway.execute("INSERT INTO segment VALUES (?,?,?,?,?,?,?,?,?,?,?,0)", (
            journal.stream, first, last, digest, *(bytes.fromhex(header[key]) for key in ("previous", "hash")),
            header["organiser"], header["event"], header["box"], f"{journal.stream}-{first:012d}-{last:012d}.segment", len(data)))
        self.gateway.commit()

    def write_export(self) -> None:
        entries = self.journal.entries
        with open(os.path.join(self.export, "entries.ndjson"), "wb") as file:
            file.write(self.journal.lines(1, len(entries)))
        about = {"v": 1, "organiser": ORGANISER, "event": EVENT, "box": BOX, "stream": self.journal.stream,
                 "last": len(entries), "hash": entries[-1]["hash"]}
        with open(os.path.join(self.export, "export.json"), "wb") as file:
            file.write(compact(about) + b"\n")
        codes = {entry["subject"]: json.loads(entry["bytes"])["code"] for entry in entries if entry["kind"] == "finished"}
        people = {entry["subject"]: json.loads(entry["bytes"])["username"] for entry in entries if entry["kind"] == "participant"}
        rows = []
        for entry in (one for one in entries if one["kind"] == "attempt"):
            said = json.loads(entry["bytes"])
            rows.append((people[said["participant"]], said["test"], "S1", entry["subject"], codes.get(entry["subject"], "")))
        with open(os.path.join(self.export, "kode-bukti.csv"), "w", encoding="utf-8", newline="") as file:
            file.write("\n".join(",".join(row) for row in [("username", "test", "sesi", "attempt", "code"), *rows]) + "\n")
