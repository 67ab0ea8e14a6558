#!/usr/bin/env python3
"""SIGKILL of the server under load, thousands of times.

One round: a fresh kegiatan whose import is killed until it went through, then a sesi in which half of the virtual pupils
play all their tests (logins, tokens, starts, answers, stages, kode bukti) and half only answer, as fast as a reading
machine, while proktord is killed at seeded moments and started again at once on the same sockets: in the middle of its
start and recovery, under load, and while it stops in order and checkpoints. At the end of a round every pupil settles,
the box is stopped, and the oracle compares what was acknowledged with what is there. One round in ten has a big journal,
one in three uses TLS. No pupil logs in again: a drill whose cookie is refused has failed.

--control runs a server that acknowledges before the commit: the pupils must see acknowledged lines go. A kill keeps what
was written and not synced, so it hits that window about once in a hundred; power-cut is the sharper instrument."""
import json
import os
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
import oracle  # noqa: E402

QUICK = 40
FAULTY = "fault_proktord_ack_before_commit"
PUPILS = 16
ROUND_KILLS = 250
IMPORT_KILLS = 4
BIG_EVERY, BIG_ENTRIES, BIG_RATE = 10, 200_000, 400
TLS_EVERY = 3
LOAD_RATE, CONTROL_RATE = 30, 200  # saves per second of one answering pupil
SETTLE_LIMIT_S = 180
LIFE_S = 0.2  # how long a life under load lasts at most, after it answers
MEASURE_EVERY = 25


class Round:
    def __init__(self, experiment: Experiment, template: str, folder: str, number: int):
        self.experiment, self.number = experiment, number
        self.random = experiment.random("server", number)
        self.big = experiment.full and number % BIG_EVERY == BIG_EVERY - 1
        self.box = Box(template, os.path.join(folder, f"round-{number}"), experiment.bin, plain=number % TLS_EVERY != 1,
                       program=FAULTY if experiment.control else "proktord")
        self.kills = 0
        self.up_s = self.stop_s = 0.1
        self.up_max_ms = 0

    def start(self, measure: bool = False) -> None:
        self.box.server.start()
        if measure:
            self.up_s = self.box.wait_until_up()
            self.up_max_ms = max(self.up_max_ms, int(self.up_s * 1000))

    def kill(self) -> None:
        self.must_live()
        self.box.server.kill()
        self.kills += 1

    def must_live(self) -> None:
        status = self.box.server.ended()
        if status is not None:
            raise DemoError(f"proktord ended by itself, status {status}\n{self.box.processes.log_tail('proktord')}")

    def kill_during_import(self) -> None:
        for _ in range(IMPORT_KILLS):
            with self.box.importing():
                time.sleep(self.random.uniform(0, 0.25))
                self.kill()
                self.start(measure=True)

    def preload(self, cards: list) -> None:
        """A journal as of a long day, before the first kill."""
        seconds = BIG_ENTRIES / BIG_RATE / len(cards)
        self.box.drill("preload", cards, "--minutes", str(seconds / 60), "--rate", str(BIG_RATE))
        self.box.settle(SETTLE_LIMIT_S)

    def one_life(self) -> None:
        """Started by whoever calls; killed here at a moment of one of three kinds, and started again."""
        kind = self.random.random()
        if kind < 0.3:
            time.sleep(self.random.uniform(0, 1.2 * self.up_s))
        else:
            time.sleep(self.up_s + self.random.uniform(0, LIFE_S))
        if kind >= 0.9:
            self.must_live()
            os.kill(self.box.server.pid, signal.SIGTERM)
            time.sleep(self.random.uniform(0, 1.5 * self.stop_s))
            status = self.box.server.kill()
            if os.WIFEXITED(status) and status != 0:
                raise DemoError(f"proktord does not stop in order: status {status}")
            self.kills += os.WIFSIGNALED(status)  # it may have been done before
        else:
            self.kill()

    def run(self, kills: int) -> oracle.Verdict:
        self.start(measure=True)
        self.kill_during_import()
        self.box.open_sitting()
        begin = time.monotonic()
        if self.box.server.kill(signal.SIGTERM) != 0:
            raise DemoError("proktord does not stop in order")
        self.stop_s = time.monotonic() - begin
        self.start(measure=True)
        cards = self.box.info["cards"]
        players, answering = cards[::2], cards[1::2]
        if self.big:
            self.preload(answering)
        rate = CONTROL_RATE if self.experiment.control else LOAD_RATE
        begin = time.monotonic()
        planned_s = kills * (self.up_s + LIFE_S / 2)
        seed = ("--seed", str(self.random.randrange(1 << 32)), "--reconnect-ms", "3")
        self.box.drill("players", players, "--play", *seed, "--seconds-per-test", str(planned_s / 6))
        self.box.drill("answering", answering, "--minutes", "120", "--rate", str(rate), "--finish", *seed)
        while self.kills < kills:
            self.one_life()
            self.start(measure=self.kills % MEASURE_EVERY == 0)
        self.pace_s = (time.monotonic() - begin) / kills
        self.box.settle(SETTLE_LIMIT_S, ("answering",))
        self.box.server.kill()
        verdict = oracle.Verdict()  # of the disk as the last kill left it
        self.box.judge(verdict)
        self.start(measure=True)  # a copy that the kill cut short is healed here
        self.box.server.kill(signal.SIGTERM)
        self.box.tool("proktor", "verify", self.box.box)
        return verdict


def play(experiment: Experiment, template: str, folder: str) -> None:
    number = experiment.numbers.get("rounds", 0)
    kills = min(experiment.left, ROUND_KILLS)
    repeat = f"round {number}; repeat: tests/fault/kill/server.py --seed {experiment.seed} --count {experiment.count}"
    one = Round(experiment, template, folder, number)
    try:
        verdict = one.run(kills)
    except DemoError as error:
        experiment.add(trials=one.kills)
        gone = re.search(r'"acks_lost":([1-9]\d*)', str(error))
        if experiment.control and gone:
            return experiment.add(found=int(gone[1]))
        return experiment.violated(f"{repeat}: {error}")
    finally:
        one.box.close()
    experiment.add(trials=one.kills, rounds=1, acknowledged=verdict.acknowledged, lost=verdict.lost,
                   entries=verdict.entries, restart_ms_max=one.up_max_ms)
    for what in verdict.wrong:
        experiment.violated(f"{repeat}: {what}")
    print(f"round {number}: {one.kills} kills, {one.pace_s:.2f} s each, {json.dumps(experiment.numbers)}", flush=True)


def main() -> int:
    experiment = Experiment("kill-server", QUICK, control="kill-server-control")
    if experiment.control and not os.path.exists(os.path.join(experiment.bin, FAULTY)):
        return experiment.skip(f"{FAULTY} is not built")
    if experiment.left == 0:
        return experiment.finish()
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS)
        while experiment.left > 0 and not experiment.numbers["violations"] and not experiment.numbers.get("found"):
            play(experiment, template, folder)
    if experiment.control and not experiment.numbers.get("found"):
        experiment.violated("a server that acknowledges before the commit went unnoticed")
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
