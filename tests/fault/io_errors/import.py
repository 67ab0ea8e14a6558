#!/usr/bin/env python3
"""Every I/O failure of an import: the real proktord with the disk model preloaded takes a kegiatan with its packages, cards
and staff, and the n-th operation on its data folder fails, once or from there on, with EIO (also of reads), ENOSPC, a short
write or a failed fsync. In every third trial power goes soon after. A failure that passes is answered by the same import in
the same life; then the server is started on a disk that is well.

Held: what was answered as imported is there, and the first passwords that were shown let their people in; what was not is
imported by the same command, whole; a sesi opens; `proktor verify` agrees; the server ends by itself only with its code for
a failing disk. One trial is one failure; the points are spread evenly over all, the full count takes every one."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
import main as demo  # noqa: E402
from parts import Staff  # noqa: E402

QUICK, PUPILS = 6, 3
KINDS = ("eio", "enospc", "short", "fsync", "eio:reads")
IMPORT_LIMIT_S = 60
CUT_WITHIN = 40  # operations after the failure
FAILING_DISK = 1  # exit code
WAYS = 2 * len(KINDS)
POINTS_STEP, KINDS_STEP = 7_919, 31  # primes: trials go evenly over all points, and all ways over each


class Trial:
    def __init__(self, experiment: Experiment, template: str, folder: str, number: int, operations: int):
        self.number = number
        kind, way = KINDS[number % len(KINDS)], number // len(KINDS) % 2
        self.at = 1 + (experiment.seed + number // WAYS * POINTS_STEP + number % WAYS * KINDS_STEP) % operations
        self.failure = f"{self.at}:{kind}" + (":always" if way else "")
        self.cut = self.at + experiment.random(number).randrange(1, CUT_WITHIN) if number % 3 == 2 else 0
        self.once = not way
        self.box = Box(template, os.path.join(folder, f"import-{number}"), experiment.bin, plain=True)
        self.library = os.path.join(experiment.bin, "libproktor_fault_disk.so")
        self.shown: dict = {}  # first passwords that were answered

    def preload(self, **settings) -> None:
        os.environ.update({"LD_PRELOAD": self.library, "PROKTOR_DISK_ROOT": self.box.box, "PROKTOR_DISK_PROGRAM": "proktord",
                           "PROKTOR_DISK_SEED": str(self.number)} | settings)

    def ended(self) -> str | None:
        """How the life ended; None while it runs. Raises for an end that no failing disk explains."""
        if self.box.server.pid == 0:
            return "before"
        status = self.box.server.ended()
        if status is None:
            return None
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == FAILING_DISK:
            return "stopped"
        if self.cut and os.WIFSIGNALED(status) and os.WTERMSIG(status) == 9:
            return "power cut"
        raise DemoError(f"proktord ended by itself, status {status}")

    def wait(self) -> bool:
        """False: it ended instead."""
        end = time.monotonic() + IMPORT_LIMIT_S
        while not self.box.answers():
            if self.ended():
                return False
            if time.monotonic() > end:
                raise DemoError("proktord does not answer")
        return True

    def ask(self) -> bool:
        """The command; False when it was refused or not answered."""
        command = [os.path.join(self.box.bin, "proktor"), "import", self.box.school_dir, "--control", self.box.control, "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as one:
            end = time.monotonic() + IMPORT_LIMIT_S
            while one.poll() is None and not self.ended():
                if time.monotonic() > end:
                    one.kill()
                    raise DemoError("the import does not end")
                time.sleep(0.005)
            if one.poll() is None:
                one.kill()  # its sockets stay open here: nobody answers any more
            said = one.communicate()[0]
        if one.returncode != 0:
            return False
        self.shown = {person["username"]: person["password"] for person in json.loads(said)["staff"]}
        return True

    def run(self) -> None:
        self.box.server.start(lambda: self.preload(PROKTOR_DISK_FAIL=self.failure, PROKTOR_DISK_CUT=str(self.cut)))
        if self.wait():
            # A server that is ending may refuse before its end is seen.
            if not self.ask() and self.once and not self.cut and self.wait() and not self.ask() and self.wait():
                raise DemoError("the same import is refused after the failure has passed")
        self.box.server.kill()
        self.box.server.start()
        self.box.wait_until_up()
        if self.shown:
            Staff(demo.HOST, self.box.port, "").ask("POST", "/api/staff/login",
                                                    {"username": demo.PROCTOR, "password": self.shown[demo.PROCTOR]})
        self.box.open_sitting()
        self.box.server.kill(15)
        self.box.tool("proktor", "verify", self.box.box)


def count_operations(experiment: Experiment, template: str, folder: str) -> int:
    """Of a start and an import without a failure, reads too."""
    trial = Trial(experiment, template, folder, -1, 1)
    count = os.path.join(folder, "count")
    try:
        trial.cut = 0
        trial.box.server.start(lambda: trial.preload(PROKTOR_DISK_FAIL="1000000:eio:reads", PROKTOR_DISK_COUNT=count))
        if not trial.wait() or not trial.ask():
            raise DemoError("an import without a failure is refused")
        trial.box.server.kill(15)
    finally:
        trial.box.close()
    with open(count, encoding="ascii") as file:
        return int(file.readline())


def main() -> int:
    experiment = Experiment("io-errors-import", QUICK)
    with Folder(experiment, "/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        operations = count_operations(experiment, template, folder)
        experiment.add(operations_max=operations)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            trial = Trial(experiment, template, folder, experiment.trials, operations)
            try:
                trial.run()
            except DemoError as error:
                experiment.violated(f"trial {trial.number}, {trial.failure}, cut {trial.cut}; repeat: tests/fault/io_errors/"
                                    f"import.py --seed {experiment.seed} --count {trial.number + 1}: {error}\n"
                                    f"{trial.box.processes.log_tail('proktord')}")
            finally:
                trial.box.close()
            if not experiment.numbers["violations"]:
                shutil.rmtree(trial.box.data)
            experiment.add(trials=1, acknowledged=1 if trial.shown else 0)
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
