#!/usr/bin/env python3
"""proktord under a limit of memory. First as many pupils as the largest school has (1,500; 500 in the quick run) against
the limit that DESIGN 13 gives, 400 MB: it lives, and its peak is reported. Then 500 pupils against limits below what they
need: the kernel kills it in the middle of its work, it is started again, with another limit, as often as asked. At the
end it gets the memory it wants, every pupil settles, and the oracle compares what was acknowledged with what is there."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
from memory_limit import MemoryLimit, bytes_of  # noqa: E402
import oracle  # noqa: E402

QUICK = 3
MB = 1024 * 1024
LIMIT_BYTES = 400 * MB
PUPILS_FULL, PUPILS = 1500, 500
RATE = 0.2  # saves per second of one pupil
MEASURE_S = {False: 3, True: 30}  # by --full
SETTLE_LIMIT_S = 240
LIFE_LIMIT_S = 10  # one whose limit turned out to be enough is killed by hand
UNLIMITED = 1 << 40


class Room:
    def __init__(self, experiment: Experiment, template: str, folder: str):
        self.random = experiment.random("memory", experiment.trials)
        self.limit = MemoryLimit("proktor-fault")
        self.box = Box(template, os.path.join(folder, f"room-{experiment.trials}"), experiment.bin)
        self.kernel_kills = self.own_kills = 0
        self.peak = self.own = 0

    def start(self, limit_bytes: int) -> None:
        self.limit.set(limit_bytes)
        self.box.server.start(before_exec=self.limit.enter)

    def enough(self, seconds: float) -> None:
        """All pupils at once under the limit of DESIGN 13."""
        self.start(LIMIT_BYTES)
        self.box.wait_until_up()
        self.box.open_sitting()
        drill = self.box.drill("all", self.box.info["cards"], "--minutes", str(seconds / 60), "--rate", str(RATE))
        while drill.poll() is None:
            if self.box.server.ended() is not None:
                raise DemoError(f"proktord does not live with {LIMIT_BYTES // MB} MB and {len(self.box.info['cards'])} pupils")
            self.peak = max(self.peak, bytes_of(self.box.server.pid, "VmHWM"))
            self.own = max(self.own, bytes_of(self.box.server.pid, "RssAnon"))
            time.sleep(0.2)
        self.box.settle(SETTLE_LIMIT_S)
        self.box.server.kill(signal.SIGTERM)

    def too_little(self, kills: int) -> None:
        """A limit between what it takes to start and what all its pupils take."""
        self.start(UNLIMITED)
        self.box.wait_until_up()
        least = bytes_of(self.box.server.pid, "RssAnon")
        share = PUPILS / len(self.box.info["cards"])
        self.box.drill("some", self.box.info["cards"][:PUPILS], "--minutes", "120", "--rate", str(RATE), "--reconnect-ms", "20",
                       "--seed", str(self.random.randrange(1 << 32)))
        while self.kernel_kills + self.own_kills < kills:
            time.sleep(0.5)
            self.box.server.kill()
            self.start(least + int((self.own - least) * share * self.random.uniform(0, 0.6)))
            begin = time.monotonic()
            while self.box.server.ended() is None and time.monotonic() - begin < LIFE_LIMIT_S:
                time.sleep(0.02)
            if self.box.server.pid:
                self.box.server.kill()
                self.own_kills += 1
            else:
                self.kernel_kills += 1
            self.start(UNLIMITED)
            self.box.wait_until_up()

    def judge(self) -> oracle.Verdict:
        self.box.settle(SETTLE_LIMIT_S, ("some",))
        self.box.server.kill(signal.SIGTERM)
        self.box.tool("proktor", "verify", self.box.box)
        verdict = oracle.Verdict()
        self.box.judge(verdict)
        return verdict

    def close(self) -> None:
        self.box.close()
        self.limit.close()


def main() -> int:
    experiment = Experiment("memory", QUICK)
    if experiment.left == 0:
        return experiment.finish()
    with Folder(experiment) as folder:
        pupils = PUPILS_FULL if experiment.full else PUPILS
        room = Room(experiment, Box.make(os.path.join(folder, "template"), experiment.bin, pupils), folder)
        try:
            room.enough(MEASURE_S[experiment.full])
            room.too_little(experiment.left)
            verdict = room.judge()
        except DemoError as error:
            experiment.violated(str(error))
            return experiment.finish()
        finally:
            room.close()
        print(f"limits by {room.limit.kind}", flush=True)
        experiment.add(trials=room.kernel_kills + room.own_kills, killed_by_kernel=room.kernel_kills, pupils_max=pupils,
                       peak_mb_max=room.peak // MB, acknowledged=verdict.acknowledged, lost=verdict.lost)
        for what in verdict.wrong:
            experiment.violated(what)
        if not room.kernel_kills:
            experiment.violated("no limit was too little: nothing was tried")
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
