#!/usr/bin/env python3
"""A box with a clock that lies, under pupils at work. One trial is one sitting; its kind is drawn:

jump     the wall clock leaps by up to 10 years either way, again and again (libfaketime reads the leap from a file)
start    the box is started anew under a clock that is years off, or in another time zone
suspend  proktord stands still (SIGSTOP) for seconds, again and again: as a box that sleeps
pupils   the pupils' computers sleep
boot     the box is started anew in a time namespace whose monotonic clock is days ahead, or has just begun

Nobody logs in again, no answer is refused or lost, nothing is late or closed, exam time follows the box's own monotonic
clock, the chain holds, entries stay ordered by lsn, and a leap of the clock is an alarm on the control socket."""
import glob
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError, control_get  # noqa: E402
import oracle  # noqa: E402

QUICK, PUPILS, RATE = 2, 12, 4
YEAR_S = 31_557_600
KINDS = ("jump", "suspend", "start", "boot", "pupils")
ALARM_LIMIT_S = 3
ERROR_MS = 1_500


def faketime_library() -> str:
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    return found[0] if found else ""


def time_namespaces() -> bool:
    return subprocess.run(["unshare", "--time", "--monotonic", "86400", "--fork", "true"], capture_output=True, check=False).returncode == 0


class Sitting:
    def __init__(self, experiment: Experiment, template: str, folder: str, library: str, kinds: list):
        self.experiment, self.number = experiment, experiment.trials
        self.random = experiment.random(self.number)
        self.kind = kinds[self.number % len(kinds)]
        self.box = Box(template, os.path.join(folder, f"clock-{self.number}"), experiment.bin, plain=self.number % 2 == 1)
        self.library, self.leap_file = library, os.path.join(self.box.data, "leap")
        self.counters = {"clock_moves": 0}

    def leap(self, seconds: int) -> None:
        """The wall clock of the running box, from now on."""
        with open(self.leap_file + ".new", "w", encoding="ascii") as file:
            file.write(f"{seconds:+d}\n")
        os.rename(self.leap_file + ".new", self.leap_file)

    def start(self, zone: str = "") -> None:
        environment = {"LD_PRELOAD": self.library, "FAKETIME_TIMESTAMP_FILE": self.leap_file, "FAKETIME_NO_CACHE": "1",
                       "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"} | ({"TZ": zone} if zone else {})
        os.environ |= environment
        try:
            self.box.server.start()
        finally:
            for name in environment:
                os.environ.pop(name, None)
        self.box.wait_until_up()

    def restart(self, zone: str = "") -> None:
        self.box.server.kill()
        self.start(zone)

    def must_alarm(self) -> None:
        end = time.monotonic() + ALARM_LIMIT_S
        while "clock_wrong" not in control_get(self.box.control, "/v1/status", 5)[1]:
            if time.monotonic() > end:
                raise DemoError("no alarm clock_wrong")
            time.sleep(0.05)

    def jump(self) -> None:
        for _ in range(4 if self.experiment.full else 2):
            self.leap(self.random.choice([-1, 1]) * self.random.randrange(3600, 10 * YEAR_S))
            self.must_alarm()
            time.sleep(0.7)
            self.counters["clock_moves"] += 1
        self.leap(0)

    def start_wrong(self) -> None:
        for seconds, zone in ((10 * YEAR_S, ""), (-10 * YEAR_S, ""), (0, "Asia/Jayapura"), (0, "America/Los_Angeles")):
            self.leap(seconds)
            self.restart(zone)
            if seconds:
                self.must_alarm()
            time.sleep(0.7)
            self.counters["clock_moves"] += 1

    def suspend(self) -> None:
        for _ in range(3 if self.experiment.full else 2):
            self.stop_and_go(self.box.server.pid)

    def pupils(self) -> None:
        for _ in range(3 if self.experiment.full else 2):
            self.stop_and_go(self.box.drills["pupils"].pid)

    def stop_and_go(self, pid: int) -> None:
        length_s = self.random.uniform(10, 60) if self.experiment.full else self.random.uniform(0.5, 2)
        os.kill(pid, signal.SIGSTOP)
        time.sleep(length_s)
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.7)
        self.counters["clock_moves"] += 1

    def boot(self) -> None:
        command = self.box.server.command
        for ahead_s in (86_400 * 30, -int(time.monotonic()) + 5):
            self.box.server.kill()
            # --fork is not used: the process itself must be the one that systemd's variables name.
            self.box.server.command = ["/usr/bin/unshare", "--time", "--monotonic", str(ahead_s), *command]
            self.start()
            time.sleep(0.7)
            self.counters["clock_moves"] += 1
        self.box.server.command = command

    def run(self) -> oracle.Verdict:
        verdict = oracle.Verdict()
        try:
            self.leap(0)
            self.start()
            self.box.open_sitting()
            planned = 0.08 if not self.experiment.full else 5
            self.box.drill("pupils", self.box.info["cards"], "--minutes", str(planned), "--rate", str(RATE), "--finish", "--seed",
                           str(self.random.randrange(1 << 32)))
            time.sleep(1)
            {"jump": self.jump, "start": self.start_wrong, "suspend": self.suspend, "pupils": self.pupils, "boot": self.boot}[self.kind]()
            report = self.box.settle(500)["pupils"]
            self.box.server.kill(15)
            self.box.tool("proktor", "verify", self.box.box)
            self.box.judge(verdict)
            self.judge(verdict, report)
        except DemoError as error:
            verdict.say(str(error))
        return verdict

    def judge(self, verdict: oracle.Verdict, report: dict) -> None:
        wrong = {code: count for code, count in report["refusals"].items() if code != "no_answer"}
        if report["failed"] or report["acks_lost"] or report["heads_wrong"] or wrong:
            verdict.say(f"{report['failed']} pupils failed {report['failures'][:2]}, refusals {wrong}")
        logins = late = 0
        before = 0
        with oracle.opened_copy(os.path.join(self.box.journal_dir(), "journal.db")) as database:
            for kind, subject, data in database.execute("SELECT kind, subject, bytes FROM entry ORDER BY lsn"):
                logins += kind == "login"
                if kind != "event":
                    continue
                words = subject.split(" ")
                late += len(words) > 4
                if int(words[3]) + ERROR_MS < before and self.kind not in ("start", "boot"):
                    verdict.say(f"exam time went back from {before} to {words[3]}")
                before = int(words[3])
        if logins != len(self.box.info["cards"]):
            verdict.say(f"{logins} logins of {len(self.box.info['cards'])} pupils")
        if late:
            verdict.say(f"{late} answers carry a flag")

    def close(self) -> None:
        self.box.close()


def main() -> int:
    experiment = Experiment("clock", QUICK)
    library = faketime_library()
    if not library:
        return experiment.skip("no libfaketime")
    kinds = [kind for kind in KINDS if kind != "boot" or time_namespaces()]
    experiment.numbers["kinds_left_out"] = len(KINDS) - len(kinds)
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        experiment.each_sitting(lambda: Sitting(experiment, template, folder, library, kinds))
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
