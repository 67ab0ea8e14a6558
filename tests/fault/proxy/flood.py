#!/usr/bin/env python3
"""A flood at the door while pupils work: half-open TLS handshakes, requests of which a byte comes now and then, readers
that never read, and connections that only wait, more than the box takes. Pupils with live sessions go on: every answer
is acknowledged, none is refused, nobody is logged out. The flood comes from other addresses than the pupils (127.0.1.x
beside 127.0.0.1), as from PCs that nobody sits at. Beside it somebody with a pupil's card holds a thousand requests open
that have sent all but the last byte of the largest body a pupil may send: the server's memory stays below a bound, and
those over the budget are refused. One trial is one sitting of 12 s."""
import http.client
import json
import os
import random
import selectors
import socket
import ssl
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
from memory_limit import bytes_of  # noqa: E402
from parts import control_get  # noqa: E402
import oracle  # noqa: E402

QUICK, PUPILS, SECONDS, FULL_SECONDS = 1, 30, 7, 12
HOSTS, SOCKETS = 40, 1200
HEAVY, HEAVY_HANDS, HEAVY_ADDRESS = 1000, 8, "127.0.2.1"
BODY_BYTES = 256 * 1024  # api::Settings::body_pupil_bytes_max; all of HEAVY would be 250 MB
RSS_MAX_BYTES = 200 * 1024 * 1024
CLIENT_HELLO_START = bytes.fromhex("1603010200010001fc0303")
REQUEST_START = b"POST /api/pupil/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
PAGE = b"GET /tes HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50


class Flood:
    """Keeps SOCKETS connections of four kinds open or opening, and feeds the slow ones a byte a second."""

    def __init__(self, port: int, chance: random.Random, plain: bool):
        self.port, self.chance, self.plain = port, chance, plain
        self.opened = self.turned_away = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def open(self, selector) -> None:
        one = socket.socket()
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        try:
            one.bind((f"127.0.1.{self.chance.randrange(1, HOSTS + 1)}", 0))
            one.connect_ex(("127.0.0.1", self.port))
        except OSError:
            one.close()
            return
        starts = [b"", REQUEST_START, PAGE, b"GET / HTTP/1.1\r\nX: "] if self.plain else [b"", CLIENT_HELLO_START, b"\x16", os.urandom(40)]
        selector.register(one, selectors.EVENT_WRITE, self.chance.choice(starts))
        self.opened += 1

    def run(self) -> None:
        selector = selectors.DefaultSelector()
        feed_at = time.monotonic()
        while not self.over.is_set():
            for _ in range(min(60, SOCKETS - len(selector.get_map()))):
                self.open(selector)
            for key, _ in selector.select(0.02):
                try:
                    if key.data:
                        key.fileobj.send(key.data)
                    elif not self.plain and not key.fileobj.recv(1):
                        raise OSError
                    selector.modify(key.fileobj, selectors.EVENT_READ, b"")
                except BlockingIOError:
                    pass
                except OSError:
                    self.turned_away += 1
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
            if time.monotonic() - feed_at > 1:
                feed_at = time.monotonic()
                for key in list(selector.get_map().values()):
                    try:
                        key.fileobj.send(b"x")
                    except BlockingIOError:
                        pass
                    except OSError:
                        self.turned_away += 1
                        selector.unregister(key.fileobj)
                        key.fileobj.close()
            time.sleep(0.02)
        for key in list(selector.get_map().values()):
            key.fileobj.close()


