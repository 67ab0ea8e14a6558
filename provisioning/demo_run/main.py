#!/usr/bin/env python3
"""The demo: centre, box and sync on loopback with a sesi open (provisioning/demo.sh calls this with built programs)."""
import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time

import auto
import school
from parts import DemoError, Processes, Staff, control_get, run_tool, wait_for, write_whole

ADDRESS = "127.0.0.1"
HOST = "localhost"
PROCTOR = "proktor1"
PROCTOR_PASSWORD = "Demo-2026-Contoh"
SITTING = "S1"
FRESH_EVERY_S = 3
# On loopback every browser and every virtual pupil has the same address, so its limits would be one PC's.
ADDRESS_LIMITS = {"connections_per_address_max": 4096, "connections_per_address_live_max": 4096,
                  "handshakes_per_address_second_max": 200, "handshakes_per_address_live_second_max": 200}
# For measuring only (--bench): what one attempt may send.
QUOTA_LIMITS = {"events_max": 1_000_000, "event_bytes_max": 1_073_741_824, "events_per_second": 1000,
                "events_burst": 100_000}
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "demo")


class Demo:
    """Everything of one demo: where it lies, what runs, what the next person needs to know."""

    def __init__(self, options):
        self.options = options
        self.data = os.path.abspath(options.data)
        self.bin = os.path.join(os.path.abspath(options.build), "bin")
        self.box = os.path.join(self.data, "box")
        self.keys = os.path.join(self.data, "keys")
        self.centre = os.path.join(self.data, "centre")
        self.school_dir = os.path.join(self.data, "school")
        self.spool = os.path.join(self.data, "spool")
        self.scoring = os.path.join(self.data, "penilaian")  # the centre's copies of the packages
        self.control = os.path.join(self.box, "run", "control.sock")
        self.feed = os.path.join(self.box, "run", "feed.sock")
        self.ca = os.path.join(self.box, "box", "school_ca.pem")
        self.port, self.centre_port = options.port, options.centre_port or options.port + 1
        self.url = f"https://{HOST}:{self.port}"
        self.processes = Processes(os.path.join(self.data, "log"))
        self.info: dict = {}
        self.sitting = ""
        self.tests = 0
        self.staff: Staff | None = None

    def tool(self, *arguments: str) -> str:
        return run_tool([os.path.join(self.bin, arguments[0]), *arguments[1:]],
                        os.path.join(self.data, "log", "tools.log"))

    def provision(self) -> None:
        """Keys of a test centre, the packages, this computer as a box."""
        self.tool("proktor", "keys", "init", self.keys)
        if self.options.event:
            self.school_dir = os.path.abspath(self.options.event)
            self.rows = school.participants_of(self.school_dir)
        else:
            self.rows = school.prepare(SOURCE, self.school_dir, self.options.participants, self.options.auto)
            os.makedirs(self.scoring, exist_ok=True)
            for name in school.PACKAGES:
                self.tool("proktor", "package", "build", os.path.join(SOURCE, name),
                          "--out", os.path.join(self.school_dir, f"{name}.paket"),
                          "--scoring", os.path.join(self.scoring, f"{name}.paket"))
        self.tool("proktor", "enrol", "--keys", self.keys, "--data", self.box, "--box", "BOX-0001",
                  "--name", "Server SMP Negeri 1 Contoh", "--host", HOST, "--host", ADDRESS,
                  "--centre", f"https://{HOST}:{self.centre_port}")

    def start_centre(self) -> None:
        os.makedirs(self.centre, exist_ok=True)
        self.processes.start("proktor-pusat-serve", [
            os.path.join(self.bin, "proktor-pusat"), "serve", "--keys", self.keys, "--data", self.centre,
            "--listen", f"{ADDRESS}:{self.centre_port}"])
        self.processes.start("proktor-pusat-open", [
            os.path.join(self.bin, "proktor-pusat"), "open", "--keys", self.keys, "--data", self.centre, "--watch"])

    def box_settings(self) -> str:
        """proktord's settings where they are not the defaults; the raised limits are printed."""
        tables = {"web": ADDRESS_LIMITS} | ({"exam": QUOTA_LIMITS} if self.options.bench else {})
        print("Batas yang dinaikkan di sini: " + ", ".join(
            f"{name}.{key} {value}" for name, table in tables.items() for key, value in table.items()), flush=True)
        path = os.path.join(self.data, "proktord.toml")
        write_whole(path, "".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())
                                  for name, table in tables.items()))
        return path

    def start_box(self) -> None:
        # --restart keeps the sockets through a killed server, as systemd does on a school's box.
        self.processes.start("proktor-run", [
            os.path.join(self.bin, "proktor"), "run", "--data", self.box, "--address", ADDRESS,
            "--port", str(self.port), "--restart", "--config", self.box_settings()])

        def answers() -> bool:
            self.processes.must_run("proktor-run")
            return control_get(self.control, "/healthz")[0] == 200

        wait_for("proktord", answers)

    def start_sync(self) -> None:
        path = os.path.join(self.data, "proktor-sync.toml")
        settings = {"box_dir": os.path.join(self.box, "box"), "feed_socket": self.feed, "control_socket": self.control,
                    "spool_dir": self.spool, "centre_url": f"https://{HOST}:{self.centre_port}",
                    # A demo shows in seconds what a school sees in minutes.
                    "segment_interval_s": 5, "backoff_first_s": 0.5, "backoff_max_s": 4, "status_interval_s": 2}
        write_whole(path, "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items()))
        self.processes.start("proktor-sync", [os.path.join(self.bin, "proktor-sync"), "--config", path])

    def open_sitting(self) -> None:
        """Import, the proctor's first login, sesi open, token released."""
        said = json.loads(self.tool("proktor", "import", self.school_dir, "--control", self.control, "--json"))
        first = {one["username"]: one["password"] for one in said["staff"]}
        self.staff = Staff(HOST, self.port, self.ca)
        login = self.staff.ask("POST", "/api/staff/login", {"username": PROCTOR, "password": first[PROCTOR]})
        if login["must_change"]:
            self.staff.ask("POST", "/api/staff/password", {"old": first[PROCTOR], "new": PROCTOR_PASSWORD})
        overview = self.staff.ask("GET", "/api/proctor/overview")
        sitting = next(one for one in overview["sittings"] if one["id"].split(":")[-1] == SITTING)
        self.sitting, self.tests = sitting["id"], len(sitting["tests"])
        self.staff.ask("POST", "/api/proctor/sitting/open", {"sitting": self.sitting})
        token = self.staff.ask("POST", "/api/proctor/token", {"sitting": self.sitting})
        cards = [{"username": row["username"], "password": row["password"], "name": row["name"]}
                 for row in self.rows if row["role"] == "utama" and SITTING in row["sittings"].split(";")]
        self.info = {
            "url": self.url, "ca": self.ca, "control": self.control, "feed": self.feed,
            "proctor": {"username": PROCTOR, "password": PROCTOR_PASSWORD}, "cards": cards,
            "token": token["token"], "sitting": self.sitting, "data_dir": self.box, "centre_dir": self.centre,
            "keys_dir": self.keys, "school_dir": self.school_dir, "bin": self.bin, "pids": {}}
        self.refresh()

    def server_pid(self) -> int:
        try:
            with open(os.path.join(self.box, "run", "proktord.pid"), encoding="ascii") as file:
                return int(file.read())
        except (OSError, ValueError):
            return 0

    def refresh(self) -> None:
        """Token and process ids as they are now; the file is written only when something changed."""
        status, body = control_get(self.control, f"/v1/token?sitting={self.sitting}")
        fresh = dict(self.info)
        if status == 200:
            fresh["token"] = json.loads(body)["token"]
        fresh["pids"] = {"demo": os.getpid(), "proktord": self.server_pid()} | {
            name: child.pid for name, child in self.processes.children.items() if child.poll() is None}
        path = os.path.join(self.data, "demo.json")
        if fresh != self.info or not os.path.exists(path):
            self.info = fresh
            write_whole(path, json.dumps(fresh, ensure_ascii=False, indent=1) + "\n")

    def print_welcome(self) -> None:
        print(f"""
SMP Negeri 1 Contoh siap. Sesi 1 sedang dibuka.

  Murid     {self.url}/tes
  Proktor   {self.url}/proktor    {PROCTOR} / {PROCTOR_PASSWORD}
  Token     {self.info["token"]}   (berganti sendiri; yang terbaru ada di {self.data}/demo.json)
  Sertifikat sekolah untuk peramban: {self.ca}

Kartu login:""")
        for card in self.info["cards"][:5]:
            print(f"  {card['username']}  {card['password']}  {card['name']}")
        if len(self.info["cards"]) > 5:
            print(f"  … {len(self.info['cards']) - 5} lagi di {self.data}/demo.json")
        print("\nCtrl-C menghentikan semuanya.", flush=True)

    def stay(self) -> None:
        """Until Ctrl-C. The school goes on without centre or sync; one that is killed comes back, as systemd would have
        it. A part that ends by itself ends the demo."""
        while True:
            time.sleep(FRESH_EVERY_S)
            for name in list(self.processes.children):
                if name != "proktor-run" and self.processes.killed(name):
                    print(f"{name} dimatikan dari luar; dijalankan lagi", flush=True)
                    self.processes.start_again(name)
                self.processes.must_run(name)
            self.refresh()


def options_of(arguments: list[str]):
    parser = argparse.ArgumentParser(prog="provisioning/demo.sh")
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--centre-port", type=int, default=0)
    parser.add_argument("--participants", type=int)
    parser.add_argument("--event", metavar="DIR", help="an event directory of your own (event.toml, *.csv, *.paket)")
    parser.add_argument("--bench", action="store_true", help="raises the quota of an attempt, for measuring")
    parser.add_argument("--build", metavar="DIR", required=True)
    parser.add_argument("--auto", action="store_true")
    parser.add_argument("--seconds-per-test", type=float, default=20)
    options = parser.parse_args(arguments)
    if options.participants is not None and not 1 <= options.participants <= school.PARTICIPANTS_MAX:
        parser.error(f"--participants: 1 .. {school.PARTICIPANTS_MAX}")
    return options


def interrupted(_number, _frame):
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    options = options_of(arguments)
    own_directory = options.data is None
    if own_directory:
        options.data = tempfile.mkdtemp(prefix="proktor-demo-")
    os.makedirs(options.data, mode=0o700, exist_ok=True)
    if os.listdir(options.data):
        print(f"demo: {options.data} tidak kosong; pilih direktori baru", file=sys.stderr)
        return 2
    # SIGINT by name: a shell that starts this in the background would have it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    demo = Demo(options)
    code = 1
    try:
        print("Menyiapkan pusat, paket, dan server sekolah", flush=True)
        demo.provision()
        if not options.auto:
            demo.start_centre()
        demo.start_box()
        demo.start_sync()
        demo.open_sitting()
        if options.auto:
            code = auto.play(demo)
        else:
            demo.print_welcome()
            demo.stay()
    except KeyboardInterrupt:
        print("\nMenghentikan semuanya", flush=True)
        code = 130 if options.auto else 0
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
    finally:
        demo.processes.stop()
        if own_directory and code == 0:
            shutil.rmtree(options.data)
        elif code != 0:
            print(f"demo: catatan ada di {options.data}/log", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
