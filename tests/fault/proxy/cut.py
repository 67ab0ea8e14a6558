#!/usr/bin/env python3
"""An upload to the centre cut at every byte, in both directions: the real uploader and gateway over TLS, and a proxy that
cuts (tests/unit/sync/upload_test.cpp). One trial is one cut; --full tries every byte of one exchange. Each upload goes on
where the centre stands, sends at most one piece again, and ends in one segment of the same bytes with a good receipt."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402

QUICK, SAMPLE, BATCH = 150, 30, 500
CASE = "An upload cut at any byte*"


def main() -> int:
    experiment = Experiment("cut", QUICK)
    program = os.path.join(experiment.bin, "test_sync")
    if not os.path.exists(program):
        return experiment.skip("test_sync is not built")
    with Folder(experiment) as folder:
        report = os.path.join(folder, "report")
        bytes_there = 0
        while experiment.left > 0 and not experiment.numbers["violations"]:
            # A sample begins anywhere; the whole goes byte by byte.
            count = min(BATCH if experiment.full else SAMPLE, experiment.left)
            first = experiment.trials if experiment.full else experiment.random(experiment.trials).randrange(1 << 20)
            environment = os.environ | {"PROKTOR_CUT_FIRST": str(first), "PROKTOR_CUT_COUNT": str(count), "PROKTOR_CUT_REPORT": report}
            done = subprocess.run([program, CASE], env=environment, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                experiment.violated(f"PROKTOR_CUT_FIRST={first} PROKTOR_CUT_COUNT={count} {program} \"{CASE}\"\n{done.stdout[-1500:]}")
                break
            with open(report, encoding="ascii") as file:
                up, down, again, cut = map(int, file.read().split())
            bytes_there = up + down
            experiment.add(trials=count, acknowledged=count, cut=cut, again_bytes_max=max(0, again))
            if experiment.full and experiment.trials >= bytes_there:
                break
        experiment.numbers["bytes_of_an_exchange"] = bytes_there
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
