"""What is billed of each pool though nobody works it: minimums, hours ordered, commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.export.wording import Table, exact_percent, money, number

if TYPE_CHECKING:
    from planner.sourced import Sourcing
    from staffing.pools import Pool

_NOTICED = 0.5  # money


def minimum_sentence(found: Sourcing) -> str:
    """Return how much is billed and not worked, and of whom most of it is."""
    if not any(terms_of(pool) for pool in found.plan.pools):
        return "No pool bills a minimum."
    whole = sum(spent.minimum for spent in found.spending)
    if whole < _NOTICED:
        return "Every minimum is worked: nothing is billed for nothing."
    currency = found.plan.scenario.currency
    most = max(found.spending, key=lambda spent: spent.minimum)
    if most.minimum > whole - _NOTICED:
        return f"{money(whole, currency)} are billed and not worked, all by {most.pool}."
    part = money(most.minimum, currency)
    return f"{money(whole, currency)} are billed and not worked, {part} of it by {most.pool}."


def minimum_table(found: Sourcing) -> Table | None:
    """Return a row for each pool that bills a minimum; None where there is none."""
    plan = found.plan
    less = _hour_less(found)
    rows = [
        (
            pool.name,
            terms_of(pool),
            number(cost.paid_hours),
            number(cost.billed_hours),
            number(max(cost.billed_hours - cost.paid_hours, 0.0)),
            number(spent.minimum),
            number(less.get(pool.name, 0.0), 2),
        )
        for pool, cost, spent in zip(plan.pools, plan.costs, found.spending, strict=True)
        if terms_of(pool)
    ]
    header = ("pool", "billed at least", "hours paid", "hours billed", "billed, not worked",
              "money for it", "an hour less of it saves")  # fmt: skip
    caption = f"Minimums, in hours and {plan.scenario.currency} of these days"
    return Table(caption, header, tuple(rows), frozenset({0, 1})) if rows else None


def terms_of(pool: Pool) -> str:
    """Return what a pool bills at least, "" where nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from staffing.pools import Pool
    >>> terms_of(Pool("a", "vendor", "UTC", {}, np.array([5]), (), minimum_hours_per_week=80.0))
    '80 h a week'
    """
    told = []
    if pool.minimum_hours_per_week > 0:
        told.append(f"{number(pool.minimum_hours_per_week)} h a week")
    if pool.ordered_hours_per_week > 0:
        days = f", for {pool.notice_days} days' notice" if pool.notice_days else ""
        told.append(f"{number(pool.ordered_hours_per_week)} h a week ordered{days}")
    if pool.committed_share_of_forecast > 0:
        told.append(f"{exact_percent(pool.committed_share_of_forecast)} of the contacts planned")
    return "; ".join(told)


def _hour_less(found: Sourcing) -> dict[str, float]:
    """Return the most that an hour less of a minimum saves, by pool, where one binds."""
    worth = found.plan.allocation.worth
    most: dict[str, float] = {}
    for limit in () if worth is None else worth.limits:
        if limit.kind in {"minimum", "ordered"}:
            most[limit.pool] = max(most.get(limit.pool, 0.0), limit.worth)
    return most
