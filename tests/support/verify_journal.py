"""What an export says by itself, worked out anew from its lines (docs/protocol.md: Export, Entry, Feed, Chain, Kode
bukti). Part of verify.py; shares no code with the programs."""
import base64
import csv
import hashlib
import io
import itertools
import json
import os
import re
import struct

KEYS = ["lsn", "at_ms", "term", "kind", "version", "npsn", "subject", "bytes", "hash"]
ABOUT = ["v", "organiser", "event", "box", "stream", "last", "hash"]
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ZERO = bytes(32)
HASH = re.compile(r"[0-9a-f]{64}")
WITHOUT_CODE = ("", "tanpa kode")


class Findings:
    """One check: what it counted and what does not hold."""

    def __init__(self, name: str):
        self.name, self.counted, self.wrong, self.notes = name, "", [], []

    def add(self, text: str) -> None:
        self.wrong.append(text)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def field(value) -> bytes:
    data = struct.pack(">Q", value) if isinstance(value, int) else value.encode()
    return struct.pack(">I", len(data)) + data


def entry_hash(previous: bytes, entry: dict) -> bytes:
    return sha256(previous, *(field(entry[key]) for key in KEYS[:-1]))


def first_hash(stream: str) -> bytes:
    return sha256(b"proktor-journal-1", bytes.fromhex(stream))


