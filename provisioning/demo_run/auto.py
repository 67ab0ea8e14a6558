"""A whole sitting by itself: virtual pupils, three kills of the server, the centre away for the first half; then the
sesi is closed, synced, verified, and every kode bukti and result compared between pupils, box and centre."""
import filecmp
import json
import os
import signal
import subprocess
import sys
import time

from parts import DemoError, control_get, run_tool, wait_for, write_whole

VERIFY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "support", "verify.py")
KILLS = 3
SYNC_TIMEOUT_S = 180
PLAY_TIMEOUT_FACTOR = 6  # of the planned length, before the play counts as stuck


def attempts_at_box(demo) -> dict:
    """attempt -> what the box says of it."""
    status, body = control_get(demo.control, "/v1/attempts", timeout_s=30)
    if status != 200:
        raise DemoError(f"/v1/attempts: {status}")
    return {one["attempt"]: one for one in json.loads(body)["attempts"]}


def kill_server(demo) -> int:
    """SIGKILL; gives the milliseconds until the next process answers."""
    before = wait_for("proktord", demo.server_pid, 10)
    begin = time.monotonic()
    os.kill(before, signal.SIGKILL)
    wait_for("proktord setelah dimatikan", lambda: demo.server_pid() not in (0, before)
             and control_get(demo.control, "/healthz", 2)[0] == 200, 60, 0.02)
    return int((time.monotonic() - begin) * 1000)


