#!/usr/bin/env python3
"""Power cuts of the whole server: the real proktord with the disk model preloaded, under the load of virtual pupils.

One round: a fresh kegiatan whose import is cut until it went through, then a sesi in which half of the virtual pupils play
their tests and half only answer. Each life of proktord ends at a seeded operation on its data folder: the folder becomes
what a power cut may have left of it, the process is gone, and it starts again on the same sockets. At the end every pupil
settles, the box is verified and stopped, and the oracle compares what was acknowledged with what is there."""
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
import oracle  # noqa: E402

QUICK = 24
PUPILS = 12
ROUND_CUTS = 100
IMPORT_CUTS = 4
LOAD_RATE = 20  # saves per second of one answering pupil
LIFE_LIMIT_S = 6  # a life that does not get to its operation is killed
SETTLE_LIMIT_S = 180


class Round:
    def __init__(self, experiment: Experiment, template: str, folder: str, number: int):
        self.experiment, self.random = experiment, experiment.random("power-server", number)
        self.box = Box(template, os.path.join(folder, f"round-{number}"), experiment.bin, plain=True)
        self.cuts = self.kills = 0

    def start(self, cut: int = 0) -> None:
        def preload() -> None:
            os.environ.update({"LD_PRELOAD": os.path.join(self.experiment.bin, "libproktor_fault_disk.so"),
                               "PROKTOR_DISK_ROOT": self.box.box, "PROKTOR_DISK_PROGRAM": "proktord",
                               "PROKTOR_DISK_SEED": str(self.random.randrange(1 << 32)), "PROKTOR_DISK_CUT": str(cut)})
        self.box.server.start(preload if cut else None)

    def wait_for_cut(self, busy=lambda: True) -> None:
        """Ends the life in any case. Only the model's own SIGKILL is a power cut; any other end is a fault."""
        end = time.monotonic() + LIFE_LIMIT_S
        while True:
            status = self.box.server.ended()
            if status is not None:
                if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
                    raise DemoError(f"proktord ended by itself, status {status}\n{self.box.processes.log_tail('proktord')}")
                self.cuts += 1
                return
            if not busy() or time.monotonic() > end:
                break
            time.sleep(0.01)
        self.box.server.kill()
        self.kills += 1

    def one_life(self) -> None:
        at = self.random.randrange(1, 60) if self.random.random() < 0.3 else self.random.randrange(1, 1200)
        self.start(at)
        self.wait_for_cut()

    def cut_import(self) -> None:
        for _ in range(IMPORT_CUTS):
            self.start(self.random.randrange(1, 250))
            with self.box.importing() as command:
                self.wait_for_cut(lambda one=command: one.poll() is None)
                command.kill()

    def run(self, cuts: int) -> oracle.Verdict:
        self.cut_import()
        self.start()
        self.box.wait_until_up()
        self.box.open_sitting()
        cards = self.box.info["cards"]
        seed = ("--seed", str(self.random.randrange(1 << 32)), "--reconnect-ms", "3")
        self.box.drill("players", cards[::2], "--play", *seed, "--seconds-per-test", str(max(4, cuts / 8)))
        self.box.drill("answering", cards[1::2], "--minutes", "120", "--rate", str(LOAD_RATE), "--finish", *seed)
        self.box.server.kill()
        while self.cuts < cuts and self.kills < 3 * cuts:
            self.one_life()
        self.start()
        self.box.wait_until_up()
        self.box.settle(SETTLE_LIMIT_S, ("answering",))
        self.box.server.kill()
        self.box.tool("proktor", "verify", self.box.box)
        verdict = oracle.Verdict()
        self.box.judge(verdict)
        return verdict


def play(experiment: Experiment, template: str, folder: str) -> None:
    number = experiment.numbers.get("rounds", 0)
    repeat = f"round {number}; repeat: tests/fault/power_cut/server.py --seed {experiment.seed} --count {experiment.count}"
    one = Round(experiment, template, folder, number)
    try:
        verdict = one.run(min(experiment.left, ROUND_CUTS))
    except DemoError as error:
        experiment.add(trials=one.cuts)
        return experiment.violated(f"{repeat}: {error}")
    finally:
        one.box.close()
    experiment.add(trials=one.cuts, kills=one.kills, rounds=1, acknowledged=verdict.acknowledged, lost=verdict.lost,
                   entries=verdict.entries)
    for what in verdict.wrong:
        experiment.violated(f"{repeat}: {what}")
    print(f"round {number}: {json.dumps(experiment.numbers)}", flush=True)


def main() -> int:
    experiment = Experiment("power-cut-server", QUICK)
    if experiment.left == 0:
        return experiment.finish()
    with Folder(experiment, "/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            play(experiment, template, folder)
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
