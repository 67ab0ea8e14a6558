"""A whole sitting by itself: virtual pupils, three kills of the server, the centre away for the first half; then the
sesi is closed, synced, verified, and every kode bukti compared between pupils, box and centre."""
import json
import os
import signal
import subprocess
import time

from parts import DemoError, control_get, run_tool, wait_for, write_whole

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
    tests = len(demo.staff.ask("GET", "/api/proctor/board?sitting=" + demo.sitting)["sitting"]["tests"])
    planned_s = demo.options.seconds_per_test * tests
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


def walk(node):
    """Every object in a JSON document."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def play(demo) -> int:
    print(f"{len(demo.info['cards'])} murid virtual mengerjakan {demo.sitting}; pusat belum terhubung", flush=True)
    report, restarts_ms = play_sitting(demo)
    demo.staff.ask("POST", "/api/proctor/sitting/close", {"sitting": demo.sitting})
    stream, last_lsn = journal_end(demo)
    print(f"Sesi ditutup; menunggu pusat menerima sampai catatan {last_lsn}", flush=True)
