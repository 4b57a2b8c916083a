"""A pool's terms in words: minimums, hours ordered, tiers, shares, penalty and bonus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from staffing.pools import Pool


def terms_words(pool: Pool) -> str:
    """Return what a pool's contract says beyond its price; empty where it says nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from staffing.pools import Pool, Tier
    >>> print(terms_words(Pool("lyon", "vendor", "Europe/Paris", {}, np.array([5]), (),
    ...                        cost_per_hour=26.0, minimum_hours_per_week=200,
    ...                        max_share=0.25, tiers=(Tier(500, 24.0), Tier(800, 22.5)))))
    200 h a week billed at least; beyond 500 h a week 24.00, beyond 800 h 22.50; at most 25 % of \
each queue's contacts
    """
    return "; ".join(_terms(pool))


def _terms(pool: Pool) -> Iterator[str]:
    if pool.ordered_hours_per_week and pool.notice_days:
        yield (
            f"{pool.ordered_hours_per_week:g} h a week ordered for the first "
            f"{pool.notice_days} days, no more and no less"
        )
    if pool.minimum_hours_per_week:
        yield f"{pool.minimum_hours_per_week:g} h a week billed at least"
    if pool.committed_share_of_forecast and pool.cost_per_hour is None:
        share = _percent(pool.committed_share_of_forecast)
        yield f"{share} of the contacts planned billed at least"
    if pool.tiers:
        yield tiers_words(pool)
    if pool.max_share < 1:
        of = {"contacts": "each queue's contacts", "hours": "the hours of all pools"}
        yield f"at most {_percent(pool.max_share)} of {of[pool.max_share_of]}"
    if pool.penalty:
        yield (
            f"{_percent(pool.penalty.discount_per_point)} off a point below "
            f"{_percent(pool.penalty.below_service_level)}, at most "
            f"{_percent(pool.penalty.max_discount)}"
        )
    if pool.bonus:
        yield (
            f"{_percent(pool.bonus.premium_per_point)} on top a point above "
            f"{_percent(pool.bonus.above_service_level)}, at most "
            f"{_percent(pool.bonus.max_premium)}"
        )
    if pool.shifts.split is not None:
        lengths = ", ".join(f"{hours:g} h" for hours in pool.shifts.split.paid_hours)
        yield f"shifts in two parts of {lengths}"
    if pool.decided == "on_the_day":
        yield "called on the day"


def tiers_words(pool: Pool) -> str:
    """Return the prices of a pool's tiers.

    Examples
    --------
    >>> import numpy as np
    >>> from staffing.pools import Pool, Tier
    >>> tiers_words(Pool("lyon", "vendor", "Europe/Paris", {}, np.array([5]), (),
    ...                  cost_per_contact=4.1, tiers=(Tier(1000, 3.5),)))
    'beyond 1000 contacts a week 3.50'
    """
    unit = "contacts" if pool.cost_per_hour is None else "h"
    parts = [
        f"beyond {tier.above:g} {unit}{'' if k else ' a week'} {tier.price:.2f}"
        for k, tier in enumerate(pool.tiers)
    ]
    return ", ".join(parts)


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
