"""The picture of what the next hour is worth: pools by hours of the day."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from forecasting.history import local_slots
from planner.export.drawing import Figure, FloatArray, layout
from planner.export.palette import IN_HOUSE, Chart
from planner.export.wording import Table, day_name, money, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.plan import Plan
    from staffing.pools import Pool

_PALE, _DARK, _RIM = "rgba(0,114,178,0.04)", IN_HOUSE[0], "#1b1f24"
_ROW, _FRAME = 30, 90  # pixels for a pool, and around all of them
_TIMES = 2.0  # the darkest colour: this much of the dearest hour's price, or the most
_NOTICED = 0.005  # money an hour


def hour_worths(plan: Plan, day: int | None = None) -> FloatArray | None:
    """Return what one more paid hour of each pool saves by local hour, ``[P, 24]``; None: untold.

    That is the work that others are paid for, and what is missing at its price, with all shifts as
    planned; what the hour itself costs is not taken off.

    Parameters
    ----------
    day
        Number of the day; None: the mean of all days.
    """
    worth = plan.allocation.worth
    if worth is None:
        return None
    hours = plan.interval_s / 3600
    found = np.zeros((len(plan.pools), 24))
    for p, pool in enumerate(plan.pools):
        local, slot = local_slots(plan.times, pool.timezone, plan.interval_s, plan.days[0])
        inside = (local >= 0) & (local < len(plan.days))
        inside &= True if day is None else local == day
        heads = np.array([pool.positions_per_head(d) for d in range(len(plan.days))])
        each = worth.capacity[p, inside].astype(np.float64) * heads[local[inside]] / hours
        hour = slot[inside] * plan.interval_s // 3600
        number_of = np.bincount(hour, minlength=24)
        total = np.bincount(hour, weights=each, minlength=24)
        found[p] = np.divide(total, number_of, out=np.zeros(24), where=number_of > 0)
    return found


def worth_chart(plan: Plan, day: int | None = None) -> Chart | None:
    """Return a heat map of pools by hours: what the next paid hour saves; None: the plan is mute.

    A dot marks where it saves more than it costs.
    """
    found = hour_worths(plan, day)
    if found is None:
        return None
    busy = np.flatnonzero((found >= _NOTICED).any(axis=0))
    hours = np.arange(busy[0], busy[-1] + 1) if len(busy) else np.arange(8, 20)
    shown = found[:, hours]
    top = _top(plan, shown)
    currency = plan.scenario.currency
    heat, dots = _heat(plan, shown, hours.tolist(), top), _dots(plan, shown, hours.tolist())
    figure = {"data": [heat, dots], "layout": _frame(plan)}
    when = "an ordinary day" if day is None else day_name(plan.days[day])
    names = tuple(f"{hour:02d}:00" for hour in hours)
    rows = tuple(
        (pool.name, _price(pool), *(number(value, 2) for value in row))
        for pool, row in zip(plan.pools, shown.tolist(), strict=True)
    )
    top_words = f"{money(top, currency)}{' and more' if shown.max(initial=0) > top else ''}"
    return Chart(
        "worth",
        "What the next hour is worth through the day",
        worth_words(plan, found, "on the mean of all days" if day is None else f"on {when}"),
        figure,
        Table(
            f"{currency} that one more paid hour saves, by the pool's own hour of the day",
            ("pool", "an hour costs", *names),
            rows,
        ),
        (("nothing", _PALE), (top_words, _DARK)),
    )


def worth_words(plan: Plan, found: FloatArray, when: str) -> str:
    """Return where the next hour saves most, and which pools' saves more than it costs."""
    if not (found >= _NOTICED).any():
        return f"One more hour would save nothing {when}: all that is needed is there."
    currency = plan.scenario.currency
    p, hour = np.unravel_index(int(found.argmax()), found.shape)
    best = plan.pools[p]
    cost = f", and costs {money(best.cost_per_hour, currency, 2)}" if best.cost_per_hour else ""
    said = (
        f"One more paid hour saves most {when} in {best.name} from {hour:02d}:00: "
        f"{money(float(found[p, hour]), currency, 2)}{cost}."
    )
    gains = [
        pool.name
        for pool, row in zip(plan.pools, found, strict=True)
        if pool.cost_per_hour and (row > pool.cost_per_hour).any()
    ]
    if not gains:
        return f"{said} No pool's next hour saves more than it costs."
    named = ", ".join(gains[:4]) + (f" and {len(gains) - 4} more" if len(gains) > 4 else "")
    return f"{said} A dot marks hours that save more than they cost: in {named}."


def _top(plan: Plan, shown: FloatArray) -> float:
    """Return the worth of the darkest colour."""
    dearest = max((pool.cost_per_hour or 0.0 for pool in plan.pools), default=0.0)
    most = float(shown.max(initial=0.0))
    return max(min(most, _TIMES * dearest) if dearest else most, 1.0)


def _price(pool: Pool) -> str:
    return number(pool.cost_per_hour, 2) if pool.cost_per_hour is not None else "by contact"


def _heat(plan: Plan, shown: FloatArray, hours: Sequence[int], top: float) -> Figure:
    currency = escape(plan.scenario.currency)
    return {
        "type": "heatmap",
        "x": list(hours),
        "y": [escape(pool.name) for pool in plan.pools],
        "z": [[round(value, 2) for value in row] for row in shown.tolist()],
        "hovertemplate": f"%{{y}} from %{{x}}:00<br>{currency} %{{z:,.2f}} saved<extra></extra>",
        "zmin": 0,
        "zmax": top,
        "colorscale": [[0, _PALE], [1, _DARK]],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }


def _dots(plan: Plan, shown: FloatArray, hours: Sequence[int]) -> Figure:
    """Return a dot on each hour that saves more than it costs."""
    gains = [
        (hours[h], escape(pool.name))
        for pool, row in zip(plan.pools, shown.tolist(), strict=True)
        for h, value in enumerate(row)
        if pool.cost_per_hour and value > pool.cost_per_hour
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [hour for hour, _ in gains],
        "y": [pool for _, pool in gains],
        "marker": {"color": "white", "size": 8, "line": {"width": 1.5, "color": _RIM}},
        "hoverinfo": "skip",
    }


def _frame(plan: Plan) -> Figure:
    return layout(
        len(plan.pools) * _ROW + _FRAME,
        hovermode="closest",
        margin={"l": 12, "r": 12, "t": 12, "b": 44},
        xaxis={"title": {"text": "local hour"}, "dtick": 2},
        yaxis={"autorange": "reversed", "type": "category", "ticksuffix": " "},
    )
