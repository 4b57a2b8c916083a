"""What binds in a plan, and what one more of it is worth, in a few sentences and tables."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from planner.export.digest import missing_hours
from planner.export.wording import Table, counted, day_name, money, number, percent
from planner.export.worth_rows import KINDS, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.plan import Plan

_POOLS = 3
_ROWS = 15
_MANY_HOURS = 1.0  # missing: with fewer, their price is not what matters


def worth_sentences(plan: Plan, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return what binds and what one more agent, shift or point is worth; none where untold."""
    said = [
        _binding(rows),
        _agent(plan, rows),
        _shift(plan, rows),
        _point(plan, rows),
        _driven(plan, rows),
    ]
    return tuple(line for line in said if line)


def _binding(rows: Sequence[Row]) -> str:
    """Name the limits that bind, of the pools where an agent is worth most."""
    kinds: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    value: dict[str, float] = defaultdict(float)
    for row in rows:
        if row.heads == "fractions" and row.pool:
            value[row.pool] += row.worth if row.kind == "agent" else 0.0
            if row.kind != "agent":
                kinds[row.pool][row.kind] += 1
    pools = sorted(kinds, key=lambda pool: -value[pool])
    told = []
    for pool in pools[:_POOLS]:
        most = sorted(kinds[pool], key=lambda kind: -kinds[pool][kind])[:2]
        limits = " and ".join(f"{KINDS[kind][0]} ({number(kinds[pool][kind])})" for kind in most)
        told.append(f"{pool}'s {limits}")
    more = f"; {counted(len(pools) - _POOLS, 'more pool')}" if len(pools) > _POOLS else ""
    return f"What binds, and how often: {', '.join(told)}{more}." if told else ""


def _agent(plan: Plan, rows: Sequence[Row]) -> str:
    best = _dearest([row for row in rows if row.kind == "agent"])
    if best is None:
        return ""
    pool = next(pool for pool in plan.pools if pool.name == best.pool)
    own = ""
    if pool.cost_per_hour is not None and pool.contract.paid == "contracted":
        pay = pool.cost_per_hour * pool.contract.hours_per_week * best.days / 7
        own = f", and is paid {money(pay, plan.scenario.currency)}"
    return (
        f"One more agent is worth most in {best.pool}, {_span(best)}: "
        f"at most {money(best.worth, plan.scenario.currency)} saved elsewhere{own}."
    )


def _shift(plan: Plan, rows: Sequence[Row]) -> str:
    best = _dearest([row for row in rows if row.kind == "shift"])
    if best is None:
        return "" if not rows else "One more shift on top of the plan would save nothing."
    currency = plan.scenario.currency
    label = best.limit.removeprefix(f"{KINDS['shift'][0]} ")
    pay = f" and costs {money(best.pay, currency)}" if best.pay > 0 else ""
    return (
        f"One more shift on top of the plan is worth most in {best.pool} on "
        f"{day_name(best.first)}: {label} saves at most {money(best.worth, currency)}{pay}."
    )


def _point(plan: Plan, rows: Sequence[Row]) -> str:
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        if row.kind == "service" and row.heads == "fractions":
            total[row.queue] += row.worth
    if not total:
        return ""
    queue = max(total, key=lambda name: total[name])
    own = [row for row in rows if row.queue == queue and row.kind == "service"]
    day = _dearest([row for row in own if row.heads == "fractions"])
    most = f", {money(day.worth, plan.scenario.currency)} of it {_span(day)}" if day else ""
    return (
        f"One point more of service costs most on {queue}: "
        f"{money(total[queue], plan.scenario.currency)} over the horizon{most}."
    )


def _driven(plan: Plan, rows: Sequence[Row]) -> str:
    """Say so where the price of what is missing is behind what things are worth."""
    worth = plan.allocation.worth
    if worth is None or not rows or missing_hours(plan)[0] < _MANY_HOURS:
        return ""
    price = money(worth.shortage_price, plan.scenario.currency)
    return (
        f"Positions are missing at {price} an hour, twice that beyond a tenth of the need: "
        "that price is behind what is worth most."
    )


def _dearest(rows: Sequence[Row]) -> Row | None:
    return max(rows, key=lambda row: row.worth, default=None)


def _span(row: Row) -> str:
    day = day_name(row.first)
    return f"on {day}" if row.days == 1 else f"in the {number(row.days)} days from {day}"


def worth_tables(plan: Plan, rows: Sequence[Row]) -> tuple[Table, ...]:
    """Return the limits that are worth most, and the dearest points of service."""
    currency = plan.scenario.currency
    limits = [row for row in rows if row.heads == "fractions" and row.kind != "service"]
    shifts = [row for row in rows if row.kind == "shift"]
    points = [row for row in rows if row.kind == "service"]
    captions = (
        (limits, "Limits that bind, heads counted in fractions"),
        (shifts, "Further shifts on top of the plan, each day's best of a pool"),
        (points, "One point more of service"),
    )
    return tuple(_table(some, caption, currency) for some, caption in captions if some)


#: Columns of a table that say how much of a limit is taken.
_TAKEN = (3, 4)


def _table(rows: Sequence[Row], caption: str, currency: str) -> Table:
    ordered = sorted(rows, key=lambda row: -row.worth)[:_ROWS]
    left = len(rows) - len(ordered)
    more = f"; {counted(left, 'other')} in worth.csv" if left else ""
    header = ("whose", "when", "what", "taken", "of", f"one more is worth, {currency}", "unit")
    untaken = all(not np.isfinite(row.allowed) for row in rows)
    shown = [c for c in range(len(header)) if not (untaken and c in _TAKEN)]
    told = tuple(
        (
            row.pool or row.queue,
            _span(row).removeprefix("on ").removeprefix("in "),
            _what(row),
            _amount(row, row.used),
            _amount(row, row.allowed),
            number(row.worth, 2),
            row.unit,
        )
        for row in ordered
    )
    cut = tuple(tuple(row[c] for c in shown) for row in told)
    texts = frozenset(new for new, c in enumerate(shown) if c in {0, 1, 2, 6})
    title = f"{caption}, the dearest first{more}"
    return Table(title, tuple(header[c] for c in shown), cut, texts)


def _what(row: Row) -> str:
    if row.kind == "service":
        return f"{row.limit}, {'the shifts as planned' if row.heads == 'whole' else 'fractions'}"
    return f"{row.limit}, {row.queue}" if row.pool and row.queue else row.limit


def _amount(row: Row, value: float) -> str:
    if not np.isfinite(value):
        return ""
    if row.kind in ("share", "share of hours", "service"):
        return percent(value)
    return number(value, 1)