class Heavy:
    """Holds HEAVY requests open, each with a body that lacks one byte, under one pupil's session."""

    def __init__(self, box: Box, card: dict):
        self.box, self.card = box, card
        self.context = None if box.plain else ssl.create_default_context(cafile=box.ca)
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(HEAVY_HANDS)]
        self.head = self.log_in()

    def connect(self) -> socket.socket:
        one = socket.create_connection(("127.0.0.1", self.box.port), 10, (HEAVY_ADDRESS, 0))
        return one if self.context is None else self.context.wrap_socket(one, server_hostname="localhost")

    def log_in(self) -> bytes:
        line = http.client.HTTPConnection("localhost")
        line.sock = self.connect()
        body = json.dumps({"username": self.card["username"], "password": self.card["password"], "device": "e" * 32})
        origin = {"Origin": self.box.url, "Host": self.box.url.split("//")[1]}
        line.request("POST", "/api/pupil/login", body, origin | {"Content-Type": "application/json"})
        answer = line.getresponse()
        cookie = "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie")
        if answer.status != 200 or not cookie:
            raise DemoError(f"login for the flood: {answer.status} {answer.read()[:200]}")
        line.close()
        fields = origin | {"Cookie": cookie, "Content-Type": "application/x-ndjson", "Content-Length": str(BODY_BYTES)}
        return "".join(["POST /api/attempt/events HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in fields.items()),
                        "\r\n"]).encode()

    def run(self) -> None:
        held = []
        while not self.over.is_set() and len(held) < HEAVY // HEAVY_HANDS:
            try:
                one = self.connect()
                held.append(one)
                one.sendall(self.head + b"x" * (BODY_BYTES - 1))
            except OSError:  # refused while it was sending
                time.sleep(0.01)
        self.over.wait()
        for one in held:
            one.close()

    def end(self) -> int:
        """How many requests the server had no room for."""
        _, text = control_get(self.box.control, "/metrics", 5)
        self.over.set()
        for thread in self.threads:
            thread.join()
        (refused,) = [line.split()[1] for line in text.splitlines() if line.startswith("proktor_web_bodies_refused_total ")]
        return int(refused)


def sitting(experiment: Experiment, template: str, folder: str) -> None:
    number = experiment.trials
    plain = number % 2 == 1
    seconds = FULL_SECONDS if experiment.full else SECONDS
    # Limits for one address are raised, as all of it comes from this computer: the harder case.
    box = Box(template, os.path.join(folder, f"flood-{number}"), experiment.bin, plain=plain)
    verdict, flood, heavy, report = oracle.Verdict(), None, None, {}
    no_room = rss = 0
    try:
        box.server.start()
        box.wait_until_up()
        box.open_sitting()
        box.drill("pupils", box.info["cards"][:PUPILS], "--minutes", str(seconds / 60), "--rate", "2", "--finish")
        time.sleep(2)
        flood = Flood(box.port, experiment.random(number), plain)
        flood.thread.start()
        heavy = Heavy(box, box.info["cards"][PUPILS])
        for thread in heavy.threads:
            thread.start()
        report = box.settle(120)["pupils"]
        flood.over.set()
        flood.thread.join()
        no_room, rss = heavy.end(), bytes_of(box.server.pid, "VmHWM")
        box.server.kill(15)
        box.judge(verdict)
        refused = sum(report["refusals"].values())
        if refused or report["failed"] or report["reconnects"]:
            verdict.say(f"{refused} refusals {report['refusals']}, {report['failed']} failed, {report['reconnects']} connections lost")
        if rss > RSS_MAX_BYTES or not no_room:
            verdict.say(f"the server took {rss} bytes of memory (at most {RSS_MAX_BYTES}), {no_room} bodies refused (some must be)")
    except DemoError as error:
        verdict.say(str(error))
    finally:
        for one in (flood, heavy):
            if one:
                one.over.set()
        box.close()
    experiment.add(trials=1, acknowledged=verdict.acknowledged, lost=verdict.lost, flood_connections=flood.opened if flood else 0,
                   turned_away=flood.turned_away if flood else 0, bodies_refused=no_room, rss_mb_max=rss >> 20,
                   ack_p99_ms_max=int(report.get("latency_ms", {}).get("p99", 0)))
    for what in verdict.wrong:
        experiment.violated(f"trial {number}; repeat: tests/fault/proxy/flood.py --seed {experiment.seed} --count {number + 1}: {what}")


def main() -> int:
    experiment = Experiment("flood", QUICK)
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS + 1, adaptive=False)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            sitting(experiment, template, folder)
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
