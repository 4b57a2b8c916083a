"""What a share promised over the day or week saves against one kept in every interval."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.staffing_table import Progress, Reached
from planner.examples import write_example
from planner.inputs import local_days, period_number, staffing_queues
from planner.scenario.model import load_scenario
from planner.service import make_forecast
from planner.sources.table import load_history
from staffing.queues import Queue, Target
from staffing.requirement import requirement

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Over = Literal["interval", "day", "week"]

QUARTER_S = 900
DAILY = (300.0, 3000.0)
LEGEND = """\
Hours of the positions that queues answered at once need when their share is kept in every interval,
and in % less over the day and the week. The florist's queues have their own promises; single queues
are one bell-shaped day of twelve hours, AHT 300 s, 80 % within 20 s, patience 180 s (A) or none
(C)."""


def measure(progress: Progress) -> list[Reached]:
    """Print what day and week save; nothing was to be reached."""
    print(LEGEND)
    print(f"{'':<28}{'interval h':>12}{'day %':>10}{'week %':>10}")
    progress("periods: florist, forecast")
    _line("florist, on the line", *_florist())
    for daily in DAILY:
        for name, patience_s in (("A", 180.0), ("C", np.inf)):
            _line(f"{daily:,.0f} a day, {name}", *_single(daily, patience_s))
    return []


def _line(name: str, interval: float, day: float, week: float) -> None:
    less = "".join(f"{100 * (1 - hours / interval):>10.1f}" for hours in (day, week))
    print(f"{name:<28}{interval:>12,.0f}{less}")


def _florist() -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory() as place:
        scenario = load_scenario(write_example("florist", Path(place) / "florist"))
        _, found = make_forecast(scenario, load_history(scenario))
    queues, day = staffing_queues(scenario), local_days(scenario, found.times)
    live = [q for q, queue in enumerate(queues) if not queue.deferred]
    week = np.where(day >= 0, period_number(day, "week", scenario.days[0]), -1)
    return _hours(
        [queues[q] for q in live], found.times, found.contacts[live], found.aht_s[live],
        scenario.interval_s, day[live], week[live],
    )  # fmt: skip


def _single(daily: float, patience_s: float) -> tuple[float, float, float]:
    shape = np.exp(-(((np.arange(48) - 24) / 14.0) ** 2))
    contacts = (daily * shape / shape.sum())[None]
    times = pd.date_range("2027-02-01 08:00", periods=48, freq="15min", tz="UTC")
    queue, one = Queue("phone", Target(0.8, 20), patience_s), np.zeros((1, 48), np.int64)
    return _hours([queue], times, contacts, np.full((1, 48), 300.0), QUARTER_S, one, one)


def _hours(
    queues: list[Queue],
    times: pd.DatetimeIndex,
    contacts: FloatArray,
    aht_s: FloatArray,
    interval_s: int,
    day: IntArray,
    week: IntArray,
) -> tuple[float, float, float]:
    """Return position hours with the share kept in the interval, the day and the week."""
    hours = []
    periods: tuple[tuple[Over, IntArray | None], ...] = (
        ("interval", None), ("day", day), ("week", week),
    )  # fmt: skip
    for over, period in periods:
        asked = [_over(queue, over) for queue in queues]
        need = requirement(asked, times, contacts, aht_s, interval_s, period)
        hours.append(float(need.positions.sum()) * interval_s / 3600)
    return hours[0], hours[1], hours[2]


def _over(queue: Queue, over: Over) -> Queue:
    assert isinstance(queue.target, Target)
    return replace(queue, target=replace(queue.target, over=over))
