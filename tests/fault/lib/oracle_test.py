#!/usr/bin/env python3
"""The oracle itself: a small journal made after docs/protocol.md holds, and each planted fault is seen."""
import json
import os
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle  # noqa: E402

STREAM, ATTEMPT, PARENT = bytes(range(16)), bytes(range(16, 32)).hex(), "00" * 32
LINES = [json.dumps({"v": 1, "seq": seq, "kind": "answer", "item": f"i{seq % 2}", "value": {"r1": f"c{seq}"}, "t": seq})
         .encode() for seq in range(1, 7)]


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.database = sqlite3.connect(os.path.join(self.folder, "journal.db"))
        self.addCleanup(self.database.close)
        self.database.execute("CREATE TABLE entry(lsn, at_ms, term, kind, version, npsn, subject, bytes, hash)")
        self.database.execute("CREATE TABLE meta(key, value)")
        self.database.execute("CREATE TABLE latest(attempt, item, kind, lsn)")
        self.database.execute("INSERT INTO meta VALUES('stream', ?)", (STREAM,))
        self.write(LINES)
        for item, lsn in (("i0", 6), ("i1", 5)):
            self.database.execute("INSERT INTO latest VALUES(?, ?, 0, ?)", (bytes.fromhex(ATTEMPT), item, lsn))
        self.ledger = os.path.join(self.folder, "ledger")
        head = oracle.sha256(b"proktor-1", bytes.fromhex(ATTEMPT), oracle.u64(0), oracle.u64(1), bytes(32))
        with open(self.ledger, "w", encoding="ascii") as file:
            file.write(json.dumps({"attempt": ATTEMPT, "term": 0, "n": 1, "parent": PARENT}) + "\n")
            for seq, line in enumerate(LINES, 1):
                head = oracle.sha256(head, line)
                file.write(json.dumps({"attempt": ATTEMPT, "term": 0, "n": 1, "seq": seq, "head": head.hex()}) + "\n")

    def write(self, lines: list, numbers: list | None = None) -> None:
        """The whole log anew, with a chain that holds."""
        self.database.execute("DELETE FROM entry")
        before = oracle.sha256(b"proktor-journal-1", STREAM)
        for lsn, line in enumerate(lines, 1):
            seq = numbers[lsn - 1] if numbers else lsn
            row = (lsn, 1000, 0, "event", 1, "", f"{ATTEMPT} 0.1 {seq} {lsn}", line)
            before = oracle.sha256(before, *(oracle.framed(value) for value in row))
            self.database.execute("INSERT INTO entry VALUES(?,?,?,?,?,?,?,?,?)", (*row, before))

    def verdict(self) -> oracle.Verdict:
        self.database.commit()
        verdict = oracle.Verdict()
        oracle.judge_box(self.folder, [self.ledger], verdict)
        return verdict

    def sees(self, invariant: str) -> oracle.Verdict:
        verdict = self.verdict()
        self.assertTrue(any(what.startswith(invariant) for what in verdict.wrong), verdict.wrong)
        return verdict

    def test_what_is_whole_holds(self):
        self.assertEqual((self.verdict().acknowledged, self.verdict().lost, self.verdict().wrong), (6, 0, []))

    def test_a_lost_tail(self):
        self.write(LINES[:4])
        self.assertEqual(self.sees("I1").lost, 2)

    def test_other_bytes_with_a_chain_of_their_own(self):
        self.write(LINES[:2] + [LINES[2].replace(b"c3", b"c9")] + LINES[3:])
        self.assertEqual(self.sees("I1").lost, 4)

    def test_a_line_applied_twice(self):
        self.write(LINES + LINES[-1:], [1, 2, 3, 4, 5, 6, 6])
        self.sees("I2")

    def test_a_changed_entry(self):
        self.database.execute("UPDATE entry SET at_ms = 1001 WHERE lsn = 3")
        self.sees("I3")

    def test_an_older_answer_that_counts(self):
        self.database.execute("UPDATE latest SET lsn = 4 WHERE item = 'i0'")
        self.sees("I4")


if __name__ == "__main__":
    unittest.main()
