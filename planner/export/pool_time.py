"""What becomes of a pool's paid time: shrinkage by kind, and the pace that newcomers leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.export.wording import TIMES, Table, day_name, exact_percent, number
from planner.paid_time import is_slowed

if TYPE_CHECKING:
    from planner.plan import Plan
    from staffing.pools import Pool

PACE_PLACES = 4  # a plan's paces have no more


def pace_text(pace: float) -> str:
    """Return a pace with the decimals that it needs, two at least.

    Examples
    --------
    >>> pace_text(0.9), pace_text(0.4333)
    ('0.90', '0.4333')
    """
    places = next(
        n for n in range(2, PACE_PLACES + 1) if n == PACE_PLACES or round(pace, n) == pace
    )
    return number(pace, places)


def kind_words(pool: Pool) -> str:
    """Return what takes a share of a pool's paid time, by kind; "" for a single number.

    Examples
    --------
    >>> from planner.export.wording import THIN
    >>> from staffing.pools import Pool
    >>> pool = Pool("a", "in_house", "UTC", {}, np.array([5]), (),
    ...             shrinkage=0.44, shrinkage_by_kind={"absence": 0.20, "other": 0.30})
    >>> kind_words(pool).replace(THIN, "_")
    'absence 20_%, other 30_%'
    """
    shares = pool.shrinkage_by_kind.items()
    return ", ".join(f"{kind} {exact_percent(share)}" for kind, share in shares)


def left_words(pool: Pool) -> str:
    """Return what the kinds of a pool's shrinkage leave, as a product; "" for a single number.

    Examples
    --------
    >>> from planner.export.wording import THIN
    >>> from staffing.pools import Pool
    >>> pool = Pool("a", "in_house", "UTC", {}, np.array([5]), (),
    ...             shrinkage=0.44, shrinkage_by_kind={"absence": 0.20, "other": 0.30})
    >>> left_words(pool).replace(THIN, "_")
    'absence 20_%, other 30_%: 80_% × 70_% = 56_% of paid time is left'
    """
    if not pool.shrinkage_by_kind:
        return ""
    shares = pool.shrinkage_by_kind.values()
    product = f" {TIMES} ".join(exact_percent(1 - share) for share in shares)
    return (
        f"{kind_words(pool)}: {product} = {exact_percent(1 - pool.shrinkage)} of paid time is left"
    )


def pool_time_table(plan: Plan) -> Table | None:
    """Return each pool's shrinkage and pace; None where all have one number and no newcomers."""
    if not any(pool.shrinkage_by_kind or is_slowed(pool) for pool in plan.pools):
        return None
    rows = tuple(_row(plan, pool) for pool in plan.pools)
    header = (
        "pool", "shrinkage by kind", "shrinkage", "on contacts", "slowest mean pace", "on",
        "mean pace on the last day",
    )  # fmt: skip
    caption = "Of paid time: what is not spent on contacts, and the pace of newcomers and old hands"
    return Table(caption, header, rows, frozenset({0, 1, 5}))


def _row(plan: Plan, pool: Pool) -> tuple[str, ...]:
    pace = [pool.pace_on(day) for day in range(len(plan.days))]
    slowest = int(np.argmin(pace))
    return (
        pool.name,
        kind_words(pool) or "in one number",
        exact_percent(pool.shrinkage),
        exact_percent(1 - pool.shrinkage),
        pace_text(pace[slowest]),
        day_name(plan.days[slowest]) if is_slowed(pool) else "",
        pace_text(pace[-1]),
    )
