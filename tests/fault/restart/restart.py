#!/usr/bin/env python3
"""How long a start takes, from exec to the first acknowledged answer, in a season of 1,500 participants.

The journal is made once (fill.cpp); then, round by round: after an orderly stop, after SIGKILL with 15 MB of write-ahead
log that was never checkpointed, and after a power cut with the same log and a torn tail of journal.copy. Each start is
asked over TLS by one pupil whose cookie is older than the stop: nobody logs in again. With --full 2,000,000 entries and a
limit of 3 s in a release build; else 50,000 entries, measured only. A trial is one start."""
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402

QUICK = 3
PARTICIPANTS = 1500
ENTRIES = {True: 2_000_000, False: 50_000}
QUICK_PARTICIPANTS = 100
LIMIT_MS = 3_000
TORN_BYTES = 200_003
GIVE_UP_S = 120
KINDS = ("stop", "kill", "power-cut")


class Pupil:
    """One browser: its cookie and the number of its next event."""

    def __init__(self, box: Box, card: dict, token: str):
        self.box, self.cookie, self.seq = box, "", 0
        self.context = ssl.create_default_context(cafile=box.ca)
        self.must("/api/pupil/login", {"username": card["username"], "password": card["password"], "device": "f" * 32})
        state = self.must("/api/pupil/token", {"token": token})
        self.must("/api/attempt/prepare", {"test": state["tests"][0]["id"]})
        self.must("/api/attempt/start", {"t": 1})

    def ask(self, path: str, body: str, kind: str, limit_s: float) -> tuple:
        link = http.client.HTTPSConnection("localhost", self.box.port, timeout=limit_s, context=self.context)
        try:
            link.request("POST", path, body, {"Content-Type": kind, "Origin": self.box.url, "Cookie": self.cookie})
            reply = link.getresponse()
            for name, value in reply.getheaders():
                if name.lower() == "set-cookie" and "Max-Age=0" not in value:
                    self.cookie = value.split(";")[0]
            return reply.status, reply.read()
        finally:
            link.close()

    def must(self, path: str, body: dict) -> dict:
        status, said = self.ask(path, json.dumps(body), "application/json", 30)
        if status != 200:
            raise DemoError(f"{path}: {status} {said[:300]}")
        return json.loads(said)

    def answer(self, limit_s: float) -> bool:
        """One answer; the same one again until it was acknowledged."""
        line = json.dumps({"v": 1, "seq": self.seq + 1, "kind": "visit", "item": "i1", "t": 1000 + self.seq})
        try:
            status, said = self.ask("/api/attempt/events?t=1", line, "application/x-ndjson", limit_s)
        except (OSError, http.client.HTTPException):
            return False
        if status == 401:
            raise DemoError("a pupil would have to log in again")
        if status != 200 or json.loads(said)["hwm"] != self.seq + 1:
            return False
        self.seq += 1
        return True


class Bench:
    def __init__(self, experiment: Experiment, folder: str):
        self.experiment = experiment
        template = Box.make(os.path.join(folder, "template"), experiment.bin,
                            PARTICIPANTS if experiment.full else QUICK_PARTICIPANTS, adaptive=False)
        self.box = Box(template, os.path.join(folder, "box"), experiment.bin)
        self.box.server.start()
        self.box.wait_until_up()
        self.box.open_sitting()
        self.pupil = Pupil(self.box, self.box.info["cards"][-1], self.box.info["token"])
        self.box.server.kill(signal.SIGTERM)
        self.entries = self.fill(ENTRIES[experiment.full])

    def fill(self, entries: int, *options: str) -> int:
        program = os.path.join(self.experiment.bin, "fault_restart_fill")
        done = subprocess.run([program, self.box.journal_dir(), str(entries), *options], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise DemoError(f"fill: {done.stderr}")
        return int(done.stdout)

    def prepare(self, kind: str) -> None:
        if kind == "stop":
            return
        self.entries = self.fill(0, "--dirty")
        if kind == "power-cut":
            path = os.path.join(self.box.journal_dir(), "journal.copy")
            os.truncate(path, os.path.getsize(path) - TORN_BYTES)

    def measure_ms(self) -> int:
        begin = time.monotonic()
        self.box.server.start()
        while not self.pupil.answer(GIVE_UP_S):
            if self.box.server.ended() is not None:
                raise DemoError(f"proktord ended\n{self.box.processes.log_tail('proktord')}")
            if time.monotonic() - begin > GIVE_UP_S:
                raise DemoError("no acknowledgement")
            time.sleep(0.01)
        return int((time.monotonic() - begin) * 1000)

    def trial(self, kind: str) -> int:
        self.prepare(kind)
        spent_ms = self.measure_ms()
        self.box.server.kill(signal.SIGTERM)
        return spent_ms


def main() -> int:
    experiment = Experiment("restart", QUICK)
    if not os.path.exists(os.path.join(experiment.bin, "fault_restart_fill")):
        return experiment.skip("fault_restart_fill is not built")
    with Folder(experiment) as folder:
        bench = None
        try:
            bench = Bench(experiment, folder)
            while experiment.left > 0:
                kind = KINDS[experiment.trials % len(KINDS)]
                spent_ms = bench.trial(kind)
                experiment.add(trials=1, acknowledged=1, **{f"{kind}_ms_max": spent_ms}, entries_max=bench.entries)
                print(f"{kind}: {spent_ms} ms to the first acknowledgement, {bench.entries} entries", flush=True)
                if experiment.full and spent_ms > LIMIT_MS:
                    experiment.violated(f"{kind}: {spent_ms} ms, at most {LIMIT_MS}")
        except DemoError as error:
            experiment.violated(str(error))
        finally:
            if bench:
                bench.box.close()
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
