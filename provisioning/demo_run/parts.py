"""The demo's processes, files and connections. Standard library only; knows no exam rules."""
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import time

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20


class DemoError(Exception):
    """Something the demo cannot go on after; the text is for people."""


def write_whole(path: str, text: str, mode: int = 0o600) -> None:
    """Replaces a file at once: temporary file, fsync, rename."""
    temporary = f"{path}.{os.getpid()}.tmp"
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, path)


def wait_for(what: str, condition, timeout_s: float = START_TIMEOUT_S, step_s: float = 0.1):
    """The first true value of condition(); DemoError after timeout_s."""
    end = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise DemoError(f"{what}: tidak siap setelah {timeout_s:.0f} detik")
        time.sleep(step_s)


class Processes:
    """All children; each writes to its own log. stop() ends them in the opposite order of their start."""

    def __init__(self, log_dir: str):
        self.log_dir = log_dir
        self.children: dict[str, subprocess.Popen] = {}
        self.commands: dict[str, list[str]] = {}
        os.makedirs(log_dir, exist_ok=True)

    def start(self, name: str, command: list[str]) -> subprocess.Popen:
        with open(os.path.join(self.log_dir, f"{name}.log"), "ab") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which then stops its children in order.
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.children[name] = child
        self.commands[name] = command
        return child

    def running(self, name: str) -> bool:
        return name in self.children and self.children[name].poll() is None

    def must_run(self, name: str) -> None:
        if not self.running(name):
            raise DemoError(f"{name} berhenti sendiri; lihat {self.log_path(name)}\n{self.log_tail(name)}")

    def killed(self, name: str) -> bool:
        """Ended by a signal from outside, not by a mistake of its own."""
        return name in self.children and (self.children[name].poll() or 0) < 0

    def start_again(self, name: str) -> None:
        self.start(name, self.commands[name])

    def log_path(self, name: str) -> str:
        return os.path.join(self.log_dir, f"{name}.log")

    def log_tail(self, name: str, lines: int = 12) -> str:
        try:
            with open(self.log_path(name), encoding="utf-8", errors="replace") as file:
                return "".join(file.readlines()[-lines:])
        except OSError:
            return ""

    def stop_one(self, name: str) -> int:
        """SIGTERM, then SIGKILL when it does not listen; gives the exit code."""
        child = self.children.pop(name, None)
        if child is None:
            return 0
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        return child.returncode

    def stop(self) -> None:
        for name in reversed(list(self.children)):
            self.stop_one(name)


def run_tool(command: list[str], log_path: str) -> str:
    """Runs a command to its end and gives its output; DemoError with the output when it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    with open(log_path, "a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}\n")
    if done.returncode != 0:
        raise DemoError(f"{' '.join(command)}: kode {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout_s: float):
        super().__init__("localhost", timeout=timeout_s)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def control_get(path: str, target: str, timeout_s: float = 10):
    """One GET on a Unix socket: (status, body); (0, "") when nobody answers."""
    connection = UnixConnection(path, timeout_s)
    try:
        connection.request("GET", target)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


class Staff:
    """A person of the staff at the school's own pages: the same interface as the browser's; plain HTTP without a ca."""

    def __init__(self, host: str, port: int, ca: str):
        self.host, self.port = host, port
        self.tls = ssl.create_default_context(cafile=ca) if ca else None
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, target: str, body=None) -> dict:
        connection = (http.client.HTTPSConnection(self.host, self.port, timeout=20, context=self.tls) if self.tls
                      else http.client.HTTPConnection(self.host, self.port, timeout=20))
        headers = {"Accept": "application/json"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers |= {"Content-Type": "application/json", "Origin": f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"}
        try:
            connection.request(method, target, data, headers)
            reply = connection.getresponse()
            text = reply.read().decode()
            for value in reply.headers.get_all("Set-Cookie") or []:
                name, _, content = value.split(";")[0].partition("=")
                self.cookies[name.strip()] = content
        except (OSError, http.client.HTTPException) as error:
            raise DemoError(f"{method} {target}: {error}") from error
        finally:
            connection.close()
        if reply.status != 200:
            raise DemoError(f"{method} {target}: {reply.status} {text[:500]}")
        return json.loads(text)
