#!/usr/bin/env python3
"""Virtual pupils take their tests through a network that delays, stalls, cuts, garbles, loses answers, repeats requests
and brings old ones again after newer ones. One trial: a whole sitting, on plain HTTP (where requests can be repeated) and
every third on TLS. Every pupil gets a kode bukti that is its own chain's, and the oracle finds I1 to I4."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from laboratory import Experiment, Folder  # noqa: E402
from box import Box, DemoError  # noqa: E402
import oracle  # noqa: E402
from chaos_proxy import ChaosProxy  # noqa: E402

QUICK, PUPILS, SECONDS_PER_TEST, LIMIT_S = 2, 20, 1.5, 150


def sitting(experiment: Experiment, template: str, folder: str) -> None:
    number = experiment.trials
    plain = number % 3 != 1
    repeat = f"trial {number}; repeat: tests/fault/proxy/chaos.py --seed {experiment.seed} --count {number + 1}"
    box = Box(template, os.path.join(folder, f"sitting-{number}"), experiment.bin, plain=plain)
    proxy = ChaosProxy(("127.0.0.1", box.port), f"{experiment.seed}/{number}", http=plain)
    verdict = oracle.Verdict()
    try:
        box.server.start()
        box.wait_until_up()
        box.open_sitting()
        box.info["url"] = f"{'http' if plain else 'https'}://localhost:{proxy.port}"
        box.drill("pupils", box.info["cards"], "--play", "--seconds-per-test", str(SECONDS_PER_TEST),
                  "--seed", str(experiment.random(number).randrange(1 << 32)))
        report = box.settle(LIMIT_S)["pupils"]
        box.server.kill(15)
        box.tool("proktor", "verify", box.box)
        box.judge(verdict)
        if report["acks_lost"] or report["heads_wrong"] or report["codes_wrong"]:
            verdict.say(f"the pupils saw it: {report}")
    except DemoError as error:
        verdict.say(str(error))
    finally:
        proxy.close()
        box.close()
    experiment.add(trials=1, acknowledged=verdict.acknowledged, lost=verdict.lost, connections=proxy.connections,
                   faults=sum(proxy.done.values()), **{name.replace(" ", "_"): count for name, count in proxy.done.items()})
    for what in verdict.wrong:
        experiment.violated(f"{repeat}: {what}")


def main() -> int:
    experiment = Experiment("proxy", QUICK)
    with Folder(experiment) as folder:
        template = Box.make(os.path.join(folder, "template"), experiment.bin, PUPILS)
        while experiment.left > 0 and not experiment.numbers["violations"]:
            sitting(experiment, template, folder)
    return experiment.finish()


if __name__ == "__main__":
    sys.exit(main())
