"""A stream that continues another (docs/protocol.md, Recovery): the older chain is made again from the new one, and
compared with what the centre has of it. Part of verify.py."""
import json

from verify_journal import Findings, entry_hash, first_hash


def restored_of(entries: list) -> list:
    """What the `restored` entries of a stream say, each with its own lsn as `at`."""
    return [{**json.loads(entry["bytes"]), "at": entry["lsn"]} for entry in entries if entry["kind"] == "restored"]


def older_genesis(text: str, claim: dict, earlier) -> str:
    genesis = json.loads(text) | {"stream": claim["from_stream"]}
    if earlier:
        genesis |= {"previous_head": earlier["hash"], "previous_stream": earlier["from_stream"]}
    else:
        genesis["previous_head"] = genesis["event_previous_head"]
        del genesis["event_previous_head"], genesis["previous_stream"]
    return json.dumps(genesis, ensure_ascii=False, separators=(",", ":"))


def older_hashes(entries: list) -> list:
    """The hashes of the older stream's entries 1 … n, made again."""
    claims = restored_of(entries)
    hashes = [first_hash(claims[-1]["from_stream"])]
    for entry in entries[:claims[-1]["lsn"]]:
        before = {**entry, "bytes": older_genesis(entry["bytes"], claims[-1], claims[-2] if claims[1:] else None)} \
            if entry["lsn"] == 1 else entry
        hashes.append(entry_hash(hashes[-1], before))
    return [one.hex() for one in hashes[1:]]


def check_claim(check: Findings, entries: list) -> str:
    """The older stream, or "" when this one begins by itself."""
    genesis = json.loads(entries[0]["bytes"]) if entries else {}
    previous, claims = genesis.get("previous_stream", ""), restored_of(entries)
    if not previous and not claims:
        check.counted = "begins by itself"
        return ""
    if not claims or claims[-1]["from_stream"] != previous or claims[-1]["at"] != claims[-1]["lsn"] + 1:
        check.add("previous_stream and `restored` do not go together")
        return previous
    hashes = older_hashes(entries)
    if hashes[-1] != claims[-1]["hash"] or genesis["previous_head"] != claims[-1]["hash"]:
        check.add("the older chain cannot be made again from this stream")
    check.counted = f"{len(claims)} times, last from {previous[:8]}… up to lsn {claims[-1]['lsn']}"
    return previous


def check_with_older(check: Findings, entries: list, older: dict) -> None:
    """`older`: lsn -> line of the older stream at the centre, whole or in part."""
    claims = restored_of(entries)
    hashes = older_hashes(entries) if claims else []
    for lsn, line in sorted(older.items()):
        if lsn <= len(hashes) and json.loads(line)["hash"] != hashes[lsn - 1]:
            check.add(f"lsn {lsn} differs between the two streams")
            break
    beyond = [json.loads(line) for lsn, line in older.items() if lsn > len(hashes)]
    if beyond:
        answers = sum(entry["kind"] == "event" for entry in beyond)
        check.notes.append(f"only in the older stream: {len(beyond)} entries, {answers} of them event lines")
    check.counted = f"{len(older)} entries at the centre, continued after lsn {len(hashes)}"
