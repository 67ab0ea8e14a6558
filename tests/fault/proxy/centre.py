#!/usr/bin/env python3
"""A centre that misbehaves in fifty ways, under the real proktor-sync: 5xx, 4xx, garbage, silence, endless and huge
answers, receipts that are unsigned, of another role, damaged or of another segment, offsets that lie. One trial is one
behaviour. Every sealed segment stays in the spool byte for byte, no receipt reaches the box, the requests thin out, a
refusal is shown as STANDBY; then the true centre takes the place, and gets everything."""
import hashlib
import json
import os
import socket
import ssl
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError, control_get  # noqa: E402
from auto import journal_end, wait_for_centre  # noqa: E402
from parts import wait_for, write_whole  # noqa: E402
import oracle  # noqa: E402

QUICK, PUPILS, ROUND = 10, 6, 50
LOOK_S, REQUESTS_MAX = 0.9, 75  # 15 tries of at most five; pauses are drawn from 0 to 0.1, 0.2, 0.4 s: nine are no rarity, 15 are
SETTINGS = {"segment_interval_s": 0.2, "backoff_first_s": 0.1, "backoff_max_s": 0.4, "local_retry_s": 0.1, "refused_retry_s": 0.4,
            "status_interval_s": 0.2, "chunk_bytes_first": 1024, "chunk_bytes_max": 4096}
SYNC = "proktor-sync"


