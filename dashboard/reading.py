"""What a page shows of a plan: the latest files, the choice in its address, and that day."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import InputError
from planner.plan_files import SUMMARY, TABLES, PlanFiles, PlannedQueue, read_plan

FloatArray = npt.NDArray[np.float64]
_NOTHING = 0.005  # contacts or positions below this are none


class Latest:
    """The plan in a folder, read again when its files change.

    Raises
    ------
    InputError
        If there is no plan to begin with; a folder that breaks later leaves the plan as it was.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen = self._stamps()
        self._plan = read_plan(folder)

    def plan(self) -> PlanFiles:
        """Return the plan as its files have it now."""
        with self._lock:
            stamps = self._stamps()
            if stamps != self._seen:
                # Being written, or gone: the former one is shown until there is a whole one.
                with contextlib.suppress(InputError):
                    self._plan, self._seen = read_plan(self._folder), stamps
            return self._plan

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        try:
            stats = [(self._folder / name).stat() for name in (*TABLES, SUMMARY)]
        except OSError:
            return ()
        return tuple((stat.st_mtime_ns, stat.st_size) for stat in stats)


@dataclass(frozen=True, slots=True)
class Choice:
    """A queue and a day to look at.

    Examples
    --------
    >>> Choice("FR", "fr-phone", dt.date(2027, 2, 14)).address
    '?queue=fr-phone&day=2027-02-14'
    """

    market: str
    queue: str
    day: dt.date

    @property
    def address(self) -> str:
        """The query string that leads back here; a queue has one market, so it is not named."""
        return "?" + urlencode({"queue": self.queue, "day": self.day.isoformat()})


def choose(
    plan: PlanFiles, *, market: str | None = None, queue: str | None = None, day: str | None = None
) -> Choice:
    """Return the choice nearest to what is asked for.

    An unknown queue gives way to the one with the most contacts, of the market if that is known;
    an unknown day to the busiest one. A queue of another market gives way to the market.
    """
    markets = {one.market for one in plan.queues}
    asked = [q for q in plan.queues if market not in markets or q.market == market]
    named = [q for q in asked if q.name == queue]
    chosen = named[0] if named else max(asked, key=lambda q: np.nan_to_num(q.contacts))
    days = {one.isoformat(): one for one in plan.days}
    return Choice(chosen.market, chosen.name, days.get(day or "") or busiest_day(plan))


def choice_in(plan: PlanFiles, search: str | None) -> Choice:
    """Return the choice that an address's query string asks for."""
    asked = {name: values[-1] for name, values in parse_qs((search or "").lstrip("?")).items()}
    return choose(plan, market=asked.get("market"), queue=asked.get("queue"), day=asked.get("day"))


def busiest_day(plan: PlanFiles) -> dt.date:
    """Return the day with the most contacts, the first day where the summary names none."""
    peak = plan.summary.get("peak_day") or {}
    days = {day.isoformat(): day for day in plan.days}
    return days.get(str(peak.get("date")), plan.days[0])


def override_words(plan: PlanFiles, choice: Choice) -> str:
    """Return that a queue's day is its planner's and why, "" where it is the model's.

    A plan of an earlier version says nothing of it.
    """
    told = (plan.summary.get("overrides") or {}).get(choice.queue) or {}
    if choice.day.isoformat() not in (told.get("days") or ()):
        return ""
    why = "; ".join(str(note) for note in told.get("notes") or ())
    return (
        f"The contacts of this day are overridden by the planner{f' ({why})' if why else ''}; "
        "what the model alone expects is contacts_model in forecast.csv."
    )


