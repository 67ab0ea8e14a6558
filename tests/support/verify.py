#!/usr/bin/env python3
"""Proves an export of a box (`proktor export`) against the printed kode bukti and the centre's store. Written from
docs/protocol.md; shares no code with the programs. Needs Python's standard library and the `openssl` command.

  verify.py EXPORT [--codes CSV] [--roots PEM] [--centre DATA --centre-keys DIR] [--json]

Without --roots only the export itself is checked: form, chain, heads, kode bukti. With the roots: receipts. With the
centre's data directory and its keys (centre.key, centre.pem, roots.pem): every segment's signature and content, and
every entry of the export byte by byte. Exit 0: all holds; 1: something does not; 2: it could not be read.
"""
import argparse
import json
import os
import sys

from verify_centre import CentreStream, check_receipts
from verify_journal import Export
from verify_restored import check_claim, check_with_older
from verify_seal import OpenSsl

SHOWN_MAX = 20


def verify(options) -> Export:
    export = Export(options.export)
    export.read()
    previous = check_claim(export.check("the stream that this one continues"), export.entries)
    export.check_evidence()
    export.check_own_codes()
    for path in options.codes:
        export.check_codes(path)
    keys = {name: os.path.join(options.centre_keys, name) for name in ("centre.key", "centre.pem", "roots.pem")}
    roots = options.roots or (keys["roots.pem"] if options.centre_keys else "")
    if not roots:
        return export
    openssl = OpenSsl(roots, keys["centre.key"], keys["centre.pem"])
    centre = None
    if options.centre:
        about = export.about
        centre = CentreStream(options.centre, about["stream"], openssl)
        centre.read(export.check("segments at the centre: signature, role, content, chain"), about["box"], about["event"])
        centre.compare(export.check("the centre holds every entry"), export.lines, export.entries)
        centre.check_database(export.check("the centre's databases agree with its files"))
        if previous:
            older = CentreStream(options.centre, previous, openssl)
            older.read(export.check("segments of the older stream"), about["box"], about["event"])
            check_with_older(export.check("the older stream agrees"), export.entries, older.lines)
    check_receipts(export.check("receipts: signature, role, what they promise"), export, openssl, centre)
    return export


def print_table(export: Export) -> None:
    width = max(len(check.name) for check in export.checks)
    for check in export.checks:
        print(f"{check.name:<{width}}  {'FAILS' if check.wrong else 'holds'}  {check.counted}")
        for text in check.wrong[:SHOWN_MAX]:
            print(f"    {text}")
        if len(check.wrong) > SHOWN_MAX:
            print(f"    … and {len(check.wrong) - SHOWN_MAX} more")
        for text in check.notes:
            print(f"    note: {text}")
    wrong = sum(bool(check.wrong) for check in export.checks)
    print("All holds." if not wrong else f"{wrong} of {len(export.checks)} checks fail.")


def print_json(export: Export) -> None:
    attempts = {name: {"test": one["test"], "code": one["finished"] or "", "quarantine": [
        {"term": term, "n": n, "seq": mark["seq"], "head": mark["head"].hex()}
        for (term, n), mark in sorted(one["quarantine"].items())], "epochs": [
        {"term": term, "n": n, "seq": mark["seq"], "head": mark["head"].hex()}
        for (term, n), mark in sorted(one["epochs"].items())]} for name, one in export.attempts.attempts.items()}
    print(json.dumps({"ok": not any(check.wrong for check in export.checks), "export": export.about, "checks": [
        {"check": check.name, "ok": not check.wrong, "counted": check.counted, "wrong": check.wrong, "notes": check.notes}
        for check in export.checks], "attempts": attempts}))


def main(arguments: list) -> int:
    parser = argparse.ArgumentParser(description="Proves an export of a box against the kode bukti and the centre.")
    parser.add_argument("export", help="what `proktor export` wrote")
    parser.add_argument("--codes", action="append", default=[], metavar="CSV",
                        help="kode bukti from paper: columns username (or attempt), test, code")
    parser.add_argument("--roots", default="", metavar="PEM", help="trusted roots, for the receipts")
    parser.add_argument("--centre", default="", metavar="DATA", help="the centre's data directory")
    parser.add_argument("--centre-keys", default="", metavar="DIR", help="centre.key, centre.pem, roots.pem")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.centre and not options.centre_keys:
        parser.error("--centre needs --centre-keys")
    try:
        export = verify(options)
    except (OSError, ValueError, KeyError) as error:
        print(json.dumps({"ok": False, "error": str(error)}) if options.json else f"cannot be read: {error!r}",
              file=sys.stdout if options.json else sys.stderr)
        return 2
    print_json(export) if options.json else print_table(export)
    return 1 if any(check.wrong for check in export.checks) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
