"""What a plan's limits are worth: what the cost falls by with one more of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from staffing.coverage import PoolCover

FloatArray = npt.NDArray[np.float64]
PriceArray = npt.NDArray[np.float32]

Kind = Literal[
    "agent",
    "agents",
    "days",
    "run",
    "hours",
    "contract",
    "overtime",
    "minimum",
    "ordered",
    "share",
    "share of hours",
    "service",
]

#: Money below which a limit binds in name only.
NOTICED = 0.005


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the relaxed program that binds, and what one more of it is worth.

    Parameters
    ----------
    kind
        Which limit, see ``staffing.binding``.
    pool, queue
        Whose; empty where it is of none.
    first, days
        The day, or the first of several, that it holds for.
    used, allowed
        How much of it the program takes, and how much there is.
    worth
        What the cost falls by with one unit more; for a minimum and for hours ordered, with one
        less; for a promise, what it rises by.
    """

    kind: Kind
    pool: str
    queue: str
    first: dt.date
    days: int
    used: float
    allowed: float
    worth: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What a plan's positions and limits are worth.

    Each price holds for the next small change, and where several answers cost the same for one
    direction alone. Prices with whole heads are those of the plan as it is: the shifts are held,
    and one more position changes who serves whom, what waits and what is missing. Prices with
    fractions of heads are those of the relaxed program, which would also place other shifts.

    Parameters
    ----------
    shortage_price
        What an hour of one missing position costs, see ``allocate``.
    need, capacity
        With whole heads: what one more position needed by a queue, over one interval, adds to the
        cost ``[Q, I]``, and what one more position on duty in a pool takes off it ``[P, I]``. For
        work that may wait, what an interval's work of one position adds that comes in it.
    relaxed_need, relaxed_capacity
        The same with fractions of heads.
    limits
        Limits of the relaxed program that bind.
    point
        Positions that each queue would take more by itself for one more point of its service level
        promised in every interval ``[Q, I]``; None: not asked.
    """

    shortage_price: float
    need: PriceArray
    capacity: PriceArray
    relaxed_need: PriceArray
    relaxed_capacity: PriceArray
    limits: tuple[Limit, ...]
    point: PriceArray | None = None


@dataclass(frozen=True, slots=True)
class ShiftWorth:
    """The shift that would save most if one more head of a pool worked it on a day.

    ``worth`` is what it saves elsewhere: work that others are paid for, and what is missing at its
    price. ``pay`` is what its own hours cost where they are paid, nothing being left of the
    contract.
    """

    pool: str
    day: dt.date
    shift: str
    paid_hours: float
    worth: float
    pay: float


def best_shifts(covers: Sequence[PoolCover], prices: PriceArray) -> tuple[ShiftWorth, ...]:
    """Return of each pool and day the shift that is worth most, where any is worth something.

    Parameters
    ----------
    prices
        What one more position on duty saves ``[P, I]``, see ``Worth.capacity``.
    """
    found = []
    for cover, price in zip(covers, prices, strict=True):
        known = price.astype(np.float64)
        for d, day in enumerate(cover.days):
            each = cover.pool.positions_per_head(d)
            values = [each * _on_duty(cover, d, s, known) for s in range(len(cover.shifts))]
            if not values or max(values) < NOTICED:
                continue
            best = int(np.argmax(values))
            shift = cover.shifts[best]
            pay = shift.paid_hours * (cover.pool.cost_per_hour or 0.0)
            found.append(
                ShiftWorth(cover.pool.name, day, shift.label, shift.paid_hours, values[best], pay)
            )
    return tuple(found)


def _on_duty(cover: PoolCover, day: int, shift: int, price: FloatArray) -> float:
    first, profile = cover.on_duty(day, shift)
    start, stop = max(first, 0), min(first + len(profile), cover.intervals)
    if start >= stop:
        return 0.0
    return float(profile[start - first : stop - first] @ price[start:stop])
