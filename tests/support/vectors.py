#!/usr/bin/env python3
"""Makes docs/vectors.json from the rules of docs/protocol.md, apart from the C++ and the TypeScript.

Python's standard library only. `vectors.py` writes the file, `vectors.py --check` makes it anew and
compares (exit 1 when it differs), `vectors.py --check FILE` compares another copy.
All keys, ids and people in it are invented.
"""
import base64
import hashlib
import hmac
import json
import os
import struct
import sys

from vectors_framing import SEQ_MAX, framing_vectors

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
OUTPUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "vectors.json")

ATTEMPT = bytes.fromhex("00112233445566778899aabbccddeeff")
STREAM = bytes.fromhex("5f3759df0badc0de8badf00ddeadbeef")
SECOND = bytes.fromhex("0123456789abcdef0123456789abcdef")
THIRD = bytes.fromhex("fedcba98765432100123456789abcdef")
DEVICE = bytes.fromhex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")
OTHER_DEVICE = bytes.fromhex("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf")
SITE_KEY = bytes(range(32))
ZERO = bytes(32)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def u64(n: int) -> bytes:
    return struct.pack(">Q", n)


def framed(x: bytes) -> bytes:
    return struct.pack(">I", len(x)) + x


def base64url(x: bytes) -> str:
    return base64.urlsafe_b64encode(x).rstrip(b"=").decode()


# --- chain and kode bukti ---


def first_head(attempt: bytes, term: int, n: int, parent: bytes) -> bytes:
    return sha256(b"proktor-1", attempt, u64(term), u64(n), parent)


def next_head(head: bytes, line: bytes) -> bytes:
    return sha256(head, line)


