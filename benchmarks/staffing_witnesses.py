"""The projection beside two witnesses, our own simulator and simpy, day by day."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forecast_methods import PeerError
from benchmarks.staffing_accuracy import Counts, Difference, difference
from benchmarks.staffing_days import INTERVAL_S, Day, days
from benchmarks.staffing_peers import ask
from benchmarks.staffing_table import Progress, Reached

FEWEST, CONTACTS, QUICK = 400, 400_000, 40  # replications; contacts, which small days take more for
_TOGETHER = 2  # processes at a time
_WIDTH = 32
LEGEND = """\
Projected less simulated service, in points (hundredths): over the day, with the standard error of
the simulation; per interval, the mean of the absolute differences (mean), the same weighted by
contacts (wtd), what chance alone makes of the mean (chance), the largest and when it is (after
opening). lost: abandonment over the day. Backlog in %: end, waiting when a spike ends; after,
waiting on average in the quarter hour after it. C: nobody hangs up; A: patience 180 s; x3: an hour
with three times the contacts, not foreseen unless staffed for; short: so much below the required
positions; blocks: positions stay for two hours. AHT 300 s unless told; queues open empty."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One simulator: its name, where it runs, and the module that answers."""

    name: str
    place: str
    module: str


WITNESSES = (
    Witness("our simulator", "", "benchmarks.staffing_ours"),
    Witness("simpy", "simpy", "benchmarks.peers.run_simpy_day"),
)


def measure(peers: Path, progress: Progress, *, quick: bool = False) -> list[Reached]:
    """Print a table for each witness; return what was to be reached."""
    print(LEGEND)
    reached = []
    for witness in WITNESSES:
        found: dict[Day, Difference] = {}
        print(f"\n{witness.name}\n{_head()}")
        try:
            for day, runs, counts in _seen(witness, days(), peers, progress, quick=quick):
                found[day] = difference(day, counts)
                print(_line(day, runs, found[day]), flush=True)
        except PeerError as error:
            print(f"{witness.name} {error}")
            continue
        reached += _reached(witness.name, found)
    return reached


def replications(day: Day, *, quick: bool) -> int:
    """Return how often a day is simulated.

    Examples
    --------
    >>> replications(Day(1000), quick=False), replications(Day(60), quick=False)
    (400, 6666)
    """
    return QUICK if quick else max(FEWEST, int(CONTACTS / day.contacts.sum() + 1e-6))


def _seen(
    witness: Witness, asked: Sequence[Day], peers: Path, progress: Progress, *, quick: bool
) -> Iterator[tuple[Day, int, Counts]]:
    """Yield every day as a witness saw it, in order, two at a time."""

    def see(day: Day) -> tuple[Day, int, Counts]:
        runs = replications(day, quick=quick)
        question = day.question(runs, seed=7)
        return day, runs, Counts.of(ask(witness.place, witness.module, question, peers))

    with ThreadPoolExecutor(_TOGETHER) as pool:
        try:
            for number, one in enumerate(pool.map(see, asked), 1):
                progress(f"{witness.name}: day {number} of {len(asked)}")
                yield one
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _head() -> str:
    heads = ("runs", "%", "day", "s.e.", "mean", "wtd", "chance", "largest", "at", "lost",
             "end", "after")  # fmt: skip
    return f"{'':<{_WIDTH}}" + "".join(f"{head:>8}" for head in heads)


def _line(day: Day, runs: int, found: Difference) -> str:
    """Return one day's line of the table."""
    minutes = found.at * INTERVAL_S // 60
    cells = [
        f"{runs}",
        f"{100 * found.simulated:.1f}",
        f"{100 * found.day:+.2f}",
        f"{100 * found.day_error:.2f}",
        *(f"{100 * value:.2f}" for value in (found.intervals, found.weighted, found.noise)),
        f"{100 * found.largest:+.1f}",
        f"{minutes // 60}:{minutes % 60:02d}",
        f"{100 * found.abandonment:+.2f}",
        *(_percent(value) for value in (found.backlog_end, found.backlog_after)),
    ]
    return f"{day.name:<{_WIDTH}}" + "".join(f"{cell:>8}" for cell in cells)


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:+.1f}"


def _reached(name: str, found: Mapping[Day, Difference]) -> list[Reached]:
    """Return the worst day beside each target."""
    usual = [one for day, one in found.items() if day.spike == 1]
    spikes = [one for day, one in found.items() if day.spike > 1]
    tenfold = [one for day, one in found.items() if day.spike == 10]
    lines = []
    for kind, some, most_day, most_each in (
        ("ordinary days", usual, 1.0, 3.0),
        ("days with a spike", spikes, 2.0, 5.0),
    ):
        if some:
            what = f"against {name}, {kind}: "
            day = max(abs(100 * one.day) for one in some)
            each = max(100 * one.intervals for one in some)
            lines.append(Reached.at_most(f"{what}service of a day", most_day, day, "points"))
            lines.append(Reached.at_most(f"{what}of an interval", most_each, each, "points"))
    lost = max(abs(100 * one.abandonment) for one in found.values())
    lines.append(Reached.at_most(f"against {name}: abandonment", 1.0, lost, "points"))
    left = [abs(100 * b) for one in tenfold for b in (one.backlog_end, one.backlog_after)]
    known = [value for value in left if not math.isnan(value)]
    if known:
        what = f"against {name}: backlog after a tenfold hour"
        lines.append(Reached.at_most(what, 10.0, max(known), "%"))
    return lines
