"""Headline numbers of some queues: a market's, a channel's, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.export.digest import ratio
from planner.export.findings import Fact, promised_words
from planner.export.wording import counted, money, number, percent

if TYPE_CHECKING:
    from planner.export.digest import Digest, IntArray
    from planner.plan import Plan


def chosen_facts(plan: Plan, sums: Digest, queues: IntArray) -> tuple[Fact, ...]:
    """Return cost, vendors, hours missing and service of some queues.

    A team's money is shared out among its queues by the hours that it gives them.
    """
    currency = plan.scenario.currency
    hours = plan.allocation.serve.sum(axis=2)
    share = np.nan_to_num(ratio(hours[:, queues].sum(axis=1), hours.sum(axis=1)))
    by_pool = {cost.pool: cost for cost in plan.costs}
    cost = sum(by_pool[pool.name].cost * part for pool, part in zip(plan.pools, share, strict=True))
    given = hours[:, queues].sum(axis=1)
    vendors = np.array([pool.kind == "vendor" for pool in plan.pools])
    whole = sums.outcome(queues)
    each = money(float(ratio(cost, whole.answered)), currency, 2)
    told = [
        Fact("Cost", money(float(cost), currency),
             f"{each} a contact answered, of {counted(whole.contacts, 'contact')}; teams' money by "
             "the hours they give"),
        Fact("Vendors", percent(float(ratio(given[vendors].sum(), given.sum()))), "of the hours"),
    ]  # fmt: skip
    for late, name, missing in (
        (False, "On the line", "Missing on the line"),
        (True, "Work that may wait", "Falls overdue"),
    ):
        own = queues[sums.deferred[queues] == late]
        outcome = sums.outcome(own)
        if not own.size or outcome.contacts <= 0:
            continue
        short = outcome.short_hours
        needed = plan.requirement.positions[own].sum() * plan.interval_s / 3600
        told.append(
            Fact(missing, f"{number(short, 1 if 0 < short < 9.95 else 0)} h",
                 f"of {counted(float(needed), 'hour')} needed")
        )  # fmt: skip
        band = plan.projection.daily.overall(np.isin(np.arange(len(plan.queues)), own))
        where = f"{band_words(band.p10, band.p90)} four times in five"
        beside = f"answered in time; {promised_words(outcome)}; {where}"
        if not late:
            lost = float(ratio(outcome.lost, outcome.contacts))
            beside += f"; {percent(lost, 1)} hang up"
        told.append(Fact(name, percent(outcome.service_level), beside))
    return tuple(told)


def band_words(low: object, high: object) -> str:
    """Return a band of 80 % in words.

    Examples
    --------
    >>> from planner.export.wording import THIN
    >>> band_words(0.78, 0.824).replace(THIN, " ")
    '78 to 82 %'
    """
    first, last = float(np.asarray(low)), float(np.asarray(high))
    if not np.isfinite(first + last):
        return "no band"
    return f"{number(100 * first)} to {percent(last)}"
