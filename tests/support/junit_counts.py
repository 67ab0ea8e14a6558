#!/usr/bin/env python3
"""Prints `PASSED FAILED SKIPPED` of a JUnit file (CTest, Vitest, node --test); exit 1 when it holds no test."""
import sys
import xml.etree.ElementTree as xml


def main(path: str) -> int:
    try:
        cases = list(xml.parse(path).getroot().iter("testcase"))
    except (OSError, xml.ParseError) as error:
        print(error, file=sys.stderr)
        return 1

    def has(case, *names):
        return any(case.find(name) is not None for name in names)

    failed = sum(has(case, "failure", "error") or case.get("status") == "fail" for case in cases)
    skipped = sum(has(case, "skipped") and not has(case, "failure", "error") for case in cases)
    print(len(cases) - failed - skipped, failed, skipped)
    return 0 if cases else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
