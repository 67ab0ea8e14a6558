#!/usr/bin/env python3
"""The box dies in the middle of a sitting; a cold spare is restored from its second medium with the printed code and
serves under the same name. One trial is one such sitting: pupils go on by themselves with their cookies, send again what
the medium lacked, and nothing acknowledged to anybody is missing at the end."""
import json
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError, control_get  # noqa: E402
import oracle  # noqa: E402

QUICK, PUPILS, RATE, SECONDS, IN_STEP_LIMIT_S = 1, 45, 1, 6, 30


def medium_of(box: Box) -> dict:
    return json.loads(control_get(box.control, "/v1/status", 5)[1])["medium"] or {}


def wait_until_in_step(box: Box) -> None:
    end = time.monotonic() + IN_STEP_LIMIT_S
    while medium_of(box).get("state") != "in_step":
        if time.monotonic() > end:
            raise DemoError(f"the medium is not in step: {medium_of(box)}")
        time.sleep(0.05)


def restore(box: Box, stick: str, code: str) -> float:
    os.rename(box.box, box.box + ".mati")
    begin = time.monotonic()
    done = subprocess.run([os.path.join(box.bin, "proktor"), "restore", "--from", stick, "--data", box.box], input=code + "\n",
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DemoError(f"restore: {done.stdout}{done.stderr}")
    seconds = time.monotonic() - begin
    os.symlink(os.path.join(box.box + ".mati", "run"), os.path.join(box.box, "run"))  # the sockets that clients know
    return seconds


def end_of_drill(drill: subprocess.Popen) -> dict:
    """A drill tells marks that went back as a failure; here they may, when all that was acknowledged is there at the end."""
    said, _ = drill.communicate(timeout=120)
    report = json.loads(said)
    if report["failures"] or report["failed"] or report["heads_wrong"] or report["codes_wrong"]:
        raise DemoError(f"pupils: {said[-1500:]}")
    return report


def sitting(template: str, folder: str, bin_dir: str) -> tuple:
    verdict, numbers = oracle.Verdict(), {}
    stick = os.path.join(folder, "stik")
    os.makedirs(os.path.join(stick, "proktor-cadangan"))
    box = Box(template, os.path.join(folder, "data"), bin_dir, settings={"medium": {"path": f'"{stick}"'}})
    try:
        page = os.path.join(folder, "kartu.html")
        box.tool("proktor", "recovery-card", "--data", box.box, "--out", page)
        with open(page, encoding="utf-8") as file:
            code = "".join(a + b for a, b in re.findall(r"<b>(\d{3}) (\d{3})</b>", file.read()))
        box.server.start()
        box.wait_until_up()
        box.open_sitting()
        wait_until_in_step(box)
        drill = box.drill("pupils", box.info["cards"], "--minutes", str(SECONDS / 60), "--rate", str(RATE))
        time.sleep(SECONDS / 2)
        box.server.kill()
        numbers["restore_ms"] = int(1000 * restore(box, stick, code))
        box.server.start()
        numbers["start_ms"] = int(1000 * box.wait_until_up())
        report = end_of_drill(drill)
        wait_until_in_step(box)
        box.server.kill(15)
        numbers["sent_again"] = report["acks_lost"]
        box.tool("proktor", "verify", box.box)
        box.judge(verdict)
        numbers["entries"] = verdict.entries
    except DemoError as error:
        verdict.say(str(error))
    finally:
        box.close()
    return verdict, numbers


def main() -> int:
    experiment = Experiment("spare", QUICK)
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            place = os.path.join(folder, f"spare-{experiment.trials}")
            os.makedirs(place)
            verdict, numbers = sitting(template, place, experiment.bin)
            experiment.add(trials=1, acknowledged=verdict.acknowledged, lost=verdict.lost,
                           **{f"{key}_max": value for key, value in numbers.items()})
            for what in verdict.wrong:
                experiment.violated(f"trial {experiment.trials}; repeat: tests/fault/medium/spare.py --seed {experiment.seed}: {what}")
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