def code_of(head: bytes) -> str:
    bits = int.from_bytes(head[:8], "big") >> 4
    letters = "".join(CODE_ALPHABET[bits >> (5 * (11 - i)) & 31] for i in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def epoch(attempt: bytes, term: int, n: int, parent: bytes, lines: list) -> dict:
    head = first_head(attempt, term, n, parent)
    out = {"term": term, "n": n, "parent": parent.hex(), "first_head": head.hex(), "lines": []}
    for line in lines:
        head = next_head(head, line.encode())
        out["lines"].append({"line": line, "head": head.hex()})
    out["head"] = head.hex()
    out["code"] = code_of(head)
    return out


def chain_vectors() -> list:
    first = [
        '{"v":1,"seq":1,"kind":"visit","item":"i1","t":0}',
        '{"v":1,"seq":2,"kind":"answer","item":"i1","value":{"r1":"c3"},"t":4210}',
        '{"v":1,"seq":3,"kind":"flag","item":"i1","value":true,"t":5100}',
        '{"v":1,"seq":4,"kind":"answer","item":"i2","value":{"r1":["c1","c4"]},"t":9034}',
        '{"v":1,"seq":5,"kind":"answer","item":"i3","value":{"r1":["c4 c1","c5 c2"]},"t":17777}',
        '{"v":1,"seq":6,"kind":"answer","item":"i4","value":{"r1":"3,75"},"t":25001}',
        '{"v":1,"seq":7,"kind":"leave","t":26000}',
        '{"v":1,"seq":8,"kind":"return","t":31500}',
    ]
    second = [
        '{"v":1,"seq":1,"kind":"answer","item":"i5","value":{"r1":"Bu Sri menanam kangkung, "},"t":12}',
        '{"v":1,"seq":2,"kind":"answer","item":"i5","value":{"r1":"“Kebun di atap” é ñ 日本 🌱 \\"ya\\"\\n\\u00e9"},"t":9000}',
        '{ "t" : 9100 , "kind" : "clear", "item":"i2", "seq": 3, "v": 1 }',
        '{"v":1,"seq":4,"kind":"blocked","value":{"from":9200,"to":12800},"t":12850}',
    ]
    third = ['{"v":1,"seq":1,"kind":"kelak","item":"i9","t":3}', '{"v":1,"seq":2,"kind":"submit","t":88000}']
    one = epoch(ATTEMPT, 0, 1, ZERO, first)
    two = epoch(ATTEMPT, 0, 2, bytes.fromhex(one["head"]), second)
    three = epoch(ATTEMPT, 7, 3, bytes.fromhex(two["head"]), third)
    empty = bytes.fromhex("ffffffffffffffffffffffffffffffff")
    return [
        {"name": "one attempt over three logins, the last in a later term", "attempt": ATTEMPT.hex(),
         "epochs": [one, two, three]},
        {"name": "no event yet, greatest numbers", "attempt": empty.hex(),
         "epochs": [epoch(empty, 2**64 - 1, SEQ_MAX, ZERO, [])]},
    ]


def code_vectors() -> list:
    heads = [ZERO, b"\xff" * 32, bytes(range(32)), sha256(b"proktor"), b"\x00" * 7 + b"\x1f" + b"\xff" * 24]
    return [{"head": head.hex(), "code": code_of(head)} for head in heads]


# --- ticket and session ---


def statement(label: str, payload: str, key: bytes = SITE_KEY) -> str:
    data = payload.encode()
    return base64url(data) + "." + base64url(hmac.new(key, label.encode() + data, hashlib.sha256).digest())


def statement_vectors() -> dict:
    def compact(fields: dict) -> str:
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    ticket = compact({
        "v": 1, "event": "latihan-an-2026", "attempt": ATTEMPT.hex(), "term": 0, "n": 1, "parent": ZERO.hex(), "participant": "0129900001",
        "sesi": "S1", "test": "literasi", "device": DEVICE.hex(), "exp": 1795443600000})
    pupil = compact({
        "v": 1, "role": "pupil", "event": "latihan-an-2026", "participant": "0129900001", "sesi": "S1", "term": 0, "n": 1,
        "device": DEVICE.hex(), "attempt": "", "exp": 1795443600000})
    staff = compact({"v": 1, "role": "proktor", "user": "proktor1", "exp": 1795443600000, "rev": 3})
    good = [
        {"name": "ticket", "label": "proktor-ticket-1", "payload": ticket},
        {"name": "session of a pupil", "label": "proktor-session-1", "payload": pupil},
        {"name": "session of staff", "label": "proktor-session-1", "payload": staff},
        {"name": "bytes beyond ASCII", "label": "proktor-session-1", "payload": compact(
            {"v": 1, "role": "kepala", "user": "Ñoña 日", "exp": 1795443600000, "rev": 0})},
    ]
    for one in good:
        one["value"] = statement(one["label"], one["payload"])
    value = good[0]["value"]
    head, mac = value.split(".")
    flipped = base64url(bytes([base64.urlsafe_b64decode(mac + "=")[0] ^ 1]) + base64.urlsafe_b64decode(mac + "=")[1:])
    # 32 bytes are 43 letters with two unused bits in the last: another letter decodes to the same bytes.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = head + "." + mac[:-1] + letters[letters.index(mac[-1]) + 1]
    bad = [
        ("empty", ""), ("only a dot", "."), ("no dot", head + mac), ("no MAC", head + "."), ("no payload", "." + mac),
        ("MAC flipped", head + "." + flipped), ("MAC cut", head + "." + mac[:-2]), ("padding", value + "="),
        ("unused bits set", twin), ("a second dot", value + "."), ("a space", value + " "),
        ("standard base64 alphabet", head + "." + mac.replace("-", "+").replace("_", "/") + "+"),
        ("payload changed", base64url(ticket.replace('"n":1', '"n":2').encode()) + "." + mac),
        ("label of a session", statement("proktor-session-1", ticket)),
        ("another key", statement("proktor-ticket-1", ticket, bytes(32))),
        ("no label", statement("", ticket)),
    ]
    return {"site_key": SITE_KEY.hex(), "good": good,
            "bad": [{"name": name, "label": "proktor-ticket-1", "value": v} for name, v in bad]}


def card_vectors() -> list:
    """Secrets of cards. `same` lists what a pupil may type instead (spaces, small letters)."""
    out = []
    for username, password, same in (("P9901004200013", "323328*", [" 323328* ", "323 328*"]),
                                     ("p9901004200025", "7k q2mx9a", ["7KQ2MX9A"])):
        data = b"proktor-card-1" + username.upper().encode() + b"\0" + password.replace(" ", "").upper().encode()
        out.append({"username": username, "password": password, "same": same,
                    "secret": hmac.new(SITE_KEY, data, hashlib.sha256).hexdigest()})
    return out


# --- journal ---


def feed_string(text: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(short.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in text) + '"'


def entry_hash(previous: bytes, lsn: int, at_ms: int, term: int, kind: str, version: int, npsn: str, subject: str, text: str) -> bytes:
    return sha256(previous, framed(u64(lsn)), framed(u64(at_ms)), framed(u64(term)), framed(kind.encode()), framed(u64(version)),
                  framed(npsn.encode()), framed(subject.encode()), framed(text.encode()))


def restored_vectors(entries: list) -> list:
    """The stream of journal_vectors() made again up to lsn 6 as SECOND, and that one up to its lsn 7 as THIRD."""
    out, old = [], {"stream": STREAM.hex(), "entries": entries}
    for stream, through, at_ms in ((SECOND, 6, 1795391000000), (THIRD, 7, 1795392000000)):
        chain = [{k: v for k, v in one.items() if k not in ("feed", "record")} for one in old["entries"][:through]]
        head = chain[-1]["hash"]
        genesis = json.loads(chain[0]["bytes"])
        first = genesis.get("event_previous_head", genesis["previous_head"])
        genesis |= {"stream": stream.hex(), "previous_head": head, "event_previous_head": first, "previous_stream": old["stream"]}
        chain[0]["bytes"] = json.dumps(genesis, ensure_ascii=False, separators=(",", ":"))
        said = {"from_stream": old["stream"], "lsn": through, "hash": head, "sources": ["database", "medium"], "x": 71234}
        chain.append({"lsn": through + 1, "at_ms": at_ms, "term": 0, "kind": "restored", "version": 1, "npsn": "",
                      "subject": old["stream"], "bytes": json.dumps(said, separators=(",", ":"))})
        previous = sha256(b"proktor-journal-1", stream)
        for one in chain:
            previous = entry_hash(previous, *(one[key] for key in ("lsn", "at_ms", "term", "kind", "version", "npsn", "subject", "bytes")))
            one["hash"] = previous.hex()
        old = {"stream": stream.hex(), "previous_stream": said["from_stream"], "through": through, "entries": chain}
        out.append(old)
    return out


def journal_vectors() -> dict:
    line = '{"v":1,"seq":2,"kind":"answer","item":"i5","value":{"r1":"“Kebun” é 🌱 \\"ya\\"\\n3,75"},"t":9000}'
    odd = '{\t"v":1,"seq":3,"kind":"clear","item":"i2","t":9100\t}'
    chain = first_head(ATTEMPT, 0, 1, ZERO)
    entries = [
        ("genesis", "", "latihan-an-2026",
         '{"organiser":"nasional","event":"latihan-an-2026","title":"Latihan Asesmen Nasional 2026","mark":"LATIHAN",'
         '"time_zone":"WIB","participant_noun":"murid","stream":"' + STREAM.hex() + '","box":"BOX-0001",'
         '"packet":"' + sha256(b"packet").hex() + '","previous_head":"' + sha256(b"before").hex() + '"}'),
        ("school", "69900001", "69900001",
         '{"npsn":"69900001","name":"SMP Negeri 1 Contoh","level":"SMP","city":"Kabupaten Contoh",'
         '"province":"Provinsi Contoh"}'),
        ("participant", "69900001", "0129900001",
         '{"nisn":"0129900001","username":"P9901004200013","secret":"' + sha256(b"card").hex() + '","name":'
         '"Ni Luh “Ayu” Pérez 日","sex":"P","birth_place":"Klaten","birth_date":"2012-09-26","level":"SMP","grade":"8",'
         '"npsn":"69900001","source":"Dapodik","role":"utama","needs":"","room":"R1","seat":"1","sittings":["S1"]}'),
        ("login", "69900001", "0129900001",
         '{"sesi":"S1","n":1,"device":"' + DEVICE.hex() + '","address":"192.168.7.21","how":"card","by":"","x":61234}'),
        ("alive", "", "", '{"x":65000}'),
        ("event", "69900001", f"{ATTEMPT.hex()} 0.1 2 71234", line),
        ("event", "69900001", f"{ATTEMPT.hex()} 0.1 3 99000 late item", odd),
        ("quarantine", "69900001", f"{ATTEMPT.hex()} 0.1 4 99100", '{"v":1,"seq":4,"kind":"leave","t":9200}'),
        ("evidence", "69900001", f"{ATTEMPT.hex()} 0.1 3 99200", '{"line":"' + base64url(line.encode()) + '"}'),
        ("finished", "69900001", ATTEMPT.hex(),
         '{"term":0,"n":1,"seq":3,"head":"' + chain.hex() + '","code":"' + code_of(chain) + '","answered":1,"x":101000}'),
    ]
    previous = sha256(b"proktor-journal-1", STREAM)
    start = previous
    copy = b"PROKTORJ1\n" + STREAM
    header_bytes = len(copy)
    out = []
    for index, (kind, npsn, subject, text) in enumerate(entries):
        lsn, at_ms, term, version, data = index + 1, 1795390000000 + index * 4321, 0, 1, text.encode()
        if index == 8:
            term, version = 2**33, 2
        fields = (framed(kind.encode()), framed(npsn.encode()), framed(subject.encode()), framed(data))
        digest = entry_hash(previous, lsn, at_ms, term, kind, version, npsn, subject, text)
        payload = u64(lsn) + u64(at_ms) + u64(term) + fields[0] + u64(version) + b"".join(fields[1:]) + digest
        record = framed(payload) + sha256(payload)[:8]
        copy += record
        feed = (f'{{"lsn":{lsn},"at_ms":{at_ms},"term":{term},"kind":{feed_string(kind)},"version":{version},'
                f'"npsn":{feed_string(npsn)},"subject":{feed_string(subject)},"bytes":{feed_string(text)},'
                f'"hash":"{digest.hex()}"}}')
        if json.loads(feed)["bytes"] != text:
            raise AssertionError("a feed line does not read back")
        out.append({"lsn": lsn, "at_ms": at_ms, "term": term, "kind": kind, "version": version, "npsn": npsn,
                    "subject": subject, "bytes": text, "hash": digest.hex(), "feed": feed, "record": record.hex()})
        previous = digest
    strings = ["", "biasa", "\"\\/\b\f\n\r\t", "\x00\x01\x1f\x20\x7f", "\u0080\u2028\u2029\ufeff\uffff", "é日🌱"]
    return {"stream": STREAM.hex(), "previous_of_first": start.hex(), "entries": out,
            "copy": {"header": copy[:header_bytes].hex(), "sha256": sha256(copy).hex(), "bytes": len(copy)},
            "restored": restored_vectors(out), "feed_strings": [{"text": s, "escaped": feed_string(s)} for s in strings],
            "segment_name": f"{STREAM.hex()}-000000000001-{len(out):012d}.segment"}


def document() -> str:
    about = {
        "chain": "heads of an attempt over its epochs; each line's bytes are the UTF-8 of `line`; `code` is the kode "
                 "bukti of `head`, whether or not the epoch was submitted",
        "codes": "kode bukti of a head",
        "statements": "tickets and session cookies under site_key; every value of `bad` is refused under its label",
        "cards": "card secrets under statements.site_key; the passwords of `same` give the same secret",
        "journal": "entries of one stream in order; `feed` is the feed line without LF, `record` the journal.copy "
                   "record; the file is copy.header and the records, and copy.sha256 is of all of it; `restored`: streams that "
                   "continue the one before, each up to its lsn `through`",
        "framing": "a line is the bytes of `hex`, then `pad` letters x, then the bytes of `tail`; `seq` where it is good",
    }
    data = {"about": about, "chain": chain_vectors(), "codes": code_vectors(), "statements": statement_vectors(), "cards": card_vectors(),
                       "journal": journal_vectors(), "framing": framing_vectors()}
    return json.dumps(data, ensure_ascii=True, indent=1) + "\n"


def main(arguments: list) -> int:
    made = document()
    if arguments[:1] != ["--check"]:
        with open(OUTPUT, "w", encoding="utf-8") as out:
            out.write(made)
        print(f"wrote {os.path.normpath(OUTPUT)}")
        return 0
    path = arguments[1] if len(arguments) > 1 else OUTPUT
    with open(path, encoding="utf-8") as kept:
        if kept.read() == made:
            print("vectors: docs/vectors.json agrees with the rules")
            return 0
    print(f"vectors: {path} differs from what the rules give; run tests/support/vectors.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
