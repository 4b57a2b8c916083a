"""What it would take to fill what is missing, in a sentence or two."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from planner.export.digest import NOTICED_HOURS
from planner.export.wording import counted, day_name, money, number
from planner.export.worth_rows import covers_of
from staffing.remedy import what_it_takes

if TYPE_CHECKING:
    from planner.export.digest import Digest
    from planner.plan import Plan
    from staffing.coverage import PoolCover
    from staffing.remedy import Remedy

_POOLS = 2
_TOLD_HOURS = 1.0  # missing: with fewer, nobody hires


def remedy_sentences(plan: Plan, sums: Digest) -> tuple[str, ...]:
    """Return what would fill the positions missing on the line, and do the work that is late."""
    covers = covers_of(plan)
    missing = np.where(sums.deferred[:, None], 0.0, plan.allocation.understaffing)
    hours = float(missing.sum()) * plan.interval_s / 3600
    said = []
    if hours >= _TOLD_HOURS:
        needed = plan.requirement
        each = np.divide(needed.contacts, needed.positions, out=np.zeros_like(missing),
                         where=needed.positions > 0)  # fmt: skip
        found = what_it_takes(covers, missing, each, plan.interval_s)
        said.append(_filled(plan, found, hours))
    overdue = float(sums.short_hours[sums.deferred].sum())
    if overdue >= _TOLD_HOURS:
        said.append(_late(plan, sums, covers))
    return tuple(line for line in said if line)


def _filled(plan: Plan, found: tuple[Remedy, ...], hours: float) -> str:
    if not found:
        return "No whole shift would fill much of it."
    currency = plan.scenario.currency
    by_pool: dict[str, list[Remedy]] = defaultdict(list)
    for one in found:
        by_pool[one.pool].append(one)
    pools = sorted(by_pool, key=lambda pool: -sum(one.filled_hours for one in by_pool[pool]))
    told = [_of_pool(pool, by_pool[pool]) for pool in pools[:_POOLS]]
    if len(pools) > _POOLS:
        told.append(f"shifts of {counted(len(pools) - _POOLS, 'more pool')}")
    worth = plan.allocation.worth
    filled = sum(one.filled_hours for one in found)
    price = "" if worth is None else (
        f", each counted at {money(worth.shortage_price, currency)} or twice that"
    )  # fmt: skip
    cost = money(sum(one.cost for one in found), currency)
    return (
        f"To fill it takes {' and '.join(told)}: {cost} for "
        f"{number(filled, 1)} of {number(hours, 1)} position hours missing{price}."
    )


def _of_pool(pool: str, found: list[Remedy]) -> str:
    heads = sum(one.heads for one in found)
    most = max(found, key=lambda one: one.heads)
    when = f"on {day_name(most.day)}"
    where = when if len(found) == 1 else f"{number(most.heads)} {when}"
    return f"{counted(heads, 'more shift')} of {pool} ({where})"


def _late(plan: Plan, sums: Digest, covers: tuple[PoolCover, ...]) -> str:
    """Say how many paid hours the work takes that falls overdue, of the cheapest pools."""
    hours: dict[str, float] = defaultdict(float)
    cost = 0.0
    for q in np.flatnonzero(sums.deferred).tolist():
        late = float(sums.short_hours[q].sum())
        able = [cover for cover in covers if q in cover.speeds]
        if late < NOTICED_HOURS or not able:
            continue
        priced = [(hour_price(plan, cover, q), n) for n, cover in enumerate(able)]
        price, n = min(priced)
        pool = able[n].pool
        hours[pool.name] += late / able[n].speeds[q] / (1 - pool.shrinkage) / pool.slowest_pace
        cost += late * price
    if not hours:
        return ""
    told = [f"{counted(value, 'paid hour')} of {pool}" for pool, value in
            sorted(hours.items(), key=lambda pair: -pair[1])[:_POOLS]]  # fmt: skip
    return (
        f"To do in time what falls overdue takes about {' and '.join(told)} more: "
        f"{money(cost, plan.scenario.currency)}."
    )


def hour_price(plan: Plan, cover: PoolCover, q: int) -> float:
    """Return what an hour of a queue's work costs at a pool."""
    if cover.pool.cost_per_hour is not None:
        return cover.position_price / cover.speeds[q]
    needed = plan.requirement
    hours = float(needed.positions[q].sum()) * plan.interval_s / 3600
    return cover.contact_price * float(needed.contacts[q].sum()) / max(hours, 1e-9)