def drill(demo, seconds_per_test: float) -> subprocess.Popen:
    with open(demo.processes.log_path("drill"), "wb") as log:
        return subprocess.Popen(
            [os.path.join(demo.bin, "proktor"), "drill", "--demo", os.path.join(demo.data, "demo.json"), "--play",
             "--seconds-per-test", str(seconds_per_test), "--students", str(len(demo.info["cards"])),
             "--ledger", os.path.join(demo.data, "ledger.ndjson"), "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)


def play_sitting(demo) -> tuple[dict, list[int]]:
    """The pupils' day with its accidents; gives the drill's own report and how long each restart took."""
    planned_s = demo.options.seconds_per_test * demo.tests
    accidents = [(planned_s * (i + 1) / (KILLS + 1), "kill") for i in range(KILLS)] + [(planned_s / 2, "centre")]
    begin = time.monotonic()
    player = drill(demo, demo.options.seconds_per_test)
    restarts_ms = []
    try:
        for at_s, what in sorted(accidents):
            while time.monotonic() - begin < at_s and player.poll() is None:
                demo.refresh()
                time.sleep(0.2)
            if player.poll() is not None:
                raise DemoError("murid virtual selesai sebelum server dimatikan tiga kali\n"
                                + demo.processes.log_tail("drill"))
            if what == "kill":
                restarts_ms.append(kill_server(demo))
                print(f"  detik {at_s:.0f}: server dimatikan paksa, menjawab lagi setelah {restarts_ms[-1]} ms", flush=True)
            else:
                demo.start_centre()
                print(f"  detik {at_s:.0f}: pusat terhubung", flush=True)
        said, _ = player.communicate(timeout=planned_s * PLAY_TIMEOUT_FACTOR + 60)
    except subprocess.TimeoutExpired as error:
        raise DemoError("murid virtual tidak selesai pada waktunya\n" + demo.processes.log_tail("drill")) from error
    finally:
        if player.poll() is None:
            player.kill()
            player.wait()
    if player.returncode != 0:
        raise DemoError(f"murid virtual: kode {player.returncode}\n{said[-1500:]}\n{demo.processes.log_tail('drill')}")
    return json.loads(said), restarts_ms


def journal_end(demo) -> tuple[str, int]:
    status, body = control_get(demo.feed, "/v1/journals")
    if status != 200:
        raise DemoError(f"/v1/journals: {status}")
    journal = next(one for one in json.loads(body) if one["event"] == demo.sitting.split(":")[0])
    return journal["stream"], journal["last_lsn"]


def report_of(demo) -> dict:
    return json.loads(demo.tool("proktor-pusat", "report", "--data", demo.centre, "--json"))


def wait_for_centre(demo, stream: str, last_lsn: int) -> dict:
    """The centre's report once it has opened and recomputed everything up to last_lsn."""
    def complete():
        report = report_of(demo)
        return next((report for one in report["streams"] if one["stream"] == stream and one["opened"] >= last_lsn), None)

    return wait_for("pusat", complete, SYNC_TIMEOUT_S, 0.5)


def attempts_at_centre(report: dict) -> dict:
    return {attempt["attempt"]: attempt for stream in report["streams"] for school in stream["schools"]
            for person in school["participants"] for attempt in person["attempts"]}


def acknowledged(path: str) -> dict:
    """(attempt, term, n) -> {seq: head} of every acknowledgement that the virtual pupils were given."""
    heads: dict = {}
    with open(path, encoding="ascii") as ledger:
        for line in ledger:
            one = json.loads(line)
            if "seq" in one:
                heads.setdefault((one["attempt"], one["term"], one["n"]), {})[one["seq"]] = one["head"]
    return heads


def differences(pupils: dict, ledger: dict, box: dict, centre: dict) -> list[str]:
    """What does not agree between what pupils were told, what the box holds and what the centre recomputed."""
    wrong = []
    for attempt, code in pupils.items():
        for where, there in (("server", box), ("pusat", centre)):
            if there.get(attempt, {}).get("code") != code:
                wrong.append(f"{attempt}: kode bukti {code}, {where} {there.get(attempt, {}).get('code')}")
        if centre.get(attempt, {}).get("verdict") != "matches":
            wrong.append(f"{attempt}: pusat menilai {centre.get(attempt, {}).get('verdict')}")
    for (attempt, term, n), heads in ledger.items():
        epochs = {(one["term"], one["n"]): one for one in centre.get(attempt, {}).get("epochs", [])}
        at_centre = epochs.get((term, n), {"seq": 0, "head": ""})
        last = max(heads)
        # The chain links every line to the one before: an equal head means that all lines up to it are equal.
        if at_centre["seq"] < last or (at_centre["seq"] == last and at_centre["head"] != heads[last]):
            wrong.append(f"{attempt} {term}.{n}: tersimpan sampai {last}, pusat sampai {at_centre['seq']}")
    return wrong


def results_of(demo, program: str, source: list[str], out: str) -> dict:
    """Writes one assessmentResult per attempt; gives the report. Fails where a journalled route is not the replayed one."""
    packages = [part for name in sorted(os.listdir(demo.scoring))
                for part in ("--package", os.path.join(demo.scoring, name))]
    return json.loads(demo.tool(program, "results", *source, *packages, "--out", out, "--json"))


def compare_results(demo, expected: int) -> list[str]:
    """The box's results and the centre's, made apart from the same log, byte for byte."""
    at_box, at_centre = os.path.join(demo.data, "hasil-server"), os.path.join(demo.data, "hasil-pusat")
    reports = [results_of(demo, "proktor", [demo.box], at_box),
               results_of(demo, "proktor-pusat", ["--data", demo.centre], at_centre)]
    wrong = [f"{report['written']} berkas hasil, seharusnya {expected}" for report in reports
             if report["written"] != expected]
    files = sorted(os.listdir(at_box))
    _, different, missing = filecmp.cmpfiles(at_box, at_centre, files, shallow=False)
    return wrong + [f"hasil {name} berbeda antara server dan pusat" for name in different + missing]


def export_of(demo, name: str) -> str:
    out = os.path.join(demo.data, name)
    demo.tool("proktor", "export", demo.box, "--out", out, "--event", demo.sitting.split(":")[0])
    return out


def verify_openly(demo, running: str) -> int:
    """The second verifier over the whole sitting: export, kode bukti, receipts, the centre's store. Gives the checks."""
    out = export_of(demo, "salinan")
    with open(os.path.join(running, "entries.ndjson"), "rb") as one, open(os.path.join(out, "entries.ndjson"), "rb") as other:
        if not other.read().startswith(one.read()):
            raise DemoError("salinan server yang berjalan berbeda dari salinan server yang berhenti")
    said = json.loads(run_tool([sys.executable, VERIFY, out, "--centre", demo.centre, "--centre-keys",
                                os.path.join(demo.keys, "centre"), "--json"], demo.processes.log_path("verify")))
    return len(said["checks"])


def play(demo) -> int:
    print(f"{len(demo.info['cards'])} murid virtual mengerjakan {demo.sitting}; pusat belum terhubung", flush=True)
    drilled, restarts_ms = play_sitting(demo)
    demo.staff.ask("POST", "/api/proctor/sitting/close", {"sitting": demo.sitting})
    stream, last_lsn = journal_end(demo)
    print(f"Sesi ditutup; menunggu pusat menerima sampai catatan {last_lsn}", flush=True)
    report = wait_for_centre(demo, stream, last_lsn)

    ledger_path = os.path.join(demo.data, "ledger.ndjson")
    verdict = json.loads(demo.tool("proktor", "drill", "--demo", os.path.join(demo.data, "demo.json"),
                                   "--ledger", ledger_path, "--verify", "--json"))["verify"]
    box = attempts_at_box(demo)
    running = export_of(demo, "salinan-berjalan")
    for name in ("proktor-sync", "proktor-run"):
        code = demo.processes.stop_one(name)
        if code != 0:
            raise DemoError(f"{name} berhenti dengan kode {code}\n{demo.processes.log_tail(name)}")
    demo.tool("proktor", "verify", demo.box)
    checks = verify_openly(demo, running)

    pupils = {one["attempt"]: one["code"] for one in drilled["codes"]}
    ledger = acknowledged(ledger_path)
    wrong = differences(pupils, ledger, box, attempts_at_centre(report))
    expected = len(demo.info["cards"]) * demo.tests
    if not demo.options.event:
        wrong += compare_results(demo, expected)
    if len(pupils) != expected:
        wrong.append(f"{len(pupils)} pengerjaan selesai, seharusnya {expected}")
    if len(restarts_ms) != KILLS:
        wrong.append(f"server dimatikan {len(restarts_ms)} kali, seharusnya {KILLS}")
    if not verdict["ok"]:
        wrong.append(f"jurnal: {verdict['missing']} hilang, {verdict['different']} berbeda")
    summary = "\n".join([
        "Ringkasan",
        f"  murid virtual                 {drilled['students']}, selesai {drilled['finished']}",
        f"  jawaban yang dijanjikan       {verdict['acknowledged']} ({sum(map(len, ledger.values()))} tercatat)",
        f"  hilang di jurnal              {verdict['missing']}",
        f"  server dimatikan paksa        {len(restarts_ms)} kali, menjawab lagi setelah "
        + ", ".join(f"{ms} ms" for ms in restarts_ms),
        f"  kode bukti cocok              {len(pupils)} dari {expected} (murid, server, pusat)",
        f"  diterima pusat                sampai catatan {last_lsn}, {report['totals']['events']} kejadian",
        "  verify                        semua rantai utuh",
        f"  verifikasi terbuka            {checks} pemeriksaan, semua cocok",
        *([] if demo.options.event else [f"  hasil QTI                     {expected} berkas, sama di server dan pusat"]),
        f"  hasil                         {'BAIK' if not wrong else 'TIDAK BAIK'}", *(f"    {one}" for one in wrong[:20])])
    write_whole(os.path.join(demo.data, "summary.txt"), summary + "\n")
    print(f"\n{summary}", flush=True)
    return 1 if wrong else 0
