#!/usr/bin/env python3
"""House rules that a machine can see: files of at most 300 lines, no notes to oneself left in the code, every header
with `#pragma once`. `house.py ROOT` prints FILE:LINE: message and exits 1; `house.py --self-test` plants one of each."""
import os
import re
import sys
import tempfile

LINES_MAX = 300
TOPS = ("server", "sync", "provisioning", "client-web", "tests", "systemd")
CODE = (".cpp", ".hpp", ".ts", ".svelte", ".mjs", ".py", ".sh")
LEFT_OVER = re.compile(r"\b(TODO|FIXME|HACK|XXX)\b")


def check_file(root: str, path: str) -> list:
    with open(os.path.join(root, path), encoding="utf-8") as file:
        lines = file.read().split("\n")
    found = []
    if len(lines) - 1 > LINES_MAX:
        found.append(f"{path}:{LINES_MAX + 1}: {len(lines) - 1} lines; at most {LINES_MAX}")
    if path.endswith(".hpp") and "#pragma once" not in lines:
        found.append(f"{path}:1: no #pragma once")
    if os.path.basename(path) != "house.py":
        found += [f"{path}:{number}: a note left over" for number, line in enumerate(lines, 1) if LEFT_OVER.search(line)]
    return found


def check(root: str) -> list:
    found = []
    for top in TOPS:
        for folder, below, names in os.walk(os.path.join(root, top)):
            below[:] = [name for name in below if name not in ("node_modules", "dist", "out", "__pycache__")]
            for name in sorted(names):
                if name.endswith(CODE):
                    found += check_file(root, os.path.relpath(os.path.join(folder, name), root))
    return found


def self_test() -> int:
    planted = {"server/long.cpp": "\n" * (LINES_MAX + 1), "server/open.hpp": "int a;\n",
               "sync/note.py": "# " + "TODO" + " later\n"}
    with tempfile.TemporaryDirectory() as root:
        for path, text in planted.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        found = check(root)
    missed = [path for path in planted if not any(line.startswith(path) for line in found)]
    print(f"not found: {missed}" if missed else f"house: {len(planted)} planted faults found")
    return 1 if missed else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    complaints = check(sys.argv[1])
    print("\n".join(complaints) if complaints else "house: all rules hold")
    sys.exit(1 if complaints else 0)
