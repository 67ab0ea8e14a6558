"""The oracle: every acknowledgement that any client ever saw (the ledgers of `proktor drill`) against what a stopped box
holds. It reads the database itself, after docs/protocol.md, with no code of the product:

I1  an acknowledged line is there, and the chain over all lines up to it gives the head that was acknowledged
I2  each epoch's lines are 1, 2, 3 … with none twice
I3  the database is sound and the chain over all entries holds
I4  the answer that counts is the line of the highest seq of the winning epoch"""
import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field

LATEST_ANSWER = 0
COLUMNS = "lsn, at_ms, term, kind, version, npsn, subject, bytes, hash"
COUNTING_FLAGS = ([], ["time"])
SHOWN = 10


@dataclass
class Verdict:
    acknowledged: int = 0
    lost: int = 0
    entries: int = 0
    wrong: list = field(default_factory=list)

    def say(self, what: str) -> None:
        if len(self.wrong) < SHOWN:
            self.wrong.append(what)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def framed(value) -> bytes:
    data = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else u64(value)
    return len(data).to_bytes(4, "big") + data


def read_ledgers(paths: list) -> dict:
    """(attempt, term, n) -> (parent, {seq: head})."""
    seen: dict = {}
    for path in paths:
        with open(path, encoding="ascii") as file:
            for line in file:
                if not line.endswith("\n"):
                    break  # the client was ended in the middle of writing it
                one = json.loads(line)
                known = seen.setdefault((one["attempt"], one["term"], one["n"]), ["", {}])
                if "parent" in one:
                    known[0] = one["parent"]
                else:
                    known[1][one["seq"]] = one["head"]
    return seen


class Log:
    """What the journal holds, by epoch: {seq: line}, and the lsn of every line that counts as an answer."""

    def __init__(self, stream: bytes, rows, verdict: Verdict):
        self.epochs: dict = {}
        self.answers: dict = {}  # (attempt, item) -> ((term, n, seq), lsn) of the line that must count
        self.hashes: list = []  # by lsn, from 1
        before = sha256(b"proktor-journal-1", stream)
        for row in rows:
            verdict.entries += 1
            hashed = sha256(before, *(framed(value) for value in row[:8]))
            if row[0] != len(self.hashes) + 1 or hashed != row[8]:
                verdict.say(f"I3: the chain breaks at lsn {row[0]}")
                hashed = row[8]
            before = hashed
            self.hashes.append(bytes(hashed))
            if row[3] == "event":
                self.take(row[0], row[6].split(" "), bytes(row[7]), verdict)

    def take(self, lsn: int, subject: list, line: bytes, verdict: Verdict) -> None:
        term, n = map(int, subject[1].split("."))
        seq, flags = int(subject[2]), subject[4:]
        lines = self.epochs.setdefault((subject[0], term, n), {})
        if seq != len(lines) + 1:
            verdict.say(f"I2: {subject[0]} {term}.{n}: seq {seq} at lsn {lsn} after {len(lines)} lines")
        lines[seq] = line
        said = json.loads(line)
        if said["kind"] in ("answer", "clear") and flags in COUNTING_FLAGS:
            key, place = (subject[0], said["item"]), (term, n, seq)
            if place > self.answers.get(key, ((), 0))[0]:
                self.answers[key] = (place, lsn)


def check_promises(log: Log, ledger: dict, verdict: Verdict) -> None:
    for (attempt, term, n), (parent, heads) in ledger.items():
        verdict.acknowledged += len(heads)
        lines = log.epochs.get((attempt, term, n), {})
        head = sha256(b"proktor-1", bytes.fromhex(attempt), u64(term), u64(n), bytes.fromhex(parent))
        for seq in range(1, max(heads, default=0) + 1):
            if seq not in lines:
                verdict.lost += sum(promised >= seq for promised in heads)
                verdict.say(f"I1: {attempt} {term}.{n}: acknowledged to seq {max(heads)}, seq {seq} is missing")
                break
            head = sha256(head, lines[seq])
            if heads.get(seq, head.hex()) != head.hex():
                verdict.lost += 1
                verdict.say(f"I1: {attempt} {term}.{n} seq {seq}: other bytes than acknowledged")


def check_answers(database: sqlite3.Connection, log: Log, verdict: Verdict) -> None:
    rows = database.execute("SELECT attempt, item, lsn FROM latest WHERE kind = ?", (LATEST_ANSWER,))
    counting = {(attempt.hex(), item): lsn for attempt, item, lsn in rows}
    wanted = {key: lsn for key, (_, lsn) in log.answers.items()}
    for key in wanted.keys() | counting.keys():
        if wanted.get(key) != counting.get(key):
            verdict.say(f"I4: {key}: lsn {counting.get(key)} counts, not {wanted.get(key)}")


@contextlib.contextmanager
def opened_copy(path: str):
    """Of the database of a stopped program: no second connection ever touches the file itself."""
    with tempfile.TemporaryDirectory(prefix="proktor-oracle-") as folder:
        for name in (path, path + "-wal"):
            if os.path.exists(name):
                shutil.copy(name, folder)
        database = sqlite3.connect(os.path.join(folder, os.path.basename(path)))
        try:
            yield database
        finally:
            database.close()


def judge_box(journal_dir: str, ledgers: list, verdict: Verdict) -> Log | None:
    """A stopped box against its clients."""
    try:
        with opened_copy(os.path.join(journal_dir, "journal.db")) as database:
            if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                verdict.say("I3: integrity_check")
            stream = database.execute("SELECT value FROM meta WHERE key = 'stream'").fetchone()[0]
            log = Log(stream, database.execute(f"SELECT {COLUMNS} FROM entry ORDER BY lsn"), verdict)
            check_promises(log, read_ledgers(ledgers), verdict)
            check_answers(database, log, verdict)
            return log
    except (sqlite3.Error, TypeError, ValueError) as error:
        verdict.say(f"I3: the journal cannot be read: {error}")
        return None


def judge_centre(centre_db: str, stream: str, ledgers: list, verdict: Verdict) -> Log | None:
    """What a stopped centre opened of one stream, against the same clients."""
    try:
        with opened_copy(centre_db) as database:
            rows = database.execute(f"SELECT {COLUMNS} FROM entry WHERE stream = ? ORDER BY lsn", (stream,))
            log = Log(bytes.fromhex(stream), rows, verdict)
            check_promises(log, read_ledgers(ledgers), verdict)
            return log
    except (sqlite3.Error, TypeError, ValueError) as error:
        verdict.say(f"I3: the centre's store cannot be read: {error}")
        return None
