"""Every table of a plan, to the letter of its contract: names, units, times with their offset."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.export.axes import QueueAxis, queue_axes
from staffing.requirement import BOUND_BY
from staffing.shifts import Shift, shift_start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.forecast import Forecast
    from planner.plan import Plan
    from staffing.allocation import Allocation
    from staffing.costing import PoolCost
    from staffing.pools import Pool
    from staffing.projection import Projection
    from staffing.requirement import Requirement
    from staffing.roster import Roster

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_MONEY, _HOURS, _COUNT, _SECONDS, _SHARE = 2, 2, 3, 1, 4
#: Of what money and service are counted from: so that both can be counted again from the files.
_FINE_COUNT, _FINE_POSITIONS = 6, 7


def plan_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return all tables of a plan by file name."""
    axes = queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)
    waits = np.array([queue.deferred for queue in plan.queues])
    return {
        "forecast.csv": forecast_table(plan.forecast, axes),
        "requirement.csv": requirement_table(plan.requirement, axes),
        "allocation.csv": allocation_table(plan.allocation),
        "coverage.csv": coverage_table(plan.allocation, axes),
        "roster.csv": roster_table(plan.roster, plan.pools),
        "projection.csv": projection_table(plan.projection, plan.allocation, axes, waits),
        "costs.csv": costs_table(plan.costs),
    }


def forecast_table(forecast: Forecast, axes: Sequence[QueueAxis]) -> pd.DataFrame:
    """Return expected contacts with the quantiles of an interval's count, and the AHT in s.

    ``contacts_model`` is what the model expects without the planner's overrides.
    """
    counts = {
        "contacts": forecast.contacts,
        "contacts_p10": forecast.quantiles[0.1],
        "contacts_p50": forecast.quantiles[0.5],
        "contacts_p90": forecast.quantiles[0.9],
    }
    more = {
        "contacts_model": forecast.model,
        "contacts_p025": forecast.quantiles[0.025],
        "contacts_p975": forecast.quantiles[0.975],
    }
    columns = {name: (values, _COUNT) for name, values in counts.items()}
    columns["aht_s"] = (forecast.aht_s, _SECONDS)
    columns |= {name: (values, _COUNT) for name, values in more.items()}
    return _by_queue_and_start(axes, columns)


def requirement_table(requirement: Requirement, axes: Sequence[QueueAxis]) -> pd.DataFrame:
    """Return load in erlangs and positions needed, with the promise that set the number.

    ``bound_by`` is empty where nobody is needed, and "occupancy" where the load alone asks for
    them: agents cannot be busier than all the time.
    """
    table = _by_queue_and_start(
        axes,
        {
            "contacts": (requirement.contacts, _FINE_COUNT),
            "aht_s": (requirement.aht_s, _SECONDS),
            "load": (requirement.load, 4),
            "positions": (requirement.positions, _FINE_POSITIONS),
        },
    )
    bounds = [requirement.bound_by[q, axis.inside] for q, axis in enumerate(axes)]
    named = np.array(BOUND_BY, dtype=object)[np.concatenate(bounds)]
    named[named == "none"] = "occupancy"
    return table.assign(bound_by=np.where(table["positions"] > 0, named, ""))


