"""The projection's bands of daily service, beside days simulated from paths they have not seen."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.staffing_table import Progress, Reached
from planner.examples import write_example
from planner.inputs import local_days, open_mask, staffing_queues
from planner.scenario.model import Scenario, load_scenario
from planner.service import make_forecast
from planner.sources.table import load_history
from staffing.daily import Shares
from staffing.projection import project
from staffing.queues import Queue
from staffing.requirement import requirement
from staffing.simulated import Simulated
from staffing.simulation import Team, simulate

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

HOLDS = (0.75, 0.88)
SIZES = (("under 50 a day", 0, 50), ("50 to 500", 50, 500), ("over 500", 500, np.inf))
EXAMPLES = ("starter", "florist")
LEGEND = """\
Share in % of simulated days whose service lies within the projected 10 % to 90 % band of that day
(10 % and 90 % included), of queues answered at once and of those whose work may wait, by contacts a
day. Each day is drawn from paths of the same forecast that the bands were not made of; the
positions are those required, each queue's its own. Where work may wait all of it is in time on most
days: a band from 100 to 100 % then holds more than eight days in ten."""


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre with its expected contacts and paths; arrays ``[Q, I]``, ``[R, Q, I]``.

    Parameters
    ----------
    queues, interval_s
        What is asked.
    contacts, aht_s, positions
        Expected, and required.
    fresh
        Paths of the same forecast that the bands are not made of.
    is_open, day, days
        Opening hours, local day of each interval, and how many days there are.
    shares
        Projected service of each day, with its band.
    """

    queues: tuple[Queue, ...]
    interval_s: int
    contacts: FloatArray
    aht_s: FloatArray
    positions: FloatArray
    fresh: FloatArray
    is_open: BoolArray
    day: IntArray
    days: int
    shares: Shares


def measure(progress: Progress) -> list[Reached]:
    """Print what the bands of each example hold, and return what was to be reached."""
    print(LEGEND)
    heads = [name for name, _, _ in SIZES]
    print(f"{'':<26}" + "".join(f"{head:>18}" for head in [*heads, "all"]))
    reached = []
    for name in EXAMPLES:
        progress(f"bands: {name}, forecast and projection")
        centre = centre_of(name)
        progress(f"bands: {name}, simulation")
        held, offered = holds(centre, simulated(centre))
        waits = np.array([queue.deferred for queue in centre.queues])
        kinds = {"all queues": waits | True, "answered at once": ~waits, "may wait": waits}
        for kind, rows in kinds.items():
            if not rows.any():
                continue
            told = [_told(held[:, rows], offered[:, rows], low, high) for _, low, high in SIZES]
            share = float(np.nanmean(held[:, rows]))
            told.append(f"{100 * share:.0f}")
            print(f"{name + ', ' + kind:<26}" + "".join(f"{cell:>18}" for cell in told))
            low, high = HOLDS
            target, got = f"{100 * low:.0f} to {100 * high:.0f} %", f"{100 * share:.1f} %"
            what = f"daily bands hold, {name}, {kind}"
            reached.append(Reached(what, target, got, low <= share <= high))
    return reached


def _told(held: FloatArray, offered: FloatArray, low: float, high: float) -> str:
    """Return the share of days held of a size, and how many these are."""
    size = np.broadcast_to(offered.mean(axis=0), held.shape)
    some = held[(size >= low) & (size < high) & ~np.isnan(held)]
    return f"{100 * some.mean():.0f} of {some.size:,}" if some.size else "-"


def centre_of(name: str) -> Centre:
    """Return an example's centre, forecast twice: for the bands, and for the days to come."""
    with tempfile.TemporaryDirectory() as place:
        scenario = load_scenario(write_example(name, Path(place) / name))
        table = load_history(scenario)
        _, found = make_forecast(scenario, table)
        other: Scenario = scenario.model_copy(update={"seed": scenario.seed + 1})
        _, again = make_forecast(other, table)
    queues, interval_s = staffing_queues(scenario), scenario.interval_s
    is_open, day = open_mask(scenario, found.times), local_days(scenario, found.times)
    need = requirement(queues, found.times, found.contacts, found.aht_s, interval_s)
    positions = need.positions
    got = project(
        queues, found.times, found.contacts, found.aht_s, positions, interval_s,
        is_open=is_open, paths=found.paths, day=day, rng=np.random.default_rng((1, 1)),
    )  # fmt: skip
    return Centre(
        queues=queues,
        interval_s=interval_s,
        contacts=found.contacts,
        aht_s=found.aht_s,
        positions=positions,
        fresh=np.asarray(again.paths, np.float64),
        is_open=is_open,
        day=day,
        days=len(scenario.days),
        shares=got.daily.by_day(),
    )


def simulated(centre: Centre) -> Simulated:
    """Return every fresh path simulated once."""
    teams = [
        Team(np.ceil(positions), {q: 1.0}, {q: positions} if queue.deferred else {})
        for q, (queue, positions) in enumerate(zip(centre.queues, centre.positions, strict=True))
    ]
    return simulate(
        centre.queues,
        centre.fresh,
        np.where(np.isfinite(centre.aht_s), centre.aht_s, 0.0),
        teams,
        centre.interval_s,
        is_open=centre.is_open,
        rng=np.random.default_rng((1, 2)),
    )


def holds(centre: Centre, seen: Simulated) -> tuple[FloatArray, FloatArray]:
    """Return whether each day lies in its band, NaN if it is empty, and its contacts [R, Q, D]."""
    offered, in_time = seen.daily(centre.day, centre.days)
    some = offered > 0
    share = np.where(some, in_time / np.where(some, offered, 1.0), np.nan)
    inside = (share >= centre.shares.p10 - 1e-9) & (share <= centre.shares.p90 + 1e-9)
    return np.where(some, inside.astype(np.float64), np.nan), offered
