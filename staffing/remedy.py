"""What it would take to fill what is missing: more shifts of the pools that do it cheapest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.coverage import PoolCover

FloatArray = npt.NDArray[np.float64]

#: Position hours that are too few for a shift to be told.
_TOO_FEW = 0.1

#: Share of what is missing on a day that heads of one shift fill at a time.
_STEP = 0.1

#: Of shifts that fill alike for their pay, that which fills more: fewer people do.
_LONGER = 1e-6


@dataclass(frozen=True, slots=True)
class Remedy:
    """More heads of a pool on a day.

    Parameters
    ----------
    heads, paid_hours
        Shifts more on that day, and their paid hours.
    cost
        What they are paid.
    filled_hours
        Missing position hours that they fill.
    """

    pool: str
    day: dt.date
    heads: int
    paid_hours: float
    cost: float
    filled_hours: float


@dataclass(frozen=True, slots=True)
class _Day:
    """A pool's shifts of one day: positions that a head makes ``[S, I]``, from one interval on."""

    cover: PoolCover
    day: int
    first: int
    made: FloatArray


def what_it_takes(
    covers: Sequence[PoolCover],
    missing: FloatArray,
    contacts_per_position: FloatArray,
    interval_s: int,
    days: Sequence[int] | None = None,
) -> tuple[Remedy, ...]:
    """Return the shifts that would fill missing positions, by day.

    Shift after shift is added, whichever fills most for its pay, as if there were more agents than
    are employed: it says how many. What a whole shift would hardly help is left missing.

    Parameters
    ----------
    missing
        Positions missing of queues answered at once ``[Q, I]``.
    contacts_per_position
        Contacts that one position takes in the interval ``[Q, I]``, for pools paid by contact.
    interval_s
        Length of an interval in seconds.
    days
        Numbers of the days on which shifts may be added; left out, all.
    """
    left, hours, found = missing.copy(), interval_s / 3600, []
    days = range(len(covers[0].days)) if days is None else days
    days = days if left.any() else ()
    for day in days:
        laid = [_laid(cover, day) for cover in covers if len(cover.shifts)]
        taken = {one.cover.pool.name: np.zeros(4) for one in laid}
        while left.any():
            options = [_best_shift(one, left, contacts_per_position, hours) for one in laid]
            best = max(range(len(laid)), key=lambda n: options[n][1], default=0)
            if not options or options[best][1] <= 0:
                break
            told = _fill(laid[best], options[best][0], left, contacts_per_position, hours)
            taken[laid[best].cover.pool.name] += told
        found += [
            Remedy(name, covers[0].days[day], round(heads), paid, cost, filled)
            for name, (heads, paid, cost, filled) in taken.items()
            if heads
        ]
    return tuple(found)


def _laid(cover: PoolCover, day: int) -> _Day:
    spans = [cover.on_duty(day, s) for s in range(len(cover.shifts))]
    first = max(min(start for start, _ in spans), 0)
    stop = min(max(start + len(profile) for start, profile in spans), cover.intervals)
    made = np.zeros((len(spans), max(stop - first, 0)))
    for row, (start, profile) in zip(made, spans, strict=True):
        low, high = max(start, first), min(start + len(profile), stop)
        if low < high:
            row[low - first : high - first] = profile[low - start : high - start]
    return _Day(cover, day, first, made * cover.pool.positions_per_head(day))


def _best_shift(
    one: _Day, left: FloatArray, contacts: FloatArray, hours: float
) -> tuple[int, float]:
    """Return the shift that fills most for its pay, and how much for one of money; 0 if none."""
    wanted, each = _wanted(one, left, contacts)
    helps = np.minimum(one.made, wanted)
    filled = helps.sum(axis=1) * hours
    price = one.cover.pool.cost_per_hour
    if price is None:
        pay = (helps * each).sum(axis=1) * one.cover.contact_price
    else:
        pay = price * np.array([shift.paid_hours for shift in one.cover.shifts])
    worth = np.divide(filled, np.maximum(pay, 1e-6))
    worth[filled < _TOO_FEW] = 0.0
    best = int(np.argmax(worth * (1.0 + _LONGER * filled)))
    return best, float(worth[best])


def _wanted(one: _Day, left: FloatArray, contacts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the pool's positions that its queues miss, and the contacts that each takes, [I]."""
    here = slice(one.first, one.first + one.made.shape[1])
    speeds = np.array([one.cover.speeds[q] for q in one.cover.queue_numbers])[:, None]
    served = list(one.cover.queue_numbers)
    missing = left[served, here] / speeds
    wanted = missing.sum(axis=0)
    taken = (missing * speeds * contacts[served, here]).sum(axis=0)
    return wanted, np.divide(taken, wanted, out=np.zeros_like(wanted), where=wanted > 0)


def _fill(
    one: _Day, shift: int, left: FloatArray, contacts: FloatArray, hours: float
) -> FloatArray:
    """Take what heads on a shift fill off what is left; return heads, hours, cost, hours filled."""
    wanted, each = _wanted(one, left, contacts)
    made = one.made[shift]
    heads = max(1, int(_STEP * wanted.sum() / made.sum()))
    helps = np.minimum(heads * made, wanted)
    share = np.divide(helps, wanted, out=np.zeros_like(wanted), where=wanted > 0)
    rows = np.ix_(one.cover.queue_numbers, range(one.first, one.first + len(share)))
    filled = float((left[rows] * share).sum()) * hours
    left[rows] *= 1.0 - share
    paid = heads * one.cover.shifts[shift].paid_hours
    price = one.cover.pool.cost_per_hour
    cost = float(helps @ each) * one.cover.contact_price if price is None else paid * price
    return np.array([heads, paid, cost, filled])
