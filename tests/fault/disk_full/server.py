#!/usr/bin/env python3
"""A real proktord whose disk fills up: its data folder on a small tmpfs, then on ext4 in a loop device, under virtual pupils
who save all the time. At a seeded moment a filler leaves a few bytes: the alarm storage_full comes, whoever saves is told to
wait, what needs no disk goes on, the process lives. When the filler goes, saving goes on by itself and the alarm ends. After
some such fills every pupil settles, and the oracle compares what was acknowledged with what is there. One trial is one
fill. Blocks are of 4 KB, as on any disk of use."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
from parts import control_get  # noqa: E402
import oracle  # noqa: E402

QUICK, FILLS = 2, 10  # in all; in one sitting
PUPILS, RATE = 12, 10
DISK_MB = 40
LEAVES_BYTES = (0, 5_000, 60_000, 300_000)
LIMIT_S, SETTLE_LIMIT_S = 60, 120
PIECE = b"\xa5" * (1 << 16)


class SmallDisk:
    """A file system that goes away with close(). OSError when it cannot be mounted here."""

    def __init__(self, path: str, ext4: bool):
        self.path, self.image = path, path + ".image"
        os.makedirs(path)
        commands = [["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", path]]
        if ext4:
            with open(self.image, "wb") as image:
                image.truncate(DISK_MB << 20)
            commands = [["mkfs.ext4", "-q", "-b", "4096", "-m", "0", self.image], ["mount", "-o", "loop", self.image, path]]
        for command in commands:
            if subprocess.run(command, capture_output=True, check=False).returncode:
                raise OSError(f"{command[0]} is not allowed here")

    def fill(self, leave: int) -> None:
        with open(os.path.join(self.path, "filler"), "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(PIECE)
            except OSError:
                pass
            filler.truncate(max(0, filler.tell() - leave))

    def free(self) -> None:
        os.unlink(os.path.join(self.path, "filler"))

    def close(self) -> None:
        subprocess.run(["umount", "-l", self.path], capture_output=True, check=False)


class Sitting:
    def __init__(self, experiment: Experiment, template: str, folder: str, ext4: bool):
        number = experiment.trials
        self.random = experiment.random("disk-full-server", number)
        self.disk = SmallDisk(os.path.join(folder, f"disk-{number}"), ext4)
        try:
            # The box alone lies on the small disk: its clients' ledgers do not.
            scene = os.path.join(folder, f"scene-{number}")
            shutil.copytree(template, scene, symlinks=True)
            shutil.move(os.path.join(scene, "box"), os.path.join(self.disk.path, "box"))
            os.symlink(os.path.join(self.disk.path, "box"), os.path.join(scene, "box"))
            self.box = Box(scene, os.path.join(folder, f"sitting-{number}"), experiment.bin, plain=True,
                           settings={"disk": {"ballast_bytes": 0, "low_bytes": 0}})
        except BaseException:
            self.disk.close()
            raise
        self.fills = 0

    def status(self) -> dict:
        if self.box.server.ended() is not None:
            raise DemoError("proktord ended by itself")
        code, body = control_get(self.box.control, "/v1/status", 5)
        if code != 200:
            raise DemoError(f"no status on a full disk: {code}")
        return json.loads(body)

    def is_full(self) -> bool:
        return any(alarm["code"] == "storage_full" for alarm in self.status()["alarms"])

    def stored(self) -> int:
        return sum(journal["last_lsn"] for journal in self.status()["journals"])

    def wait(self, what: str, holds) -> None:
        end = time.monotonic() + LIMIT_S
        while not holds():
            if time.monotonic() > end:
                raise DemoError(f"{what}: not within {LIMIT_S} s")
            time.sleep(0.02)

    def one_fill(self) -> None:
        before, more = self.stored(), self.random.randrange(20, 400)
        self.wait("saving", lambda: self.stored() >= before + more)
        self.disk.fill(self.random.choice(LEAVES_BYTES))
        self.wait("the alarm", self.is_full)
        self.box.staff.ask("GET", "/api/proctor/overview")  # reading goes on
        self.disk.free()
        before = self.stored()
        self.wait("saving by itself, without the alarm", lambda: not self.is_full() and self.stored() > before + PUPILS)
        self.fills += 1

    def run(self, fills: int) -> oracle.Verdict:
        self.box.server.start()
        self.box.wait_until_up()
        self.box.open_sitting()
        self.box.drill("pupils", self.box.info["cards"], "--minutes", "120", "--rate", str(RATE), "--finish",
                       "--seed", str(self.random.randrange(1 << 32)))
        for _ in range(fills):
            self.one_fill()
        self.box.settle(SETTLE_LIMIT_S, ("pupils",))
        self.box.server.kill(15)
        self.box.tool("proktor", "verify", self.box.box)
        verdict = oracle.Verdict()
        self.box.judge(verdict)
        return verdict

    def close(self) -> None:
        self.box.close()
        self.disk.close()


def play(experiment: Experiment, template: str, folder: str) -> None:
    first = experiment.trials
    ext4 = experiment.numbers.get("sittings", 0) % 2 == 1
    one = Sitting(experiment, template, folder, ext4)
    verdict = oracle.Verdict()
    try:
        verdict = one.run(min(experiment.left, FILLS if experiment.full else (QUICK + 1) // 2))
    except DemoError as error:
        verdict.say(f"{error}\n{one.box.processes.log_tail('proktord')}")
    finally:
        one.close()
    refusals = sum(one.box.reports.get("pupils", {}).get("refusals", {}).values())
    experiment.add(trials=one.fills, sittings=1, acknowledged=verdict.acknowledged, lost=verdict.lost, refused=refusals,
                   **{"ext4" if ext4 else "tmpfs": one.fills})
    for what in verdict.wrong:
        experiment.violated(f"from trial {first} on ({'ext4' if ext4 else 'tmpfs'}); repeat: tests/fault/disk_full/server.py "
                            f"--seed {experiment.seed} --count {experiment.count}: {what}")


def main() -> int:
    experiment = Experiment("disk-full-server", QUICK)
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            try:
                play(experiment, template, folder)
            except OSError as error:
                return experiment.skip(str(error))
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
