#!/usr/bin/env python3
"""A stick that lies: the second medium on a FUSE file system that hangs for ever, is slow, full, or fails, while pupils
work. One trial is one sitting with one such stick. Acknowledgements go on as before; the alarm is there within 1 s of a
stick that hangs; the box stops and starts in order with the stick hanging; nothing acknowledged is lost."""
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError, control_get  # noqa: E402
import oracle  # noqa: E402

QUICK, PUPILS, RATE, SECONDS = 2, 12, 10, 2
KINDS = ("hang", "full", "error", "slow")
ALARM = {"hang": "medium_", "full": "medium_full", "error": "medium_failed", "slow": ""}
ALARM_LIMIT_S, STOP_LIMIT_S, START_LIMIT_S = 1.0, 20, 10
CONNECTIONS = "/sys/fs/fuse/connections"
SLOWER_MAX, LATENCY_FREE_MS = 4, 150


def missing() -> str:
    if not os.path.exists("/dev/fuse"):
        return "no /dev/fuse"
    for tool in ("gcc", "pkg-config", "fusermount3"):
        if shutil.which(tool) is None:
            return f"no {tool}"
    return "" if subprocess.run(["pkg-config", "--exists", "fuse3"], check=False).returncode == 0 else "no libfuse3-dev"


def build(folder: str) -> str:
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "fuse3"], capture_output=True, text=True, check=True).stdout.split()
    program = os.path.join(folder, "stickfs")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stickfs.c")
    subprocess.run(["gcc", "-O1", source, "-o", program, *flags], check=True)
    return program


class Stick:
    def __init__(self, program: str, folder: str):
        self.folder, self.mount = os.path.join(folder, "stick-data"), os.path.join(folder, "stick")
        self.orders = os.path.join(folder, "stick-orders")
        for one in (self.folder, self.mount):
            os.makedirs(one)
        self.order("good")
        outside = os.stat(self.mount).st_dev
        self.process = subprocess.Popen([program, self.folder, self.mount, self.orders], stdin=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while os.stat(self.mount).st_dev == outside:
            if self.process.poll() is not None or time.monotonic() > end:
                raise DemoError("the file system could not be mounted")
            time.sleep(0.01)
        self.connection = os.minor(os.stat(self.mount).st_dev)

    def order(self, word: str) -> None:
        with open(self.orders + ".new", "w", encoding="ascii") as file:
            file.write(word)
        os.rename(self.orders + ".new", self.orders)

    def pull(self) -> None:
        """Whatever hangs in it gets an error now."""
        abort = os.path.join(CONNECTIONS, str(self.connection), "abort")
        if os.path.exists(abort):
            with open(abort, "w", encoding="ascii") as file:
                file.write("1")
        subprocess.run(["fusermount3", "-u", "-z", self.mount], capture_output=True, check=False)
        self.process.kill()
        self.process.wait()


def alarms(box: Box) -> str:
    return control_get(box.control, "/v1/status", 2)[1]


class Sitting:
    def __init__(self, experiment: Experiment, template: str, folder: str, program: str):
        self.number = experiment.trials
        self.kind = KINDS[self.number % len(KINDS)]
        self.place = os.path.join(folder, f"stick-{self.number}")
        os.makedirs(self.place)
        self.stick = Stick(program, self.place)
        self.box = Box(template, os.path.join(self.place, "data"), experiment.bin, plain=True,
                       settings={"medium": {"path": f'"{self.stick.mount}"'}})
        self.counters: dict = {}

    def begin(self, name: str) -> None:
        self.box.drill(name, self.box.info["cards"], "--minutes", str(SECONDS / 60), "--rate", str(RATE))

    def p99_ms(self, name: str) -> float:
        """Of the acknowledgements of these pupils, once they are done."""
        return self.box.settle(90)[name]["latency_ms"]["p99"]

    def alarm_within(self, limit_s: float) -> float:
        begin = time.monotonic()
        while f'"{ALARM[self.kind]}' not in alarms(self.box):
            if time.monotonic() - begin > limit_s:
                raise DemoError(f"no alarm after {limit_s} s")
            time.sleep(0.02)
        return time.monotonic() - begin

    def run(self) -> oracle.Verdict:
        verdict = oracle.Verdict()
        try:
            self.box.server.start()
            self.box.wait_until_up()
            self.box.open_sitting()
            self.begin("before")
            before_ms = self.p99_ms("before")
            self.begin("during")
            time.sleep(1)
            self.stick.order(self.kind)
            if ALARM[self.kind]:
                self.counters["alarm_ms_max"] = int(1000 * self.alarm_within(ALARM_LIMIT_S if self.kind == "hang" else 10))
            during_ms = self.p99_ms("during")
            self.counters |= {"p99_before_ms_max": int(before_ms), "p99_during_ms_max": int(during_ms)}
            if during_ms > max(SLOWER_MAX * before_ms, LATENCY_FREE_MS):
                verdict.say(f"p99 {during_ms:.0f} ms with the stick in trouble, {before_ms:.0f} ms before")
            self.stop_and_start()
            self.begin("after")
            self.box.settle(90)
            self.box.server.kill(15)
            self.box.tool("proktor", "verify", self.box.box)
            self.box.judge(verdict)
        except DemoError as error:
            verdict.say(str(error))
        return verdict

    def stop_and_start(self) -> None:
        begin = time.monotonic()
        status = self.box.server.kill(15)
        stopped_s = time.monotonic() - begin
        self.box.server.start()
        started_s = self.box.wait_until_up()
        self.counters |= {"stop_ms_max": int(stopped_s * 1000), "start_ms_max": int(started_s * 1000)}
        if status != 0 or stopped_s > STOP_LIMIT_S:
            raise DemoError(f"stopped with status {status} after {stopped_s:.1f} s")
        if started_s > START_LIMIT_S:
            raise DemoError(f"answers again after {started_s:.1f} s")

    def close(self) -> None:
        self.stick.pull()
        self.box.close()


def follows(template: str, folder: str, bin_dir: str) -> bool:
    """Whether proktord knows the setting at all."""
    box = Box(template, os.path.join(folder, "probe"), bin_dir, plain=True, settings={"medium": {"path": '"/nowhere"'}})
    try:
        box.server.start()
        box.wait_until_up()
        return True
    except DemoError as error:
        if "medium" in str(error):
            return False
        raise
    finally:
        box.close()


def main() -> int:
    experiment = Experiment("stick", QUICK)
    reason = missing()
    if reason:
        return experiment.skip(reason)
    with Folder(experiment) as folder:
        program = build(folder)
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        if not follows(template, folder, experiment.bin):
            return experiment.skip("this proktord has no second medium")
        experiment.each_sitting(lambda: Sitting(experiment, template, folder, program))
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
