"""What every experiment in Python shares: its command line, its seed, its state file and its last line.

A state file DIR/<name>.json is written whole after every bounded piece of work; the same call later goes on after it."""
import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile

HELD, VIOLATED, SKIPPED = 0, 1, 77
ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "provisioning", "demo_run"))


def write_whole(path: str, text: str) -> None:
    temporary = f"{path}.tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, path)


class Experiment:
    def __init__(self, name: str, count: int, control: str = ""):
        """Reads the command line; `count` is for a call without --count. SIGTERM ends it through its `finally`s.
        `control` is the name under which --control tries a deliberate fault, which must be found."""
        parser = argparse.ArgumentParser(prog=f"tests/fault: {name}")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--count", type=int, default=count)
        parser.add_argument("--state", metavar="DIR")
        parser.add_argument("--bin", default=os.path.join(ROOT, "build", "dev", "bin"))
        parser.add_argument("--full", action="store_true")
        parser.add_argument("--control", action="store_true", help=argparse.SUPPRESS if not control else control)
        options = parser.parse_args()
        self.control = options.control and bool(control)
        name = control if self.control else name
        self.name, self.count, self.full = name, options.count, options.full
        self.bin = os.path.abspath(options.bin)
        self.path = os.path.join(options.state, f"{name}.json") if options.state else None
        self.numbers = {"experiment": name, "seed": options.seed, "trials": 0, "acknowledged": 0, "lost": 0,
                        "violations": 0}
        if self.path and os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                self.numbers |= json.load(file)
        self.seed = self.numbers["seed"]
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        print(f"{name}: seed {self.seed}, {self.trials} of {self.count} done", flush=True)

    @property
    def trials(self) -> int:
        return self.numbers["trials"]

    @property
    def left(self) -> int:
        return max(0, self.count - self.trials)

    def random(self, *salt) -> random.Random:
        """The same numbers for the same seed and salt, wherever a run was broken off."""
        return random.Random(f"{self.seed}/{'/'.join(map(str, salt))}")

    def add(self, **counters) -> None:
        """Counts a finished piece of work and keeps it. Names that end in _max keep the highest."""
        for name, value in counters.items():
            before = self.numbers.get(name, 0)
            self.numbers[name] = max(before, value) if name.endswith("_max") else before + value
        if self.path:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            write_whole(self.path, json.dumps(self.numbers) + "\n")

    def violated(self, what: str) -> None:
        """Says what did not hold and how to see it again; counted at once."""
        self.add(violations=1)
        print(f"VIOLATED {self.name}, seed {self.seed}: {what}", flush=True)

    def each_sitting(self, make) -> None:
        """One after the other until all are done or one violated something. make() gives an object with `kind`,
        `counters`, run(), which gives an oracle.Verdict, and close()."""
        while self.left > 0 and not self.numbers["violations"]:
            number, one = self.trials, make()
            try:
                verdict = one.run()
            finally:
                one.close()
            self.add(trials=1, acknowledged=verdict.acknowledged, lost=verdict.lost, **one.counters)
            for what in verdict.wrong:
                self.violated(f"trial {number} ({one.kind}); repeat: {os.path.relpath(sys.argv[0], ROOT)} --seed {self.seed} "
                              f"--count {number + 1}: {what}")

    def finish(self) -> int:
        print(json.dumps(self.numbers), flush=True)
        return VIOLATED if self.numbers["lost"] or self.numbers["violations"] else HELD

    def skip(self, reason: str) -> int:
        print(json.dumps(self.numbers | {"skipped": reason}), flush=True)
        return SKIPPED


class Folder:
    """A temporary folder that goes away, unless something was violated in it."""

    def __init__(self, experiment: Experiment, base: str | None = None):
        self.experiment = experiment
        self.path = tempfile.mkdtemp(prefix=f"proktor-{experiment.name}-", dir=base)

    def __enter__(self) -> str:
        return self.path

    def __exit__(self, kind, *_rest) -> None:
        if self.experiment.numbers["violations"] or (kind and kind is not SystemExit):
            print(f"kept for whoever looks into it: {self.path}", flush=True)
        else:
            shutil.rmtree(self.path, ignore_errors=True)
