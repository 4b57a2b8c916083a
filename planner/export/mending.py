"""What would mend one interval, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.export.remedy_words import hour_price
from planner.export.wording import counted, day_name, money, number, percent, seconds
from staffing.remedy import what_it_takes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.export.digest import Digest
    from planner.plan import Plan
    from staffing.coverage import PoolCover

_ONE = 1.0  # position: nobody is less


@dataclass(frozen=True, slots=True)
class Mending:
    """An interval in which customers are let down, and its remedy.

    Parameters
    ----------
    queue, at
        Name of the queue, and the interval's start, ISO 8601 on the market's clock.
    when, found, remedy
        The same in words, what is wrong, and what would mend it.
    cost
        What that costs, in words; "" where nothing would.
    """

    queue: str
    at: str
    when: str
    found: str
    remedy: str
    cost: str


def mending(
    plan: Plan, sums: Digest, covers: Sequence[PoolCover], place: tuple[int, int, float]
) -> Mending:
    """Return an interval's remedy.

    Parameters
    ----------
    covers
        The plan's pools, see ``planner.export.worth_rows.covers_of``.
    place
        Queue, interval, and customers let down, see ``planner.export.findings.worst_intervals``.
    """
    q, i, missed = place
    axis, seen = sums.axes[q], plan.projection
    local = plan.times[i].tz_convert(axis.timezone)
    found = (
        f"{counted(missed, 'customer', 1)} of {number(seen.contacts[q, i], 1)} too late beyond the "
        f"promise: {percent(seen.service_level[q, i])} in time, {percent(sums.promised[q])} "
        f"promised"
    )
    if sums.deferred[q]:
        found += f"; {number(seen.backlog[q, i], 1)} wait at the end."
        remedy, cost = _hours(plan, covers, q, missed * plan.requirement.aht_s[q, i] / 3600)
    else:
        needed, there = plan.requirement.positions[q, i], seen.positions[q, i]
        found += (
            f"; {number(there, 1)} of {number(needed, 1)} positions needed, "
            f"mean wait {seconds(float(seen.asa_s[q, i]))}."
        )
        short = max(plan.allocation.understaffing[q, i], needed - there, _ONE)
        remedy, cost = _shifts(plan, covers, (q, i), float(short), int(axis.day[i]))
    when = f"{day_name(local.date())}, {local:%H:%M}"
    return Mending(axis.queue, str(axis.stamps[i]), when, found, remedy, cost)


def _shifts(
    plan: Plan, covers: Sequence[PoolCover], place: tuple[int, int], short: float, day: int
) -> tuple[str, str]:
    """Return the shifts that fill positions of one interval, and their cost, in words."""
    needed = plan.requirement
    missing = np.zeros_like(needed.positions)
    missing[place] = short
    each = np.zeros_like(missing)
    each[place] = needed.contacts[place] / max(float(needed.positions[place]), 1e-9)
    nearby = [d for d in (day, day - 1) if 0 <= d < len(plan.days)]
    for d in nearby:  # the day before: night shifts
        found = what_it_takes(covers, missing, each, plan.interval_s, [d])
        if found:
            told = [
                f"{counted(one.heads, 'more shift')} of {one.pool} "
                f"({counted(one.paid_hours, 'paid hour', 1)})"
                for one in found
            ]
            filled = sum(one.filled_hours for one in found) * 3600 / plan.interval_s
            cost = money(sum(one.cost for one in found), plan.scenario.currency)
            return (
                f"{' and '.join(told)}: {number(filled, 1)} positions more in this interval.",
                cost,
            )
    return "No shift of any team reaches this interval: allow shifts at this hour.", ""


def _hours(plan: Plan, covers: Sequence[PoolCover], q: int, late: float) -> tuple[str, str]:
    """Return the paid hours of the cheapest pool that work which is late takes, and their cost."""
    able = [cover for cover in covers if q in cover.speeds]
    if not able:
        return "No team serves this queue: give it one.", ""
    price, n = min((hour_price(plan, cover, q), n) for n, cover in enumerate(able))
    pool = able[n].pool
    paid = late / able[n].speeds[q] / (1 - pool.shrinkage) / pool.slowest_pace
    told = f"{counted(paid, 'more paid hour', 1)} of {pool.name} before then."
    return told, money(late * price, plan.scenario.currency, 2)
