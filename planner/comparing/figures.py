"""Pictures of plans side by side: cost by pool, service against promise, cost against service."""

from __future__ import annotations

import math
import textwrap
from html import escape
from typing import TYPE_CHECKING

from planner.comparing.comparison import service_of
from planner.export.drawing import Figure, layout
from planner.export.palette import IN_HOUSE, INK, KEPT, MISSING, VENDOR, Chart, mixed
from planner.export.wording import Table, money, number, percent

if TYPE_CHECKING:
    from planner.comparing.comparison import Comparison
    from planner.outcome import Outcome, Service

_NAME_WIDTH = 17  # letters of a plan's name on a line
_MOST_LINES = 2
_LINE, _ROOM = 15, 14  # pixels of a line of a name, and around it
_KEPT, _BELOW = ("promise kept", KEPT), ("below the promise", MISSING)


def ticks(found: Comparison) -> list[str]:
    """Return the plans' names with their numbers, on lines short enough for a small screen.

    A name too long for its lines is cut; the tables have it whole.
    """
    return [f"{n}. {_wrapped(one.name)}" for n, one in enumerate(found.outcomes, start=1)]


def _wrapped(name: str) -> str:
    room = _NAME_WIDTH * _MOST_LINES - 4
    cut = name if len(name) <= room else f"{name[: room // 2 + 1]}..{name[-room // 2 + 3 :]}"
    parts = textwrap.wrap(cut, _NAME_WIDTH + 1)
    return "<br>".join(escape(part) for part in parts)


def _height(found: Comparison) -> int:
    names = ticks(found)
    lines = max(name.count("<br>") + 1 for name in names)
    return 64 + len(names) * (_ROOM + _LINE * lines)


def cost_chart(found: Comparison) -> Chart:
    """Return each plan's cost, stacked by pool."""
    names, colours = ticks(found), _pool_colours(found)
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": escape(pool),
            "y": names,
            "x": [round(_cost(one, pool), 2) for one in found.outcomes],
            "marker": {"color": colour, "line": {"width": 0.5, "color": "white"}},
            "hovertemplate": "%{x:,.0f}<extra>" + escape(pool) + "</extra>",
        }
        for pool, colour in colours.items()
    ]
    frame = layout(
        _height(found),
        barmode="stack",
        hovermode="closest",
        xaxis={"title": {"text": found.currency}, "rangemode": "tozero", "showgrid": True,
               "nticks": 5},
        yaxis={"autorange": "reversed", "type": "category"},
    )  # fmt: skip
    header = ("plan", "in all", *colours)
    rows = tuple(
        (one.name, number(one.cost), *(number(_cost(one, pool)) for pool in colours))
        for one in found.outcomes
    )
    return Chart(
        "compare-cost",
        "Cost by pool",
        "What each plan costs, and whom it pays.",
        {"data": bars, "layout": frame},
        Table(f"Cost by pool, {found.currency}", header, rows),
        tuple(colours.items()),
    )


def _pool_colours(found: Comparison) -> dict[str, str]:
    """Return a colour per pool: blues in-house, yellows for vendors, in the order of the plans."""
    kinds = {pool.pool: pool.kind for one in found.outcomes for pool in one.pools}
    colours = {}
    for kind, scale in (("in_house", IN_HOUSE), ("vendor", VENDOR)):
        own = [name for name, found_kind in kinds.items() if found_kind == kind]
        for n, name in enumerate(own):
            colours[name] = mixed(scale, n / max(len(own) - 1, 2))
    return colours


def _cost(outcome: Outcome, pool: str) -> float:
    return next((one.cost for one in outcome.pools if one.pool == pool), 0.0)


def service_chart(found: Comparison, part: str, name: str) -> Chart:
    """Return a channel's, market's or queue's service in each plan, against its promise."""
    names = ticks(found)
    told = [service_of(one, part, name) for one in found.outcomes]
    data = [*_promise_lines(told), _dots(told, met=True), _dots(told, met=False)]
    levels = [100 * one.service_level for one in told if one and one.service_level >= 0]
    low = min(
        [*levels, *(100 * one.promised_lowest for one in told if one and one.promised >= 0)],
        default=0,
    )
    frame = layout(
        _height(found),
        hovermode="closest",
        xaxis={"title": {"text": "% answered in time"}, "showgrid": True, "nticks": 6,
               "range": [max(math.floor(low / 5) * 5 - 5, 0), 102]},
        yaxis={"range": [len(names) - 0.5, -0.5], "showgrid": True,
               "tickvals": [*range(len(names))], "ticktext": names},
    )  # fmt: skip
    met = {one.met for one in told if one}
    legend = [pair for kept, pair in ((True, _KEPT), (False, _BELOW)) if kept in met]
    if any(_promises(one) for one in told):
        legend.append(("promise", INK))
    rows = tuple(
        (outcome.name, percent(one.promised), percent(one.service_level, 1),
         "kept" if one.met else "missed", f"{one.kept} of {one.judged}")
        for outcome, one in zip(found.outcomes, told, strict=True)
        if one
    )  # fmt: skip
    header = ("plan", "promised", "answered in time", "over all days", "days or weeks kept")
    shown = name or "the market"
    return Chart(
        f"compare-{part}-{found.services(part).index(name)}",
        f"{shown[:1].upper()}{shown[1:]}",
        _service_says(told),
        {"data": data, "layout": frame},
        Table(f"Service of {shown}", header, rows, frozenset({0, 3})),
        tuple(legend),
    )


