#!/usr/bin/env python3
"""What the test programs covered of the folders that keep answers, from gcov's own JSON. `coverage.py BUILD [--files]` prints
one table and exits 1 below the bounds. A branch is one that gcov reports and does not mark `throw`: the way of an exception
out of a call is no decision of ours. (gcovr 5.2 reads gcov's text, which names no throw for a call that never ran, and so
counts those against every error path that is a single `return`.)"""
import glob
import json
import os
import subprocess
import sys

FOLDERS = ("server/core", "server/journal", "server/seal", "sync/agent", "sync/pusat")
LINES, BRANCHES = 95.0, 85.0
ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def decisions(branches):
    """Indexes of the branches that a condition makes. A call that may throw has two, too: on, and out."""
    found, index = [], 0
    while index < len(branches):
        if branches[index]["throw"] or (index + 1 < len(branches) and branches[index + 1]["throw"]):
            index += 2 if not branches[index]["throw"] else 1
            continue
        found.append(index)
        index += 1
    return found


class Source:
    def __init__(self):
        self.lines, self.branches = {}, {}

    def take(self, entry):
        starts = {function["name"]: (function["start_line"], function["start_column"]) for function in entry["functions"]}
        for line in entry["lines"]:
            number = line["line_number"]
            self.lines[number] = self.lines.get(number, 0) + line["count"]
            for index in decisions(line["branches"]):
                key = (starts.get(line.get("function_name")), number, index)
                self.branches[key] = self.branches.get(key, 0) + line["branches"][index]["count"]


def read(build):
    sources = {}
    for data in sorted(glob.glob(os.path.join(build, "**", "*.gcda"), recursive=True)):
        ran = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", data], cwd=build,
                             capture_output=True, text=True, check=False)
        for text in ran.stdout.splitlines():
            if not text.startswith("{"):
                continue
            report = json.loads(text)
            for entry in report["files"]:
                path = os.path.join(report["current_working_directory"], entry["file"])
                name = os.path.relpath(os.path.realpath(path), ROOT)
                if name.startswith(FOLDERS):
                    sources.setdefault(name, Source()).take(entry)
    return sources


def percent(counts):
    counts = list(counts)
    return 100.0 * sum(count > 0 for count in counts) / len(counts) if counts else 100.0


def shares(sources):
    return (percent(count for source in sources for count in source.lines.values()),
            percent(count for source in sources for count in source.branches.values()))


def show(name, sources):
    lines, branches = shares(sources)
    total = sum(len(source.branches) for source in sources)
    print(f"{name:<44} {lines:6.1f} % of {sum(len(source.lines) for source in sources):>5} lines "
          f"{branches:6.1f} % of {total:>5} branches")


def main(arguments):
    sources = read(os.path.abspath(arguments[0]))
    if "--files" in arguments:
        for name, source in sorted(sources.items(), key=lambda item: shares([item[1]])[1]):
            show(name, [source])
            missing = sorted({key[1] for key, count in source.branches.items() if count == 0})
            print("    branches not taken in lines", " ".join(map(str, missing)))
    for folder in FOLDERS:
        show(folder, [source for name, source in sources.items() if name.startswith(folder + "/")])
    show("all", list(sources.values()))
    lines, branches = shares(list(sources.values()))
    return 0 if lines >= LINES and branches >= BRANCHES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