def text_of(value: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(short.get(c) or (c if c >= " " else f"\\u{ord(c):04x}") for c in value) + '"'


def feed_line(entry: dict) -> str:
    return "{" + ",".join(f'"{key}":{entry[key] if isinstance(entry[key], int) else text_of(entry[key])}' for key in KEYS) + "}"


def parse_line(line: bytes) -> dict:
    """An entry; ValueError for anything that is not exactly a feed line."""
    entry = json.loads(line.decode("utf-8"))
    if not isinstance(entry, dict) or list(entry) != KEYS:
        raise ValueError("keys")
    if any(type(entry[key]) is not (int if key in ("lsn", "at_ms", "term", "version") else str) for key in KEYS):
        raise ValueError("types")
    if not HASH.fullmatch(entry["hash"]):
        raise ValueError("hash")
    if feed_line(entry).encode() != line:
        raise ValueError("not written as a feed line")
    return entry


def split_lines(data: bytes) -> list:
    """Lines without their LF; ValueError when the last one has none."""
    if data and not data.endswith(b"\n"):
        raise ValueError("the last line has no end")
    return data.split(b"\n")[:-1]


def follow(lines: list, lsn: int, previous: bytes, findings: Findings, where: str) -> list:
    """The entries of `lines`, which begin at `lsn` after `previous`; what does not follow is a finding."""
    entries = []
    for line in lines:
        try:
            entry = parse_line(line)
        except (ValueError, UnicodeDecodeError) as error:
            findings.add(f"{where}: the line of lsn {lsn} cannot be read: {error}")
            return entries
        if entry["lsn"] != lsn:
            findings.add(f"{where}: lsn {entry['lsn']} where {lsn} belongs")
            return entries
        if entry_hash(previous, entry).hex() != entry["hash"]:
            findings.add(f"{where}: the hash of lsn {lsn} does not follow")
        entries.append(entry)
        lsn, previous = lsn + 1, bytes.fromhex(entry["hash"])
    return entries


def code_of(head: bytes) -> str:
    bits = int.from_bytes(head, "big") >> 196
    letters = "".join(LETTERS[bits >> shift & 31] for shift in range(55, -1, -5))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


class Attempts:
    """Every attempt of a stream: its epochs' marks and heads, its quarantine, what `finished` says."""

    def __init__(self, findings: Findings):
        self.findings = findings
        self.attempts: dict = {}
        self.usernames: dict = {}
        self.lines = self.quarantined = 0

    def take(self, entry: dict) -> None:
        kind = entry["kind"]
        try:
            if kind == "participant":
                self.usernames[entry["subject"]] = json.loads(entry["bytes"])["username"]
            elif kind in ("attempt", "epoch", "epoch-restored"):
                self.begin(entry, json.loads(entry["bytes"]))
            elif kind in ("event", "quarantine"):
                self.line(entry)
            elif kind == "finished":
                self.finish(entry, json.loads(entry["bytes"]))
        except (KeyError, ValueError, TypeError) as error:
            self.findings.add(f"lsn {entry['lsn']}: a {kind} that cannot be read: {error!r}")

    def wrong(self, entry: dict, text: str) -> None:
        self.findings.add(f"lsn {entry['lsn']}: {entry['kind']}: {text}")

    def begin(self, entry: dict, said: dict) -> None:
        epoch, known = (said["term"], said["n"]), self.attempts.get(entry["subject"])
        if entry["kind"] == "attempt" and known:
            return self.wrong(entry, "the attempt is known already")
        if known is None:
            if entry["kind"] == "epoch":
                return self.wrong(entry, "unknown attempt")
            known = self.attempts[entry["subject"]] = {
                "participant": said["participant"], "test": said["test"], "sesi": said["sesi"], "epochs": {},
                "quarantine": {}, "submitted": False, "finished": None}
        newest = max(known["epochs"], default=None)
        if newest is not None and epoch <= newest:
            return self.wrong(entry, f"epoch {epoch} after {newest}")
        parent = bytes.fromhex(said["parent"]) if "parent" in said else ZERO
        if entry["kind"] == "epoch" and known["epochs"][newest]["head"] != parent:
            self.wrong(entry, "its parent is not the head of the epoch before")
        head = sha256(b"proktor-1", bytes.fromhex(entry["subject"]), struct.pack(">QQ", *epoch), parent)
        known["epochs"][epoch] = {"seq": 0, "head": head}
        known["submitted"] = False

    def line(self, entry: dict) -> None:
        subject = entry["subject"].split(" ")
        term, n = subject[1].split(".")
        attempt, epoch, seq = self.attempts.get(subject[0]), (int(term), int(n)), int(subject[2])
        if attempt is None or epoch not in attempt["epochs"]:
            return self.wrong(entry, "unknown attempt or epoch")
        said = json.loads(entry["bytes"])
        mark = attempt["epochs"][epoch]
        if entry["kind"] == "quarantine":
            self.quarantined += 1
            mark = attempt["quarantine"].setdefault(epoch, dict(mark))
        else:
            self.lines += 1
            if epoch != max(attempt["epochs"]):
                self.wrong(entry, "of an epoch that is superseded")
            attempt["submitted"] = attempt["submitted"] or said.get("kind") == "submit"
        if seq != mark["seq"] + 1 or said["seq"] != seq or said["v"] != 1:
            self.wrong(entry, f"seq {said['seq']}, named {seq}, after {mark['seq']}")
        mark["seq"], mark["head"] = seq, sha256(mark["head"], entry["bytes"].encode())

    def finish(self, entry: dict, said: dict) -> None:
        attempt = self.attempts.get(entry["subject"])
        mark = attempt and attempt["epochs"].get((said["term"], said["n"]))
        if not mark or attempt["finished"]:
            return self.wrong(entry, "unknown attempt or epoch, or finished twice")
        attempt["finished"] = code = code_of(mark["head"]) if attempt["submitted"] else ""
        if said["seq"] != mark["seq"] or said["head"] != mark["head"].hex():
            self.wrong(entry, "another mark or head than the lines give")
        if said["code"] != code:
            self.wrong(entry, f"kode bukti {said['code'] or 'none'}, the lines give {code or 'none'}")


class Export:
    """The files of an export, and the checks that need nothing else."""

    def __init__(self, directory: str):
        self.directory = directory
        self.about: dict = {}
        self.lines: list = []
        self.entries: list = []
        self.checks: list = []

    def check(self, name: str) -> Findings:
        self.checks.append(Findings(name))
        return self.checks[-1]

    def read(self) -> None:
        chain = self.check("entries: form, order, hash chain")
        with open(os.path.join(self.directory, "export.json"), encoding="utf-8") as file:
            text = file.read()
        self.about = json.loads(text)
        written = json.dumps(self.about, ensure_ascii=False, separators=(",", ":")) + "\n"
        if list(self.about) != ABOUT or self.about["v"] != 1 or written != text:
            chain.add("export.json is not written as the page says")
        with open(os.path.join(self.directory, "entries.ndjson"), "rb") as file:
            data = file.read()
        try:
            self.lines = split_lines(data)
        except ValueError as error:
            chain.add(f"entries.ndjson: {error}")
            self.lines = data.split(b"\n")[:-1]
        self.entries = follow(self.lines, 1, first_hash(self.about["stream"]), chain, "entries.ndjson")
        chain.counted = f"{len(self.entries)} entries"
        last = self.entries[-1] if self.entries else {"lsn": 0, "hash": ""}
        if (last["lsn"], last["hash"]) != (self.about["last"], self.about["hash"]):
            chain.add(f"ends at lsn {last['lsn']}; export.json says {self.about['last']}, {self.about['hash'][:16]}…")
        self.check_genesis()
        self.check_attempts()

    def genesis(self) -> dict:
        return json.loads(self.entries[0]["bytes"]) if self.entries and self.entries[0]["kind"] == "genesis" else {}

    def check_genesis(self) -> None:
        check = self.check("genesis: organiser, kegiatan, box, stream")
        genesis = self.genesis()
        for key in ("organiser", "event", "box", "stream"):
            if genesis.get(key) != self.about.get(key):
                check.add(f"{key}: genesis {genesis.get(key)}, export.json {self.about.get(key)}")
        check.counted = f"box {genesis.get('box')}, stream {genesis.get('stream', '')[:8]}…"

    def check_attempts(self) -> None:
        check = self.check("attempts: heads of all epochs, kode bukti of `finished`")
        self.attempts = Attempts(check)
        for entry in self.entries:
            self.attempts.take(entry)
        finished = sum(attempt["finished"] is not None for attempt in self.attempts.attempts.values())
        check.counted = (f"{len(self.attempts.attempts)} attempts, {finished} finished, {self.attempts.lines} lines, "
                         f"{self.attempts.quarantined} in quarantine")

    def check_evidence(self) -> None:
        check = self.check("evidence: conflicting lines differ from what is stored")
        stored = {}
        evidence = [entry for entry in self.entries if entry["kind"] == "evidence"]
        if evidence:
            stored = {" ".join(entry["subject"].split(" ")[:3]): entry["bytes"] for entry in self.entries
                      if entry["kind"] in ("event", "quarantine")}
        for entry in evidence:
            text = json.loads(entry["bytes"])["line"]
            line = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            if line == stored.get(" ".join(entry["subject"].split(" ")[:3]), "").encode():
                check.add(f"lsn {entry['lsn']}: the line that is kept is the one that is stored")
        check.counted = f"{len(evidence)} lines"

    def code_rows(self) -> dict:
        """attempt -> (username, test, sesi, attempt, kode bukti)"""
        return {name: (self.attempts.usernames.get(one["participant"], one["participant"]), one["test"], one["sesi"], name,
                       one["finished"] or "") for name, one in self.attempts.attempts.items()}

    def check_own_codes(self) -> None:
        """The box's own list, byte by byte."""
        check = self.check("kode-bukti.csv is what the lines give")
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["username", "test", "sesi", "attempt", "code"])
        rows = sorted(self.code_rows().values(), key=lambda row: (row[0], row[1], row[3]))
        writer.writerows(["'" + cell if cell[:1] in tuple("=+-@") else cell for cell in row] for row in rows)
        with open(os.path.join(self.directory, "kode-bukti.csv"), "rb") as file:
            found = file.read().split(b"\n")
        for expected, line in itertools.zip_longest(out.getvalue().encode().split(b"\n"), found):
            if expected != line:
                check.add(f"{(line or b'nothing').decode(errors='replace')} where {(expected or b'nothing').decode()} belongs")
        check.counted = f"{len(rows)} attempts"

    def check_codes(self, path: str) -> None:
        """A list from paper: columns code, test and username, or attempt. It may be a part of all."""
        check = self.check(f"kode bukti from paper: {os.path.basename(path)}")
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        known, seen = self.code_rows(), set()
        by_name = {row[:2]: name for name, row in known.items()}
        for row in rows:
            name = row.get("attempt") or by_name.get((row.get("username"), row.get("test")), "")
            if name not in known or name in seen:
                check.add(f"no attempt, or twice: {row.get('username')} {row.get('test')} {row.get('attempt') or ''}")
                continue
            seen.add(name)
            printed, code = (row.get("code") or "").strip(), known[name][4]
            if printed.upper() != code and (code or printed not in WITHOUT_CODE):
                check.add(f"{name} ({known[name][0]}, {known[name][1]}): on paper {printed or 'none'}, "
                          f"the lines give {code or 'none'}")
        if len(seen) < len(known):
            check.notes.append(f"{len(known) - len(seen)} attempts are not on this list")
        check.counted = f"{len(rows)} rows"
