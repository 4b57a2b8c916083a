"""Required positions, 1.2 million at a time, beside pyworkforce on a sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.forecast_methods import PeerError
from benchmarks.staffing_peers import ask
from benchmarks.staffing_table import Progress, Reached, Took
from staffing.queues import Target
from staffing.requirement import required_positions

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

COUNT, INTERVAL_S, AHT_S, PATIENCE_S = 1_200_000, 1800, 300.0, 180.0
TARGET = Target(0.80, 20.0)
SAMPLE, WIDE_SAMPLE = 20_000, 2_000  # intervals that pyworkforce is asked for
OWN_SAMPLE = 2_000  # intervals that each have a target of their own, lax ones too
LEVELS, WAITS_S = (0.5, 0.7, 0.8, 0.9, 0.95), (10.0, 20.0, 60.0, 300.0)
_RUNS = 3
LEGEND = f"""\
{COUNT:,} intervals of half an hour, 80 % within 20 s, 1 % of them without contacts. Loads are
lognormal of median 30 erlangs (sigma 1: 5 % above 155), or log-uniform from 0.1 to 5000; the AHT is
300 s, or uniform from 200 to 500 s; patience 180 s in Erlang A. s, cpu s: least seconds by the
clock and of the processor in {_RUNS} calls. *: pyworkforce's processor seconds, extrapolated
from the first {SAMPLE:,} intervals (log-uniform: {WIDE_SAMPLE:,}); differs: where it asks for
more (+) or fewer (-) positions than we do; raises: where it gives no answer (no contacts).
Last line: {OWN_SAMPLE:,} intervals from 0.1 to 1000 erlangs that promise 50 to 95 %
within 10 to 300 s."""


@dataclass(frozen=True, slots=True)
class Case:
    """Intervals to staff.

    Parameters
    ----------
    name
        What the table calls it.
    load, aht_s
        Erlangs, and seconds of handling.
    patience_s
        Mean patience in seconds; infinite: nobody hangs up.
    most_s
        Seconds it may take; None: no target is stated.
    sample
        Intervals that pyworkforce is asked for.
    """

    name: str
    load: FloatArray
    aht_s: FloatArray
    patience_s: float
    most_s: float | None
    sample: int = 0

    @property
    def contacts(self) -> FloatArray:
        """Contacts of each interval."""
        return self.load * INTERVAL_S / self.aht_s


def cases() -> list[Case]:
    """Return the cases; one interval in a hundred is without contacts."""
    rng = np.random.default_rng(1)
    usual = 30.0 * np.exp(rng.normal(0.0, 1.0, COUNT))
    wide = np.exp(rng.uniform(math.log(0.1), math.log(5000.0), COUNT))
    empty = rng.random(COUNT) < 0.01
    usual[empty], wide[empty] = 0.0, 0.0
    same, own = np.full(COUNT, AHT_S), rng.uniform(200.0, 500.0, COUNT)
    made = []
    for patience, limits in ((math.inf, (1.0, 4.0)), (PATIENCE_S, (8.0, 8.0))):
        asks = SAMPLE if math.isinf(patience) else 0  # pyworkforce knows Erlang C alone
        wide_asks = WIDE_SAMPLE if asks else 0
        made += [
            Case("lognormal, one AHT", usual, same, patience, limits[0], asks),
            Case("lognormal, AHT per interval", usual, own, patience, limits[1]),
            Case("log-uniform, one AHT", wide, same, patience, None, wide_asks),
            Case("log-uniform, AHT per interval", wide, own, patience, None),
        ]
    return made


def measure(peers: Path, progress: Progress) -> list[Reached]:
    """Print the cases and pyworkforce beside them; return what was to be reached."""
    print(LEGEND)
    print(f"{'':<42} {'s':>6} {'cpu s':>6} {'pyworkforce s':>14} {'differs':>16} {'raises':>10}")
    reached = []
    for case in cases():
        model = "C" if math.isinf(case.patience_s) else "A"
        progress(f"positions, Erlang {model}, {case.name}")
        took, found = _timed(case)
        peer = _beside(case, found, peers) if case.sample else f"{'-':>14} {'-':>16} {'-':>10}"
        name = f"Erlang {model}, {case.name}"
        print(f"{name:<42} {took.clock_s:>6.2f} {took.cpu_s:>6.2f} {peer}", flush=True)
        reached.append(Reached.seconds(f"1.2 million positions, {name}", case.most_s, took))
    name = "Erlang C, each its own target (sample)"
    print(f"{name:<42} {'-':>6} {'-':>6} {_own_targets(peers)}")
    return reached


def _timed(case: Case) -> tuple[Took, IntArray]:
    """Return what a few calls take at least, and the positions."""
    found: list[IntArray] = []
    contacts = case.contacts

    def call() -> None:
        got = required_positions(contacts, case.aht_s, INTERVAL_S, TARGET, case.patience_s)
        found[:] = [got[0]]

    return Took.least(call, _RUNS), found[0]


def _beside(case: Case, found: IntArray, peers: Path) -> str:
    """Return pyworkforce's cells of the line: seconds for all, and where it differs from ours."""
    some = slice(case.sample)
    targets = [TARGET] * case.sample
    return _compared(case.contacts[some], case.aht_s[some], targets, found[some], peers)


def _own_targets(peers: Path) -> str:
    """Return pyworkforce's cells for intervals that each have a target of their own."""
    rng = np.random.default_rng(2)
    aht_s = rng.uniform(60.0, 900.0, OWN_SAMPLE)
    contacts = 10 ** rng.uniform(-1.0, 3.0, OWN_SAMPLE) * INTERVAL_S / aht_s
    levels, waits = rng.choice(LEVELS, OWN_SAMPLE), rng.choice(WAITS_S, OWN_SAMPLE)
    targets = [Target(float(level), float(wait)) for level, wait in zip(levels, waits, strict=True)]
    asked = zip(contacts, aht_s, targets, strict=True)
    found = [required_positions(n, aht, INTERVAL_S, target)[0].item() for n, aht, target in asked]
    return _compared(contacts, aht_s, targets, np.array(found), peers)


def _compared(
    contacts: FloatArray,
    aht_s: FloatArray,
    targets: Sequence[Target],
    found: IntArray,
    peers: Path,
) -> str:
    """Return seconds extrapolated to all intervals, where pyworkforce differs, where it raises."""
    question = {
        "contacts": contacts.tolist(),
        "aht_s": aht_s.tolist(),
        "interval_s": INTERVAL_S,
        "service_level": [target.service_level for target in targets],
        "answer_within_s": [target.answer_within_s for target in targets],
    }
    try:
        answer = ask("pyworkforce", "benchmarks.peers.run_pyworkforce", question, peers)
    except PeerError as error:
        return f"pyworkforce {error}"
    theirs = answer["positions"]
    pairs = [(a, b) for a, b in zip(theirs, found.tolist(), strict=True) if a is not None]
    more, fewer = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
    whole_s = answer["seconds"] * COUNT / len(theirs)
    raises = f"{len(answer['faults'])}/{len(theirs)}"
    return f"{whole_s:>13.0f}* {f'+{more} -{fewer} of {len(pairs)}':>16} {raises:>10}"
