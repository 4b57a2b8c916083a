"""Small centres to plan, and what their heads do, counted again minute by minute."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.allocation import Allocation, allocate
from staffing.coverage import PoolCover, cover_of
from staffing.demand import Demand, build_demand
from staffing.pools import Contract, Pool, ShiftRules
from staffing.projection import Projection, project
from staffing.queues import Promise, Queue, Target
from staffing.shifts import Shift

FloatArray = npt.NDArray[np.float64]

MONDAY = dt.date(2027, 2, 1)
PARIS = "Europe/Paris"
PHONE = Queue("phone", Target())
MAIL = Queue("mail", Promise(reply_within_hours=4))
SHORTAGE = 200.0
CONTACTS_PER_POSITION = {"phone": 6.0, "mail": 5.0}


def days_from(first: dt.date, count: int) -> tuple[dt.date, ...]:
    """Return consecutive days."""
    return tuple(first + dt.timedelta(days=d) for d in range(count))


def axis(
    days: Sequence[dt.date], minutes: int, zones: Iterable[str] = (PARIS,)
) -> pd.DatetimeIndex:
    """Return the UTC starts from the first local midnight to the last one after the days."""
    after = days[-1] + dt.timedelta(days=1)
    starts = [pd.Timestamp(days[0]).tz_localize(zone).tz_convert("UTC") for zone in zones]
    ends = [pd.Timestamp(after).tz_localize(zone).tz_convert("UTC") for zone in zones]
    return pd.date_range(min(starts), max(ends), freq=f"{minutes}min", inclusive="left")


def team(name: str = "paris", agents: int | Sequence[int] = 6, days: int = 7, **other) -> Pool:
    """Return an in-house pool of Paris that serves both queues at 58 an hour."""
    employed = np.broadcast_to(np.asarray(agents, dtype=np.int64), days).copy()
    usual = {
        "kind": "in_house",
        "timezone": PARIS,
        "speed": {"phone": 1.0, "mail": 1.0},
        "names": tuple(f"{name}-{n}" for n in range(int(employed.max(initial=0)))),
        "cost_per_hour": None if "cost_per_contact" in other else 58.0,
        "shifts": ShiftRules(8 * 60, 20 * 60, 60, (4.0, 7.0)),
    }
    return Pool(name, agents=employed, **{**usual, **other})


def vendor(name: str = "lyon", agents: int | Sequence[int] = 6, days: int = 7, **other) -> Pool:
    """Return an outsourced pool that is paid for the hours it is scheduled."""
    usual = {"kind": "vendor", "contract": Contract(paid="scheduled"), "vendor": name}
    if "cost_per_contact" not in other:
        usual["cost_per_hour"] = 26.0
    return team(name, agents, days, **{**usual, **other})


@dataclass(frozen=True)
class Centre:
    """A question to staffing, ready to be put."""

    days: tuple[dt.date, ...]
    times: pd.DatetimeIndex
    demand: Demand
    is_open: npt.NDArray[np.bool_]
    pools: tuple[Pool, ...]

    def plan(self, **other) -> Allocation:
        """Return the allocation."""
        asked = {"shortage_price": SHORTAGE, **other}
        return allocate(self.demand, self.pools, self.days, self.times, **asked)

    def covers(self) -> tuple[PoolCover, ...]:
        """Return the pools on the axis."""
        queues, interval_s = self.demand.queues, self.demand.interval_s
        return tuple(cover_of(p, queues, self.days, self.times, interval_s) for p in self.pools)

    def projected(
        self, allocation: Allocation, *, contacts: FloatArray | None = None, **levels: float
    ) -> Projection:
        """Return a projection with figures, like the service level, that never change."""
        offered = self.demand.contacts if contacts is None else contacts
        seen = project(
            self.demand.queues,
            self.times,
            offered,
            np.full(offered.shape, 300.0),
            allocation.given(),
            self.demand.interval_s,
            is_open=self.is_open,
        )
        flat: dict[str, Any] = {
            name: np.full(offered.shape, level)
            for name, level in {"service_level": 0.8, "abandonment": 0.0, **levels}.items()
        }
        return replace(seen, answered=offered * (1 - flat["abandonment"]), **flat)


def centre(
    *pools: Pool,
    first: dt.date = MONDAY,
    days: int = 7,
    minutes: int = 60,
    zones: Sequence[str] = (PARIS,),
    hours: tuple[int, int] = (8, 20),
    phone: float = 4.0,
    mail: float = 1.0,
    seed: int | None = None,
) -> Centre:
    """Return a centre open at these hours of the first zone; a seed makes the need uneven."""
    horizon = days_from(first, days)
    times = axis(horizon, minutes, zones)
    local = times.tz_convert(zones[0])
    hour = np.asarray(local.hour)
    is_open = np.tile((hour >= hours[0]) & (hour < hours[1]), (2, 1))
    uneven = np.ones(is_open.shape)
    if seed is not None:
        uneven = np.random.default_rng(seed).uniform(0.4, 1.6, is_open.shape)
    positions = np.where(is_open, uneven * np.array([[phone], [mail]]), 0.0)
    positions[0] = np.ceil(positions[0])
    contacts = positions * np.array(list(CONTACTS_PER_POSITION.values()))[:, None]
    demand = build_demand((PHONE, MAIL), positions, contacts, is_open, minutes * 60)
    return Centre(horizon, times, demand, is_open, pools)


def starts_at(shift: Shift, day: dt.date, zone: str) -> dt.datetime:
    """Return the UTC instant of the wall-clock start of a shift."""
    midnight = dt.datetime.combine(day, dt.time())
    wall = midnight + dt.timedelta(minutes=shift.start_minute)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def recounted_positions(
    pool: Pool, duties: Iterable[tuple[dt.date, Shift, float]], times: pd.DatetimeIndex
) -> FloatArray:
    """Return positions on duty in every interval, each minute of each shift counted on its own."""
    step = int((times[1] - times[0]).total_seconds()) // 60
    minutes = np.zeros(len(times) * step)
    for day, shift, heads in duties:
        start = (starts_at(shift, day, pool.timezone) - times[0]).total_seconds() / 60
        for minute in range(shift.start_minute, shift.end_minute):
            at = int(start) + minute - shift.start_minute
            pausing = any(a <= minute < b for a, b in shift.breaks)
            if 0 <= at < len(minutes) and not pausing:
                minutes[at] += heads
    return np.asarray(minutes.reshape(-1, step).mean(axis=1) * (1 - pool.shrinkage))


def duties_of(allocation: Allocation, p: int) -> list[tuple[dt.date, Shift, int]]:
    """Return what the heads of a pool say: day, shift and how many."""
    return [
        (day, shift, int(allocation.heads[p][d, s]))
        for d, day in enumerate(allocation.days)
        for s, shift in enumerate(allocation.shifts[p])
        if allocation.heads[p][d, s]
    ]


def weeks(days: Sequence[dt.date]) -> dict[tuple[int, int], list[int]]:
    """Return the numbers of the days of each ISO week."""
    found: dict[tuple[int, int], list[int]] = {}
    for d, day in enumerate(days):
        found.setdefault(day.isocalendar()[:2], []).append(d)
    return found
