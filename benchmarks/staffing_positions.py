"""Required positions, 1.2 million at a time, beside pyworkforce on a sample."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.forecast_methods import PeerError
from benchmarks.staffing_peers import ask
from benchmarks.staffing_table import Progress, Reached
from staffing.queues import Target
from staffing.requirement import required_positions

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

COUNT, INTERVAL_S, AHT_S, PATIENCE_S = 1_200_000, 1800, 300.0, 180.0
TARGET = Target(0.80, 20.0)
SAMPLE, WIDE_SAMPLE = 20_000, 2_000  # intervals that pyworkforce is asked for
_RUNS = 3
LEGEND = f"""\
{COUNT:,} intervals of half an hour, 80 % within 20 s, 1 % of them without contacts. Loads are
lognormal of median 30 erlangs (sigma 1: 5 % above 155), or log-uniform from 0.1 to 5000; the AHT is
300 s, or uniform from 200 to 500 s; patience 180 s in Erlang A. s, cpu s: least wall and processor
seconds of {_RUNS} calls. *: pyworkforce, extrapolated from the first {SAMPLE:,} intervals
(log-uniform: {WIDE_SAMPLE:,}); differs: where it asks for more (+) or fewer (-) positions than
we do; raises: where it gives no answer (no contacts)."""


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
    print(f"{'':<42} {'s':>6} {'cpu s':>6} {'pyworkforce s':>14} {'differs':>14} {'raises':>7}")
    reached = []
    for case in cases():
        model = "C" if math.isinf(case.patience_s) else "A"
        progress(f"positions, Erlang {model}, {case.name}")
        seconds, cpu_s, found = _timed(case)
        peer = _beside(case, found, peers) if case.sample else f"{'-':>14} {'-':>14} {'-':>7}"
        print(f"{f'Erlang {model}, {case.name}':<42} {seconds:>6.2f} {cpu_s:>6.2f} {peer}")
        what = f"1.2 million positions, Erlang {model}, {case.name}"
        reached.append(Reached.at_most(what, case.most_s, seconds, "s"))
    return reached


def _timed(case: Case) -> tuple[float, float, IntArray]:
    """Return the least seconds and processor seconds of a few calls, and the positions."""
    seconds, cpu_s, contacts = [], [], case.contacts
    for _ in range(_RUNS):
        began, began_cpu = time.perf_counter(), time.process_time()
        found, _ = required_positions(contacts, case.aht_s, INTERVAL_S, TARGET, case.patience_s)
        seconds.append(time.perf_counter() - began)
        cpu_s.append(time.process_time() - began_cpu)
    return min(seconds), min(cpu_s), found


def _beside(case: Case, found: IntArray, peers: Path) -> str:
    """Return pyworkforce's cells of the line: seconds for all, and where it differs from ours."""
    question = {
        "contacts": case.contacts[: case.sample].tolist(),
        "aht_s": case.aht_s[: case.sample].tolist(),
        "interval_s": INTERVAL_S,
        "service_level": TARGET.service_level,
        "answer_within_s": TARGET.answer_within_s,
    }
    try:
        answer = ask("pyworkforce", "benchmarks.peers.run_pyworkforce", question, peers)
    except PeerError as error:
        return f"pyworkforce {error}"
    theirs = answer["positions"]
    pairs = [(a, b) for a, b in zip(theirs, found.tolist(), strict=False) if a is not None]
    more, fewer = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
    whole_s = answer["seconds"] * COUNT / case.sample
    raises = f"{len(answer['faults'])}/{len(theirs)}"
    return f"{whole_s:>13.0f}* {f'+{more} -{fewer} of {len(pairs)}':>14} {raises:>7}"
