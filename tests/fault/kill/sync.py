#!/usr/bin/env python3
"""SIGKILL of proktor-sync while segments flow, and now and then of the centre's two programs and of proktord.

One round: virtual pupils answer; proktor-sync seals a segment twenty times a second, uploads it in small pieces and brings
the receipt back, and is killed at seeded moments: while it starts, seals, uploads, delivers. Then the sesi is closed, and
the oracle asks the centre: every acknowledged line is there once with the same bytes, the log is the box's log hash by
hash, `proktor verify` accepts every receipt, and in the spool every segment has its receipt, delivered, and nothing is left half written."""
import json
import os
import random
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
from auto import journal_end, report_of, wait_for_centre  # noqa: E402
from parts import wait_for, write_whole  # noqa: E402
import oracle  # noqa: E402

QUICK = 25
PUPILS = 8
ROUND_KILLS = 250
LOAD_RATE = 20  # saves per second of one pupil
SETTLE_LIMIT_S = 120
SETTINGS = {"segment_interval_s": 0.05, "backoff_first_s": 0.05, "backoff_max_s": 0.4, "local_retry_s": 0.1,
            "status_interval_s": 1, "chunk_bytes_first": 1024, "chunk_bytes_max": 4096}
LIVES_S = (0.05, 0.3, 0.8)  # how long a life lasts at most
SYNC, SERVE, OPEN = "proktor-sync", "proktor-pusat-serve", "proktor-pusat-open"


def free_port(chance: random.Random) -> int:
    """Below the range that outgoing connections take: a killed centre must get it again."""
    while True:
        port = chance.randrange(20_000, 30_000)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Round:
    def __init__(self, experiment: Experiment, template: str, folder: str, number: int):
        self.random = experiment.random("sync", number)
        self.box = Box(template, os.path.join(folder, f"round-{number}"), experiment.bin, plain=True,
                       centre_port=free_port(random.Random()))
        self.kills = self.centre_kills = self.server_kills = 0

    def start_sync(self) -> None:
        box = self.box
        path = os.path.join(box.data, "proktor-sync.toml")
        settings = SETTINGS | {
            "box_dir": os.path.join(box.box, "box"), "feed_socket": box.feed, "control_socket": box.control,
            "spool_dir": box.spool, "centre_url": f"https://localhost:{box.centre_port}"}
        write_whole(path, "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items()))
        box.processes.start(SYNC, [os.path.join(box.bin, SYNC), "--config", path])

    def kill(self, name: str) -> None:
        self.box.processes.must_run(name)
        child = self.box.processes.children[name]
        child.kill()
        child.wait()
        self.box.processes.start_again(name)

    def one_life(self) -> None:
        time.sleep(self.random.choice(LIVES_S) * self.random.random())
        self.kill(SYNC)
        self.kills += 1
        chance = self.random.random()
        if chance < 0.1:
            self.kill(SERVE if chance < 0.06 else OPEN)
            self.centre_kills += 1
        elif chance < 0.13:
            self.box.server.kill()
            self.box.server.start()
            self.server_kills += 1

    def run(self, kills: int) -> oracle.Verdict:
        box = self.box
        box.server.start()
        box.wait_until_up()
        box.open_sitting()
        box.start_centre()
        self.start_sync()
        box.drill("load", box.info["cards"], "--minutes", "120", "--rate", str(LOAD_RATE), "--finish",
                  "--reconnect-ms", "3", "--seed", str(self.random.randrange(1 << 32)))
        while self.kills < kills:
            self.one_life()
        box.settle(SETTLE_LIMIT_S, ("load",))
        box.staff.ask("POST", "/api/proctor/sitting/close", {"sitting": box.sitting})
        stream, last_lsn = journal_end(box)
        wait_for_centre(box, stream, last_lsn)
        return self.judge(stream, last_lsn)

    def judge(self, stream: str, last_lsn: int) -> oracle.Verdict:
        box, verdict = self.box, oracle.Verdict()
        spool = os.path.join(box.spool, stream)
        wait_for(f"every receipt in {spool}", lambda: not unfinished(spool), SETTLE_LIMIT_S, 0.05)
        for name in (SYNC, SERVE, OPEN):
            if box.processes.stop_one(name) != 0:
                verdict.say(f"{name} does not stop in order")
        if box.server.kill(signal.SIGTERM) != 0:
            verdict.say("proktord does not stop in order")
        box.tool("proktor", "verify", box.box)
        here = box.judge(oracle.Verdict())
        there = oracle.judge_centre(os.path.join(box.centre, "centre.db"), stream, [box.ledger("load")], verdict)
        if here and there:
            length = len(there.hashes)
            if length < last_lsn or there.hashes != here.hashes[:length]:
                verdict.say(f"the centre's log of {length} entries is not the box's of {len(here.hashes)}")
        problems = [one for one in report_of(box)["streams"] if one.get("problem")]
        if problems:
            verdict.say(f"the centre complains: {problems}")
        return verdict

    def close(self) -> None:
        self.box.close()


def unfinished(spool: str) -> list:
    """Segments without a delivered receipt, and whatever else lies there."""
    kinds: dict = {}
    for name in os.listdir(spool):
        stem, kind = os.path.splitext(name)
        kinds.setdefault(stem, set()).add(kind)
    return [stem for stem, there in kinds.items() if there != {".segment", ".receipt", ".delivered"}]


def play(experiment: Experiment, template: str, folder: str) -> None:
    number = experiment.numbers.get("rounds", 0)
    repeat = f"round {number}; repeat: tests/fault/kill/sync.py --seed {experiment.seed} --count {experiment.count}"
    one = Round(experiment, template, folder, number)
    begin = time.monotonic()
    try:
        verdict = one.run(min(experiment.left, ROUND_KILLS))
    except DemoError as error:
        experiment.add(trials=one.kills)
        return experiment.violated(f"{repeat}: {error}")
    finally:
        one.close()
    experiment.add(trials=one.kills, rounds=1, acknowledged=verdict.acknowledged, lost=verdict.lost,
                   centre_kills=one.centre_kills, server_kills=one.server_kills, entries=verdict.entries)
    for what in verdict.wrong:
        experiment.violated(f"{repeat}: {what}")
    pace_s = (time.monotonic() - begin) / one.kills
    print(f"round {number}: {one.kills} kills, {pace_s:.2f} s each, {json.dumps(experiment.numbers)}", flush=True)


def main() -> int:
    experiment = Experiment("kill-sync", QUICK)
    if experiment.left == 0:
        return experiment.finish()
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            play(experiment, template, folder)
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