def reply(status: int, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def behaviours(fake: dict) -> list:
    """(name, answer to HEAD, answer to PATCH, whether it is a refusal). An answer is bytes, or a function of the socket."""
    fresh = reply(404)
    out = [(f"busy {code}", fresh, reply(code), False) for code in (500, 501, 502, 503, 504, 507, 599, 429, 408)]
    out += [("busy, come in an hour", fresh, reply(503, b"", "Retry-After: 3600"), False),
            ("busy, come at once", fresh, reply(503, b"", "Retry-After: 0"), False),
            ("busy for HEAD", reply(500), reply(500), False)]
    out += [(f"refused {code}", fresh, reply(code), True) for code in (400, 401, 403, 404, 405, 406, 410, 413, 415, 422, 451)]
    out += [("refused for HEAD", reply(403), reply(403), True), ("a fork", fresh, reply(409, b'{"error":{"code":"segment_fork"}}'), True)]
    out += [(f"receipt: {name}", fresh, reply(200, body, "Content-Type: application/cms"), False) for name, body in fake.items()]
    out += [("a redirect", fresh, reply(302, b"", "Location: https://localhost/"), True),
            ("a portal's page", reply(200, b""), reply(200, b"<html>Selamat datang</html>", "Content-Type: text/html"), None),
            ("offset beyond the end", reply(200, b"", "Upload-Offset: 999999999"), fresh, True),
            ("offset below zero", reply(200, b"", "Upload-Offset: -1"), fresh, None),
            ("offset of letters", reply(200, b"", "Upload-Offset: banyak"), fresh, None),
            ("no progress", fresh, reply(204, b"", "Upload-Offset: 0"), False),
            ("always the middle", reply(200, b"", "Upload-Offset: 100"), reply(409, b"", "Upload-Offset: 100"), False),
            ("no offset", fresh, reply(204), None),
            ("an offset that jumps", fresh, reply(204, b"", "Upload-Offset: 18446744073709551615"), None)]
    garbage = os.urandom(4096)
    out += [("garbage", garbage, garbage, False), ("half a head", b"HTTP/1.1 200", b"HTTP/1.1 200", False),
            ("another protocol", b"SSH-2.0-x\r\n", b"SSH-2.0-x\r\n", False),
            ("a length that lies", fresh, b"HTTP/1.1 200 X\r\nContent-Length: 9999\r\n\r\nxx", False),
            ("a length below zero", fresh, b"HTTP/1.1 200 X\r\nContent-Length: -5\r\n\r\n", False),
            ("two lengths", fresh, b"HTTP/1.1 200 X\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", False),
            ("closes at once", b"", b"", False), ("never answers", silent, silent, False), ("endless head", endless_head, endless_head, False),
            ("huge body", fresh, huge, False), ("a byte now and then", drip, drip, False), ("bad chunks", fresh,
             b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", False)]
    return out


def silent(connection) -> None:
    time.sleep(20)


def endless_head(connection) -> None:
    connection.sendall(b"HTTP/1.1 200 X\r\n")
    for number in range(100_000):
        connection.sendall(b"X-%d: y\r\n" % number)


def huge(connection) -> None:
    connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 500000000\r\n\r\n")
    for _ in range(500):
        connection.sendall(b"x" * 1_000_000)


def drip(connection) -> None:
    for byte in reply(200, b"y" * 1000):
        connection.sendall(bytes([byte]))
        time.sleep(0.3)


class Centre:
    """Serves TLS with the gateway's own certificate, and answers as it is told."""

    def __init__(self, keys: str):
        gateway = os.path.join(keys, "gateway")
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(os.path.join(gateway, "tls.pem"), os.path.join(gateway, "tls.key"))
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.head = self.patch = reply(503)
        self.requests = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain) -> None:
        try:
            plain.settimeout(20)
            with self.tls.wrap_socket(plain, server_side=True) as connection:
                while self.answer(connection):
                    pass
        except (OSError, ValueError):
            plain.close()

    def answer(self, connection) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return False
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0)
        while len(body) < length:
            body += connection.recv(65536)
        if head.startswith(b"GET"):
            connection.sendall(reply(200, b'{"centre":"x","now":1}', "Content-Type: application/json"))
            return True
        self.requests += 1
        answer = self.head if head.startswith(b"HEAD") else self.patch
        if callable(answer):
            answer(connection)
            return False
        connection.sendall(answer)
        return answer.startswith(b"HTTP/1.1 ") and b"Content-Length" in answer and b"lies" not in answer


def spool_of(box: Box) -> dict:
    found = {}
    for folder, _, names in os.walk(box.spool):
        for name in names:
            if name.endswith(".segment"):
                with open(os.path.join(folder, name), "rb") as file:
                    found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


def receipts_of(box: Box) -> list:
    return [name for _, _, names in os.walk(os.path.join(box.box, "kegiatan")) for name in names if name.endswith(".receipt")] + [
        name for _, _, names in os.walk(box.spool) for name in names if name.endswith(".receipt")]


def sync_state(box: Box) -> str:
    return box.staff.ask("GET", "/api/proctor/sync").get("state", "")


class Round:
    def __init__(self, experiment: Experiment, template: str, folder: str):
        self.experiment = experiment
        self.box = Box(template, os.path.join(folder, f"round-{experiment.trials}"), experiment.bin, plain=True)
        self.centre = Centre(self.box.keys)

    def start_sync(self, port: int) -> None:
        box = self.box
        path = os.path.join(box.data, "proktor-sync.toml")
        settings = SETTINGS | {"box_dir": os.path.join(box.box, "box"), "feed_socket": box.feed, "control_socket": box.control,
                               "spool_dir": box.spool, "centre_url": f"https://localhost:{port}"}
        write_whole(path, "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items()))
        box.processes.start(SYNC, [os.path.join(box.bin, SYNC), "--config", path])

    def fakes(self) -> dict:
        with open(os.path.join(self.box.keys, "gateway", "receipt.pem"), "rb") as file:
            certificate = file.read()
        name = sorted(spool_of(self.box))[0]
        path = next(os.path.join(folder, name) for folder, _, names in os.walk(self.box.spool) if name in names)
        with open(path, "rb") as file:
            segment = file.read()  # CMS, signed by the box: the wrong role
        return {"nothing": b"", "unsigned": b'{"type":"receipt","v":1}', "a certificate": certificate, "the segment itself": segment,
                "the segment, damaged": segment[:-7] + b"zzzzzzz", "zeros": bytes(3000), "random": os.urandom(3000), "half": segment[:200]}

    def one(self, behaviour: tuple) -> str:
        name, self.centre.head, self.centre.patch, refusal = behaviour
        before, self.centre.requests = spool_of(self.box), 0
        self.start_sync(self.centre.port)
        begin, shown = time.monotonic(), False
        while time.monotonic() - begin < (6 if refusal and not shown else LOOK_S):
            shown = shown or (refusal is True and sync_state(self.box) == "STANDBY")
            if shown and time.monotonic() - begin > LOOK_S:
                break
            time.sleep(0.1)
        asked, looked_s, after = self.centre.requests, max(LOOK_S, time.monotonic() - begin), spool_of(self.box)
        self.box.processes.must_run(SYNC)
        self.box.processes.stop_one(SYNC)
        if any(after.get(one) != digest for one, digest in before.items()):
            return "a sealed segment is gone or changed"
        if receipts_of(self.box):
            return "it was taken for a receipt"
        if asked == 0:
            return "nothing was asked of it"
        if asked > REQUESTS_MAX * looked_s / LOOK_S:
            return f"{asked} requests in {looked_s:.1f} s"
        if refusal is True and not shown:
            return "a refusal is not shown as STANDBY"
        return ""

    def run(self) -> None:
        box, experiment = self.box, self.experiment
        box.server.start()
        box.wait_until_up()
        box.open_sitting()
        box.end_of_drill("load", box.drill("load", box.info["cards"], "--minutes", "0.04", "--rate", "10", "--finish"), 60)
        self.start_sync(self.centre.port)
        wait_for("a sealed segment", lambda: spool_of(box), 20)
        box.processes.stop_one(SYNC)
        every = behaviours(self.fakes())
        experiment.random("order").shuffle(every)
        for _ in range(min(experiment.left, ROUND)):
            behaviour = every[experiment.trials % len(every)]
            wrong = self.one(behaviour)
            experiment.add(trials=1)
            if wrong:
                experiment.violated(f"{behaviour[0]}: {wrong}; repeat: tests/fault/proxy/centre.py --seed {experiment.seed} "
                                    f"--count {experiment.trials}")
        self.true_centre()

    def true_centre(self) -> None:
        box, verdict = self.box, oracle.Verdict()
        self.centre.socket.close()
        with socket.create_server(("127.0.0.1", 0)) as one:
            box.centre_port = one.getsockname()[1]
        box.start_centre()
        box.staff.ask("POST", "/api/proctor/sitting/close", {"sitting": box.sitting})
        self.start_sync(box.centre_port)
        stream, last_lsn = journal_end(box)
        wait_for_centre(box, stream, last_lsn)
        for name in (SYNC, "proktor-pusat-serve", "proktor-pusat-open"):
            box.processes.stop_one(name)
        box.server.kill(15)
        box.tool("proktor", "verify", box.box)
        oracle.judge_centre(os.path.join(box.centre, "centre.db"), stream, [box.ledger("load")], verdict)
        self.experiment.add(acknowledged=verdict.acknowledged, lost=verdict.lost)
        for what in verdict.wrong:
            self.experiment.violated(f"at the true centre: {what}")

    def close(self) -> None:
        self.centre.socket.close()
        self.box.close()


def main() -> int:
    experiment = Experiment("centre", QUICK)
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            one = Round(experiment, template, folder)
            try:
                one.run()
            except DemoError as error:
                experiment.violated(str(error))
            finally:
                one.close()
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