def _service_says(told: list[Service | None]) -> str:
    below = sum(one is not None and not one.met for one in told)
    promised = [one for one in told if _promises(one)]
    if not promised:
        return "No share in time is promised."
    if not below:
        return "Every plan keeps the promise."
    return f"{below} of {len(told)} plans: below the promise."


def _promises(one: Service | None) -> bool:
    return one is not None and not math.isnan(one.promised)


def _dots(told: list[Service | None], *, met: bool) -> Figure:
    some = [
        (n, one.service_level)
        for n, one in enumerate(told)
        if one is not None and one.met is met and not math.isnan(one.service_level)
    ]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": (_KEPT if met else _BELOW)[0],
        "y": [n for n, _ in some],
        "x": [round(100 * level, 2) for _, level in some],
        "text": [f"{100 * level:.0f}" for _, level in some],
        "textposition": ["middle left" if level > 0.5 else "middle right" for _, level in some],
        "marker": {
            "size": 11,
            "opacity": 1,
            "symbol": "circle" if met else "x",
            "color": KEPT if met else MISSING,
        },
        "cliponaxis": False,
        "hovertemplate": "%{x:.1f} % in time<extra></extra>",
    }


def _promise_lines(told: list[Service | None]) -> list[Figure]:
    """Return a short upright line at each plan's promise, one at either end where they differ."""
    x: list[float | None] = []
    y: list[float | None] = []
    for n, one in enumerate(told):
        if one is not None and _promises(one):
            for promise in dict.fromkeys((one.promised_lowest, one.promised_highest)):
                x += [round(100 * promise, 2)] * 2 + [None]
                y += [n - 0.4, n + 0.4, None]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "promise",
            "x": x,
            "y": y,
            "line": {"width": 2},
            "meta": INK,
            "hoverinfo": "skip",
        }
    ]


def scatter_chart(found: Comparison) -> Chart:
    """Return cost against the share of all contacts that are answered in time, a mark a plan."""
    data = [_marks(found, met=met) for met in (True, False)]
    frame = layout(
        400,
        hovermode="closest",
        margin={"l": 60, "r": 24, "t": 24, "b": 44},
        xaxis={"title": {"text": "% of all contacts answered in time"}, "showgrid": True,
               "nticks": 6},
        yaxis={"title": {"text": found.currency}, "rangemode": "normal", "showgrid": True},
    )  # fmt: skip
    kept = {one.promises_met for one in found.outcomes}
    pairs = (
        (True, ("every promise kept", KEPT)),
        (False, ("some queue below its promise", MISSING)),
    )
    rows = tuple(
        (f"{n}. {one.name}", percent(whole_level(one), 1), money(one.cost, found.currency),
         "kept" if one.promises_met else f"{len(one.below)} below")
        for n, one in enumerate(found.outcomes, start=1)
    )  # fmt: skip
    header = ("plan", "answered in time", "cost", "promises")
    return Chart(
        "compare-scatter",
        "Cost against service",
        "Lower is cheaper, further right is better served. The axes do not begin at 0.",
        {"data": data, "layout": frame},
        Table("Cost and service", header, rows, frozenset({0, 3})),
        tuple(pair for met, pair in pairs if met in kept),
    )


def whole_level(outcome: Outcome) -> float:
    """Return the share of all contacts answered in time, each contact counted the same."""
    known = [one for one in outcome.queues if not math.isnan(one.service_level)]
    total = sum(one.contacts for one in known)
    return sum(one.contacts * one.service_level for one in known) / total if total else math.nan


def _marks(found: Comparison, *, met: bool) -> Figure:
    some = [
        (n, one)
        for n, one in enumerate(found.outcomes, start=1)
        if one.promises_met is met and not math.isnan(whole_level(one))
    ]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [round(100 * whole_level(one), 2) for _, one in some],
        "y": [round(one.cost, 2) for _, one in some],
        "text": [str(n) for n, _ in some],
        "textposition": "top center",
        "customdata": [escape(one.name) for _, one in some],
        "marker": {
            "size": [15 if n == 1 else 11 for n, _ in some],
            "opacity": 1,
            "symbol": "circle" if met else "x",
            "color": KEPT if met else MISSING,
        },
        "cliponaxis": False,
        "hovertemplate": "%{customdata}: %{y:,.0f}, %{x:.1f} % in time<extra></extra>",
    }
