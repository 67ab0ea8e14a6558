"""Runs the experiments of experiments.tsv one after the other and sums them up (tests/fault/run.sh says how to call it).

An experiment is a program: `COMMAND --seed S --count N --state DIR --bin BIN [--full]`. Its last line of output is one
JSON object with at least trials, acknowledged, lost and violations; exit 0 held, 1 violated, 77 skipped. Columns of the
table, separated by tabs: name, command ({bin} stands for the folder of programs), quick count, full count (`-`: not in
this run, `all`: no --count), what one trial is called in the totals ("power cuts")."""
import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
TABLE = os.path.join(ROOT, "tests", "fault", "experiments.tsv")
QUICK_LIMIT_S = 180
FULL_LIMIT_S = 6 * 3600
SHOWN_LINES = 40
SKIPPED = 77


@dataclass
class Experiment:
    name: str
    command: list
    quick: str
    full: str
    unit: str


@dataclass
class Result:
    experiment: Experiment
    verdict: str  # held, violated, skipped
    seconds: float
    numbers: dict = field(default_factory=dict)
    output: str = ""


def read_table() -> list:
    experiments = []
    with open(TABLE, encoding="utf-8") as table:
        for line in table.read().split("\n")[1:]:
            if not line.strip() or line.startswith("#"):
                continue
            cells = [cell.strip() for cell in line.split("\t")] + ["trials"]
            experiments.append(Experiment(cells[0], shlex.split(cells[1]), cells[2], cells[3], cells[4]))
    return experiments


def last_json(output: str) -> dict:
    lines = output.strip().split("\n")
    try:
        value = json.loads(lines[-1])
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def run(experiment: Experiment, options) -> Result:
    count = experiment.full if options.full or experiment.quick == "-" else experiment.quick
    bin_dir = os.path.join(options.build, "bin")
    command = [part.replace("{bin}", bin_dir) for part in experiment.command]
    command += ["--seed", str(options.seed), "--bin", bin_dir]
    command += [] if count == "all" else ["--count", count]
    command += ["--full"] if options.full else []
    command += ["--state", options.state] if options.state else []
    begin = time.monotonic()
    try:
        # A session of its own: whatever it leaves behind can be ended with it.
        child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
    except OSError as error:
        return Result(experiment, "violated", 0, output=str(error))
    try:
        output, _ = child.communicate(timeout=FULL_LIMIT_S if options.full else QUICK_LIMIT_S)
    except subprocess.TimeoutExpired:
        child.terminate()
        try:
            output, _ = child.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            output = ""
        output += "\nnot done in time"
        child.returncode = 1
    except BaseException:
        child.terminate()
        child.wait()
        raise
    finally:
        end_group(child.pid)
    numbers = last_json(output)
    verdict = {0: "held", SKIPPED: "skipped"}.get(child.returncode, "violated")
    if verdict == "held" and (not numbers or numbers.get("lost") or numbers.get("violations")):
        verdict = "violated"
    if options.state:
        with open(os.path.join(options.state, f"{experiment.name}.log"), "a", encoding="utf-8") as log:
            log.write(f"$ {shlex.join(command)}\n{output}\n")
    return Result(experiment, verdict, time.monotonic() - begin, numbers, output)


def end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass


def number(value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def line_of(result: Result) -> str:
    known = ("experiment", "seed", "skipped")
    said = result.numbers.get("skipped") if result.verdict == "skipped" else ", ".join(
        f"{key.replace('_', ' ')} {number(value)}" for key, value in result.numbers.items()
        if key not in known and isinstance(value, (int, float)) and not isinstance(value, bool))
    mark = {"held": "ok  ", "violated": "FAIL", "skipped": "skip"}[result.verdict]
    return f"{mark} {result.experiment.name:<20} {said or 'no numbers'} ({result.seconds:.1f} s)"


def totals(results: list, seconds: float) -> str:
    def how_many(verdict):
        return sum(result.verdict == verdict for result in results)

    units: dict = {}
    for result in results:
        if result.verdict != "skipped":
            unit = result.experiment.unit
            units[unit] = units.get(unit, 0) + int(result.numbers.get("trials", 0))
    acknowledged = sum(int(result.numbers.get("acknowledged", 0)) for result in results)
    lost = sum(int(result.numbers.get("lost", 0)) for result in results)
    counted = ", ".join(f"{name} {number(count)}" for name, count in units.items())
    return (f"fault laboratory: {how_many('held')} held, {how_many('violated')} violated, {how_many('skipped')} skipped · "
            f"{counted} · acknowledged {number(acknowledged)}, lost {number(lost)} · "
            f"{int(seconds // 60)} min {int(seconds % 60)} s")


def write_junit(path: str, results: list) -> None:
    suite = ElementTree.Element("testsuite", name="fault", tests=str(len(results)),
                                failures=str(sum(result.verdict == "violated" for result in results)),
                                skipped=str(sum(result.verdict == "skipped" for result in results)))
    for result in results:
        case = ElementTree.SubElement(suite, "testcase", classname="fault", name=result.experiment.name,
                                      time=f"{result.seconds:.3f}")
        if result.verdict == "violated":
            # XML 1.0 has no place for control characters, whatever a program printed.
            text = re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd]", "?", result.output[-4000:])
            ElementTree.SubElement(case, "failure").text = text
        elif result.verdict == "skipped":
            ElementTree.SubElement(case, "skipped", message=str(result.numbers.get("skipped", "")))
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def options_of(arguments: list):
    parser = argparse.ArgumentParser(prog="tests/fault/run.sh")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--state", metavar="DIR")
    parser.add_argument("--build", metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--junit", metavar="FILE")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args(arguments)
    options.build = os.path.abspath(options.build or os.path.join(ROOT, "build", "release" if options.full else "dev"))
    if options.full and not options.state:
        options.state = os.path.join(ROOT, ".fault-state")
    if options.state:
        options.state = os.path.abspath(options.state)
        os.makedirs(options.state, exist_ok=True)
    return parser, options


def main(arguments: list) -> int:
    parser, options = options_of(arguments)
    experiments = read_table()
    unknown = set(options.only or ()) - {experiment.name for experiment in experiments}
    if unknown:
        parser.error(f"no experiment {', '.join(sorted(unknown))}")
    chosen = [experiment for experiment in experiments
              if (experiment.name in options.only if options.only
                  else (experiment.full if options.full else experiment.quick) != "-")]
    if options.list:
        print("\n".join(f"{one.name:<20} {one.quick:>8} {one.full:>8} {one.unit}" for one in chosen))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begin = time.monotonic()
    results = []
    for experiment in chosen:
        results.append(run(experiment, options))
        print(line_of(results[-1]), flush=True)
        if results[-1].verdict == "violated":
            print("\n".join("     " + line for line in results[-1].output.strip().split("\n")[-SHOWN_LINES:]), flush=True)
    if options.junit:
        write_junit(options.junit, results)
    print(totals(results, time.monotonic() - begin))
    return 1 if any(result.verdict == "violated" for result in results) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