def projection_table(
    projection: Projection,
    allocation: Allocation,
    axes: Sequence[QueueAxis],
    waits: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """Return what customers will live through with the positions of the plan.

    ``oldest_hours`` is the age of the contact that has waited longest at the end of the interval;
    empty for queues whose work may not wait, ``waits`` [Q]. ``answered`` and ``in_time`` are
    contacts: of those who come in the interval; of work that may wait, ``answered`` counts those
    done in it, whenever they came. ``understaffing`` is positions missing, or work that falls
    overdue.
    """
    digits = {
        "contacts": _FINE_COUNT,
        "positions": _COUNT,
        "service_level": _SHARE,
        "service_level_p10": _SHARE,
        "service_level_p90": _SHARE,
        "asa_s": _SECONDS,
        "abandonment": _SHARE,
        "occupancy": _SHARE,
        "backlog": _COUNT,
    }
    columns = {name: (getattr(projection, name), places) for name, places in digits.items()}
    columns["oldest_hours"] = (np.where(waits[:, None], projection.oldest_s / 3600, np.nan), _HOURS)
    answered = projection.contacts * (1 - projection.abandonment)
    counts = {
        "answered": np.where(waits[:, None], projection.answered, answered),
        "in_time": projection.contacts * projection.service_level,
    }
    columns |= {name: (values, _FINE_COUNT) for name, values in counts.items()}
    columns["understaffing"] = (allocation.understaffing, _FINE_POSITIONS)
    return _by_queue_and_start(axes, columns)


def coverage_table(allocation: Allocation, axes: Sequence[QueueAxis]) -> pd.DataFrame:
    """Return the positions that each pool gives to each queue, intervals with any alone.

    Positions are the pool's own, before its speed.
    """
    names = np.array([pool.name for pool in allocation.pools], dtype=object)
    parts = []
    for q, axis in enumerate(axes):
        positions = _rounded(allocation.serve[:, q, axis.inside], _FINE_POSITIONS)
        pool, at = np.nonzero(positions > 0)
        part = {
            "queue": np.full(len(at), axis.queue, dtype=object),
            "pool": names[pool],
            "start": axis.stamps[axis.inside[at]],
            "positions": positions[pool, at],
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, slots=True)
class ShiftTimes:
    """A shift on a day as texts: ISO 8601 start and end with the pool's offset, and its breaks.

    Breaks are ``HH:MM-HH:MM`` on the wall clock, joined by ``;``.
    """

    start: str
    end: str
    breaks: str


def shift_times(shift: Shift, day: dt.date, timezone: str) -> ShiftTimes:
    """Return when a shift of a day starts, ends and pauses, in its pool's zone.

    A shift keeps its hours over a clock change, so its end and breaks may move on the wall clock.

    Examples
    --------
    >>> import datetime as dt
    >>> shift = Shift(540, 1005, ((720, 765),), 420)
    >>> got = shift_times(shift, dt.date(2027, 2, 14), "Europe/Paris")
    >>> got.start, got.end, got.breaks
    ('2027-02-14T09:00:00+01:00', '2027-02-14T16:45:00+01:00', '12:00-12:45')
    """
    (start, end), *breaks = shift_instants(shift, day, timezone)
    pauses = ";".join(f"{begin:%H:%M}-{back:%H:%M}" for begin, back in breaks)
    first, last = (at.isoformat(timespec="seconds") for at in (start, end))
    return ShiftTimes(first, last, pauses)


def shift_instants(
    shift: Shift, day: dt.date, timezone: str
) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """Return a shift's start and end, then those of its breaks, in its pool's zone.

    Examples
    --------
    >>> import datetime as dt
    >>> shift = Shift(1320, 1800, (), 480)    # eight hours from 22:00, the clocks go back
    >>> shift_instants(shift, dt.date(2026, 10, 24), "Europe/Paris")[0][1].isoformat()
    '2026-10-25T05:00:00+01:00'
    """
    start = shift_start(shift, day, timezone).to_pydatetime()
    zone = ZoneInfo(timezone)

    def at(minute: int) -> dt.datetime:
        # Added in UTC: on the wall clock hours would be lost or won over a clock change.
        return (start + dt.timedelta(minutes=minute - shift.start_minute)).astimezone(zone)

    spans = ((shift.start_minute, shift.end_minute), *shift.breaks)
    return tuple((at(first), at(last)) for first, last in spans)


def allocation_table(allocation: Allocation) -> pd.DataFrame:
    """Return heads per pool, day and shift, where there are any.

    ``cost`` is paid hours times the price of an hour; empty for a pool that is paid by the
    contact. Contracted hours not worked, overtime, minimum billing and volume tiers are in the
    costs by pool.
    """
    rows: list[dict[str, Any]] = []
    for pool, shifts, heads in zip(
        allocation.pools, allocation.shifts, allocation.heads, strict=True
    ):
        for d, s in zip(*np.nonzero(heads), strict=True):
            shift, day, number = shifts[s], allocation.days[d], int(heads[d, s])
            hours = number * shift.paid_hours
            price = np.nan if pool.cost_per_hour is None else pool.cost_per_hour
            rows.append(
                _shift_row(pool, day, shift)
                | {
                    "heads": number,
                    "paid_hours": round(hours, _HOURS),
                    "cost": round(hours * price, _MONEY),
                }
            )
    columns = ["pool", "date", "shift", "start", "end", "breaks", "heads", "paid_hours", "cost"]
    return pd.DataFrame(rows, columns=columns)


def roster_table(roster: Roster, pools: Sequence[Pool]) -> pd.DataFrame:
    """Return one row per agent and shift."""
    by_name = {pool.name: pool for pool in pools}
    rows = [
        {"agent": duty.agent}
        | _shift_row(by_name[duty.pool], duty.day, duty.shift)
        | {"paid_hours": round(duty.shift.paid_hours, _HOURS)}
        for duty in roster.duties
    ]
    columns = ["agent", "pool", "date", "shift", "start", "end", "breaks", "paid_hours"]
    return pd.DataFrame(rows, columns=columns)


def _shift_row(pool: Pool, day: dt.date, shift: Shift) -> dict[str, Any]:
    times = shift_times(shift, day, pool.timezone)
    return {
        "pool": pool.name,
        "date": day.isoformat(),
        "shift": shift.label,
        "start": times.start,
        "end": times.end,
        "breaks": times.breaks,
    }


def costs_table(costs: Sequence[PoolCost]) -> pd.DataFrame:
    """Return each pool's hours, contacts and money."""
    digits = {
        "paid_hours": _HOURS,
        "productive_hours": _HOURS,
        "billed_hours": _HOURS,
        "contacts": _COUNT,
        "cost": _MONEY,
        "penalty": _MONEY,
        "cost_per_hour": 4,
        "cost_per_productive_hour": 4,
        "cost_per_contact": 4,
        "bonus": _MONEY,
        "contacts_solved": _COUNT,
        "cost_per_contact_solved": 4,
        "overtime_hours": _HOURS,
    }
    named = {name: [getattr(cost, name) for cost in costs] for name in ("pool", "kind")}
    numbers = {
        name: _rounded([getattr(cost, name) for cost in costs], places)
        for name, places in digits.items()
    }
    return pd.DataFrame({**named, **numbers})


def csv_bytes(table: pd.DataFrame) -> bytes:
    r"""Return a table as RFC 4180 in UTF-8, text that a spreadsheet would run made harmless.

    Unknown numbers are empty, an endless wait is ``inf``.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"queue": ["=1+1"], "asa_s": [-0.5]}))
    b"queue,asa_s\r\n'=1+1,-0.5\r\n"
    """
    safe = table.copy(deep=False)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name].dtype):
            texts = safe[name].astype("category").cat
            words = np.array([*(defused(str(t)) for t in texts.categories), ""], dtype=object)
            safe[name] = words[texts.codes.to_numpy()]  # code -1, nothing, is the last
    safe.columns = [defused(str(name)) for name in safe.columns]
    return safe.to_csv(index=False, lineterminator="\r\n", encoding="utf-8").encode()


def defused(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before it.

    Examples
    --------
    >>> defused("=HYPERLINK(1)"), defused("fr-phone")
    ("'=HYPERLINK(1)", 'fr-phone')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _by_queue_and_start(
    axes: Sequence[QueueAxis],
    columns: Mapping[str, tuple[npt.NDArray[Any], int]],
) -> pd.DataFrame:
    """Return one row per queue and interval of ``[Q, I]`` values, rounded to their places."""
    names = [axis.queue for axis in axes]
    sizes = [len(axis.inside) for axis in axes]
    table: dict[str, npt.NDArray[Any]] = {
        "queue": np.repeat(np.array(names, dtype=object), sizes),
        "start": np.concatenate([axis.stamps[axis.inside] for axis in axes]),
    }
    for name, (values, places) in columns.items():
        rows = [values[q, axis.inside] for q, axis in enumerate(axes)]
        table[name] = _rounded(np.concatenate(rows), places)
    return pd.DataFrame(table)


def _rounded(values: npt.ArrayLike, places: int) -> npt.NDArray[np.float64]:
    """Return rounded numbers, none of them minus zero."""
    rounded = np.round(np.asarray(values, dtype=np.float64), places) + 0.0
    return np.asarray(rounded, dtype=np.float64)
