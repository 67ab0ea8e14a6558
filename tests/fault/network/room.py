#!/usr/bin/env python3
"""A room's Wi-Fi: 45 virtual pupils and the box in a network namespace of their own, whose packets nftables drops.
`outage`: everybody loses the network at once (8 s; with --full 20 minutes), works on, and has handed over what
waited within 10 s of its return; then 20 % loss. `loss`: 20 % of all packets, at random, for a whole sitting. `slow`: the room shares
2 Mbit/s (tbf). One trial is one of the three. Nothing acknowledged is missing, nothing written is lost."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError, control_get  # noqa: E402
import oracle  # noqa: E402

QUICK, PUPILS, RATE = 1, 45, 0.5
DRAIN_LIMIT_S = 10
INSIDE = "PROKTOR_ROOM_INSIDE"


def enter_namespace() -> str:
    """Starts this program again inside a network namespace with only a loopback; the reason why not, else never returns."""
    if os.environ.get(INSIDE):
        links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout.splitlines()
        return "" if len(links) == 1 else "not alone in its namespace"
    for tool in ("unshare", "nft", "tc", "ip"):
        if shutil.which(tool) is None:
            return f"no {tool}"
    probe = "ip link set lo up && nft add table inet probe"
    if subprocess.run(["unshare", "-n", "sh", "-c", probe], capture_output=True, check=False).returncode != 0:
        return "no network namespaces"
    sys.stdout.flush()
    os.execvpe("unshare", ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, *sys.argv],
               os.environ | {INSIDE: "1"})
    return ""


def nft(text: str) -> None:
    subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)


def drop(port: int, share: int) -> None:
    """Of the packets of the pupils' port, in both directions; 0: none."""
    rule = "drop" if share == 100 else f"numgen random mod 100 < {share} drop"
    nft("table inet room {}\ndelete table inet room\n")
    if share:
        nft(f"table inet room {{ chain air {{ type filter hook input priority 0; policy accept; "
            f"tcp dport {port} {rule}\ntcp sport {port} {rule}\n }}\n }}\n")


def events_in(box: Box) -> int:
    """What the journal holds, by its last lsn."""
    status, body = control_get(box.feed, "/v1/journals", 5)
    return max((one["last_lsn"] for one in json.loads(body)), default=0) if status == 200 else 0


class Room:
    def __init__(self, experiment: Experiment, template: str, folder: str):
        self.experiment, self.number = experiment, experiment.trials
        self.kind = ("outage", "loss", "slow")[self.number % 3]
        self.box = Box(template, os.path.join(folder, f"room-{self.number}"), experiment.bin, plain=False)
        self.counters: dict = {}

    def sit(self, minutes: float) -> None:
        seed = str(self.experiment.random(self.number).randrange(1 << 32))
        options = ["--minutes", f"{minutes:.3f}", "--rate", str(RATE), "--seed", seed, "--finish", "--reconnect-ms", "1200",
                   "--patience", "3600"]
        self.box.drill("room", self.box.info["cards"], *options)

    def outage(self) -> None:
        length_s = 1200 if self.experiment.full else 8
        self.sit((length_s + 6) / 60)
        time.sleep(2)
        before = events_in(self.box)
        drop(self.box.port, 100)
        time.sleep(length_s)
        during = events_in(self.box)
        drop(self.box.port, 0)
        back = time.monotonic()
        wanted = before + int(PUPILS * RATE * length_s * 0.9)
        while events_in(self.box) < wanted and time.monotonic() - back < 60:
            time.sleep(0.2)
        drained_s = time.monotonic() - back
        self.counters = {"outages": 1, "drained_ms_max": int(drained_s * 1000), "queued": events_in(self.box) - during}
        if drained_s > DRAIN_LIMIT_S:
            raise DemoError(f"what waited was handed over after {drained_s:.1f} s")
        drop(self.box.port, 20)
        if not self.experiment.full:
            time.sleep(3)
            drop(self.box.port, 0)  # to come to an end

    def loss(self) -> None:
        self.sit(5 if self.experiment.full else 0.25)
        time.sleep(3)
        drop(self.box.port, 20)

    def slow(self) -> None:
        subprocess.run(["tc", "qdisc", "replace", "dev", "lo", "root", "tbf", "rate", "2mbit", "burst", "64kb", "latency", "400ms"],
                       check=True)
        self.sit(5 if self.experiment.full else 0.15)

    def run(self) -> oracle.Verdict:
        verdict = oracle.Verdict()
        try:
            self.box.server.start()
            self.box.wait_until_up()
            self.box.open_sitting()
            getattr(self, self.kind)()
            report = self.box.settle(4000)["room"]
            drop(self.box.port, 0)
            self.box.server.kill(15)
            self.box.tool("proktor", "verify", self.box.box)
            self.box.judge(verdict)
            self.counters |= {"reconnects": report["reconnects"]}
            if report["failed"] or report["acks_lost"] or report["heads_wrong"]:
                verdict.say(f"{report['failed']} pupils failed, {report['acks_lost']} acks lost: {report['failures'][:3]}")
        except (DemoError, subprocess.CalledProcessError) as error:
            verdict.say(str(error))
        return verdict

    def close(self) -> None:
        self.box.close()
        subprocess.run(["tc", "qdisc", "del", "dev", "lo", "root"], capture_output=True, check=False)


def main() -> int:
    reason = enter_namespace()
    experiment = Experiment("network", QUICK)
    if reason:
        return experiment.skip(reason)
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS, adaptive=False)
        experiment.each_sitting(lambda: Room(experiment, template, folder))
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
