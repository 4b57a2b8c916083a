"""Which days are forecast from where: the same origins for every method."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.forecast_series import NEAR_DAYS

if TYPE_CHECKING:
    from benchmarks.forecast_series import Series

_AHEAD, _ORIGINS = 28, 13
_OPEN_DAYS, _INTRADAY_ORIGINS = 10, 6
_LEADS = (28, 56)


@dataclass(frozen=True, slots=True)
class Task:
    """Days to forecast from an origin.

    Parameters
    ----------
    name, series
        Names of the task and of its series.
    last
        Last day known: the origin.
    days
        Days ahead, from the next one on.
    event
        Date of the peak that is judged; None: all days are.
    """

    name: str
    series: str
    last: dt.date
    days: int
    event: dt.date | None = None

    @property
    def first(self) -> dt.date:
        """First day forecast."""
        return self.last + dt.timedelta(days=1)


def tasks_of(series: Series, *, quick: bool = False) -> list[Task]:
    """Return the tasks of a series: rolling origins, and its peaks; fewer of them when quick."""
    rolling = _rolling(series) if series.is_daily else _open_days(series)
    if quick:
        rolling = rolling[-(3 if series.is_daily else 2) :]
    peaks = [
        Task(
            f"{series.name} {name} {date.year} from {lead} days",
            series.name,
            date - dt.timedelta(days=lead),
            lead + NEAR_DAYS,
            date,
        )
        for name, date in series.peaks
        for lead in (_LEADS[:1] if quick else _LEADS)
    ]
    return rolling + peaks


def _rolling(series: Series) -> list[Task]:
    """Return thirteen times four weeks, the last ending with the series."""
    end = series.days[-1]
    origins = [end - dt.timedelta(days=_AHEAD * (_ORIGINS - k)) for k in range(_ORIGINS)]
    return [Task(f"{series.name} {day}", series.name, day, _AHEAD) for day in origins]


def _open_days(series: Series) -> list[Task]:
    """Return six times ten days on which contacts came, the last ending with the series."""
    total = series.actual(series.first_day, len(series.contacts)).sum(axis=1)
    came = np.flatnonzero(total > 0).astype(np.int64)
    days, tasks = series.days, []
    for k in range(_INTRADAY_ORIGINS, 0, -1):
        at = came[len(came) - _OPEN_DAYS * k :][:_OPEN_DAYS]
        last = days[at[0]] - dt.timedelta(days=1)
        tasks.append(Task(f"{series.name} {last}", series.name, last, int(at[-1] - at[0]) + 1))
    return tasks


def write(folder: Path, series: Sequence[Series], tasks: Sequence[Task]) -> None:
    """Write series, calendars and tasks as ``benchmarks.peers.exchange`` reads them."""
    facts = {}
    for one in series:
        facts[one.name] = {
            "timezone": one.timezone,
            "interval_s": one.interval_s,
            "country": one.country,
            "is_open": one.is_open.tolist(),
        }
        day, slot = np.indices(one.contacts.shape)
        dates = np.array(one.days)[day.ravel()]
        counts = {"date": dates, "slot": slot.ravel(), "count": one.contacts.ravel()}
        pd.DataFrame(counts).to_csv(folder / f"{one.name}.csv", index=False)
        dated = [(e.name, date, *e.window) for e in one.events for date in e.dates]
        events = pd.DataFrame(dated, columns=["event", "date", "before", "after"])
        events.to_csv(folder / f"{one.name}.events.csv", index=False)
        named = pd.DataFrame(list(one.holidays.items()), columns=["date", "name"])
        named.to_csv(folder / f"{one.name}.holidays.csv", index=False)
    (folder / "series.json").write_text(json.dumps(facts), encoding="utf-8")
    rows = [
        {"task": t.name, "series": t.series, "last": t.last, "first": t.first, "days": t.days}
        for t in tasks
    ]
    pd.DataFrame(rows).to_csv(folder / "tasks.csv", index=False)