@dataclass(frozen=True, slots=True)
class QueueDay:
    """One queue on one day, its intervals with contacts or positions alone, ``[I]``.

    Parameters
    ----------
    queue, day
        Which.
    clock
        Start of each interval on the market's clock; an hour that comes twice has its offset.
    contacts, contacts_p10, contacts_p90
        Contacts expected, and the counts that one in ten and nine in ten stay below.
    needed, working
        Positions needed, and given in positions of the queue's AHT.
    deferred
        Whether the work may wait for hours.
    given
        Positions given by each pool that gives any.
    service_level, service_level_p10, service_level_p90
        Share answered in time; NaN without contacts.
    """

    queue: PlannedQueue
    day: dt.date
    clock: tuple[str, ...]
    contacts: FloatArray
    contacts_p10: FloatArray
    contacts_p90: FloatArray
    needed: FloatArray
    working: FloatArray
    deferred: bool
    given: Mapping[str, FloatArray]
    service_level: FloatArray
    service_level_p10: FloatArray
    service_level_p90: FloatArray


def queue_day(plan: PlanFiles, choice: Choice) -> QueueDay:
    """Return what the plan holds of a queue on a day."""
    queue = next(q for q in plan.queues if q.name == choice.queue)
    day = choice.day.isoformat()

    def rows(name: str) -> pd.DataFrame:
        table = plan.tables[name]
        return table[(table["queue"] == queue.name) & (table["day"] == day)]

    forecast, need, seen = (rows(n) for n in ("forecast.csv", "requirement.csv", "projection.csv"))
    starts = list(forecast["start"])
    given = _given(rows("coverage.csv"), starts, plan.pools)
    amounts = [numbers(forecast, "contacts_p90"), numbers(need, "positions"), *given.values()]
    span = _busy_span(np.nan_to_num(sum(amounts, np.zeros(len(starts)))))
    asked = numbers(seen, "contacts") > _NOTHING

    def levels(name: str) -> FloatArray:
        return np.where(asked, numbers(seen, name), np.nan)[span]

    return QueueDay(
        queue=queue,
        day=choice.day,
        clock=_clock(starts)[span],
        contacts=numbers(forecast, "contacts")[span],
        contacts_p10=numbers(forecast, "contacts_p10")[span],
        contacts_p90=numbers(forecast, "contacts_p90")[span],
        needed=numbers(need, "positions")[span],
        working=numbers(seen, "positions")[span],
        deferred=bool((need["bound_by"] == "deadline").any()),
        given={pool: values[span] for pool, values in given.items()},
        service_level=levels("service_level"),
        service_level_p10=levels("service_level_p10"),
        service_level_p90=levels("service_level_p90"),
    )


def _busy_span(amounts: FloatArray) -> slice:
    """Return the slice from the first interval with anything to the last."""
    busy = np.flatnonzero(amounts > _NOTHING)
    return slice(int(busy[0]), int(busy[-1]) + 1) if len(busy) else slice(0, 0)


def numbers(table: pd.DataFrame, column: str) -> FloatArray:
    """Return a column as numbers."""
    return table[column].to_numpy(dtype=np.float64)


def _given(
    coverage: pd.DataFrame, starts: list[str], pools: Mapping[str, str]
) -> dict[str, FloatArray]:
    """Return the positions of each pool on a day's intervals, in the order of the pools."""
    at = {start: i for i, start in enumerate(starts)}
    given: dict[str, FloatArray] = {}
    names = dict.fromkeys((*pools, *coverage["pool"]))
    for pool in names:
        mine = coverage[coverage["pool"] == pool]
        values = np.zeros(len(starts))
        for start, positions in zip(mine["start"], numbers(mine, "positions"), strict=True):
            if start in at:
                values[at[start]] += positions
        if values.max(initial=0.0) > _NOTHING:
            given[pool] = values
    return given


def _clock(starts: list[str]) -> tuple[str, ...]:
    """Return wall-clock times, with the offset where a time comes twice.

    Examples
    --------
    >>> _clock(["2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"])
    ('02:30 +02:00', '02:30 +01:00')
    """
    times = [start[11:16] for start in starts]
    twice = {time for time in times if times.count(time) > 1}
    return tuple(
        f"{time} {start[19:]}" if time in twice else time
        for time, start in zip(times, starts, strict=True)
    )
