#!/usr/bin/env python3
"""What the test programs covered of the folders that keep answers, from clang's source-based coverage. `coverage.py
[--files] BUILD PROGRAM…` reads BUILD/profiles/*.profraw and the programs in BUILD/bin, prints one table and exits 1 when one
of the four folders is below the bounds. --files: each file, too, and what never ran in it: lines, and conditions as
LINE:COLUMN, `=` never true, `!` never false.

The rule. A line is one that `llvm-cov` counts. A branch is one outcome, true or false, of one condition that is written in
the source: each operand of && and ||, each if, loop, ?: and case. Nothing that a compiler makes (exceptions, static
initialisation, destructors) is a branch. A template counts once, whatever it is made with. No file is left out, and a
source that no program links is an error. Two things are not counted: a constant condition (`while (true)`, a bug that
only some builds have on purpose: base/deliberate_fault.hpp), and the way past a `switch` without default, which -Wswitch
keeps complete; the table says how many."""
import glob
import json
import os
import re
import subprocess
import sys

ROOTS = ("server/core", "server/journal", "server/seal", "sync")
FOLDERS = ("server/core", "server/journal", "server/seal", "sync", "sync/agent", "sync/pusat")
LINES, BRANCHES = 95.0, 85.0
ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
VERSION = "-19"


def export(build, programs):
    """The report of all programs, as llvm-cov writes it."""
    merged = os.path.join(build, "profiles", "all.profdata")
    raw = sorted(glob.glob(os.path.join(build, "profiles", "*.profraw")))
    subprocess.run(["llvm-profdata" + VERSION, "merge", "--sparse", "-o", merged, *raw], check=True)
    first, *others = [os.path.join(build, "bin", name) for name in programs]
    objects = [word for program in others for word in ("--object", program)]
    folders = [os.path.join(ROOT, name) for name in ROOTS]
    ran = subprocess.run(["llvm-cov" + VERSION, "export", "--skip-functions", f"--instr-profile={merged}", first,
                          *objects, "--sources", *folders], stdout=subprocess.PIPE, check=True)
    return json.loads(ran.stdout)["data"][0]["files"]


class Source:
    """One file: its lines as llvm-cov counted them, its branches by place and outcome."""

    def __init__(self, name, entry):
        self.name = name
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            self.text = file.read().split("\n")
        self.lines, self.lines_run = (entry["summary"]["lines"][key] for key in ("count", "covered"))
        self.missing = self.lines_never_run(entry["segments"])
        self.branches, self.complete_switches = {}, 0
        for line, column, last_line, last_column, taken, not_taken, *_ in entry["branches"]:
            if self.constant(line, column, last_line, last_column):
                continue
            place = (line, column)
            self.count((*place, False), not_taken)
            if self.switched(line, column):
                self.complete_switches += 1
            else:
                self.count((*place, True), taken)

    def count(self, key, number):
        self.branches[key] = self.branches.get(key, 0) + number

    def constant(self, line, column, last_line, last_column):
        written = self.text[line - 1][column - 1:last_column - 1] if line == last_line else ""
        return written in ("true", "false") or re.fullmatch(r"!?has_fault\(\w+::\w+\)", written) is not None

    def switched(self, line, column):
        """The condition of a switch without default: true is the way past all its cases."""
        return re.search(r"switch \($", self.text[line - 1][:column - 1]) is not None

    def lines_never_run(self, segments):
        """Lines on which counted code begins or goes on, and none of it ran."""
        missing, inside = set(), None
        at = {}
        for segment in segments:
            at.setdefault(segment[0], []).append(segment)
        for number in range(1, len(self.text) + 1):
            here = [segment for segment in at.get(number, []) if segment[3] and segment[4]]
            counts = [segment[2] for segment in here] + ([inside] if inside is not None else [])
            if counts and max(counts) == 0:
                missing.add(number)
            for segment in at.get(number, []):
                inside = segment[2] if segment[3] else None
        return missing

    def untaken(self):
        return sorted(key for key, count in self.branches.items() if count == 0)


def show(name, sources):
    lines, lines_run = sum(source.lines for source in sources), sum(source.lines_run for source in sources)
    branches = sum(len(source.branches) for source in sources)
    taken = branches - sum(len(source.untaken()) for source in sources)
    shares = tuple(100.0 * part / whole if whole else 100.0 for part, whole in ((lines_run, lines), (taken, branches)))
    print(f"{name:<40} {shares[0]:6.1f} % of {lines:>5} lines {shares[1]:6.1f} % of {branches:>5} branches")
    return shares


def show_file(source):
    show(source.name, [source])
    if source.missing:
        print("    lines not run:", " ".join(map(str, sorted(source.missing))))
    if source.untaken():
        print("    never:", " ".join(f"{line}:{column}{'=' if outcome else '!'}" for line, column, outcome in source.untaken()))


def main(arguments):
    build, *programs = [word for word in arguments if word != "--files"]
    sources = [Source(os.path.relpath(os.path.realpath(entry["filename"]), ROOT), entry)
               for entry in export(os.path.abspath(build), programs)]
    if "--files" in arguments:
        for source in sorted(sources, key=lambda source: -len(source.untaken())):
            show_file(source)
    found = {source.name for source in sources}
    for folder in FOLDERS:
        written = {os.path.relpath(path, ROOT) for path in glob.glob(os.path.join(ROOT, folder, "*.cpp"))}
        if written - found:
            print("in no program:", " ".join(sorted(written - found)))
            return 1
    below = []
    for root in ROOTS:
        lines, branches = show(root, [source for source in sources if source.name.startswith(root + "/")])
        if lines < LINES or branches < BRANCHES:
            below.append(root)
    show("all", sources)
    print(f"not counted: the way past {sum(source.complete_switches for source in sources)} complete switches")
    if below:
        print(f"below {LINES:g} % of lines or {BRANCHES:g} % of branches:", ", ".join(below))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
