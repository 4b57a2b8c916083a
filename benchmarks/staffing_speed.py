"""One queue contact by contact: our simulator beside simpy and Ciw, each in its own process.

They take turns, so that what else the machine does falls on all of them; each counts what Erlang C
and A foretell, so that all simulate the same queue.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from benchmarks.forecast_methods import PeerError
from benchmarks.staffing_peers import ask
from benchmarks.staffing_table import Progress, Reached
from staffing.erlang import service

POSITIONS, AHT_S, INTERVAL_S, WITHIN_S, OCCUPIED = 30, 300.0, 900.0, 20.0, 0.9
CONTACTS = OCCUPIED * POSITIONS * INTERVAL_S / AHT_S
ROUNDS, WARM_UP = 5, 3_000
OURS, MILLION, PEER_SIZE, TIMES = "this simulator", 1_000_000, 100_000, 10.0
MOST_S = 3.0  # a million contacts
_SURE = float(stats.t.ppf(0.9995, ROUNDS - 1))  # standard errors that chance alone does not reach
MEASURES = ("service_level", "asa_s", "abandonment")


@dataclass(frozen=True, slots=True)
class Simulator:
    """One way to simulate a queue: where it runs, and how many contacts it is given each turn."""

    name: str
    place: str
    module: str
    simulated: int


SIMULATORS = (
    Simulator(OURS, "", "benchmarks.staffing_ours", MILLION),
    Simulator("simpy", "simpy", "benchmarks.peers.run_simpy", PEER_SIZE),
    Simulator("Ciw", "ciw", "benchmarks.peers.run_ciw", PEER_SIZE),
)
LEGEND = f"""\
M/M/{POSITIONS}, {OCCUPIED:.0%} of the agents' time asked for, AHT {AHT_S:.0f} s.
Contacts per second of the processor: the median of {ROUNDS} turns of a million contacts
(simpy, Ciw: {PEER_SIZE:,}, extrapolated). Counted: the share answered within {WITHIN_S:.0f} s
and those lost in %, the mean wait of the answered in s, each with its standard error over
the turns, beside Erlang C or A."""


def measure(peers: Path, progress: Progress) -> list[Reached]:
    """Print what each simulator does, without and with customers who hang up."""
    print(LEGEND)
    reached: list[Reached] = []
    for patience_s, title in ((0.0, "nobody hangs up"), (180.0, "patience 180 s")):
        answers: dict[str, list[dict[str, float]]] = {one.name: [] for one in SIMULATORS}
        faults: dict[str, str] = {}
        for turn in range(ROUNDS):
            for one in SIMULATORS:
                if one.name in faults:
                    continue
                progress(f"{one.name}, {title}: {turn + 1} of {ROUNDS}")
                try:
                    answers[one.name].append(_asked(one, patience_s, turn, peers))
                except PeerError as error:
                    faults[one.name] = str(error)
        reached += _told(title, patience_s, answers, faults)
    return reached


def _asked(one: Simulator, patience_s: float, turn: int, peers: Path) -> dict[str, float]:
    """Return one turn of one simulator."""
    question = {
        "positions": POSITIONS,
        "contacts": CONTACTS,
        "interval_s": INTERVAL_S,
        "aht_s": AHT_S,
        "patience_s": patience_s,
        "answer_within_s": WITHIN_S,
        "warm_up": WARM_UP,
        "simulated": one.simulated,
        "seed": turn + 1,
    }
    return ask(one.place, one.module, question, peers)


def _told(
    title: str,
    patience_s: float,
    answers: dict[str, list[dict[str, float]]],
    faults: dict[str, str],
) -> list[Reached]:
    """Print the lines of one kind of queue, and return what was to be reached."""
    steady = service(POSITIONS, CONTACTS, AHT_S, INTERVAL_S, WITHIN_S, patience_s or math.inf)
    theory = [float(getattr(steady, name)) for name in MEASURES]
    print(f"\n{title:<20} {'contacts/s':>12} {'in time %':>16} {'wait s':>16} {'lost %':>16}")
    speed, agree = {}, True
    for one in SIMULATORS:
        turns = answers[one.name]
        if one.name in faults or not turns:
            print(f"{one.name:<20} {faults.get(one.name, 'no answer')}")
            continue
        speed[one.name] = float(np.median([turn["contacts"] / turn["seconds"] for turn in turns]))
        found = [_mean([turn[name] for turn in turns]) for name in MEASURES]
        near = [abs(m - t) <= _SURE * e + 1e-9 for (m, e), t in zip(found, theory, strict=True)]
        agree &= all(near)
        print(f"{one.name:<20} {speed[one.name]:>12,.0f} " + " ".join(_cells(found)))
    law = "Erlang A" if patience_s else "Erlang C"
    print(f"{law:<20} {'':>12} " + " ".join(_cells([(value, None) for value in theory])))
    what = f"one queue simulated, {title}"
    reached = [Reached(f"{what}: agrees with {law}", "99.9 % sure", "-", agree)]
    if OURS in speed:
        reached.append(Reached.at_most(f"{what}: a million", MOST_S, MILLION / speed[OURS], "s"))
        for name in sorted(set(speed) - {OURS}):
            times = speed[OURS] / speed[name]
            told = f"{what}: times {name}"
            reached.append(Reached(told, f"over {TIMES:.0f}", f"{times:.0f}", times > TIMES))
    return reached


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and its standard error."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / math.sqrt(len(values)))


def _cells(found: Sequence[tuple[float, float | None]]) -> list[str]:
    """Return the measures as text, shares in %."""
    cells = []
    for (mean, error), factor in zip(found, (100.0, 1.0, 100.0), strict=True):
        spread = "" if error is None else f" ± {factor * error:.2f}"
        cells.append(f"{factor * mean:.2f}{spread}".rjust(16))
    return cells
