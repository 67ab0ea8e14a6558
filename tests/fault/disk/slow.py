#!/usr/bin/env python3
"""A slow disk: the real proktord with 5 ms, then 20 ms more for every fsync, under a room that saves 300 times a second.
One commit carries all that waits, so every pupil is answered after one or two fsyncs: nothing is refused, no connection
is lost, every acknowledgement is there afterwards. One trial is one sitting. The times are told, not judged here: the
goal of 2.2 fsyncs at p50 and 3.5 at p99 is of the benchmark on a quiet computer."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
import oracle  # noqa: E402

QUICK, SECONDS, FULL_SECONDS = 2, 4, 30
PUPILS, RATE = 60, 5
DELAYS_MS = (5, 20)


def sitting(experiment: Experiment, template: str, folder: str) -> None:
    number = experiment.trials
    delay_ms = DELAYS_MS[number % len(DELAYS_MS)]
    seconds = FULL_SECONDS if experiment.full else SECONDS
    box = Box(template, os.path.join(folder, f"slow-{number}"), experiment.bin)
    verdict, report = oracle.Verdict(), {}

    def preload() -> None:
        os.environ.update({"LD_PRELOAD": os.path.join(experiment.bin, "libproktor_fault_disk.so"),
                           "PROKTOR_DISK_ROOT": box.box, "PROKTOR_DISK_PROGRAM": "proktord",
                           "PROKTOR_DISK_DELAY": str(delay_ms)})
    try:
        box.server.start(preload)
        box.wait_until_up()
        box.open_sitting()
        box.drill("pupils", box.info["cards"], "--minutes", str(seconds / 60), "--rate", str(RATE), "--finish",
                  "--seed", str(experiment.random(number).randrange(1 << 32)))
        report = box.settle(120)["pupils"]
        box.server.kill(15)
        box.judge(verdict)
        refused = sum(report["refusals"].values())
        if refused or report["failed"] or report["reconnects"]:
            verdict.say(f"{refused} refusals {report['refusals']}, {report['failed']} failed, {report['reconnects']} connections lost")
    except DemoError as error:
        verdict.say(str(error))
    finally:
        box.close()
    latency = report.get("latency_ms", {})
    experiment.add(trials=1, acknowledged=verdict.acknowledged, lost=verdict.lost,
                   **{f"fsync_{delay_ms}_ms_{what}_ms_max": int(latency.get(what, 0)) for what in ("p50", "p99")})
    for what in verdict.wrong:
        experiment.violated(f"trial {number}, {delay_ms} ms; repeat: tests/fault/disk/slow.py --seed {experiment.seed} "
                            f"--count {number + 1}: {what}")


def main() -> int:
    experiment = Experiment("slow-disk", QUICK)
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            sitting(experiment, template, folder)
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
