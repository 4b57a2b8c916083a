"""Pictures of the mix: what it costs at another service, and with another number of own agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.export.drawing import Figure, layout
from planner.export.palette import IN_HOUSE, MISSING, PAST, VENDOR, Chart
from planner.export.sourcing_tables import frontier_table
from planner.export.sourcing_words import missing
from planner.export.wording import Table, money, number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.sourced import HeadcountPoint, Sourcing

_UNDONE = ("work is left undone", MISSING)


def frontier_chart(found: Sourcing) -> Chart:
    """Return what the mix costs at each service promised."""
    currency, points = found.plan.scenario.currency, found.frontier
    data: list[Figure] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "cost",
            "x": [round(100 * point.promised, 2) for point in points],
            "y": [round(point.bill.money, 2) for point in points],
            "line": {"color": IN_HOUSE[0], "width": 2.5},
            "marker": {
                "opacity": 1,
                "size": [13 if point.points == 0 else 7 for point in points],
                "color": [MISSING if missing(point.bill) else IN_HOUSE[0] for point in points],
            },
            "hovertemplate": "%{x:.0f} % promised: %{y:,.0f}<extra></extra>",
        }
    ]
    undone = any(missing(point.bill) for point in points)
    return Chart(
        "frontier",
        "What more or less service costs",
        _frontier_words(found),
        {"data": data, "layout": _frame(currency, "% promised in time, on the line", "normal")},
        _frontier_table(found),
        (("cost", IN_HOUSE[0]), *((_UNDONE,) if undone else ())),
    )


def _frame(currency: str, axis: str, mode: str) -> Figure:
    return layout(
        340,
        hovermode="closest",
        margin={"l": 60, "r": 12, "t": 12, "b": 44},
        xaxis={"title": {"text": axis}, "showgrid": True},
        yaxis={"title": {"text": currency}, "rangemode": mode},
    )


def _frontier_table(found: Sourcing) -> Table:
    steps = frontier_table(found)["cost_per_point"].tolist()
    rows = tuple(
        (
            percent(point.promised),
            percent(point.level),
            number(point.bill.money),
            number(step) if step is not None and step == step else "",
            number(point.bill.shortage_hours),
        )
        for point, step in zip(found.frontier, steps, strict=True)
    )
    currency = found.plan.scenario.currency
    header = ("promised", "reached", currency, "a point more", "position hours missing")
    return Table("Cost and service of those who wait on the line", header, rows, frozenset())


def _frontier_words(found: Sourcing) -> str:
    """Return what a point more than today costs."""
    points = found.frontier
    here = next((n for n, point in enumerate(points) if point.points == 0), None)
    if here is None or here + 1 >= len(points):
        return "The large dot is what is promised today."
    now, more = points[here], points[here + 1]
    step = (more.bill.money - now.bill.money) / max(100 * (more.promised - now.promised), 1e-9)
    return (
        f"{percent(now.promised)} are promised today, the large dot. A point more costs "
        f"{money(step, found.plan.scenario.currency)} in these days."
    )


def headcount_chart(found: Sourcing) -> Chart:
    """Return what the mix costs with another number of own agents: contracts, and the rest."""
    currency, points = found.plan.scenario.currency, found.headcount
    own = [min(point.own_cost, point.bill.money) for point in points]
    rest = [point.bill.money - mine for point, mine in zip(points, own, strict=True)]
    areas = (("own contracts", own, IN_HOUSE[0]), ("vendors and the rest", rest, VENDOR[0]))
    undone = [point for point in points if missing(point.bill)]
    today = [point for point in points if point.factor == 1]
    marks = [(*mark, told) for mark, told in ((("today", PAST), today), (_UNDONE, undone)) if told]
    data = [_area(points, *area) for area in areas]
    data += [_marks(name, colour, told) for name, colour, told in marks]
    return Chart(
        "headcount",
        "What more or fewer own agents cost",
        "Contracts are paid worked or not. What own staff cannot do is bought, as far as vendors "
        "can do it.",
        {"data": data, "layout": _frame(currency, "own agents", "tozero")},
        _headcount_table(found, own),
        (
            *((name, colour) for name, _, colour in areas),
            *((name, colour) for name, colour, _ in marks),
        ),
    )


def _area(points: Sequence[HeadcountPoint], name: str, values: list[float], colour: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [round(point.agents, 2) for point in points],
        "y": [round(value, 2) for value in values],
        "stackgroup": "cost",
        "line": {"width": 0, "color": colour},
        "fillcolor": colour,
        "hovertemplate": "%{x:,.1f} agents: %{y:,.0f}<extra>" + name + "</extra>",
    }


def _marks(name: str, colour: str, points: Sequence[HeadcountPoint]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [round(point.agents, 2) for point in points],
        "y": [round(point.bill.money, 2) for point in points],
        "marker": {"size": 12, "color": colour, "line": {"width": 2, "color": "white"}},
        "hovertemplate": "%{x:,.1f} agents: %{y:,.0f}<extra>" + name + "</extra>",
    }


def _headcount_table(found: Sourcing, own: Sequence[float]) -> Table:
    rows = tuple(
        (
            number(point.agents, 1),
            number(point.bill.money),
            number(mine),
            percent(point.vendor_share),
            number(point.bill.shortage_hours),
        )
        for point, mine in zip(found.headcount, own, strict=True)
    )
    header = ("own agents", found.plan.scenario.currency, "of it own contracts",
              "vendors' share of contacts", "position hours missing")  # fmt: skip
    return Table("Cost by the number of own agents", header, rows, frozenset())
