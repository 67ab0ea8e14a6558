#!/usr/bin/env python3
"""Finds coroutines that GCC 12 miscompiled.

In a debug build GCC 12 sometimes puts another field before the resume pointer of a coroutine's frame (seen with
co_await in the condition of a loop); such a coroutine dies with an illegal instruction when it is resumed.
`coroutine_frames.py BUILD_DIR` disassembles the objects of server, sync and provisioning in a debug build and prints
every such coroutine; it exits 1 when there is one, 77 when objdump is missing.
"""
import pathlib
import re
import shutil
import subprocess
import sys

SKIPPED = 77
FOLDERS = ("server", "sync", "provisioning")
FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
ACTOR = re.compile(r"\blea\b.*%rip\).*\.actor>|R_X86_64_PC32\s+\S*\.actor")
STORE = re.compile(r"\bmov\s+%r\w+,(0x[0-9a-f]+)?\(%r\w+\)")


def has_coroutines(path: pathlib.Path) -> bool:
    return b".actor" in path.read_bytes()


def misplaced(path: pathlib.Path) -> list[str]:
    """Functions that store the address of a coroutine's body anywhere but at the start of its frame."""
    listing = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", str(path)], stdout=subprocess.PIPE, text=True,
                             check=True).stdout
    found, function, body_taken = [], "", False
    for line in listing.splitlines():
        if match := FUNCTION.match(line):
            function, body_taken = match.group(1), False
        elif ACTOR.search(line):
            body_taken = True
        elif body_taken and (match := STORE.search(line)):
            body_taken = False
            if match.group(1):
                found.append(function)
    return found


def main(build: str) -> int:
    if not shutil.which("objdump"):
        print("objdump is missing")
        return SKIPPED
    objects = [path for folder in FOLDERS for path in sorted((pathlib.Path(build) / folder).rglob("*.cpp.o"))
               if path.name != "vendor_asio.cpp.o" and has_coroutines(path)]
    bad = [(path, name) for path in objects for name in misplaced(path)]
    for path, name in bad:
        print(f"{path}: {name}: the coroutine's frame is laid out wrong; take co_await out of the condition")
    print(f"{len(objects)} objects with coroutines, {len(bad)} bad frames")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
