"""A school's box for experiments: the demo's school (provisioning/demo_run) with proktord as a child of this process, on
listening sockets that stay open here, as systemd holds them: a killed server's clients connect again and wait."""
import argparse
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time

import laboratory  # noqa: F401, puts the demo's modules on the path
import main as demo
import oracle
from parts import DemoError, control_get, write_whole

FIRST_INHERITED_FD = 3  # SD_LISTEN_FDS_START
CLEAR_OF_INHERITED_FD = 64
START_LIMIT_S = 60
STOP_LIMIT_S = 30
BACKLOG = 4096


def listen_tcp() -> socket.socket:
    web = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    web.bind((demo.ADDRESS, 0))
    web.listen(BACKLOG)
    return web


def listen_unix(path: str) -> socket.socket:
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if os.path.exists(path):
        os.unlink(path)
    one.bind(path)
    one.listen(BACKLOG)
    return one


class Server:
    """proktord as one life after another. start() takes a prefix for the command, for limits of its own."""

    def __init__(self, program: str, arguments: list, sockets: list, log_path: str):
        self.command = [program, *arguments]
        self.sockets = sockets  # (name, socket)
        self.log_path = log_path
        self.pid = 0
        self.lives = 0

    def start(self, before_exec=None) -> None:
        self.lives += 1
        log = os.open(self.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.become(log, before_exec)
            finally:
                os._exit(127)
        os.close(log)

    def become(self, log: int, before_exec) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if before_exec:
            before_exec()
        os.dup2(log, 1)
        os.dup2(log, 2)
        # First out of the way: a socket may itself sit on a number that another one is to get.
        copies = [fcntl.fcntl(one, fcntl.F_DUPFD, CLEAR_OF_INHERITED_FD) for _, one in self.sockets]
        for place, copy in enumerate(copies):
            os.dup2(copy, FIRST_INHERITED_FD + place)
            os.close(copy)
        environment = os.environ | {"LISTEN_FDS": str(len(copies)), "LISTEN_PID": str(os.getpid()),
                                    "LISTEN_FDNAMES": ":".join(name for name, _ in self.sockets)}
        os.execve(self.command[0], self.command, environment)

    def ended(self) -> int | None:
        """The wait status of a life that is over; None while it runs."""
        if self.pid == 0:
            return 0
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            return None
        self.pid = 0
        return status

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Sends the signal and waits for the end; gives the wait status."""
        if self.pid == 0:
            return 0
        os.kill(self.pid, number)
        end = time.monotonic() + STOP_LIMIT_S
        while number != signal.SIGKILL and time.monotonic() < end:
            status = self.ended()
            if status is not None:
                return status
            time.sleep(0.01)
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
            self.pid = 0
        return status

    def close(self) -> None:
        self.kill()
        for _, one in self.sockets:
            one.close()


class Box(demo.Demo):
    """make() builds keys, packages and an enrolled box once; each Box is then a copy of it with a server of its own."""

    @staticmethod
    def make(folder: str, bin_dir: str, participants: int, adaptive: bool = True) -> str:
        options = argparse.Namespace(data=folder, build=os.path.dirname(bin_dir), port=1, centre_port=2, event=None,
                                     participants=participants, auto=adaptive, bench=True)
        demo.Demo(options).provision()
        return folder

    def __init__(self, template: str, data: str, bin_dir: str, plain: bool = False, settings: dict | None = None,
                 centre_port: int = 2, program: str = "proktord"):
        shutil.copytree(template, data, symlinks=True)
        web = listen_tcp()
        options = argparse.Namespace(data=data, build=os.path.dirname(bin_dir), port=web.getsockname()[1],
                                     centre_port=centre_port, event=None, participants=None, auto=True, bench=True)
        super().__init__(options)
        self.rows = demo.school.participants_of(self.school_dir)
        self.plain = plain
        if plain:
            self.url, self.ca = f"http://{demo.HOST}:{self.port}", ""
        run = os.path.join(self.box, "run")
        os.makedirs(run, exist_ok=True)
        sockets = [("web", web)] + [(name, listen_unix(os.path.join(run, f"{name}.sock"))) for name in ("control", "feed")]
        config = os.path.join(data, "proktord.toml")
        tables = {"web": demo.ADDRESS_LIMITS | {"plain_http": plain}, "exam": demo.QUOTA_LIMITS} | (settings or {})
        write_whole(config, "".join(f"[{name}]\n" + "".join(
            f"{key} = {str(value).lower() if isinstance(value, bool) else value}\n" for key, value in table.items())
            for name, table in tables.items()))
        self.drills: dict = {}  # by name, all that were ever begun
        self.reports: dict = {}  # of those that are done
        self.server = Server(os.path.join(self.bin, program), ["--data", self.box, "--config", config], sockets,
                             self.processes.log_path("proktord"))

    def answers(self) -> bool:
        return control_get(self.control, "/healthz", 2)[0] == 200

    def wait_until_up(self) -> float:
        """The seconds from now until the server answers; DemoError with its log when it ends instead."""
        begin = time.monotonic()
        while not self.answers():
            if self.server.ended() is not None:
                raise DemoError(f"proktord ended\n{self.processes.log_tail('proktord')}")
            if time.monotonic() - begin > START_LIMIT_S:
                raise DemoError("proktord does not answer")
        return time.monotonic() - begin

    def server_pid(self) -> int:
        return self.server.pid

    def scene(self, name: str, cards: list) -> str:
        """A demo.json with these cards for one `proktor drill`."""
        path = os.path.join(self.data, f"{name}.json")
        write_whole(path, json.dumps(self.info | {"cards": cards}))
        return path

    def importing(self) -> subprocess.Popen:
        """`proktor import` of this school, which may not live to see its end."""
        return subprocess.Popen([os.path.join(self.bin, "proktor"), "import", self.school_dir, "--control", self.control, "--json"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def drill(self, name: str, cards: list, *options: str) -> subprocess.Popen:
        """Virtual pupils with a ledger of every acknowledgement: DATA/<name>.ledger."""
        with open(self.processes.log_path(name), "ab") as log:
            self.drills[name] = subprocess.Popen(
                [os.path.join(self.bin, "proktor"), "drill", "--demo", self.scene(name, cards), "--json", "--ledger",
                 self.ledger(name), *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        return self.drills[name]

    def ledger(self, name: str) -> str:
        return os.path.join(self.data, f"{name}.ledger")

    def end_of_drill(self, name: str, drill: subprocess.Popen, limit_s: float) -> dict:
        """The drill's report; DemoError when it does not end well in time."""
        try:
            said, _ = drill.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired as error:
            raise DemoError(f"{name}: not done in {limit_s:.0f} s") from error
        if drill.returncode != 0:
            raise DemoError(f"{name}: exit {drill.returncode}: {said[-1500:]}{self.processes.log_tail(name)}")
        return json.loads(said)

    def settle(self, limit_s: float, endless: tuple = ()) -> dict:
        """Every pupil gets all acknowledgements it waits for; the endless ones are told to stop. The reports by name."""
        for name in endless:
            self.drills[name].send_signal(signal.SIGTERM)
        for name, drill in self.drills.items():
            if name not in self.reports:
                self.reports[name] = self.end_of_drill(name, drill, limit_s)
        return self.reports

    def judge(self, verdict: oracle.Verdict) -> oracle.Log | None:
        """The stopped box against all its pupils."""
        return oracle.judge_box(self.journal_dir(), [self.ledger(name) for name in self.drills], verdict)

    def journal_dir(self) -> str:
        """Of the one kegiatan."""
        events = os.path.join(self.box, "kegiatan")
        (event,) = os.listdir(events)
        return os.path.join(events, event)

    def close(self) -> None:
        for drill in self.drills.values():
            if drill.poll() is None:
                drill.kill()
                drill.wait()
        self.server.close()
        self.processes.stop()
